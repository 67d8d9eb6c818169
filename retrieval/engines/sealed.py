"""Small files of JSON that tell when they are damaged: the text, a line feed and its SHA-256."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from retrieval.engines import atomic


def read(path: Path) -> dict[str, Any]:
    """Give what a file tells. Raises OSError, and ValueError when it is damaged."""
    content, _, digest = path.read_bytes().rpartition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != digest:
        raise ValueError(f"{path.name} is damaged")
    told: dict[str, Any] = json.loads(content)
    return told


def write(path: Path, told: dict[str, Any]) -> None:
    """Put a file in place whole or, raising OSError, not at all; the caller holds its lock."""
    content = json.dumps(told).encode()
    atomic.replace(path, (content, b"\n", hashlib.sha256(content).hexdigest().encode()))
