"""From a score for every span to the few spans that may answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.reader.inputs import Input
from retrieval.text.views import ADDED, View
from retrieval.types import Offsets

LONGEST = 30
"""Word pieces of the longest span."""

MOST = 8
"""Spans of one text that are looked at further."""

_LOOKED_AT = 96
_EMPTY_LINE = re.compile(r"\n[ \t]*\r?\n")

Scored = tuple[Offsets, float]
"""A span in a text and by how much its score beats that of no answer."""


def best_spans(scores: NDArray[np.float32], row: Input, view: View) -> list[Scored]:
    """Give the best spans of a view of a text, the best first, none overlapping another.

    ``scores`` are those of SpanModel.scores for the row, (length, length); the ranges are
    offsets into the text, widened to whole words. None reaches over what the view added.
    """
    size = len(row.offsets)
    if not size:
        return []
    within = scores[row.text : row.text + size, row.text : row.text + size]
    apart = np.arange(size)[None, :] - np.arange(size)[:, None]
    stretch = np.array(view.stretches(row.offsets))
    whole = (stretch[:, None] == stretch[None, :]) & (stretch != ADDED)
    allowed = np.where((apart >= 0) & (apart < LONGEST) & whole, within, -np.inf)
    kept: list[Scored] = []
    for first, last, score in _highest(allowed):
        words = whole_words(view.text, (row.offsets[first][0], row.offsets[last][1]))
        if _EMPTY_LINE.search(view.text, *words):
            continue  # no answer reaches from one paragraph into the next
        span = view.span(*words)
        if not any(start < span[1] and span[0] < end for (start, end), _ in kept):
            kept.append((span, score - float(scores[0, 0])))
        if len(kept) == MOST:
            break
    return kept


def _highest(scores: NDArray[np.float32]) -> Iterator[tuple[int, int, float]]:
    flat = scores.ravel()
    count = min(_LOOKED_AT, flat.size)
    places = np.argpartition(-flat, count - 1)[:count]
    for place in sorted(places.tolist(), key=lambda place: (-flat[place], place)):
        if np.isfinite(flat[place]):
            first, last = divmod(place, scores.shape[1])
            yield first, last, float(flat[place])


def whole_words(text: str, span: Offsets) -> Offsets:
    """Widen a range so that it cuts no word."""
    start, end = span
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def windows(pieces: Sequence[Offsets], sentences: Sequence[Offsets], most: int) -> list[Offsets]:
    """Give ranges of whole sentences with at most so many word pieces; together they are all.

    ``pieces`` are where the word pieces stand, in the same text as the sentences.
    """
    made: list[Offsets] = []
    count = 0
    for start, end in sentences:
        held = sum(start <= piece[0] < end for piece in pieces)
        if made and count + held <= most:
            made[-1], count = (made[-1][0], end), count + held
        else:
            made.append((start, end))
            count = held
    return made
