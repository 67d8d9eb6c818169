"""Approximate search of a large segment: FAISS's inverted lists of vectors in 8 bits a number.

The vectors are put into lists around centres, and only the lists nearest to a query are read: so
many that nearly all of the ten nearest are found of queries that lie as far from passages as
questions do. What is found is compared again with the whole vectors, so that scores are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.engines.base import Vectors
from retrieval.engines.ids import Ids, blocks

LISTS = 2
"""Lists for each square root of the number of vectors."""

TRAINED = 48
"""Vectors for each list that its centre is learnt from."""

ROUNDS = 10
"""Rounds in which the centres are learnt."""

RECALL = 0.98
"""Share of the ten nearest that must be found, to tell how many lists to read."""

STEP = 1.3
"""So many times as many lists are tried next."""

ASKED = 256
"""Queries that are asked for that."""

NOISE = 3.0
"""Length of the noise that makes a query of a passage, whose length is 1. At 1,000,000 passages
their ten nearest were as hard to find as those of questions (of 64 lists read both had .988), and
those of passages far easier."""

FOUND = 2
"""Candidates that are compared with their whole vectors, for each one wanted."""


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """``index`` holds a segment's places; ``read`` lists are read for a query."""

    index: faiss.IndexIVF
    read: int
    file: str | None = None


def built(rows: Vectors) -> Lists:
    """Sort vectors, shape (count, dimension), into lists."""
    count, dimension = rows.shape
    size = int(LISTS * count**0.5)
    quantizer = faiss.IndexFlatIP(dimension)
    kind = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dimension, size, kind, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.max_points_per_centroid = ROUNDS, TRAINED
    rng = np.random.default_rng(0)
    index.train(rows[_some(rng, count, TRAINED * size)])
    for block in blocks(np.arange(count), 1 << 16):
        index.add(rows[block])
    asked = _asked(rng, rows)
    lists, expected = Lists(index, size), _exact(rows, asked)
    for read in _tried(size):
        lists = replace(lists, read=read)
        found = [nearest(lists, query, 10, None) for query in asked]
        shares = [np.isin(best, some).mean() for best, some in zip(expected, found, strict=True)]
        if np.mean(shares) >= RECALL:
            break
    return lists


def content(lists: Lists) -> memoryview:
    """Give the lists as they lie in a file."""
    return faiss.serialize_index(lists.index).data


def mapped(path: Path, read: int) -> Lists:
    """Give lists that lie in a file, which must be sound; they are read as they are needed.

    Raises FileNotFoundError when it is gone.
    """
    try:
        index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    except RuntimeError as error:  # all that FAISS tells of a file that it can't open
        raise FileNotFoundError(f"{path.name} is gone") from error
    lists: Any = faiss.downcast_InvertedLists(index.invlists)
    lists.prefetch_nthread = 0  # as many threads would be started for each query
    return Lists(index, read, path.name)


def nearest(lists: Lists, query: Vectors, k: int, mask: NDArray[np.bool_] | None) -> Ids:
    """Give the places of the k nearest and some more, as far as the lists that are read hold them.

    With a ``mask`` of all places only those are found that it selects; the fewer these are, the
    more lists are read. So are where they hold fewer than k.
    """
    faiss.omp_set_num_threads(1)  # a setting of the calling thread
    read, limit, within = lists.read, FOUND * k, {}
    if mask is not None:
        share = max(1, int(np.count_nonzero(mask))) / len(mask)
        read = int(read / share**0.5)
        bits: Any = np.packbits(mask, bitorder="little")
        within["sel"] = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg]
    while True:
        parameters: Any = faiss.SearchParametersIVF(
            nprobe=min(read, lists.index.nlist),
            **within,  # type: ignore[call-arg]
        )
        found = lists.index.search(query.reshape(1, -1), limit, params=parameters)
        scores, places = found[0][0], found[1][0]
        if places[k - 1] < 0 and read < lists.index.nlist:
            read *= 4
        elif places[-1] >= 0 and scores[k - 1] == scores[-1]:  # there may be more ties
            limit *= 4
        else:
            return np.sort(places[places >= 0])


def _asked(rng: np.random.Generator, rows: Vectors) -> Vectors:
    """Give queries that lie as far from some rows as questions do, of any length."""
    asked = rows[_some(rng, len(rows), ASKED)]
    noise = rng.standard_normal(asked.shape, dtype=np.float32)
    return asked + NOISE * noise / np.float32(np.sqrt(asked.shape[1]))


def _exact(rows: Vectors, queries: Vectors) -> Ids:
    """Give the places of the ten nearest of each, shape (len(queries), 10)."""
    scores = np.empty((len(queries), 0), np.float32)
    places = np.empty((len(queries), 0), np.int64)
    for block in blocks(np.arange(len(rows)), 1 << 16):
        products = queries @ rows[block].T
        scores = np.hstack([scores, products])
        places = np.hstack([places, np.broadcast_to(block, products.shape)])
        best = np.argpartition(-scores, min(10, len(rows) - 1), axis=1)[:, :10]
        scores = np.take_along_axis(scores, best, 1)
        places = np.take_along_axis(places, best, 1)
    return places


def _some(rng: np.random.Generator, count: int, wanted: int) -> Ids:
    return np.sort(rng.choice(count, min(wanted, count), replace=False))


def _tried(most: int) -> Iterator[int]:
    read = 4.0
    while read < most:
        yield int(read)
        read *= STEP
    yield most
