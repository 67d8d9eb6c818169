"""From a question to its answers: understand, search, read, answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Protocol

from retrieval.answering import AS_READ, Answered, Choice, Copies, answers, nearest
from retrieval.reader import Reader, Reading, reranked
from retrieval.search import Searcher
from retrieval.store import Store
from retrieval.types import Article, Filters, Hit, Question, Reply, SearchResult
from retrieval.understanding import ANY_DATE, Understood, understand


class Answering(Protocol):
    """Decides which of the spans that were read are the answers."""

    def __call__(
        self,
        readings: Sequence[Reading],
        question: str,
        *,
        threshold: float,
        most: int,
        copies: Copies,
        choice: Choice,
        today: date | None,
    ) -> Answered:
        """Give at most ``most`` answers, none unless the best reaches ``threshold``.

        ``choice`` was learnt with the reader; ``today`` is the day of the question, if told.
        """


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to answer a question with: its best passages, read, the best found first."""

    question: Question
    understood: Understood
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """The way of a question. Each stage is a field, so that another can stand in its place.

    What it gives has no time yet: ``elapsed_ms`` is 0.

    ``depth`` passages are read; ``most`` answers are given at most, and none unless the best
    is at least as probable as ``threshold``. ``copies`` tells where else an article is printed.
    """

    searcher: Searcher
    reader: Reader
    copies: Copies
    threshold: float
    most: int
    depth: int
    understand: Callable[[Question], Understood] = understand
    answering: Answering = answers

    def ask(self, question: Question) -> Reply:
        """Answer a question. Raises QuestionError for what can't be asked."""
        return self.answer(self.evidence(question))

    def search(self, question: Question, k: int) -> SearchResult:
        """Give the k best passages: those that are read, best read first, then the others."""
        understood, hits = self._found(question, max(k, self.depth))
        readings = self._read(understood, hits[: self.depth])
        ranked = [*reranked(readings), *hits[self.depth :]][:k]
        numbered = tuple(replace(hit, rank=rank) for rank, hit in enumerate(ranked, 1))
        return SearchResult(question.text, understood.shown, numbered, 0.0)

    def evidence(self, question: Question) -> Evidence:
        """Give what a question is answered with."""
        understood, hits = self._found(question, self.depth)
        return Evidence(question, understood, tuple(self._read(understood, hits)))

    def answer(self, evidence: Evidence) -> Reply:
        """Give the reply that evidence makes."""
        understood, readings = evidence.understood, evidence.readings
        made = self.answering(
            readings,
            understood.whole,
            threshold=self.threshold,
            most=self.most,
            copies=self.copies,
            choice=self.reader.calibration.choice or AS_READ,
            today=evidence.question.today,
        )
        return Reply(
            evidence.question.text,
            understood.shown,
            made.answers,
            () if made.answers else nearest(readings, self.copies),
            0.0,
            made.answer_type,
            made.list_question,
        )

    def _found(self, question: Question, k: int) -> tuple[Understood, list[Hit]]:
        """Give how a question is understood, and its k best passages.

        Where no article is as young as "last week" says, the words don't limit the search.
        """
        question = replace(question, filters=_resolved(question.filters))
        asked = self.understand(question)
        hits = self.searcher.search(asked.searched, k, asked.filters, asked.years)
        if hits or not asked.relative:
            return asked, hits
        unlimited = self.understand(replace(question, any_date=True))
        shown = f"{unlimited.shown} ({ANY_DATE})"
        asked = replace(unlimited, searched=asked.searched, shown=shown)
        return asked, self.searcher.search(asked.searched, k, asked.filters)

    def _read(self, asked: Understood, hits: Sequence[Hit]) -> list[Reading]:
        """Read passages, in their order.

        The question's words of time are left out, since most passages of an article of 2022
        don't tell the year; one that tells it is asked both ways.
        """
        readings = self.reader.read(asked.searched, hits)
        dated = [
            place
            for place, hit in enumerate(hits)
            if any(str(year) in hit.text for year in asked.years)
        ]
        again = self.reader.read(asked.whole, [hits[place] for place in dated])
        for place, reading in zip(dated, again, strict=True):
            readings[place] = max(readings[place], reading, key=attrgetter("probability"))
        return readings


def copies_in(store: Store) -> Copies:
    """Give what tells which of a store's articles print the same text as one, or nearly."""

    def copies(article: Article) -> list[Article]:
        key = store.find(article.id, article.collection)
        if key is None:  # removed since it was found
            return []
        found = [item for item in store.article(key) if item != article]
        for other in store.near_duplicates(key):
            found += store.article(other)
        return found

    return copies


def _resolved(filters: Filters) -> Filters:
    """Give filters with the path of a file or folder as it is stored, if there is one."""
    if not filters.path or not os.path.exists(filters.path):  # noqa: PTH110 (never raises)
        return filters
    real = Path(filters.path).resolve()
    return replace(filters, path=f"{real}/" if real.is_dir() else str(real))
