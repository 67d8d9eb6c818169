"""How answers are scored: SQuAD's exact match and token F1, sets of answers, calibration.

SQuAD compares answers in small letters, without ASCII punctuation, the articles "a", "an" and
"the", and spare white space. ``folded`` also takes off accents and makes the Turkish i's one.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from retrieval.text import fold

RIGHT = 0.6
"""Token F1 from which an answer counts as right."""

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def normalized(text: str, *, folded: bool = False) -> str:
    """Give an answer as SQuAD compares it."""
    small = fold(text) if folded else text.lower()
    return " ".join(_ARTICLES.sub(" ", small.translate(_PUNCTUATION)).split())


def exact(predicted: str, golds: Sequence[str], *, folded: bool = False) -> float:
    """Give 1 if an answer is one of the alternatives, else 0.

    No alternatives mean that the question has no answer: "" is right then.
    """
    words = normalized(predicted, folded=folded)
    return float(words in _alternatives(golds, folded))


def best_f1(predicted: str, golds: Sequence[str], *, folded: bool = False) -> float:
    """Give the best F1 (0 to 1) of an answer's words over the alternatives.

    An answer or an alternative without words scores 1 where both have none, else 0.
    """
    words = normalized(predicted, folded=folded).split()
    return max(_f1(words, gold.split()) for gold in _alternatives(golds, folded))


def _alternatives(golds: Sequence[str], folded: bool) -> list[str]:
    return [words for gold in golds if (words := normalized(gold, folded=folded))] or [""]


def _f1(predicted: Sequence[str], gold: Sequence[str]) -> float:
    if not predicted or not gold:
        return float(not predicted and not gold)
    shared = sum((Counter(predicted) & Counter(gold)).values())
    return 2 * shared / (len(predicted) + len(gold))


def list_f1(predicted: Sequence[str], golds: Sequence[str]) -> float:
    """Give the F1 (0 to 1) of a list of answers, of which each counts once and as a whole."""
    found, wanted = ({normalized(text) for text in texts} - {""} for texts in (predicted, golds))
    if not found or not wanted:
        return float(not found and not wanted)
    return 2 * len(found & wanted) / (len(found) + len(wanted))


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


def mean(values: Sequence[float]) -> float:
    """Give the mean, 0 of nothing."""
    return sum(values) / max(len(values), 1)


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
