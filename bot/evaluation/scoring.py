"""How an answer is scored against the true ones: SQuAD's exact match and token F1, F1 of lists.

SQuAD compares answers in small letters, without ASCII punctuation, the articles "a", "an" and
"the", and spare white space. ``folded`` also takes off accents and makes the Turkish i's one.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from retrieval.text import fold

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


def mean(values: Sequence[float]) -> float:
    """Give the mean, 0 of nothing."""
    return sum(values) / max(len(values), 1)
