"""What is new: the first sentence of each article, for questions that ask for nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.answering.copies import Copies, Prints
from retrieval.answering.quoting import Quoting
from retrieval.dates import any_of
from retrieval.languages import in_all
from retrieval.reader.base import Reading
from retrieval.text import query_terms, rows, terms
from retrieval.types import Answer, Hit, Span

TELLS = 0.73
"""How probable it is that the first sentence of an article tells what was new: of 60 articles of
newspapers that were looked through, those of 44 did; others led in, or advised."""

_WHOLE = re.compile(r"(?:\S+\s+){3,}\S*[.!…][\"'”’»)\]]*")
"""A sentence: no byline, and no question that leads in."""

_NOTE = re.compile(rf"\W{{0,4}}{any_of(in_all('correction_labels'))}[^:\n]{{0,40}}:", re.I)


def unread(hits: Sequence[Hit]) -> list[Reading]:
    """Give passages as readings that answer, in their order, though nobody read them."""
    return [Reading(hit, TELLS, ()) for hit in hits]


def news(readings: Sequence[Reading], most: int, copies: Copies) -> tuple[Answer, ...]:
    """Give the first sentences of at most so many articles, in the order of their readings.

    What several print is told once.
    """
    prints = Prints(copies)
    quoting = Quoting(readings, None, prints)
    told = (quoting.told(lead, answers=False) for lead in _leads(readings, prints))
    quotes = quoting.distinct(told, most)
    return tuple(Answer(quote.text, TELLS, (quote,), "quote") for quote in quotes)


def _leads(readings: Sequence[Reading], prints: Prints) -> Iterator[Span]:
    shown: list[Span] = []
    for reading in readings:
        lead = _lead(reading.hit)
        if not any(prints.are_copies(lead.article, one.article) for one in shown):
            shown.append(lead)
            yield lead


def _lead(hit: Hit) -> Span:
    """Give the first whole sentence of a passage that shares a word with its title.

    The first one where none does; the title itself where no sentence is whole.
    """
    article = hit.article
    listed = rows(article.text, article.language)
    titled = set(query_terms(article.title, (article.language,)))
    whole = [
        (start, end)
        for start, end in hit.passage.sentences
        if start not in listed
        and _WHOLE.fullmatch(article.text[start:end])
        and not _NOTE.match(article.text[start:end])
    ]
    if not whole:
        return Span(article, 0, len(article.title), TELLS, "title")
    told = (
        (start, end)
        for start, end in whole
        if titled.intersection(terms(article.text[start:end], article.language))
    )
    return Span(article, *next(told, whole[0]), TELLS)
