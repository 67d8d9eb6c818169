"""The folder of a vector index.

    manifest            sealed JSON: the index's name, its dimension, the generation that it
                        stands at, and its segments (file, count, what is removed), the base first
    <SHA-256>.segment   32 bytes: magic, version, dimension (uint32), count (uint64), zeros;
                        count x int64: ids, growing; count x dimension x float32: their vectors
    <SHA-256>.ivf       of a large segment: what FAISS writes; "lists" in the manifest tells the
                        name, and how many lists are read for a query

All numbers are little-endian. A file bears the hash of its content as its name and never
changes, and what the manifest doesn't name doesn't count: so nothing is ever half-written, and
what is damaged, cut short or of another index is noticed, and made again from the database.
"""

from __future__ import annotations

import hashlib
import logging
import struct
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.engines import atomic, sealed, segments
from retrieval.engines.base import NEVER
from retrieval.engines.ids import Ids
from retrieval.engines.segments import Segment, Vectors

MANIFEST = "manifest"
MAGIC = b"QUOTHSEG"
VERSION = 1
START = struct.Struct("<8sIIQ8x")

TRIES = 5
"""How often a folder is read that another process is changing."""

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


def read(folder: Path, dimension: int) -> Snapshot:
    """Give what a folder holds, its vectors mapped; EMPTY when it is missing or damaged."""
    for _ in range(TRIES):
        try:
            told = _manifest(folder, dimension)
            found = tuple(_opened(folder, each, dimension) for each in told["segments"])
            return Snapshot(told["generation"], found)
        except FileNotFoundError as error:
            if error.filename == str(folder / MANIFEST):
                return EMPTY
            reason: Exception = error  # replaced meanwhile
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = error
            break
    logger.warning("%s can't be used and is built anew: %s", folder, reason)
    return EMPTY


def generation(folder: Path, dimension: int) -> int:
    """Give the generation that the manifest tells; NEVER when it is missing or damaged."""
    try:
        return int(_manifest(folder, dimension)["generation"])
    except (OSError, ValueError, KeyError, TypeError):
        return NEVER


def lists(folder: Path) -> int:
    """Give how many lists of the base are read for a query; 0 where it has none."""
    try:
        return max(
            (
                each["lists"][1]
                for each in sealed.read(folder / MANIFEST)["segments"]
                if each["lists"]
            ),
            default=0,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def write(
    folder: Path, dimension: int, generation: int, groups: Iterable[Sequence[Segment]]
) -> Snapshot:
    """Put an index in place, each group as one segment, or nothing; give it mapped from there.

    What lies there already isn't written again; what isn't needed is deleted. The caller
    holds the lock of the folder. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = tuple(_with_lists(folder, _stored(folder, group, dimension)) for group in groups)
    told = {
        "name": folder.name,
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
    sealed.write(folder / MANIFEST, told)
    files = {each.file for each in written} | {each.lists.file for each in written if each.lists}
    _clear(folder, {MANIFEST, *files})
    return Snapshot(generation, written)


def is_there(folder: Path, segment: Segment) -> bool:
    """Tell whether a segment has its files, as it has until another process merged it."""
    files = [segment.file, *([segment.lists.file] if segment.lists else [])]
    return all(name and (folder / name).exists() for name in files)


def _manifest(folder: Path, dimension: int) -> dict[str, Any]:
    told = sealed.read(folder / MANIFEST)
    if told["name"] != folder.name:
        raise ValueError(f"it is that of {told['name']}")
    if told["dimension"] != dimension:
        raise ValueError(f"its vectors have {told['dimension']} dimensions, not {dimension}")
    return told


def _opened(folder: Path, told: dict[str, Any], dimension: int) -> Segment:
    path = folder / told["file"]
    with path.open("rb") as file:
        _compare_hash(path, file)
        file.seek(0)
        start = START.unpack(file.read(START.size))
    if start != (MAGIC, VERSION, dimension, told["count"]):
        raise ValueError(f"{path.name} is none of its segments")
    segment = _mapped(path, told["count"], dimension, np.array(told["gone"], np.int64))
    if not told["lists"]:
        return segment
    from retrieval.engines import ivf  # FAISS, which few archives need

    name, read = told["lists"]
    with (folder / name).open("rb") as file:
        _compare_hash(folder / name, file)
    return replace(segment, lists=ivf.mapped(folder / name, read))


def _compare_hash(path: Path, file: BufferedReader) -> None:
    if hashlib.file_digest(file, "sha256").hexdigest() != path.stem:
        raise ValueError(f"{path.name} is damaged or cut short")


def _mapped(path: Path, count: int, dimension: int, gone: Ids) -> Segment:
    rows_at = START.size + 8 * count
    ids = np.memmap(path, "<i8", "r", START.size, (count,))
    rows = np.memmap(path, "<f4", "r", rows_at, (count, dimension))
    return Segment(np.asarray(ids), np.asarray(rows), gone, path.name)


def _stored(folder: Path, group: Sequence[Segment], dimension: int) -> Segment:
    if len(group) == 1 and is_there(folder, group[0]):
        return group[0]
    ids, rows = segments.gathered(group)
    parts = _content(ids, rows, dimension)
    path = atomic.add(folder, ".segment", parts)
    return _mapped(path, len(ids), dimension, np.empty(0, np.int64))


def _with_lists(folder: Path, segment: Segment) -> Segment:
    if len(segment.ids) <= segments.LARGE or segment.lists:
        return segment
    from retrieval.engines import ivf

    lists = ivf.built(segment.rows)
    path = atomic.add(folder, ".ivf", [ivf.content(lists)])
    return replace(segment, lists=ivf.mapped(path, lists.read))


def _content(ids: Ids, rows: Iterable[Vectors], dimension: int) -> Iterator[memoryview | bytes]:
    yield START.pack(MAGIC, VERSION, dimension, len(ids))
    yield ids.astype("<i8").tobytes()
    for part in rows:
        yield part.astype("<f4").tobytes()


def _clear(folder: Path, kept: Set[str | None]) -> None:
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink(missing_ok=True)
