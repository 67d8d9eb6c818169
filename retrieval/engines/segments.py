"""Segments: sets of passages with their vectors, in memory or mapped from a file, never changed.

An index is a base and what came since, each a segment. A passage that goes is marked in its
segment until segments are joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from mmap import MADV_DONTNEED, mmap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.engines.ids import Ids, blocks, members

if TYPE_CHECKING:
    from retrieval.engines.ivf import Lists

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

BLOCK = 4096
"""Rows read at a time where they don't lie together."""

ROUNDING = 1e-4
"""More than what two ways of computing the product of two unit vectors differ by."""

LARGE = 300_000
"""Vectors of a segment above which it has lists."""

FEW = 20_000
"""Passages that are compared one by one where others are left out, however many these are."""

SCATTERED = 4
"""Rows read one after another in the time of one that is looked up, about."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """``rows[i]`` is the vector of ``ids[i]`` (growing); ``gone`` are places of removed ones.

    ``file`` names the file that it is mapped from: that of its content. A large one has its
    vectors in ``lists`` too, and gives the memory back that looking at single rows has mapped.
    """

    ids: Ids
    rows: Vectors
    gone: Rows
    file: str | None = None
    mapping: mmap | None = None
    lists: Lists | None = None

    def __len__(self) -> int:
        return len(self.ids) - len(self.gone)

    @property
    def is_cut(self) -> bool:
        """Tell whether its file has become shorter than what is mapped."""
        return self.mapping is not None and self.mapping.size() < len(self.mapping)

    @property
    def held(self) -> Ids:
        """The ids that are not removed, growing."""
        return np.delete(self.ids, self.gone) if len(self.gone) else self.ids

    def places(self, ids: Ids) -> Rows:
        """Give the places of those of the ids (growing) that are held, growing."""
        at = np.searchsorted(self.ids, ids)
        at, ids = at[at < len(self.ids)], ids[at < len(self.ids)]
        found: Rows = at[self.ids[at] == ids]
        return found[~members(found, self.gone)] if len(self.gone) else found

    def without(self, ids: Ids) -> Segment:
        """Give the segment with some ids removed."""
        places = self.places(ids)
        return replace(self, gone=np.union1d(self.gone, places)) if len(places) else self


def in_memory(ids: Ids, rows: Vectors) -> Segment:
    """Give a segment of vectors, shape (len(ids), dimension)."""
    return Segment(ids, rows, np.empty(0, np.int64))


def gathered(segments: Sequence[Segment]) -> tuple[Ids, Iterator[Vectors]]:
    """Give the ids that some segments hold, growing, and their vectors in blocks, in that order."""
    ids = np.concatenate([segment.held for segment in segments])
    order = np.argsort(ids, kind="stable")
    of = np.repeat(np.arange(len(segments)), [len(segment) for segment in segments])[order]
    ids = ids[order]
    return ids, (
        _picked(segments, ids[block], of[block]) for block in blocks(np.arange(len(ids)), BLOCK)
    )


def joined(segments: Sequence[Segment]) -> Segment:
    """Give what some segments hold as one, in memory."""
    if len(segments) == 1:
        return segments[0]
    ids, parts = gathered(segments)
    rows = np.empty((len(ids), segments[0].rows.shape[1]), np.float32)
    for start, part in zip(range(0, len(ids), BLOCK), parts, strict=True):
        rows[start : start + len(part)] = part
    return in_memory(ids, rows)


def grouped(deltas: Sequence[Segment]) -> list[tuple[Segment, ...]]:
    """Tell which neighbours to join, so that each is at least twice as large as the next one.

    So their number, and how often a passage is copied, grow with the logarithm of theirs.
    """
    groups: list[tuple[Segment, ...]] = []
    for segment in deltas:
        group: tuple[Segment, ...] = (segment,)
        while groups and _size(groups[-1]) < 2 * _size(group):
            group = (*groups.pop(), *group)
        groups.append(group)
    return [group for group in groups if _size(group)]


def nearest(segment: Segment, query: Vectors, k: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
    """Give at least the k ids of the greatest inner products with a query, and these, in any order.

    The product of a vector is the same whatever is beside it. ``allowed`` is growing. What has
    lists, and is not narrowed to FEW, is searched nearly exactly.
    """
    places = None if allowed is None else segment.places(allowed)
    if segment.lists and (places is None or len(places) > FEW):
        from retrieval.engines import ivf  # FAISS, which few archives need

        best = ivf.nearest(segment.lists, query, k, _mask(segment, places))
    elif places is None:
        products = segment.rows @ query
        products[segment.gone] = -np.inf
        best = _best(products, min(k, len(segment)))
    else:
        best = places[_best(_products(segment.rows, places, query), min(k, len(places)))]
    found = segment.ids[best], exact(segment.rows[best], query)
    if segment.lists and segment.mapping:
        segment.mapping.madvise(MADV_DONTNEED)  # in ten questions the whole file would be mapped
    return found


def _mask(segment: Segment, places: Rows | None) -> NDArray[np.bool_] | None:
    if places is None and not len(segment.gone):
        return None
    mask = np.full(len(segment.ids), places is None)
    if places is None:
        mask[segment.gone] = False
    else:
        mask[places] = True
    return mask


def exact(rows: Vectors, query: Vectors) -> Vectors:
    """Give the products of rows with a query, rounded once."""
    products = np.einsum("ij,j->i", rows.astype(np.float64), query.astype(np.float64))
    return np.asarray(products, np.float32)


def _size(group: Sequence[Segment]) -> int:
    return sum(map(len, group))


def _best(products: Vectors, k: int) -> Rows:
    """Give the places of the k greatest products, and of all that may be as great."""
    if k < 1:
        return np.empty(0, np.int64)
    least = np.partition(products, len(products) - k)[len(products) - k]
    return np.flatnonzero(products >= least - ROUNDING)


def _products(rows: Vectors, places: Rows, query: Vectors) -> Vectors:
    if SCATTERED * len(places) > len(rows):
        products: Vectors = (rows @ query)[places]
        return products
    parts = [rows[block] @ query for block in blocks(places, BLOCK)]
    return np.concatenate(parts) if parts else np.empty(0, np.float32)


def _picked(segments: Sequence[Segment], ids: Ids, of: Rows) -> Vectors:
    rows = np.empty((len(ids), segments[0].rows.shape[1]), np.float32)
    for number, segment in enumerate(segments):
        mine = of == number
        rows[mine] = segment.rows[segment.places(ids[mine])]
    return rows
