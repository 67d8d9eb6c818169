"""From a question to its answers: understand, search, read, answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import zip_longest
from operator import attrgetter
from pathlib import Path
from typing import Protocol

from retrieval.answering import (
    AS_READ,
    Answered,
    Choice,
    Copies,
    answers,
    nearest,
    news,
    unread,
    wants_one,
)
from retrieval.cascade import SURE, parted, telling
from retrieval.errors import ArticleChanged
from retrieval.following import follow, likelier
from retrieval.reader import Reader, Reading, reranked
from retrieval.search import Searcher, with_head
from retrieval.spelling import misspelt, respelled
from retrieval.store import Store
from retrieval.text import asked_in_english, fold
from retrieval.types import Article, Filters, Hit, Passage, Question, Reply, SearchResult
from retrieval.understanding import (
    ANY_DATE,
    Understood,
    first_turn,
    in_english,
    is_turkish,
    second_question,
    split_question,
    understand,
)

TURKISH = "tr"
WEEK = 7

TITLED = 0.6
"""Probability that an answer needs which stands in a title alone.

A title tells of so little that some words of it nearly always fit: of 126 questions asked of 49
articles, titles below it answered 11 wrongly that the texts leave open, and none rightly.
"""


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
        """Answer a question; one that asks two things, one after the other.

        Raises QuestionError for what can't be asked.
        """
        text, rest = split_question(question.text)
        reply = self.answer(self.evidence(replace(question, text=text)))
        if not rest:
            return reply
        turn = first_turn(reply)
        asked = replace(
            question, text=second_question(rest, turn), previous=(*question.previous, turn)
        )
        second = self.answer(self.evidence(asked))
        return _both(question, reply, second)

    def search(self, question: Question, k: int) -> SearchResult:
        """Give the k best passages: those that are read, best read first, then the others."""
        understood, hits = self._found(question, max(k, self.depth))
        readings = self._read(understood, hits[: self.depth])
        ranked = [*reranked(readings), *hits[self.depth :]][:k]
        numbered = tuple(replace(hit, rank=rank) for rank, hit in enumerate(ranked, 1))
        return SearchResult(question.text, understood.shown, numbered, 0.0)

    def evidence(self, question: Question) -> Evidence:
        """Give what a question is answered with: of unlikely passages, only what can matter."""
        understood, hits = self._found(question, self.depth)
        likely, others = parted(hits, question.previous)
        first = Evidence(question, understood, tuple(self._read(understood, likely)))
        if not others:
            return first
        more = self._read(understood, self._that_matter(others, first))
        ordered = sorted((*first.readings, *more), key=lambda reading: reading.hit.rank)
        return replace(first, readings=tuple(ordered))

    def _that_matter(self, hits: Sequence[Hit], first: Evidence) -> Sequence[Hit]:
        """Give those of the hits that can matter to what was answered from others."""
        if not wants_one(first.understood.answered):
            return hits
        readings, short = follow(first.readings, first.question.previous)
        made = self._answers(readings, first, short)
        if likelier(_sure(made), short) < SURE:
            return hits
        return telling(hits, [answer.text for answer in made.answers])

    def answer(self, evidence: Evidence) -> Reply:
        """Give the reply that evidence makes."""
        if evidence.understood.news:
            told = news(evidence.readings, self.most, self.copies)
            return self._reply(evidence, Answered(told, "description", list_question=True))
        readings, short = follow(evidence.readings, evidence.question.previous)
        made = self._answers(readings, evidence, short)
        if not made.answers:
            titles, headed_short = follow(self._titles(evidence), evidence.question.previous)
            headed = self._answers(titles, evidence, headed_short)
            if _sure(headed) >= TITLED:
                made, short = headed, headed_short
        likely = (
            replace(one, probability=likelier(one.probability, short)) for one in made.answers
        )
        return self._reply(evidence, replace(made, answers=tuple(likely)), readings)

    def _reply(self, evidence: Evidence, made: Answered, readings: Sequence[Reading] = ()) -> Reply:
        """Give a reply; where it has no answers the readings give the nearest passages."""
        filters = evidence.understood.filters
        none_passed = not evidence.readings and self.searcher.none_pass(filters)
        return Reply(
            evidence.question.text,
            evidence.understood.shown,
            made.answers,
            () if made.answers else nearest(readings, self.copies),
            0.0,
            made.answer_type,
            made.list_question,
            made.topic,
            self.searcher.undated(filters),
            none_passed=none_passed,
            publishers=self.searcher.nearest_publishers(filters) if none_passed else (),
        )

    def _answers(self, readings: Sequence[Reading], evidence: Evidence, short: float) -> Answered:
        return self.answering(
            readings,
            _in_language_of(readings, evidence.understood),
            threshold=likelier(self.threshold, -short),
            most=self.most,
            copies=self.copies,
            choice=self.reader.calibration.choice or AS_READ,
            today=evidence.understood.day or evidence.question.today,
        )

    def _titles(self, evidence: Evidence) -> list[Reading]:
        """Read the titles of the articles found, for what stands in a headline alone."""
        best: dict[tuple[str, str], Hit] = {}
        for reading in evidence.readings:
            article = reading.hit.article
            best.setdefault((article.collection, article.id), _title_of(reading.hit))
        return self._read(evidence.understood, list(best.values()))

    def _found(self, question: Question, k: int) -> tuple[Understood, list[Hit]]:
        """Give how a question is understood, and its k best passages.

        Where no article is as young as "last week" says, the words don't limit the search; but
        then there is no news.
        """
        question = replace(question, filters=self.searcher.spelled(_resolved(question.filters)))
        asked = self.understand(question)
        if asked.news:
            newest = self.searcher.newest(k, asked.news)
            if newest or asked.relative:
                return replace(asked, filters=asked.news), newest
            asked = replace(asked, news=None)  # later articles may tell of that time
        asked = self._spelled(asked)
        hits = self._hits(asked, k)
        if hits or not asked.relative:
            return asked, hits
        unlimited = self._spelled(self.understand(replace(question, any_date=True)))
        shown = f"{unlimited.shown} ({ANY_DATE})"
        asked = replace(
            unlimited, searched=asked.searched, shown=shown, english=asked.english, years=()
        )
        return asked, self._hits(asked, k)

    def _hits(self, asked: Understood, k: int) -> list[Hit]:
        """Give the k best passages; to a Turkish question those in English, and those in Turkish.

        Each are searched in their language, and numbered one of each in turn.
        """
        search = partial(
            self.searcher.search,
            k=k,
            filters=asked.filters,
            years=asked.years,
            telling=asked.dated,
        )
        found = search(asked.searched)
        if not asked.english:
            return found
        turkish = [hit for hit in found if hit.article.language == TURKISH]
        found = search(asked.english)
        others = [hit for hit in found if hit.article.language != TURKISH]
        pairs = zip_longest(turkish, others)
        hits = [hit for pair in pairs for hit in pair if hit]
        return [replace(hit, rank=rank) for rank, hit in enumerate(hits, 1)]

    def _read_both(self, asked: Understood, hits: Sequence[Hit]) -> list[Reading]:
        """Read Turkish passages as the question is asked, and others in English."""
        read: dict[int, Reading] = {}
        for turkish, text in ((True, asked.searched), (False, asked.english)):
            chosen = [hit for hit in hits if (hit.article.language == TURKISH) == turkish]
            read |= zip((hit.rank for hit in chosen), self.reader.read(text, chosen), strict=True)
        return [read[hit.rank] for hit in hits]

    def _spelled(self, asked: Understood) -> Understood:
        """Give a question with its misspelt words as the articles spell them, in English too.

        There "Lizbon" is Lisbon and not misspelt.
        """
        foreign = any(code != TURKISH for code in self.searcher.languages())
        turkish = foreign and is_turkish(asked.searched)
        english = in_english(asked.searched) if turkish else ""
        found = misspelt(english or asked.searched, self.searcher, asked.filters)
        return replace(
            asked,
            english=respelled(english, found),
            whole=respelled(asked.whole, found),
            searched=respelled(asked.searched, found),
            shown=respelled(asked.shown, found),
        )

    def _read(self, asked: Understood, hits: Sequence[Hit]) -> list[Reading]:
        """Read passages, in their order.

        The question's words of time are left out, since most passages of an article of 2022
        don't tell the year; one that tells it is asked both ways. So is one published within a
        week of the day that the question names: what happened then it calls "Monday".
        """
        if asked.news:
            return unread(hits)
        if asked.english:
            return self._read_both(asked, hits)
        readings = self.reader.read(asked_in_english(asked.searched), hits)
        years = tuple(map(str, asked.years))
        self._read_again(asked.whole, readings, lambda hit: any(y in with_head(hit) for y in years))
        self._read_again(asked.undated, readings, lambda hit: _is_of(asked.day, hit.article))
        return readings

    def _read_again(
        self, question: str, readings: list[Reading], which: Callable[[Hit], bool]
    ) -> None:
        """Read some passages with another question, where it makes them more probable."""
        places = [place for place, reading in enumerate(readings) if which(reading.hit)]
        if not places:
            return
        again = self.reader.read(question, [readings[place].hit for place in places])
        for place, reading in zip(places, again, strict=True):
            readings[place] = max(readings[place], reading, key=attrgetter("probability"))


def _is_of(day: date | None, article: Article) -> bool:
    """Tell whether an article was published within a week of what it may tell of a day."""
    told = article.published
    return day is not None and told is not None and 0 <= (told - day).days <= WEEK


def _sure(made: Answered) -> float:
    return max((answer.probability for answer in made.answers), default=0.0)


def _title_of(hit: Hit) -> Hit:
    """Give the title of a hit's article as a hit."""
    title = hit.article.title
    whole = (0, len(title))
    return replace(hit, passage=Passage(hit.article.id, *whole, 0, (whole,), "title"))


def _in_language_of(readings: Sequence[Reading], understood: Understood) -> str:
    """Give the question in the language of the passage that answers best, without the day named."""
    best = max(readings, key=attrgetter("probability"), default=None)
    if understood.english and best and best.hit.article.language != TURKISH:
        return understood.english
    return asked_in_english(understood.answered)


def _both(question: Question, first: Reply, second: Reply) -> Reply:
    """Give the answers to both parts of a question, the first one's first, none twice."""
    known = {fold(answer.text) for answer in first.answers}
    answers = (
        *first.answers,
        *(answer for answer in second.answers if fold(answer.text) not in known),
    )
    return replace(
        first,
        question=question.text,
        understood_as=f"{first.understood_as} {second.understood_as}",
        answers=answers,
        nearest=() if answers else first.nearest,
        none_passed=first.none_passed and second.none_passed,
        list_question=True,
    )


def copies_in(store: Store) -> Copies:
    """Give what tells which of a store's articles print the same text as one, or nearly."""

    def copies(article: Article) -> list[Article]:
        key = store.find(article.id, article.collection)
        if key is None:  # removed since it was found
            return []
        found = [item for item in store.article(key) if item != article]
        for other in store.near_duplicates(key):
            with suppress(ArticleChanged):
                found += store.article(other)
        return found

    return copies


def _resolved(filters: Filters) -> Filters:
    """Give filters with the path of a file or folder as it is stored, if there is one."""
    if not filters.path or not os.path.exists(filters.path):  # noqa: PTH110 (never raises)
        return filters
    real = Path(filters.path).resolve()
    return replace(filters, path=f"{real}/" if real.is_dir() else str(real))
