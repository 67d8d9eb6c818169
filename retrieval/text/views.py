"""A stretch of a text as models are to see it, with the way back to the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from retrieval.text.rows import ITEM, Row, rows
from retrieval.types import Offsets

ADDED = -1

_SHORT = re.compile(r"[^\W\d_]{2,4}")
_BROKEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]\r?\n[ \t]{0,8}(?=[^\W\d_A-Z])")


@dataclass(frozen=True, slots=True)
class View:
    """Words as a model sees them. ``places`` tells where each character stands in the text.

    A character that is ADDED (a table's label before its cell) stands nowhere: what is read in
    the words lies between such characters.
    """

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> Offsets:
        """Give a range of the words, none of them added, as a range of the text."""
        return self.places[start], self.places[end - 1] + 1

    def stretches(self, pieces: Sequence[Offsets]) -> list[int]:
        """Give for each range of the words the stretch it is in, ADDED where it is in none.

        Two ranges are in the same stretch where nothing added stands between them.
        """
        if isinstance(self.places, range):
            return [0] * len(pieces)
        added = [0, *accumulate(place == ADDED for place in self.places)]
        return [added[start] if added[start] == added[end] else ADDED for start, end in pieces]


def view_of(text: str, start: int, end: int) -> View:
    """Give ``[start, end)`` as it stands, words that are broken at a line end put together."""
    if not _BROKEN.search(text, start, end):
        return View(text[start:end], range(start, end))
    places: list[int] = []
    for found in _BROKEN.finditer(text, start, end):
        places += range(start, found.start())
        start = found.end()
    places += range(start, end)
    return View("".join(text[place] for place in places), places)


def row_view(text: str, row: Row, title: str = "", asked: Sequence[str] = ()) -> View:
    """Give a row with what it stands under: each cell with its label, an item with its lead-in.

    A head that says no more than the ``title`` isn't told again. A label that shortens a word
    that is ``asked`` is told in that word: "Pts" where points are asked for.
    """
    words: list[str] = []
    places: list[int] = []
    for piece in _pieces(text, row, title, asked):
        if isinstance(piece, str):
            words.append(piece)
            places += [ADDED] * len(piece)
        else:
            words.append(text[slice(*piece)])
            places += range(*piece)
    return View("".join(words), places)


def _pieces(text: str, row: Row, title: str, asked: Sequence[str]) -> Iterator[str | Offsets]:
    head = text[slice(*row.head)].lstrip("# ") if row.head else ""
    if not row.cells:
        if head and head != title:
            yield f"{head} "
        found = ITEM.match(text, row.start, row.end) if row.item else None
        yield (found.end() if found else row.start), row.end
        return
    if head and not row.labels:
        yield f"{head}: "
    labels = labels_of(text, row, asked) or [""] * len(row.cells)
    told = [
        (label, cell) for label, cell in zip(labels, row.cells, strict=True) if cell[0] < cell[1]
    ]
    for number, (label, cell) in enumerate(told):
        yield ("; " if label else ", ") if number else ""
        yield f"{label}: " if label else ""
        yield cell


def labels_of(text: str, row: Row, asked: Sequence[str]) -> list[str]:
    """Give what stands over each cell of a row, in the words that are asked; none if nothing."""
    return [_spelled(text[slice(*label)], asked) for label in row.labels]


def _spelled(label: str, words: Sequence[str]) -> str:
    """Give a label, one that shortens one of the words as that word."""
    short = label.rstrip(".").casefold()
    if not _SHORT.fullmatch(short):
        return label
    return next((word for word in words if _shortens(short, word.casefold())), label)


def _shortens(short: str, word: str) -> bool:
    """Whether a word is written with the same letters in that order, and more: pts, points."""
    letters = iter(word)
    return (
        len(word) > max(len(short) + 1, 3)
        and word[0] == short[0]
        and all(c in letters for c in short)
    )


def context_of(text: str, start: int, language: str | None) -> str:
    """Give what the row at ``start`` stands under, if there is a row."""
    row = rows(text, language).get(start)
    return text[slice(*row.head)] if row and row.head else ""
