"""Words of an article as block quotes: verbatim, the answer in bold and never cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from bot.discord.limits import units
from bot.discord.markup import escape
from bot.terminal import clean
from retrieval.text import split_sentences
from retrieval.types import Offsets

LEFT_OUT = "…"
_AROUND = (2000, 1000, 500, 250, 120, 60)
"""Characters on each side of an answer that are tried where its sentence is too long."""


def excerpt(text: str, ranges: Sequence[Offsets], marks: Iterable[Offsets], room: int) -> str:
    """Give ranges of a text as block quotes, the marks in bold, in at most ``room`` units.

    Where that is too long, the sentences farthest from the marks are left out and, where a
    marked sentence is too long, words of it: a line "…" outside of the quotation stands for
    them. Only marks that are too long themselves are cut.
    """
    base, last = ranges[0][0], ranges[-1][1]
    ranges = [(start - base, end - base) for start, end in ranges]
    marks = [(max(start, base) - base, min(end, last) - base) for start, end in marks]
    return _Excerpt(text[base:last], ranges, marks).within(room)


class _Excerpt:
    """The stretch of an article that is quoted from; offsets count from its start."""

    def __init__(self, text: str, ranges: Sequence[Offsets], marks: Sequence[Offsets]) -> None:
        self._text = clean(text)
        self._ranges = ranges
        self._marks = self._joined(mark for mark in marks if self._text[slice(*mark)].strip())
        self._sentences = [
            (start + a, start + b)
            for start, end in ranges
            for a, b in split_sentences(text[start:end])
        ]

    def within(self, room: int) -> str:
        """Give all of it, or the marks, their sentences and then the nearest that fit."""
        shown = self._drawn(self._joined(self._ranges))
        if units(shown) <= room:
            return shown
        kept: list[Offsets] = []
        for options in self._wishes():
            wider = (self._joined([*kept, *option]) for option in options)
            fitting = next((one for one in wider if units(self._drawn(one)) <= room), None)
            if fitting is None:
                break
            kept = fitting
        return self._drawn(kept)

    def _wishes(self) -> Iterator[Iterable[Sequence[Offsets]]]:
        """Give what to keep, the most important first; of each the first option that fits."""
        for start, end in self._marks:
            pieces = ((start, self._back(start, start + most)) for most in _AROUND)
            yield [(start, end)], *([piece] for piece in pieces if piece[1] < end)
        first = self._ranges[0][0]
        anchors = self._marks or [(first, first + 1)]
        for sentence in sorted(self._sentences, key=lambda one: _distance(one, anchors)):
            inside = [mark for mark in anchors if not _distance(sentence, [mark])]
            windows = (
                [self._window(sentence, mark, around) for mark in inside] for around in _AROUND
            )
            yield chain([[sentence]], windows if inside else ())

    def _window(self, sentence: Offsets, mark: Offsets, around: int) -> Offsets:
        """Give whole words of a sentence around a mark."""
        start, end = max(mark[0] - around, sentence[0]), min(mark[1] + around, sentence[1])
        if start > sentence[0]:
            start = self._text.find(" ", start - 1, mark[0]) + 1 or start
        return start, end if end == sentence[1] else self._back(mark[1], end)

    def _back(self, start: int, end: int) -> int:
        """Give where the last whole word before ``end`` ends; ``end`` if no word does."""
        space = self._text.rfind(" ", start + 1, end + 1)
        return end if space < 0 else space

    def _joined(self, spans: Iterable[Offsets]) -> list[Offsets]:
        """Give spans sorted, as one where they touch or have only white space between them."""
        found: list[Offsets] = []
        for start, end in sorted(spans):
            if found and not self._text[found[-1][1] : start].strip():
                found[-1] = found[-1][0], max(found[-1][1], end)
            else:
                found.append((start, end))
        return found

    def _drawn(self, kept: Iterable[Offsets]) -> str:
        lines, done = [], 0
        for start, end in kept:
            lines += [LEFT_OUT] if self._text[done:start].strip() else []
            lines.append("> " + "".join(self._runs(start, end)))
            done = end
        lines += [LEFT_OUT] if self._text[done:].strip() else []
        return "\n".join(lines)

    def _runs(self, start: int, end: int) -> Iterator[str]:
        for a, b in self._marks:
            a, b = max(a, start), min(b, end)
            if a < b:
                yield escape(self._text[start:a])
                yield f"**{escape(self._text[a:b])}**"
                start = b
        yield escape(self._text[start:end])


def _distance(span: Offsets, others: Iterable[Offsets]) -> int:
    """Give how far a span is from the nearest other; 0 where they overlap."""
    return min(max(span[0] - end + 1, start - span[1] + 1, 0) for start, end in others)
