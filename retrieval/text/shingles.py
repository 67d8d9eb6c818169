"""Near-duplicates: how much of their wording two texts share, from two small sketches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from heapq import nsmallest
from math import ceil

from retrieval.text.fold import fold

SKETCH_SIZE = 64
SHINGLE_WORDS = 4

_WORD = re.compile(r"\w+")


def sketch(text: str) -> tuple[int, ...]:
    """The 64 smallest 63-bit hashes of the text's four-word shingles, ascending.

    Bottom-k MinHash (Broder, "On the resemblance and containment of documents", 1997).
    The words are folded; the hashes are equal in every process and fit a signed 64-bit
    column. A shorter text is one shingle; a text without words has an empty sketch.
    """
    words = _WORD.findall(fold(text))
    count = max(len(words) - SHINGLE_WORDS, 0) + 1 if words else 0
    shingles = {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(count)}
    return tuple(nsmallest(SKETCH_SIZE, {_hash(shingle) for shingle in shingles}))


def resemblance(a: Sequence[int], b: Sequence[int]) -> float:
    """The share of shingles that two texts have in common (Jaccard, 0 to 1), estimated.

    Exact for texts of at most 64 distinct shingles together; 0 when either has no words.
    """
    if not a or not b:
        return 0.0
    smallest = nsmallest(SKETCH_SIZE, {*a, *b})
    return len(set(a).intersection(b, smallest)) / len(smallest)


def shared_at_least(least: float, a: Sequence[int]) -> int:
    """Give how many hashes another sketch shares with this one if they resemble so much."""
    return ceil(least * len(a) - 1e-9)


def _hash(shingle: str) -> int:
    return int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "big") >> 1
