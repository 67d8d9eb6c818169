"""Files with the hash of their content in their name, compared once while nothing touches them.

Comparing two gigabytes takes seconds that every first answer would wait for. So what a file looked
like when it was compared (its number, size and times) is noted beside the index. Whatever writes to
it, moves it or puts another in its place changes that: the time of the last change can't be set.
Of a file that has just changed nothing is noted, as the clock of the file system is a coarse one.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from pathlib import Path

from retrieval.engines import atomic, sealed

NOTES = ".proven"

SETTLED_S = 2.0
"""So long ago was the last change of a file that is noted."""


def prove(index: Path, path: Path, *, anew: bool = False) -> None:
    """Raise ValueError where a file of an index isn't what its name tells. Raises OSError too.

    ``anew``: compare it whatever was noted.
    """
    looks = _looks(path)
    notes = _notes(index)
    if notes.get(path.name) == looks and not anew:
        return
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != path.name.split(".")[-2]:
            raise ValueError(f"{path.name} is damaged or cut short")
    if time.time() - looks[-1] / 1e9 < SETTLED_S:
        return
    kept = {name: known for name, known in notes.items() if path.with_name(name).exists()}
    with suppress(OSError), atomic.locked(index, 0):
        sealed.write(_path(index), {**kept, path.name: looks})


def _looks(path: Path) -> list[int]:
    told = path.stat()
    return [told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns]


def _notes(index: Path) -> dict[str, list[int]]:
    try:
        return sealed.read(_path(index))
    except (OSError, ValueError):
        return {}


def _path(index: Path) -> Path:
    return index.with_name(f"{index.name}{NOTES}")
