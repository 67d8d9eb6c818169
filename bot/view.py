"""What is shown of a reply, whatever shows it: the order of answers, and each quote once.

The terminal, JSON and Discord build on this, so that they say the same. The terminal shows quotes
below their answer (``numbered``), Discord below all answers (``once``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest

from retrieval.types import Answer, Article, Offsets, Quote, Reply, SearchResult

NO_ANSWER = "I found no answer in these articles."
NEAREST = "The nearest passages (not an answer):"
DIFFERENT = "The articles differ:"
NEWEST_FIRST = "The articles differ. The newest first:"


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
    """Give the line above the answers, where they need one: what they are about, or that they
    differ.
    """
    if reply.topic and reply.found:
        return f"Passages about {reply.topic}:"
    if not reply.differ:
        return None
    return NEWEST_FIRST if any(map(newest, reply.answers)) else DIFFERENT


def newest(answer: Answer) -> date | None:
    """Give the day of the youngest article that an answer is quoted from."""
    days = (quote.article.published for quote in answer.quotes)
    return max((day for day in days if day), default=None)


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


def quotes_of(reply: Reply) -> tuple[Quote, ...]:
    """Give the quotes in the order of their numbers, which start at 1; else the nearest ones."""
    return tuple(quote for one in answers(reply) for quote in one.quotes) or reply.nearest


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


def _place(quote: Quote) -> tuple[str, str, str, int, int]:
    return quote.article.collection, quote.article.id, quote.field, quote.start, quote.end


def _within(one: Quote, other: Quote) -> bool:
    """Tell whether all words of a quote are another's."""
    same = _place(one)[:3] == _place(other)[:3]
    return same and other.start <= one.start and one.end <= other.end
