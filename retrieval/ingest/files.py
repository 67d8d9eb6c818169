"""Finding the files to read, in an order that the command line can't change."""

from __future__ import annotations

import os
import re
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import IngestError
from retrieval.ingest.decode import decode
from retrieval.ingest.formats import NO_SUFFIX, UNREADABLE, suffix_of
from retrieval.types import Failure

_ABOUT_THE_FOLDER = re.compile(r"readme\.|licen[cs]e(?:\.|\Z)", re.I)
_ENDING = re.compile(r"(?:\.tar)?\.\w{1,12}\Z")
_PATTERN = re.compile(r"[*?\[]")
_SAMPLE = 4096


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of a folder that isn't read: its path, and its ending or what else it is."""

    path: str
    kind: str


Found = Path | Failure | Skipped


def find_files(paths: Sequence[Path], *, without: Path | None = None) -> Iterator[Found]:
    """Every readable file under the paths, each real file once, sorted by its real path.

    Folders are searched to any depth. Inside them hidden files and folders, and the folder
    ``without``, are passed over. Other files that aren't read come as Skipped: README.* and
    LICENSE* (they tell about the folder), unknown endings, none and no text either, broken
    links, those that lead out of the named folders, and what isn't a regular file. A path that
    is named is never skipped. A named path that can't be read, and anything that permissions
    close, comes as a Failure that says what to do.
    """
    found: dict[str, Found] = {}
    folders: deque[Path] = deque()
    for path in paths:
        named = _named(path)
        if named is None:
            folders.append(path)
        else:
            found[_name(named)] = named
    for item in _walk(folders, without):
        found.setdefault(_name(item), item)
    yield from (found[name] for name in sorted(found))


def _name(item: Found) -> str:
    return str(item) if isinstance(item, Path) else item.path


def absent(path: Path) -> Failure | None:
    """Tell why a path that was named can't be had; None where something is there."""
    found = _looked_up(path)
    return found if isinstance(found, Failure) else None


def all_absent(paths: Sequence[Path]) -> tuple[Failure, ...]:
    """Tell why nothing can be had of what was named, each path once; nothing where anything can."""
    found = [absent(path) for path in paths]
    return () if None in found else tuple(dict.fromkeys(why for why in found if why))


def _looked_up(path: Path) -> int | Failure:
    """The mode of what is at a path, or why it can't be told."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError) as error:
        return _failure(path, _why_not(path, error))


def _named(path: Path) -> Path | Failure | None:
    """A path of the command line: a file, a Failure, or None for a folder to search."""
    mode = _looked_up(path)
    if isinstance(mode, Failure):
        return mode
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
        if _PATTERN.search(str(path)):
            return "does not exist: without quotation marks the shell finds what a pattern means"
        return "does not exist: check the name"
    if isinstance(error, PermissionError):
        return _CLOSED
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"can't be opened ({reason}): check the name"


_CLOSED = "can't be read: give yourself permission (chmod u+r, and u+x for a folder)"


def _readable(path: Path, real: Path | None = None) -> Path | Failure:
    if not os.access(path, os.R_OK):
        return _failure(path, _CLOSED)
    real = real or path.resolve()
    return real if suffix_of(real) else path.parent.resolve() / path.name


def _walk(folders: deque[Path], without: Path | None) -> Iterator[Found]:
    """Files of the folders; a real folder is entered once, so loops of links end.

    What a link leads to outside the folders that were named is nothing that was meant: /etc,
    or other people's files.
    """
    entered = {without.resolve()} if without else set()
    roots = tuple(map(_real, folders))
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
            if entry.name.startswith("."):
                continue
            real = _real(entry) if entry.is_symlink() else entry  # below a folder that is real
            if real is not entry and _leads_out(real, roots):
                yield _skipped(entry, "link out of the folder")
            else:
                yield from _entry(entry, real, folders)


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _leads_out(real: Path, roots: Sequence[Path]) -> bool:
    return real.exists() and not any(real.is_relative_to(root) for root in roots)


def _entry(entry: Path, real: Path, folders: deque[Path]) -> Iterator[Found]:
    try:
        mode = entry.stat().st_mode
    except (OSError, RuntimeError):
        yield _skipped(entry, "broken link")
        return
    if stat.S_ISDIR(mode):
        folders.append(entry)
    elif not stat.S_ISREG(mode):
        yield _skipped(entry, "no regular file")
    elif _ABOUT_THE_FOLDER.match(entry.name):
        yield _skipped(entry, entry.name)
    else:
        yield _file(entry, real)


def _file(path: Path, real: Path) -> Found:
    suffix = suffix_of(path)
    if suffix is None:
        ending = _ENDING.search(path.name.lower())
        return _skipped(path, ending[0] if ending else "no ending")
    found = _readable(path, real)
    if suffix == NO_SUFFIX and isinstance(found, Path) and not _begins_as_text(found):
        return _skipped(path, "no ending and no text")
    return found


def _begins_as_text(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            decode(file.read(_SAMPLE))
    except (OSError, IngestError):
        return False
    return True


def _skipped(path: Path, kind: str) -> Skipped:
    return Skipped(_shown(str(path)), _shown(kind))


def _failure(path: Path, reason: str) -> Failure:
    return Failure(_shown(str(path)), reason)


def _shown(name: str) -> str:
    # A name that isn't UTF-8 holds lone surrogates, which no JSON or database takes.
    return name.encode("utf-8", "replace").decode()
