"""What tells one door from another: what is named after it, and what it allows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Policy:
    """What a door allows, and how long it keeps things; its settings give it."""

    workers: int
    """Questions answered at the same time."""
    queue: int
    """Questions waiting at most."""
    tenant_limit: int
    """Questions of one tenant, answered or waiting."""
    burst: int
    """Questions that a person may ask at once."""
    refill_seconds: float
    """Seconds until a person may ask one more."""
    keep_days: int
    """Days that a reply is kept."""
    grace_days: int
    """Days until a tenant that left is forgotten."""
    max_upload_mb: int
    """MB that an added file may have."""
    max_articles: int
    """Articles that a tenant may add in all."""
    max_characters: int
    """Characters that these may have in all."""
    several: bool = False
    """Whether other processes answer for it too, over the same database: they count together."""
    in_memory: bool = False
    """Whether what is kept is gone with the process, and nothing is written for it."""


def file_of(folder: Path, door: str) -> Path:
    """The file of what a door keeps."""
    return folder / f"{door}.db"


def collection_of(door: str, tenant: int) -> str:
    """The collection of the articles that a tenant has added."""
    return f"{door}-{tenant}"
