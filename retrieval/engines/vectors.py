"""Dense search: the exact inner product of unit vectors, in FAISS."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.engines import vector_file
from retrieval.engines.atomic import locked
from retrieval.engines.base import Vectors
from retrieval.engines.ids import Ids, blocks, members, minus
from retrieval.engines.vector_file import Snapshot

Fetch = Callable[[Ids], Vectors]

BLOCK = 16_384
"""Vectors fetched at a time."""

WAIT_S = 5.0
"""How long saving waits for another process that saves."""

logger = logging.getLogger(__name__)


class VectorIndex:
    """The vectors of passages, in memory and in one file."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._dimension = dimension
        self._snapshot: Snapshot | None = None
        self._unsaved = False
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        """The generation last synced to; -1 before."""
        return self._snapshot.generation if self._snapshot else -1

    @property
    def ids(self) -> Ids:
        """The ids held, growing."""
        return self._snapshot.ids if self._snapshot else np.empty(0, np.int64)

    def sync(self, generation: int, ids: Ids, fetch: Fetch) -> None:
        """Hold exactly ``ids`` (growing), reading the file first if nothing is held yet.

        ``fetch`` gives the unit vectors of some ids, shape (len(ids), dimension), in their
        order. Searches go on with the former vectors until the new ones are complete. Raises
        ValueError when ``fetch`` gives another shape, and whatever ``fetch`` raises.
        """
        with self._lock:
            before = self._snapshot or vector_file.read(self._path, self._dimension)
            before = before or vector_file.empty(self._dimension)
            self._snapshot = self._moved(before, generation, ids.copy(), fetch)
            self._unsaved |= self._snapshot is not before

    def save(self) -> None:
        """Write what was synced to the file, unless that holds it or something newer.

        Raises OSError when the folder can't be written or the disk is full, BlockingIOError
        (one too) when another process is writing; the former file is whole then.
        """
        snapshot = self._snapshot
        if snapshot is None or not self._unsaved:
            return
        with locked(self._path, WAIT_S):
            if self._newer_on_file(snapshot):
                logger.debug("%s is newer: left as it is", self._path)
                return
            vector_file.write(self._path, snapshot)
        with self._lock:
            self._unsaved = self._snapshot is not snapshot

    def search(
        self, vector: Vectors, k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """Give the k ids of greatest inner product with it, best first, ties by id.

        ``vector`` has shape (dimension,). With ``allowed`` (sorted) only these ids are
        compared, and the result is as exact.
        """
        snapshot = self._snapshot
        if snapshot is None:
            return []
        count, parameters = len(snapshot.ids), None
        if allowed is not None:
            mask = members(snapshot.ids, allowed)
            count, parameters = int(mask.sum()), _only(mask)
        if k < 1 or not count:
            return []
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        rows, scores = _nearest(snapshot.flat, query, min(k, count), count, parameters)
        return list(zip(snapshot.ids[rows].tolist(), scores.tolist(), strict=True))

    def _newer_on_file(self, snapshot: Snapshot) -> bool:
        if vector_file.generation(self._path) <= snapshot.generation:
            return False
        return vector_file.read(self._path, self._dimension) is not None

    def _moved(self, before: Snapshot, generation: int, ids: Ids, fetch: Fetch) -> Snapshot:
        """Give the snapshot of ``ids``, from the vectors of ``before`` as far as it has them."""
        if np.array_equal(before.ids, ids):
            same = before.generation == generation
            return before if same else replace(before, generation=generation)
        flat = _sized(len(ids), self._dimension)
        rows = _rows(flat)
        kept = _rows(before.flat)[_index(members(before.ids, ids))]
        rows[_index(members(ids, before.ids))] = kept
        for block in blocks(minus(ids, before.ids), BLOCK):
            rows[np.searchsorted(ids, block)] = self._fetched(block, fetch)
        return Snapshot(generation, ids, flat)

    def _fetched(self, ids: Ids, fetch: Fetch) -> Vectors:
        vectors = np.ascontiguousarray(fetch(ids), np.float32)
        expected = (len(ids), self._dimension)
        if vectors.shape != expected:
            raise ValueError(f"fetched vectors have shape {vectors.shape}, not {expected}")
        return vectors


def _sized(count: int, dimension: int) -> faiss.IndexFlatIP:
    """Give an index with room for ``count`` vectors: ``add`` would move them as it grows."""
    flat = faiss.IndexFlatIP(dimension)
    flat.codes.resize(count * flat.code_size)
    flat.ntotal = count
    return flat


def _rows(flat: faiss.IndexFlatIP) -> Vectors:
    """Give the vectors of an index as a view, good for as long as the index lives."""
    return faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(-1, flat.d)


def _index(mask: NDArray[np.bool_]) -> NDArray[np.bool_] | slice:
    """Give a slice for a mask that starts with all it selects: slices are copied much faster."""
    count = int(mask.sum())
    return slice(count) if mask[:count].all() else mask


def _nearest(
    flat: faiss.IndexFlatIP,
    query: Vectors,
    k: int,
    count: int,
    parameters: faiss.SearchParameters | None,
) -> tuple[NDArray[np.int64], Vectors]:
    """Give the rows and scores of the k best of ``count`` rows.

    FAISS keeps any of the rows that tie for the last place, so more are asked for until the
    last place is clear.
    """
    faiss.omp_set_num_threads(1)  # a setting of the calling thread; one query uses one anyway
    limit = min(k + 1, count)
    while True:
        found, at = flat.search(query, limit, params=parameters)
        scores, rows = found[0], at[0]
        if limit == count or scores[k - 1] > scores[-1]:
            best = np.lexsort((rows, -scores))[:k]
            return rows[best], scores[best]
        limit = min(4 * limit, count)


def _only(mask: NDArray[np.bool_]) -> faiss.SearchParameters:
    selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
    return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
