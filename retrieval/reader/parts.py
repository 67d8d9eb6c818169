"""What of a passage is read at once: its sentences together, each row by itself.

Read among others, a row lends its number to the name in the next line. By itself, with what it
stands under, it can only say what it says.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby

from retrieval.reader.base import Reading
from retrieval.reader.spans import Scored
from retrieval.text import Row, View, labels_of, row_view, rows, terms, view_of
from retrieval.types import Hit, Offsets

MOST = 75
"""Parts that are read for a question, unless there are more passages than that."""


def parts_of(hit: Hit) -> list[Hit]:
    """Give a hit as its parts: one of each row, and one of the sentences between rows."""
    known = rows(hit.whole, hit.article.language)
    if not any(start in known for start, _ in hit.passage.sentences):
        return [hit]
    return [_part(hit, held) for held in _runs(hit.passage.sentences, known.keys())]


def nearest(parts: Sequence[tuple[int, Hit]], question: str) -> list[tuple[int, Hit]]:
    """Give MOST of the numbered parts of hits: those that share most words with a question.

    Each hit keeps one at least. Twenty-five passages of a long list are hundreds of rows.
    """
    if len(parts) <= MOST:
        return list(parts)
    asked = frozenset(terms(question))

    def shared(place: int) -> int:
        hit = parts[place][1]
        return len(asked.intersection(terms(hit.text, hit.article.language)))

    ordered = sorted(range(len(parts)), key=lambda place: -shared(place))
    firsts = {parts[place][0]: place for place in reversed(ordered)}
    kept = {*ordered[:MOST], *firsts.values()}
    return [part for place, part in enumerate(parts) if place in kept]


def view_of_part(hit: Hit, question: str) -> View:
    """Give a part as the model is to see it beside a question."""
    row = _row(hit)
    if row is None:
        return view_of(hit.whole, hit.passage.start, hit.passage.end)
    return row_view(hit.whole, row, hit.article.title, question.split())


def joined(hit: Hit, parts: Sequence[Reading]) -> Reading:
    """Give what was read of a hit's parts as one."""
    if len(parts) == 1:
        return replace(parts[0], hit=hit)
    spans = sorted(
        (span for part in parts for span in part.spans), key=lambda one: -one.probability
    )
    return Reading(
        hit,
        max(part.probability for part in parts),
        tuple(spans),
        max(part.relevance for part in parts),
    )


def in_columns_asked(
    hit: Hit, spans: Sequence[Scored], question: str, asked: Set[str]
) -> Sequence[Scored]:
    """Leave out spans of a row that stand in a column beside the one that is asked for.

    Of "Seats 2019" and "Seats 2024", or of two numbers, the one whose label tells more of the
    ``asked`` terms. A column whose cell the question tells itself isn't what it asks for.
    """
    row = _row(hit)
    if row is None or not row.labels:
        return spans
    text, language = hit.whole, hit.article.language
    columns = [
        _Column(cell, frozenset(terms(label, language)), text[slice(*cell)])
        for cell, label in zip(row.cells, labels_of(text, row, question.split()), strict=True)
    ]
    wanted = [one for one in columns if not asked >= set(terms(one.words, language))]
    wrong = [
        one.cell
        for one in columns
        if any(_alike(one, other) and one.label & asked < other.label & asked for other in wanted)
    ]
    return [
        (span, margin)
        for span, margin in spans
        if not any(start <= span[0] < end for start, end in wrong)
    ]


@dataclass(frozen=True, slots=True)
class _Column:
    cell: Offsets
    label: frozenset[str]
    words: str


def _alike(one: _Column, other: _Column) -> bool:
    """Whether two columns of a row may be taken for each other."""
    numbers = one.words[-1:].isdigit() and other.words[-1:].isdigit()
    return numbers or not one.label.isdisjoint(other.label)


def _runs(sentences: Sequence[Offsets], known: Container[int]) -> Iterator[tuple[Offsets, ...]]:
    for in_rows, grouped in groupby(sentences, key=lambda one: one[0] in known):
        run = tuple(grouped)
        yield from ((one,) for one in run) if in_rows else (run,)


def _part(hit: Hit, sentences: tuple[Offsets, ...]) -> Hit:
    start, end = sentences[0][0], sentences[-1][1]
    return replace(hit, passage=replace(hit.passage, start=start, end=end, sentences=sentences))


def _row(hit: Hit) -> Row | None:
    row = rows(hit.whole, hit.article.language).get(hit.passage.start)
    return row if row and row.end == hit.passage.end else None
