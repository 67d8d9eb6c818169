"""The seam between search and answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from retrieval.reader.calibration import Calibration
from retrieval.types import Hit, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage.

    ``probability`` (0 to 1) is that of the passage holding an answer. ``spans`` are its
    possible answers, the most probable first, none overlapping another. ``relevance`` (0 to 1)
    is the probability that it holds the answer by what the search says of it alone.
    """

    hit: Hit
    probability: float
    spans: tuple[Span, ...]
    relevance: float = 0.0


class Reader(Protocol):
    """Finds what answers a question in passages; may be used from several threads at once."""

    def warm(self) -> None:
        """Load what reading needs, so that the first question doesn't wait for it."""
        ...

    @property
    def calibration(self) -> Calibration:
        """What its probabilities are made with, and how high they must be to be told."""
        ...

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Read each hit's passage, in the order of the hits.

        A probability doesn't depend on how many other passages were read.
        """
        ...


def reranked(readings: Sequence[Reading]) -> list[Hit]:
    """Give the hits with their probability as ``scores.reader``, the most probable first."""
    ordered = sorted(readings, key=lambda item: (-item.probability, item.hit.rank))
    return [
        replace(item.hit, scores=replace(item.hit.scores, reader=item.probability))
        for item in ordered
    ]
