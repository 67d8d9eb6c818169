"""Finding the files to read, in an order that the command line can't change."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from retrieval.ingest.formats import UNREADABLE, suffix_of
from retrieval.types import Failure

_ABOUT_THE_FOLDER = ("readme", "license", "licence")


def find_files(paths: Sequence[Path], *, without: Path | None = None) -> Iterator[Path | Failure]:
    """Every readable file under the paths, each real file once, sorted by its real path.

    Folders are searched to any depth. Inside them hidden files and folders, README* and
    LICENSE* (they tell about the folder), other suffixes, broken links and what isn't a
    regular file are skipped, and so is the folder ``without``; a path that is named is never
    skipped. A named path that can't be read, and anything that permissions close, comes as a
    Failure that says what to do.
    """
    found: dict[str, Path | Failure] = {}
    folders: deque[Path] = deque()
    for path in paths:
        item = _named(path)
        if item is None:
            folders.append(path)
        else:
            found[_name(item)] = item
    for item in _walk(folders, without):
        found.setdefault(_name(item), item)
    yield from (found[name] for name in sorted(found))


def _name(item: Path | Failure) -> str:
    return item.path if isinstance(item, Failure) else str(item)


def _named(path: Path) -> Path | Failure | None:
    """A path of the command line: a file, a Failure, or None for a folder to search."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        return _failure(path, _why_not(path, error))
    if stat.S_ISDIR(mode):
        return None
    if not stat.S_ISREG(mode):
        return _failure(path, "is not a regular file: save its content as one")
    if suffix_of(path) is None:
        return _failure(path, UNREADABLE)
    return _readable(path)


def _why_not(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        if path.is_symlink():
            return "is a link to a file that is gone: remove it, or mend it"
        return "does not exist: check the name"
    if isinstance(error, PermissionError):
        return _CLOSED
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"can't be opened ({reason}): check the name"


_CLOSED = "can't be read: give yourself permission (chmod u+r, and u+x for a folder)"


def _readable(path: Path) -> Path | Failure:
    if not os.access(path, os.R_OK):
        return _failure(path, _CLOSED)
    real = path.resolve()
    return real if suffix_of(real) else path.parent.resolve() / path.name


def _walk(folders: deque[Path], without: Path | None) -> Iterator[Path | Failure]:
    """Files of the folders; a real folder is entered once, so loops of links end."""
    entered = {without.resolve()} if without else set()
    while folders:
        folder = folders.popleft()
        try:
            real = folder.resolve()
            if real in entered:
                continue
            entered.add(real)
            entries = sorted(real.iterdir())
        except (OSError, RuntimeError):
            yield _failure(folder, _CLOSED)
            continue
        for entry in entries:
            yield from _entry(entry, folders)


def _entry(entry: Path, folders: deque[Path]) -> Iterator[Path | Failure]:
    if entry.name.startswith("."):
        return
    try:
        mode = entry.stat().st_mode
    except (OSError, RuntimeError):
        return
    if stat.S_ISDIR(mode):
        folders.append(entry)
    elif stat.S_ISREG(mode) and suffix_of(entry) and not _tells_about_folder(entry):
        yield _readable(entry)


def _tells_about_folder(path: Path) -> bool:
    return path.name.lower().split(".")[0] in _ABOUT_THE_FOLDER


def _failure(path: Path, reason: str) -> Failure:
    # A name that isn't UTF-8 holds lone surrogates, which no JSON or database takes.
    return Failure(str(path).encode("utf-8", "replace").decode(), reason)
