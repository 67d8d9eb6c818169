"""The files of a vector index, which lie beside each other and begin with its name.

    NAME.manifest         sealed JSON: the index's name, its dimension, the generation that it
                          stands at, and its segments (file, count, what is removed), the base first
    NAME.<SHA-256>.faiss  a segment: 32 bytes: magic, version, dimension (uint32), count (uint64),
                          zeros; count x int64: ids, growing; count x dimension x float32: vectors
    NAME.<SHA-256>.faiss  the lists of a large segment, as FAISS writes them; "lists" in the
                          manifest tells their file, and how many lists are read for a query
    NAME.proven           which files were compared with their hash, and how they looked then

All numbers are little-endian. A file bears the hash of its content in its name and never
changes, and what the manifest doesn't name doesn't count: so nothing is ever half-written, and
what is damaged, cut short or of another index is noticed, and made again from the database.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.engines import atomic, proven, sealed, segments
from retrieval.engines.base import NEVER
from retrieval.engines.ids import Ids
from retrieval.engines.segments import Segment, Vectors
from retrieval.errors import shortage

MANIFEST = ".manifest"
VECTORS = ".faiss"
MAGIC = b"QUOTHSEG"
VERSION = 1
START = struct.Struct("<8sIIQ8x")

UNUSABLE = (OSError, ValueError, KeyError, TypeError)
"""What is raised where files are damaged."""

TRIES = 5
"""How often files are read that another process is changing."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A state of an index that never changes: the base first, then what came since."""

    generation: int
    segments: tuple[Segment, ...]

    def __len__(self) -> int:
        return sum(map(len, self.segments))

    @property
    def ids(self) -> Ids:
        """The ids held, growing."""
        held = [segment.held for segment in self.segments]
        return np.sort(np.concatenate(held)) if held else np.empty(0, np.int64)


EMPTY = Snapshot(NEVER, ())


def read(index: Path, dimension: int) -> Snapshot:
    """Give what the files hold, the vectors mapped; EMPTY when they are missing or damaged.

    Raises OSError where the machine lacks memory or open files.
    """
    try:
        return load(index, dimension)
    except FileNotFoundError:
        return EMPTY
    except UNUSABLE as error:
        if shortage(error):
            raise
        logger.warning("%s can't be used and is built anew: %s", index, error)
        return EMPTY


def load(index: Path, dimension: int, *, anew: bool = False) -> Snapshot:
    """Give what the files hold, the vectors mapped; see ``proven.prove`` for ``anew``.

    Raises FileNotFoundError where there is no index, and what is UNUSABLE where it is damaged.
    """
    for _ in range(TRIES):
        told = _manifest(index, dimension)
        try:
            found = tuple(_opened(index, each, dimension, anew) for each in told["segments"])
            return Snapshot(told["generation"], found)
        except FileNotFoundError as error:  # replaced meanwhile
            reason = error
    raise ValueError(str(reason)) from reason


def generation(index: Path, dimension: int) -> int:
    """Give the generation that the manifest tells; NEVER when it is missing or damaged."""
    try:
        return int(_manifest(index, dimension)["generation"])
    except UNUSABLE:
        return NEVER


def lists(index: Path) -> int:
    """Give how many lists of the base are read for a query; 0 where it has none."""
    try:
        told = sealed.read(_named(index, MANIFEST))["segments"]
        return max((each["lists"][1] for each in told if each["lists"]), default=0)
    except UNUSABLE:
        return 0


def write(
    index: Path, dimension: int, generation: int, groups: Iterable[Sequence[Segment]]
) -> Snapshot:
    """Put an index in place, each group as one segment, or nothing; give it mapped from there.

    What lies there already isn't written again; what isn't needed is deleted, or left for the
    next time where it can't be. The caller holds the lock of the index. Raises OSError.
    """
    written = tuple(_with_lists(index, _stored(index, group, dimension)) for group in groups)
    told = {
        "name": index.name,
        "dimension": dimension,
        "generation": generation,
        "segments": [
            {
                "file": each.file,
                "count": len(each.ids),
                "gone": each.gone.tolist(),
                "lists": [each.lists.file, each.lists.read] if each.lists else None,
            }
            for each in written
        ],
    }
    sealed.write(_named(index, MANIFEST), told)
    kept = {_named(index, name).name for name in (MANIFEST, proven.NOTES)}
    kept.add(atomic.lock_of(index).name)
    kept |= {name for each in written for name in _names(each)}
    for path in index.parent.glob(f"{index.name}.*"):
        if path.name not in kept:
            with suppress(OSError):
                path.unlink()
    return Snapshot(generation, written)


def is_there(index: Path, segment: Segment) -> bool:
    """Tell whether a segment has its files, as it has until another process merged it."""
    return bool(segment.file) and all(index.with_name(name).exists() for name in _names(segment))


def _names(segment: Segment) -> list[str]:
    """Give the names of the files that a segment is mapped from."""
    return [part.file for part in (segment, segment.lists) if part and part.file]


def _named(index: Path, suffix: str) -> Path:
    return index.with_name(f"{index.name}{suffix}")


def _manifest(index: Path, dimension: int) -> dict[str, Any]:
    told = sealed.read(_named(index, MANIFEST))
    if told["name"] != index.name:
        raise ValueError(f"it is that of {told['name']}")
    if told["dimension"] != dimension:
        raise ValueError(f"its vectors have {told['dimension']} dimensions, not {dimension}")
    return told


def _opened(index: Path, told: dict[str, Any], dimension: int, anew: bool) -> Segment:
    path = index.with_name(told["file"])
    proven.prove(index, path, anew=anew)
    with path.open("rb") as file:
        start = START.unpack(file.read(START.size))
    if start != (MAGIC, VERSION, dimension, told["count"]):
        raise ValueError(f"{path.name} is none of its segments")
    segment = _mapped(path, told["count"], dimension, np.array(told["gone"], np.int64))
    if not told["lists"]:
        return segment
    from retrieval.engines import ivf  # FAISS, which few archives need

    name, read = told["lists"]
    path = index.with_name(name)
    proven.prove(index, path, anew=anew)
    return replace(segment, lists=ivf.mapped(path, read))


def _mapped(path: Path, count: int, dimension: int, gone: Ids) -> Segment:
    rows_at = START.size + 8 * count
    with path.open("rb") as file:
        mapping = mmap(file.fileno(), 0, access=ACCESS_READ)
    ids = np.frombuffer(mapping, "<i8", count, START.size)
    rows = np.frombuffer(mapping, "<f4", count * dimension, rows_at).reshape(count, dimension)
    return Segment(ids, rows, gone, path.name, mapping)


def _stored(index: Path, group: Sequence[Segment], dimension: int) -> Segment:
    if len(group) == 1 and is_there(index, group[0]):
        return group[0]
    ids, rows = segments.gathered(group)
    path = atomic.add(index, VECTORS, _content(ids, rows, dimension))
    return _mapped(path, len(ids), dimension, np.empty(0, np.int64))


def _with_lists(index: Path, segment: Segment) -> Segment:
    if len(segment.ids) <= segments.LARGE or segment.lists:
        return segment
    from retrieval.engines import ivf

    lists = ivf.built(segment.rows)
    path = atomic.add(index, VECTORS, [ivf.content(lists)])
    return replace(segment, lists=ivf.mapped(path, lists.read))


def _content(ids: Ids, rows: Iterable[Vectors], dimension: int) -> Iterator[memoryview | bytes]:
    yield START.pack(MAGIC, VERSION, dimension, len(ids))
    yield ids.astype("<i8").tobytes()
    for part in rows:
        yield part.astype("<f4").tobytes()
