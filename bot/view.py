"""What is shown of a reply, whatever shows it: the order of answers, and each quote once.

The terminal, JSON and Discord build on this, so that they say the same. The terminal shows quotes
below their answer (``numbered``), Discord below all answers (``once``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path

from retrieval.inspecting import Status
from retrieval.languages import language_name
from retrieval.types import Answer, Article, Offsets, Quote, Reply, SearchResult

NO_ANSWER = "I found no answer in these articles."
NO_ARTICLE = "None of these articles is of that time."
NEAREST = "The nearest passages (not an answer):"
DIFFERENT = "The articles differ:"
NEWEST_FIRST = "The articles differ. The newest first:"
UNSURE = "I am not sure. Perhaps:"
PERHAPS = "Perhaps"
LANGUAGES_NAMED = 4

_DAY_LAST = re.compile(r"\d{4}-\d\d-\d\d\)$")
"""The end of a question that is shown with its range of days."""

SURE = 0.5
"""Probability, in whole per cent, from which an answer is given without words of doubt.

Less probable first answers are mostly wrong: with .37 on average their F1 is .35, with .66 it is
.55 (the ten bins in benchmarks/README.md).
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A quote with its number, and that under which it was shown before."""

    number: int
    quote: Quote
    before: int | None


@dataclass(frozen=True, slots=True)
class Once:
    """A quote with its number and the places in it that answer."""

    number: int
    quote: Quote
    marks: tuple[Offsets, ...]


def answers(reply: Reply) -> Sequence[Answer]:
    """Give the answers, the most probable first; those that differ, the newest first."""
    if not reply.differ:
        return reply.answers
    return sorted(reply.answers, key=lambda one: newest(one) or date.min, reverse=True)


def introduction(reply: Reply) -> str | None:
    """Give the line above the answers, where they need one: what they are about, that none of
    them is sure, or that they differ.
    """
    if reply.topic and reply.found:
        return f"Passages about {reply.topic}:"
    doubtful = reply.found and not any(map(_sure, reply.answers))
    if not reply.differ:
        return UNSURE if doubtful else None
    told = NEWEST_FIRST if any(map(newest, reply.answers)) else DIFFERENT
    return f"I am not sure, and {told[0].lower()}{told[1:]}" if doubtful else told


def perhaps(reply: Reply, answer: Answer) -> bool:
    """Tell whether an answer is a guess among surer ones, and needs a word that says so."""
    if reply.topic or _sure(answer):
        return False
    return any(map(_sure, reply.answers))


def newest(answer: Answer) -> date | None:
    """Give the day of the youngest article that an answer is quoted from."""
    days = (quote.article.published for quote in answer.quotes)
    return max((day for day in days if day), default=None)


def day(value: date | None) -> str:
    """Give a date of publication as it is told."""
    return value.isoformat() if value else "undated"


def short_path(path: str | None, folder: Path | None = None) -> str | None:
    """Give a path as seen from a folder, the current one unless told, where that is shorter."""
    if path is None:
        return None
    return min(path, os.path.relpath(path, folder or Path.cwd()), key=len)


def counted_from(reply: Reply, answer: Answer) -> date | None:
    """Give the day that "on Tuesday" or "three years ago" counts from: its article's, if known."""
    told = reply.answer_type == "date" and not re.search(r"\d{4}", answer.text)
    return newest(answer) if told else None


def understood(result: Reply | SearchResult) -> str | None:
    """Give the question as it was understood, where that is not as it was asked."""
    return None if result.understood_as == result.question else result.understood_as


def left_out(reply: Reply) -> str | None:
    """Give how many articles the dates left out since they have none; None where they did not."""
    if not reply.undated:
        return None
    some = f"{reply.undated:,} articles" if reply.undated > 1 else "1 article"
    were = "were" if reply.undated > 1 else "was"
    return f"{some} without a date {were} left out by the dates"


def changed(reply: Reply) -> str | None:
    """Give how many articles were left out since they aren't as they were stored, if any were."""
    if not reply.changed:
        return None
    if len(reply.changed) == 1:
        return "1 article isn't as it was stored and was left out: quoth check names it"
    many = f"{len(reply.changed):,} articles"
    return f"{many} aren't as they were stored and were left out: quoth check names them"


def no_answer(reply: Reply) -> str:
    """Tell that a question found no answer, or that no article is of the time that it tells."""
    timed = understood(reply) is not None and _DAY_LAST.search(reply.understood_as)
    return NO_ARTICLE if timed and not reply.nearest else NO_ANSWER


def quotes_of(reply: Reply) -> tuple[Quote, ...]:
    """Give the quotes in the order of their numbers, which start at 1; else the nearest ones."""
    return tuple(quote for one in answers(reply) for quote in one.quotes) or reply.nearest


def newest_first(articles: Iterable[Article]) -> list[Article]:
    """Give articles by their dates of publication, undated ones last."""
    return sorted(articles, key=lambda one: one.published or date.min, reverse=True)


def summary(status: Status) -> str:
    """Give what an index holds in one line: articles, from when to when, their languages."""
    if not status.articles:
        return "There are no articles in the index yet: quoth index PATH adds some."
    told = "1 article" if status.articles == 1 else f"{status.articles:,} articles"
    if status.oldest and status.newest:
        span = {day(status.oldest): None, day(status.newest): None}
        told += ", " + " to ".join(span)
    if status.undated:
        told += f" ({status.undated:,} undated)"
    counted = len(status.languages) > 1
    named = [
        language_name(code) + (f" ({many:,})" if counted else "")
        for code, many in status.languages.items()
    ]
    if len(named) > LANGUAGES_NAMED:
        named = [*named[: LANGUAGES_NAMED - 1], f"{len(named) - LANGUAGES_NAMED + 1} others"]
    listed = " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))
    return f"{told}, in {listed}." if listed else f"{told}."


def sources(reply: Reply) -> list[Article]:
    """Give every article that the answers are quoted from, once."""
    quotes = (quote for answer in reply.answers for quote in answer.quotes)
    return list(dict.fromkeys(article for one in quotes for article in (one.article, *one.also_in)))


def numbered(reply: Reply, most: int) -> list[tuple[Answer, list[Numbered]]]:
    """Give each answer with the first ``most`` of its quotes, all of which have numbers."""
    given: dict[tuple[str, str, str, int, int], int] = {}
    shown = []
    number = 1
    for answer in answers(reply):
        quotes = list(enumerate(answer.quotes[:most], number))
        shown.append((answer, [Numbered(at, one, given.get(_place(one))) for at, one in quotes]))
        for at, one in quotes:
            given.setdefault(_place(one), at)
        number += len(answer.quotes)
    return shown


def once(reply: Reply) -> list[Once]:
    """Give the quotes of all answers: each one's first, then the second ones, and so on.

    A quote that lies within another isn't shown again: its answer is marked in that one.
    """
    ranks = zip_longest(*(answer.quotes for answer in answers(reply)))
    quotes = [quote for quote in chain.from_iterable(ranks) if quote]
    whole: list[Quote] = []
    for quote in sorted(quotes, key=lambda one: one.start - one.end):  # the longest first
        if not any(_within(quote, one) for one in whole):
            whole.append(quote)
    shown: list[Once] = []
    for quote in quotes:
        if any(quote is one for one in whole):
            inside = [one.answer for one in quotes if one.answer and _within(one, quote)]
            marks = tuple((answer.start, answer.end) for answer in inside)
            shown.append(Once(len(shown) + 1, quote, marks))
    return shown


def numbers(answer: Answer, shown: Sequence[Once]) -> list[int]:
    """Give the numbers of the quotes that hold an answer, among those shown."""
    return [
        one.number for one in shown if any(_within(quote, one.quote) for quote in answer.quotes)
    ]


def _sure(answer: Answer) -> bool:
    return round(answer.probability, 2) >= SURE


def _place(quote: Quote) -> tuple[str, str, str, int, int]:
    return quote.article.collection, quote.article.id, quote.field, quote.start, quote.end


def _within(one: Quote, other: Quote) -> bool:
    """Tell whether all words of a quote are another's."""
    same = _place(one)[:3] == _place(other)[:3]
    return same and other.start <= one.start and one.end <= other.end
