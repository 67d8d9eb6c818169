"""What tells a right answer from a wrong one: the features of a group, and the score they make."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from retrieval.answering.asked import Asked
from retrieval.answering.grouping import Group, Mention, surest_first
from retrieval.answering.quoting import Quoting
from retrieval.reader.base import Reading
from retrieval.text import fold
from retrieval.types import Article

Choice = Mapping[str, float]
"""Weights of FEATURES, learnt with benchmarks/choosing.py."""

AS_READ: Choice = {"read": 1.0}
"""What stands in for a learnt one: as the reader says."""

FEATURES = ("one", "read", "agreed", "sentence", "title", "dated", "age", "old")
"""How surely the best mention is read; how many independent articles agree; the share of the
question's words that its sentence tells, with those before that say who is meant; whether a title
tells the answer; whether the question's day is told ("dated"); and how far the youngest article is
from it ("age") or, where it isn't told, how much older than the newest article that may answer
("old"): of a list older items are no less right. ``one`` is always 1."""

SOURCES = 8
"""Independent articles of a group that are looked at, the most probable first."""

RIVAL = 0.5
"""Share of the best passage's probability that another one needs to make its answer old: of
fifty articles most tell of something else, whenever they were printed."""

UNDATED = 1000
"""Days that an article without a date counts as old."""


def logit(probability: float) -> float:
    """Give the logarithm of the odds, within reason."""
    held = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))


def judge(
    groups: Sequence[Group],
    features: Callable[[Group], Mapping[str, float]],
    choice: Choice,
    *,
    many: bool,
) -> None:
    """Give groups their probabilities: of ``many`` each may be right, else one at most is."""
    odds = [_odds(features(group), choice) for group in groups]
    total = 1 + sum(odds)
    for group, own in zip(groups, odds, strict=True):
        group.probability = own / (1 + own if many else total)


def _odds(told: Mapping[str, float], choice: Choice) -> float:
    """Give the odds that a group with these features is right, against nothing's being so."""
    score = sum(weight * told[name] for name, weight in choice.items())
    return math.exp(min(max(score, -30.0), 30.0))


def newest_day(readings: Sequence[Reading]) -> date | None:
    """Give the day of the newest article that may answer, None where none of them has a date."""
    best = max((one.probability for one in readings), default=0.0)
    days = (one.hit.article.published for one in readings if one.probability >= RIVAL * best)
    return max((day for day in days if day), default=None)


class Features:
    """Makes the features of a question's groups.

    ``today`` is the day of the question, if told: articles near it are more likely meant.
    """

    def __init__(
        self, readings: Sequence[Reading], asked: Asked, quoting: Quoting, today: date | None
    ) -> None:
        self._asked = asked
        self._quoting = quoting
        self._today = today
        self._newest = newest_day(readings)

    def __call__(self, group: Group) -> dict[str, float]:
        """Give FEATURES by name."""
        sources = self._sources(group)
        many = self._asked.wanted.many
        age = 0.0 if many else min(self._age(one.span.article) for one in sources)
        return {
            "one": 1.0,
            "read": logit(sources[0].span.probability),
            "agreed": math.log1p(sum(one.span.probability for one in sources[1:])),
            "sentence": max(self._told(one) for one in sources),
            "title": float(any(map(_in_title, sources))),
            "dated": float(self._today is not None),
            "age": age if self._today else 0.0,
            "old": 0.0 if self._today else age,
        }

    def _sources(self, group: Group) -> list[Mention]:
        """Give the best mention of each article that is no copy of another one."""
        found: list[Mention] = []
        for mention in sorted(group.mentions, key=surest_first):
            if len(found) == SOURCES:
                break
            if all(self._quoting.independent(mention.span, one.span) for one in found):
                found.append(mention)
        return found

    def _told(self, mention: Mention) -> float:
        """Give the share of the question's words that the quote of a mention tells."""
        one = self._quoting.told(mention.span)
        text = f"{one.context} {one.quote.text}"
        return self._asked.share_told(text, mention.span.article.language)

    def _age(self, article: Article) -> float:
        day, told = self._today or self._newest, article.published
        if not day:
            return 0.0
        days = (day - told).days if told else UNDATED
        return math.log1p(abs(days) if self._today else max(days, 0))


def _in_title(mention: Mention) -> bool:
    found = (
        " ".join(re.findall(r"\w+", fold(text)))
        for text in (mention.text, mention.span.article.title)
    )
    name, title = (f" {words} " for words in found)
    return name in title
