"""Beside the database stands how far it was written: that shows when it lost what it held.

SQLite takes a write-ahead log up to the first damaged byte, and says nothing of the rest. A
database that is older than its mark has lost changes: to such damage, to a power cut, or because
an older one was put in its place.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

_LONGEST = 100


def marked(database: Path, identity: str) -> int:
    """Give the generation that a database is known to have had, 0 where nothing is known."""
    try:
        with _path(database).open("rb") as file:
            return _parsed(file.read(_LONGEST), identity)
    except OSError:
        return 0


def is_marked(database: Path) -> bool:
    """Tell whether anything is known of a database of this path, the present one or another."""
    return _path(database).exists()


def mark(database: Path, identity: str, generation: int, *, anew: bool = False) -> None:
    """Note that a database stands at a generation, unless a later one is noted (or ``anew``).

    Where that can't be written it is left: nothing but a warning hangs on it.
    """
    with suppress(OSError):
        file = os.open(_path(database), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if anew or _parsed(os.pread(file, _LONGEST, 0), identity) < generation:
                os.pwrite(file, f"{identity} {generation:020}\n".encode(), 0)
        finally:
            os.close(file)


def _path(database: Path) -> Path:
    return database.with_name(f"{database.name}-mark")


def _parsed(told: bytes, identity: str) -> int:
    of, _, generation = told.decode("ascii", "replace").strip().partition(" ")
    return int(generation) if of == identity and generation.isdecimal() else 0
