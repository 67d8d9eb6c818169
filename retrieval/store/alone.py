"""A database file that no process has open, and another put in its place.

Every connection holds a lock on bytes of the file as long as it is open (SQLite's "shared" lock).
Whoever holds these bytes alone, and those that are locked first, keeps all others out.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import LibraryUnwritable

_LOCKS = 0x40000000
"""Where SQLite's locks begin: one byte each for pending and reserved, 510 for shared."""
_LOCKED = 512
_HEADER = 100
BESIDE = ("-wal", "-shm")


@contextmanager
def alone(path: Path) -> Iterator[BinaryIO]:
    """Give a database file, open, that no process has open as a database until the block ends.

    This one must not open it by its name meanwhile: closing that would give the lock back. Raises
    LibraryUnwritable where another has it open, or where it can't be written.
    """
    try:
        with path.open("r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKED, _LOCKS)
            except (BlockingIOError, PermissionError) as error:
                raise LibraryUnwritable(
                    f"another process has {path} open: end it (the bot, `quoth serve`, `mcp` "
                    "or `watch`, a prompt) and run the command again"
                ) from error
            yield file
    except OSError as error:
        raise LibraryUnwritable(
            f"can't write to {path.parent} ({error.strerror or error}): check the folder's "
            "permissions and the free disk space"
        ) from error


def copy_of(file: BinaryIO, path: Path, to: Path) -> Path:
    """Copy a database and its log to a folder, as they are; give the copy. Raises OSError."""
    file.seek(0)
    with (to / path.name).open("xb") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        os.fsync(copy.fileno())
    with suppress(FileNotFoundError):
        shutil.copyfile(f"{path}-wal", to / f"{path.name}-wal")
    return to / path.name


def replace(file: BinaryIO, path: Path, new: Path) -> None:
    """Put a closed database in the place of one that is held alone.

    Raises OSError, also where its log could not be moved into it when it was closed.
    """
    if new.with_name(f"{new.name}-wal").exists():
        raise OSError(f"{new} could not be written whole")
    shutil.copymode(path, new)
    discard(path, BESIDE)  # its log must not be taken for the new one's
    new.replace(path)
    # Who waited for the old one would go on with it, and write what nobody reads.
    os.pwrite(file.fileno(), bytes(_HEADER), 0)


def discard(path: Path, suffixes: tuple[str, ...] = ("", *BESIDE, "-mark")) -> None:
    """Delete a database, or what lies beside it."""
    for suffix in suffixes:
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
