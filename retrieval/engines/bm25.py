"""What BM25 is counted with, whichever engine counts it."""

from __future__ import annotations

import math

TITLE_BOOST = 0.2
"""Weight of a term found in the title; in the body it is 1. Chosen by benchmarks/retrieval.py: a
title that was made from the first sentence counts twice for the passage that holds it."""


def rarity(passages: int, having: int) -> float:
    """Give the inverse document frequency of a term that some of the passages hold (above 0)."""
    return math.log(1 + (max(0, passages - having) + 0.5) / (having + 0.5))
