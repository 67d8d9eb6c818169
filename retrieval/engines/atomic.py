"""Writing files that other processes read and write too, and that a kill must not spoil."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.disk import sync

POLL_S = 0.05


@contextmanager
def locked(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock of ``path`` (a file beside it), which dies with the process holding it.

    Raises BlockingIOError when another holds it for longer than ``wait_s`` seconds, OSError
    when the folder can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_s
    with lock_of(path).open("ab") as file:
        while not _taken(file.fileno()):
            if time.monotonic() >= deadline:
                raise BlockingIOError(f"another process is writing {path}")
            time.sleep(POLL_S)
        yield


def replace(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Put a file in place whole or, raising OSError, not at all; the caller holds its lock."""
    _put(path, parts, lambda _: path)


def add(beside: Path, suffix: str, parts: Iterable[bytes | memoryview]) -> Path:
    """Put a file in place as ``replace`` does, and give its path.

    Its name is that of ``beside``, whose lock the caller holds, and the SHA-256 of its content.
    """
    return _put(beside, parts, lambda digest: beside.with_name(f"{beside.name}.{digest}{suffix}"))


def lock_of(path: Path) -> Path:
    """Give the file whose lock is that of ``path``."""
    return path.with_name(f"{path.name}.lock")


def _put(beside: Path, parts: Iterable[bytes | memoryview], path_of: Callable[[str], Path]) -> Path:
    temporary, digest = beside.with_name(f".{beside.name}.tmp"), hashlib.sha256()
    try:
        with temporary.open("wb") as file:
            for part in parts:
                file.write(part)
                digest.update(part)
            file.flush()
            os.fsync(file.fileno())
        path = path_of(digest.hexdigest())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)
    return path


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
