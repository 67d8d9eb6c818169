"""Adding a tenant's articles and taking them out again, one change of the index at a time."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from bot.service.door import collection_of
from bot.service.places import library_of
from bot.service.refusals import Refusal
from bot.service.services import Services
from retrieval.ingest.formats import SUFFIXES, suffix_of
from retrieval.types import Article, IndexReport

MEGABYTE = 1024 * 1024
NAME = 50
"""The longest file name kept as it is, in characters."""


def check(services: Services, name: str, size: int) -> None:
    """Raise Refusal for a file that is too large, or of a kind that can't be read."""
    most = services.policy.max_upload_mb
    if size > most * MEGABYTE:
        raise Refusal(f"That file has {size / MEGABYTE:.1f} MB, and the most is {most} MB.")
    if suffix_of(Path(name)) is None:
        raise Refusal(f"I can't read such a file: use one of {', '.join(SUFFIXES)}.")


async def add(services: Services, tenant: int, name: str, data: bytes) -> IndexReport:
    """Index a file for one tenant alone; what became of it (paths are of this machine).

    Only the index keeps it. A file of the same name takes the place of the one before. Raises
    Refusal as ``check`` does.
    """
    check(services, name, len(data))
    with services.working():
        async with services.writing:
            return await asyncio.to_thread(_index, services, tenant, name, data)


async def remove(services: Services, tenant: int, id: str) -> None:
    """Forget one article that a tenant added. Raises NotFound when it has none with this id."""
    with services.working():
        async with services.writing:
            await asyncio.to_thread(library_of(services, tenant).remove, [id])


def own_articles(services: Services, tenant: int) -> list[Article]:
    """The articles that a tenant has added itself."""
    library, own = library_of(services, tenant), collection_of(services.door, tenant)
    if not library.exists():
        return []
    return [one for one in library.articles() if one.collection == own]


def folder_of(services: Services, tenant: int) -> Path:
    """Where a tenant's files lie while they are read."""
    return services.settings.data_dir / "uploads" / str(tenant)


def _index(services: Services, tenant: int, name: str, data: bytes) -> IndexReport:
    folder = folder_of(services, tenant)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / safe_name(name)
    try:
        path.write_bytes(data)
        return library_of(services, tenant).index([path])
    finally:
        path.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """A file name that names a file of this folder only, with the ending that it had.

    Long names that begin alike stay apart: one would take the other's place in the index.
    """
    suffix = suffix_of(Path(name)) or ""
    stem = unicodedata.normalize("NFC", name[: len(name) - len(suffix)])
    kept = re.sub(r"[^\w-]+", "-", stem).strip("-") or "article"
    if len(kept) > NAME:
        kept = f"{kept[:NAME]}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return kept + suffix
