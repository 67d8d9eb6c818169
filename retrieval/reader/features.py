"""What a sentence shows of answering a question, in numbers from 0 to 1."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.text import terms

_MONTHS = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
_DATE = re.compile(
    rf"\b(?:(?:{_MONTHS})[a-z]*\.? \d|\d{{1,2}} (?:{_MONTHS})|(?:1[6-9]|20)\d\d\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|last (?:week|month|year)"
    r"|\d{1,2}[:.]\d\d|century|decade)",
    re.I,
)
_NUMBER = re.compile(
    r"(?<![\w-])\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?"
    r"|thousands?|millions?|billions?|half|twice|none|bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz"
    r"|on|yüz|bin|milyon|milyar)\b",
    re.I,
)
_NAME = re.compile(
    r"(?<![.!?“\"]\s)(?<!^)\b(?!(?:President|Prime|Foreign|Minister|Secretary|General|State|Chief"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b)[^\W\d_a-z][\w'’.-]+"
)
_QUESTION_KINDS = (
    (
        re.compile(r"\bhow (?:many|much|old|long|far|large|big|often)\b|\bkaç\b|\bne kadar\b"),
        _NUMBER,
    ),
    (
        re.compile(
            r"\bwhen\b|\bwhat (?:year|date|day|month|time)\b|\bne zaman\b|\bhangi (?:yıl|gün)"
        ),
        _DATE,
    ),
    (re.compile(r"\bwho(?:m|se)?\b|\bwhere\b|\bwhich\b|\bkim\w*\b|\bnere\w*\b|\bhangi\b"), _NAME),
)

TOGETHER = 6
"""Words between which two terms still stand together."""

FEW_WORDS = 5
"""Different words below which a sentence is short."""

FEATURES = (
    "one",
    "words in the sentence",
    "words in the passage",
    "neighbouring words stand together",
    "kind of answer is told",
    "cosine of the sentence",
    "cosine of the passage",
    "fused score of the passage",
    "is short",
    "is a question",
)
"""The meaning of each number of a row, in order."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart once: its terms with their weights, and the kind it asks for."""

    weights: Mapping[str, float]
    kind: re.Pattern[str] | None

    @classmethod
    def of(cls, question: str, weights: Mapping[str, float]) -> Asked:
        lowered = question.lower()
        kinds = (kind for pattern, kind in _QUESTION_KINDS if pattern.search(lowered))
        return cls(weights, next(kinds, None))

    def covered(self, words: set[str]) -> float:
        """Give the share of the question's weight that these terms hold."""
        total = sum(self.weights.values())
        held = sum(weight for term, weight in self.weights.items() if term in words)
        return held / total if total else 0.0

    def pairs_told(self, words: Sequence[str]) -> float:
        """Give the share of neighbours in the question that stand together in a sentence."""
        pairs = list(pairwise(self.weights))
        if not pairs:
            return 0.0
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            places.setdefault(word, []).append(place)
        near = sum(
            any(abs(i - j) <= TOGETHER for i in places.get(one, ()) for j in places.get(two, ()))
            for one, two in pairs
        )
        return near / len(pairs)

    def kind_told(self, sentence: str) -> float:
        """Tell whether a sentence holds the kind of thing that the question asks for.

        The question's own words don't count: "who did Fidan meet?" wants another name.
        """
        if self.kind is None:
            return 0.5
        for match in self.kind.finditer(sentence):
            found = terms(match[0])
            if not found or any(term not in self.weights for term in found):
                return 1.0
        return 0.0


def row(
    asked: Asked,
    sentence: str,
    passage: str,
    title: str,
    *,
    cosine: float,
    passage_cosine: float,
    fused: float,
) -> tuple[float, ...]:
    """Give the features of one sentence, in the order of FEATURES."""
    words = terms(sentence)
    return (
        1.0,
        asked.covered(set(words)),
        asked.covered({*terms(passage), *terms(title)}),
        asked.pairs_told(words),
        asked.kind_told(sentence),
        cosine,
        passage_cosine,
        fused,
        float(len(set(words)) < FEW_WORDS),
        float(sentence.rstrip("”\"' ").endswith("?")),
    )
