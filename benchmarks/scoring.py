"""What only benchmarks score: names within answers, when to speak, how true probabilities are.

Exact match, F1 and the F1 of lists are those of ``quoth eval`` (bot/evaluation/scoring.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.evaluation.scoring import mean
from retrieval.text import fold

RIGHT = 0.6
"""Token F1 from which an answer counts as right."""


def named_f1(predicted: Sequence[str], golds: Sequence[str], allowed: Sequence[str] = ()) -> float:
    """Give the F1 (0 to 1) of a list of answers, each right where it contains a gold.

    What contains one of ``allowed`` counts neither for nor against.
    """
    told = [fold(text) for text in predicted]
    right = [text for text in told if any(fold(gold) in text for gold in golds)]
    wrong = [text for text in told if not any(fold(one) in text for one in (*golds, *allowed))]
    found = sum(any(fold(gold) in text for text in told) for gold in golds)
    if not right:
        return 0.0
    precision, recall = len(right) / (len(right) + len(wrong)), found / len(golds)
    return 2 * precision * recall / (precision + recall)


@dataclass(frozen=True, slots=True)
class Choice:
    """A question on which to speak or not, and what either scores."""

    confidence: float
    spoken: float
    silent: float

    def score(self, threshold: float) -> float:
        """Give what is scored when only answers at or over the threshold are given."""
        return self.spoken if self.confidence >= threshold else self.silent


def best_threshold(choices: Sequence[Choice]) -> float:
    """Give the threshold that scores most; infinity where silence does, always."""
    ordered = sorted(choices, key=lambda choice: -choice.confidence)
    gain = most = 0.0
    best = float("inf")
    for confidence, alike in groupby(ordered, key=lambda choice: choice.confidence):
        gain += sum(choice.spoken - choice.silent for choice in alike)
        if gain > most:
            best, most = confidence, gain
    return best


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like probability: how many, their mean probability, how many were right."""

    count: int
    said: float
    right: float


def reliability(answers: Sequence[tuple[float, float]], bins: int = 10) -> list[Bin]:
    """Sort (probability, right) into bins of equal mass, the least probable first.

    ``right`` is 0 or 1, or a share in between. There are fewer bins where there are fewer answers.
    """
    ordered = sorted(answers, key=lambda answer: answer[0])
    edges = [len(ordered) * edge // bins for edge in range(bins + 1)]
    cut = [ordered[a:b] for a, b in pairwise(edges) if a < b]
    return [Bin(len(part), mean([p for p, _ in part]), mean([r for _, r in part])) for part in cut]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Give the expected calibration error: the mean of |said - right| over all answers."""
    total = sum(item.count for item in bins)
    return sum(item.count * abs(item.said - item.right) for item in bins) / max(total, 1)
