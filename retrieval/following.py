"""The turn before as evidence: the articles that it quoted answer the next question sooner."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from retrieval.reader import Reading
from retrieval.types import Turn

FOLLOWED = 1.5
"""How much likelier (in log odds) an article answers that was quoted in the turn before.

Chosen on questions of NewsQA, asked after another one about the same article or a different one
(benchmarks/README.md).
"""


def follow(readings: Sequence[Reading], previous: Sequence[Turn]) -> tuple[list[Reading], float]:
    """Give readings as the turns before let them appear, and the log odds that they are short of.

    Where an article that was quoted last answers best, all others are less probable, and what is
    told may be that much less probable than otherwise. Lists are measured by the best item, so
    that the probabilities of the best article stay as they are.
    """
    quoted = next((turn.articles for turn in reversed(previous) if turn.articles), ())
    inside = max((one.probability for one in readings if _of(one, quoted)), default=0.0)
    others = max((one.probability for one in readings if not _of(one, quoted)), default=0.0)
    if not inside or likelier(inside, FOLLOWED) < others:
        return list(readings), 0.0
    return [one if _of(one, quoted) else _lowered(one) for one in readings], FOLLOWED


def likelier(probability: float, by: float) -> float:
    """Give a probability raised by log odds."""
    return 1 / (1 + math.exp(-by) * (1 / probability - 1)) if by and probability else probability


def _of(reading: Reading, articles: Sequence[str]) -> bool:
    return reading.hit.article.id in articles


def _lowered(reading: Reading) -> Reading:
    def less(probability: float) -> float:
        return likelier(probability, -FOLLOWED)

    spans = tuple(replace(one, probability=less(one.probability)) for one in reading.spans)
    return Reading(reading.hit, less(reading.probability), spans, less(reading.relevance))
