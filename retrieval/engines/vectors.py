"""Dense search: the inner product of unit vectors, of a base and what came since."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from operator import is_
from pathlib import Path

import numpy as np

from retrieval.engines import segment_files, segments
from retrieval.engines.atomic import locked
from retrieval.engines.base import NEVER, Vectors
from retrieval.engines.ids import Ids, blocks, members, minus
from retrieval.engines.segment_files import EMPTY, Snapshot
from retrieval.engines.segments import Segment

Fetch = Callable[[Ids], Vectors]

BLOCK = 16_384
"""Vectors fetched at a time."""

WAIT_S = 5.0
"""How long saving waits for another process that saves."""

MERGED = 8
"""The base is written anew when what came and went since is more than this part of it."""

logger = logging.getLogger(__name__)


class VectorIndex:
    """The vectors of passages, in files that begin with ``path``.

    What is synced is held in memory until it is saved. Searches see one state, whatever is
    synced or saved meanwhile.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._dimension = dimension
        self._read = False
        self._snapshot = EMPTY
        self._saved = EMPTY
        self._refused = NEVER
        self._lock = threading.Lock()
        self._saving = threading.Lock()

    @property
    def generation(self) -> int:
        """The generation that it stands at, read from the files at first; NEVER for none."""
        with self._lock:
            return self._current().generation

    @property
    def ids(self) -> Ids:
        """The ids held, growing."""
        return self._snapshot.ids

    def __len__(self) -> int:
        return len(self._snapshot)

    def sync(self, generation: int, ids: Ids, fetch: Fetch, *, anew: bool = False) -> None:
        """Hold exactly ``ids`` (growing), with ``anew`` nothing that is held now.

        ``fetch`` gives the unit vectors of some ids, shape (len(ids), dimension), in their
        order. Searches go on with the former vectors until the new ones are complete. Raises
        ValueError when ``fetch`` gives another shape, and whatever ``fetch`` raises.
        """
        with self._lock:
            before = self._current()
            if anew and before.generation != NEVER:
                logger.warning("%s is of another history and is built anew", self._path)
                self._refused, before = before.generation, EMPTY
            gone = minus(before.ids, ids)
            self._snapshot = self._moved(before, generation, ids, gone, fetch)

    def change(self, generation: int, upserts: Ids, deletes: Ids, fetch: Fetch) -> None:
        """Hold ``upserts`` besides, and no ``deletes`` (both growing), as ``sync`` does."""
        with self._lock:
            before = self._current()
            self._snapshot = self._moved(before, generation, upserts, deletes, fetch)

    def save(self) -> None:
        """Write what was synced, unless the files hold it or something newer.

        Joins segments when enough has come. Raises OSError when they can't be written or
        the disk is full, BlockingIOError (one too) when another process is writing; what was
        written before is whole then.
        """
        with self._saving:
            snapshot = self._snapshot
            if snapshot is self._saved:
                return
            with locked(self._path, WAIT_S):
                there = segment_files.generation(self._path, self._dimension)
                if there > snapshot.generation and there != self._refused:
                    logger.debug("%s is newer: left as it is", self._path)
                    return
                written = segment_files.write(
                    self._path, self._dimension, snapshot.generation, self._groups(snapshot)
                )
            with self._lock:
                self._saved = written
                self._snapshot = self._since(written, snapshot, self._snapshot)

    def search(
        self, vector: Vectors, k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """Give the k ids of greatest inner product with it, best first, ties by id.

        ``vector`` has shape (dimension,). With ``allowed`` (sorted) only these ids are
        compared, and the result is as exact.
        """
        snapshot = self._snapshot
        if k < 1 or not len(snapshot):
            return []
        query = np.ascontiguousarray(vector, np.float32)
        if not query.any():  # nothing is compared: the first ids
            ids = snapshot.ids
            if allowed is not None:
                ids = allowed[members(allowed, ids)]
            return [(id, 0.0) for id in ids[:k].tolist()]
        found = [segments.nearest(each, query, k, allowed) for each in snapshot.segments]
        ids, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
        best = np.lexsort((ids, -scores))[:k]
        return list(zip(ids[best].tolist(), scores[best].tolist(), strict=True))

    def _current(self) -> Snapshot:
        if not self._read:
            self._snapshot = self._saved = segment_files.read(self._path, self._dimension)
            if self._snapshot is EMPTY:  # or what is there can't be used, however new it is
                self._refused = segment_files.generation(self._path, self._dimension)
            self._read = True
        if any(each.is_cut for each in self._snapshot.segments):
            logger.warning("%s was cut short while it was open, and is built anew", self._path)
            self._snapshot = EMPTY  # reading what is mapped and gone would end the process
        return self._snapshot

    def _moved(
        self, before: Snapshot, generation: int, upserts: Ids, deletes: Ids, fetch: Fetch
    ) -> Snapshot:
        held = tuple(segment.without(deletes) for segment in before.segments)
        new = upserts
        for segment in held:
            new = minus(new, segment.ids[segment.places(new)])
        if not len(new):
            same = generation == before.generation and all(map(is_, held, before.segments))
            return before if same else Snapshot(generation, _tidied(held))
        return Snapshot(generation, _tidied((*held, self._fetched(new, fetch))))

    def _fetched(self, ids: Ids, fetch: Fetch) -> Segment:
        rows = np.empty((len(ids), self._dimension), np.float32)
        for block in blocks(np.arange(len(ids)), BLOCK):
            vectors = np.asarray(fetch(ids[block]))
            expected = (len(block), self._dimension)
            if vectors.shape != expected:
                raise ValueError(f"fetched vectors have shape {vectors.shape}, not {expected}")
            rows[block] = vectors
        return segments.in_memory(ids.copy(), rows)

    def _groups(self, snapshot: Snapshot) -> list[tuple[Segment, ...]]:
        """Tell which segments to write as one: those that are worth the writing."""
        if not len(snapshot):
            return []
        base, *deltas = snapshot.segments
        changed = len(base.gone) + sum(map(len, deltas))
        if not segment_files.is_there(self._path, base) or MERGED * changed > len(base.ids):
            return [tuple(replace(segment, file=None) for segment in snapshot.segments)]
        return [(base,), *segments.grouped(deltas)]

    def _since(self, written: Snapshot, old: Snapshot, new: Snapshot) -> Snapshot:
        """Give ``written``, which holds what ``old`` did, moved to what ``new`` holds."""
        if new is old:
            return written
        ids = new.ids
        return self._moved(
            written, new.generation, ids, minus(written.ids, ids), lambda some: _of(new, some)
        )


def _tidied(held: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Give the segments, the base first, with some joined that lie in memory only."""
    files = [segment for segment in held[1:] if segment.file]
    others = segments.grouped([segment for segment in held[1:] if not segment.file])
    return (*held[:1], *files, *map(segments.joined, others))


def _of(snapshot: Snapshot, ids: Ids) -> Vectors:
    rows = np.empty((len(ids), snapshot.segments[0].rows.shape[1]), np.float32)
    for segment in snapshot.segments:
        places = segment.places(ids)
        rows[np.searchsorted(ids, segment.ids[places])] = segment.rows[places]
    return rows
