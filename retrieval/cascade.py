"""A cascade of reading: the likely passages first, and the others as far as they can matter.

Where the likely ones give an answer, of the others only those are read that hold its last word:
they can agree with it, and be quoted beside it. benchmarks/README.md tells what that saves.
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.text import fold
from retrieval.types import Hit, Turn

NEAR = 0.8
"""Share of the best passage's fused score at which another one is likely."""

FIRST = 5
"""Passages that are likely whatever their scores."""

SURE = 0.22
"""Probability of the first answer from which the others are narrowed to those that hold it."""


def parted(hits: Sequence[Hit], previous: Sequence[Turn]) -> tuple[list[Hit], list[Hit]]:
    """Give the likely hits and the others, each in their order.

    Those of articles that were quoted before are likely.
    """
    quoted = {id for turn in previous for id in turn.articles}
    least = NEAR * max((hit.scores.fused for hit in hits), default=0.0)
    likely: list[Hit] = []
    others: list[Hit] = []
    for place, hit in enumerate(hits):
        near = place < FIRST or hit.scores.fused >= least or hit.article.id in quoted
        (likely if near else others).append(hit)
    return likely, others


def telling(hits: Sequence[Hit], answers: Sequence[str]) -> list[Hit]:
    """Give the hits that hold the last word of an answer: of a full name the surname."""
    last = {words[-1] for answer in answers if (words := fold(answer).split())}
    folded = ((hit, fold(hit.text)) for hit in hits)
    return [hit for hit, text in folded if any(word in text for word in last)]
