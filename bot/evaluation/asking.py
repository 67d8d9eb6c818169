"""Asks the questions of a suite, and keeps of each reply what measures need."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.evaluation.evidence import comparable, holds, plain
from bot.evaluation.judging import NOTHING, Expected, is_right
from bot.evaluation.questions import Query
from bot.evaluation.scoring import best_f1, exact, list_f1
from retrieval import Library
from retrieval.asking import Asking
from retrieval.errors import NotFound, QuestionError
from retrieval.reader import Calibration, Reader, Reading
from retrieval.types import Hit, Question, Quote, Reply

RANKED = 100
"""Passages that a ranking of articles is made of."""

STEP = 0.05
"""How much surer an answer must be on the next try, where its probability doesn't tell."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is answered while the threshold is at most ``confidence``, and whether it is right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    ``right`` is None where nobody knows what is; so are the scores (0 to 1) of the first answer
    (``exact``, ``f1``), of all answers as a list and of the first quote, where the truth isn't
    told. ``attempts`` are what would be answered at other thresholds, the least sure first.

    ``ranking`` are the articles found, the best first, and ``relevant`` those that are right with
    their grades, both by what tells their texts apart. ``evidence_rank`` is the place (from 1) of
    the first passage with evidence, 0 if there is none; None: no evidence is known.

    ``verbatim`` counts the quotes whose words stand in the stored article where they say.
    ``refused`` tells why a question can't be asked; it found nothing then.
    """

    query: Query
    answers: tuple[str, ...] = ()
    probability: float = 0.0
    right: bool | None = None
    exact: float | None = None
    f1: float | None = None
    list_f1: float | None = None
    quote_f1: float | None = None
    attempts: tuple[Attempt, ...] = ()
    ranking: tuple[str, ...] = ()
    relevant: Mapping[str, int] | None = None
    evidence_rank: int | None = None
    quotes: int = 0
    verbatim: int = 0
    elapsed_ms: float = 0.0
    refused: str = ""

    @property
    def answered(self) -> bool:
        return bool(self.answers)

    @property
    def rank(self) -> int | None:
        """The place (from 1) of the first right article, 0 if there is none; None: unknown."""
        if not self.relevant:
            return None
        places = (place for place, one in enumerate(self.ranking, 1) if one in self.relevant)
        return next(places, 0)


class Asker:
    """Asks a library questions, one at a time.

    ``threshold`` (0 to 1) takes the place of the library's. ``unknown_articles`` counts the
    articles that the questions asked so far name and the library doesn't hold.
    """

    def __init__(self, library: Library, *, threshold: float, any_date: bool) -> None:
        self._library = library
        self._threshold = threshold
        self._any_date = any_date
        self._texts: dict[str, str | None] = {}

    @property
    def unknown_articles(self) -> int:
        return sum(text is None for text in self._texts.values())

    @cached_property
    def _asking(self) -> Asking:
        self._library.warm()
        return replace(self._library.asking(), threshold=self._threshold)

    def ask(self, query: Query) -> Outcome:
        """Ask one question. One that can't be asked counts as one that found nothing."""
        asking = replace(self._asking, reader=_Remembering(self._asking.reader))
        question = Question(query.question, any_date=self._any_date)
        started = time.perf_counter()
        try:
            reply = asking.ask(question)
        except QuestionError as error:
            return self._judged(query, NOTHING, Outcome(query, refused=str(error)))
        elapsed_ms = (time.perf_counter() - started) * 1000
        told = Outcome(
            query,
            answers=tuple(answer.text for answer in reply.answers),
            probability=max((answer.probability for answer in reply.answers), default=0.0),
            elapsed_ms=elapsed_ms,
        )
        told = self._quoted(reply, self._judged(query, reply, told))
        if query.expected:
            told = replace(told, attempts=_attempts(asking, question, query.expected))
        return self._ranked(asking, question, told)

    def _judged(self, query: Query, reply: Reply, told: Outcome) -> Outcome:
        """Judge the answers by what the question tells of the truth."""
        texts = [answer.text for answer in reply.answers]
        first = texts[0] if texts else ""
        alternatives = query.answers and not query.listed
        quoted = reply.answers[0].quotes[0].text if texts else ""
        return replace(
            told,
            right=is_right(query.expected, reply) if query.expected else None,
            exact=exact(first, query.answers) if alternatives else None,
            f1=best_f1(first, query.answers) if alternatives else None,
            list_f1=list_f1(texts, query.answers) if query.answers and query.listed else None,
            quote_f1=best_f1(quoted, query.evidence) if query.evidence else None,
            relevant=self._relevant(query),
            evidence_rank=0 if query.evidence else None,
        )

    def _relevant(self, query: Query) -> Mapping[str, int] | None:
        """The texts of the right articles, by their digests; those not held keep their ids."""
        found: dict[str, int] = {}
        for id, grade in query.relevant.items():
            key = self._digest(id) or f"unknown {id}"
            found[key] = max(grade, found.get(key, 0))
        return found or None

    def _digest(self, id: str) -> str | None:
        if id not in self._texts:
            try:
                self._texts[id] = self._library.article(id).sha256
            except NotFound:
                self._texts[id] = None
        return self._texts[id]

    def _quoted(self, reply: Reply, told: Outcome) -> Outcome:
        """Count the quotes, and those that are word for word."""
        quotes = [quote for answer in reply.answers for quote in answer.quotes]
        quotes += reply.nearest
        return replace(told, quotes=len(quotes), verbatim=sum(map(self._is_verbatim, quotes)))

    def _is_verbatim(self, quote: Quote) -> bool:
        """Whether a quote's words stand in the article as the index holds it."""
        seen = self._library.view(quote.article.collection)
        whole = seen.article(quote.article.id).words(quote.field)
        return whole[quote.start : quote.end] == quote.text

    def _ranked(self, asking: Asking, question: Question, told: Outcome) -> Outcome:
        """Rank passages and articles, where it is known which are right."""
        if told.relevant is None and told.evidence_rank is None:
            return told
        hits = [hit for hit in asking.search(question, RANKED).hits if not _asks(hit, told.query)]
        sentences = comparable(told.query.evidence)
        places = (place for place, hit in enumerate(hits, 1) if holds(hit.text, sentences))
        return replace(
            told,
            ranking=tuple(dict.fromkeys(hit.article.sha256 for hit in hits)),
            evidence_rank=None if told.evidence_rank is None else next(places, 0),
        )


def _asks(hit: Hit, query: Query) -> bool:
    """Whether an article is the question itself: some data sets ask with articles."""
    return hit.article.id == query.id and plain(query.question) in plain(hit.article.text)


class _Remembering:
    """A reader that reads the same passages with the same question but once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[object, ...], list[Reading]] = {}

    @property
    def calibration(self) -> Calibration:
        return self._reader.calibration

    def warm(self) -> None:
        self._reader.warm()

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        places = (
            (hit.article.sha256, hit.passage.field, hit.passage.start, hit.rank) for hit in hits
        )
        key = (question, *places)
        if key not in self._known:
            self._known[key] = self._reader.read(question, hits)
        return self._known[key]


def _attempts(asking: Asking, question: Question, expected: Expected) -> tuple[Attempt, ...]:
    """What would be answered at any threshold, the least sure first."""
    found: list[Attempt] = []
    threshold = 0.0
    while threshold <= 1:
        reply = replace(asking, threshold=threshold).ask(question)
        if not reply.found:
            break
        sure = max(answer.probability for answer in reply.answers)
        found.append(Attempt(max(sure, threshold), is_right(expected, reply)))
        threshold = math.nextafter(sure, 2) if sure >= threshold else threshold + STEP
    return tuple(found)
