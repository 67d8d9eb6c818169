"""What tells a right answer from a wrong one: the features of a group, and the score they make."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from retrieval.answering.asked import Asked
from retrieval.answering.grouping import Group, Mention
from retrieval.answering.quoting import Quoting
from retrieval.reader.base import Reading
from retrieval.text import fold, terms
from retrieval.types import Article, Span

Choice = Mapping[str, float]
"""Weights of FEATURES, learnt with benchmarks/choosing.py."""

AS_READ: Choice = {"one": -5.0, "read": 1.0, "kind": 5.0}
"""What stands in for a learnt one: as the reader says, if it is of the kind asked for."""

FEATURES = (
    "one",
    "read",
    "beside",
    "agreed",
    "mentions",
    "rank",
    "fused",
    "dense",
    "sentence",
    "passage",
    "title",
    "lead",
    "age",
    "old",
    "year",
    "kind",
    "named",
    "body",
    "capital",
    "digit",
    "words",
)

SOURCES = 8
"""Independent articles of a group that are looked at, the most probable first."""

UNDATED = 1000
"""Days that an article without a date counts as old."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_Key = tuple[str, str]


def logit(probability: float) -> float:
    """Give the logarithm of the odds, within reason."""
    held = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))


def judge(
    groups: Sequence[Group], features: Callable[[Group], Mapping[str, float]], choice: Choice
) -> None:
    """Give groups their odds of being right against nothing's being so."""
    for group in groups:
        told = features(group)
        score = sum(weight * told[name] for name, weight in choice.items())
        group.odds = math.exp(min(max(score, -30.0), 30.0))


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
        self._years = frozenset(_YEAR.findall(" ".join(asked.words)))
        self._readings: dict[_Key, list[Reading]] = {}
        for one in readings:
            self._readings.setdefault(_key(one.hit.article), []).append(one)
        days = (one.hit.article.published for one in readings)
        self._newest = max((day for day in days if day), default=None)
        self._covered: dict[tuple[_Key, int, int], float] = {}

    def __call__(self, group: Group) -> dict[str, float]:
        """Give FEATURES by name."""
        sources = self._sources(group)
        best = sources[0]
        article, wanted = best.span.article, self._asked.wanted
        places = [self._place(one.span) for one in sources]
        scores, passage = places[0].hit.scores, places[0].hit.passage
        turkish = article.language == "tr"
        ages = (self._age(one.span.article) for one in sources)
        age = min(ages)
        person = wanted.kind == "person"
        return {
            "one": 1.0,
            "read": logit(best.span.probability),
            "beside": logit(best.span.probability) - logit(places[0].spans[0].probability),
            "agreed": math.log1p(sum(one.span.probability for one in sources[1:])),
            "mentions": math.log(len(group.mentions)),
            "rank": math.log(min(place.hit.rank for place in places)),
            "fused": scores.fused,
            "dense": scores.dense or 0.0,
            "sentence": max(self._sentence(one.span) for one in sources),
            "passage": self._share(article, passage.start, passage.end, article.title),
            "title": float(any(_in_title(one) for one in sources)),
            "lead": math.log1p(best.span.start / 500),
            "age": age if self._today else 0.0,
            "old": 0.0 if self._today else age,
            "year": float(self._tells_year(sources)),
            "kind": float(wanted.allows(best.text, turkish=turkish)),
            "named": float(person and best.named),
            "body": float(person and best.is_body),
            "capital": float(best.text[:1].isupper()),
            "digit": float(any(map(str.isdigit, best.text))),
            "words": math.log(len(best.text.split())),
        }

    def _sources(self, group: Group) -> list[Mention]:
        """Give the best mention of each article that is no copy of another one."""
        found: list[Mention] = []
        for mention in sorted(group.mentions, key=_order):
            if len(found) == SOURCES:
                break
            if all(self._quoting.independent(mention.span, one.span) for one in found):
                found.append(mention)
        return found

    def _place(self, span: Span) -> Reading:
        """Give the passage of a span, the best of those that overlap."""
        held = self._readings[_key(span.article)]
        around = [
            one
            for one in held
            if any(each.start <= span.start and span.end <= each.end for each in one.spans)
        ]
        return min(around or held, key=lambda one: one.hit.rank)

    def _sentence(self, span: Span) -> float:
        quote = self._quoting.told(span, answers=False).quote
        return self._share(span.article, quote.start, quote.end)

    def _share(self, article: Article, start: int, end: int, title: str = "") -> float:
        """Give the share of the question's words that a stretch of an article tells."""
        key = (_key(article), start, end)
        if key not in self._covered:
            asked = self._asked.deeds or self._asked.terms
            told = set(terms(f"{title}\n{article.text[start:end]}", article.language))
            self._covered[key] = len(asked & told) / max(len(asked), 1)
        return self._covered[key]

    def _age(self, article: Article) -> float:
        day = self._today or self._newest
        if day is None or article.published is None:
            return math.log1p(UNDATED)
        return math.log1p(abs((day - article.published).days))

    def _tells_year(self, sources: Sequence[Mention]) -> bool:
        for one in sources if self._years else ():
            sentence = self._quoting.told(one.span, answers=False).sentence
            if self._years & {*_YEAR.findall(sentence), str(one.span.article.published)[:4]}:
                return True
        return False


def _in_title(mention: Mention) -> bool:
    found = (
        " ".join(re.findall(r"\w+", fold(text)))
        for text in (mention.text, mention.span.article.title)
    )
    name, title = (f" {words} " for words in found)
    return name in title


def _order(mention: Mention) -> tuple[float, str, int]:
    span = mention.span
    return -span.probability, span.article.id, span.start


def _key(article: Article) -> _Key:
    return article.collection, article.id
