"""Sets of passage ids as sorted arrays of int64 without repetition."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


def minus(ids: Ids, others: Ids) -> Ids:
    """Give those of the ids that are not among the others, sorted."""
    return np.setdiff1d(ids, others, assume_unique=True)


def members(values: Ids, ids: Ids) -> NDArray[np.bool_]:
    """Tell for each value, in any order, whether it is one of the sorted ids."""
    at = np.searchsorted(ids, values)
    inside = at < len(ids)
    inside[inside] = ids[at[inside]] == values[inside]
    return inside


def blocks(ids: Ids, size: int) -> Iterator[Ids]:
    """Give the ids in consecutive pieces of at most ``size``."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
