"""Packing sentences into passages, and cutting a sentence too long for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate, pairwise

from retrieval.text.paragraphs import trim
from retrieval.types import Offsets

Run = tuple[int, int]
"""Sentences ``[first, last)`` of an article, by index."""


def split_passages(
    sentences: Sequence[Offsets],
    lengths: Sequence[int],
    *,
    max_tokens: int,
    overlap: int,
    breaks: Sequence[int] = (),
) -> list[Run]:
    """Runs ``[first, last)`` of sentence indexes that together cover every sentence.

    ``lengths`` are the sentences' word pieces. A run has at most ``max_tokens`` of them
    (more only where one sentence alone does), shares up to ``overlap`` sentences with the
    run before where they fit beside a new one, and never reaches over a break: an index
    at which a new run must begin. No run lies within another, and the last two before a
    break are made as even as whole sentences allow. Raises ValueError when ``lengths``
    are not one a sentence, or ``max_tokens`` is below 1, or ``overlap`` below 0.
    """
    if len(lengths) != len(sentences):
        raise ValueError(f"{len(lengths)} lengths for {len(sentences)} sentences")
    if max_tokens < 1 or overlap < 0:
        raise ValueError(f"no passages of {max_tokens} tokens with an overlap of {overlap}")
    packer = _Packer(lengths, max_tokens, overlap)
    edges = sorted({0, len(sentences), *(b for b in breaks if 0 < b < len(sentences))})
    return [run for first, last in pairwise(edges) for run in packer.pack(first, last)]


def split_long(
    text: str, sentence: Offsets, piece_ends: Sequence[int], max_tokens: int
) -> list[Offsets]:
    """A sentence as ranges of at most ``max_tokens`` word pieces, trimmed of white space.

    ``piece_ends`` are the ends of its word pieces as offsets of ``text``, ascending. Cuts
    at white space, within a word only where the word alone is too long, and never within
    a character, even one of several pieces. Raises ValueError if ``max_tokens`` is below 1.
    """
    if max_tokens < 1:
        raise ValueError(f"no pieces of {max_tokens} tokens")
    start, end = sentence
    cuts = [start, *_cuts(text, piece_ends, max_tokens), end]
    trimmed = (trim(text, a, b) for a, b in pairwise(cuts))
    return [(a, b) for a, b in trimmed if a < b]


class _Packer:
    def __init__(self, lengths: Sequence[int], max_tokens: int, overlap: int) -> None:
        self.total = (0, *accumulate(lengths))
        self.max_tokens = max_tokens
        self.overlap = overlap

    def pack(self, first: int, last: int) -> list[Run]:
        runs = list(self._greedy(first, last))
        if len(runs) > 1:
            taken = runs[-3][1] if len(runs) > 2 else first
            runs[-2:] = self._even(runs[-2][0], last, taken)
        return runs

    def _greedy(self, first: int, last: int) -> Iterator[Run]:
        end = first + 1
        while True:
            while end < last and self._fits(first, end + 1):
                end += 1
            yield first, end
            if end == last:
                return
            first = self._next_start(first, end)
            end += 1

    def _next_start(self, first: int, end: int) -> int:
        """Where the run after ``[first, end)`` begins: as much overlap as leaves room."""
        start = max(end - self.overlap, first + 1)
        while start < end and not self._fits(start, end + 1):
            start += 1
        return start

    def _even(self, first: int, last: int, taken: int) -> list[Run]:
        """``[first, last)`` as the two most even runs; the first must reach past ``taken``."""
        best: list[Run] = []
        least = 0
        for end in range(max(first, taken) + 1, last):
            if end > first + 1 and not self._fits(first, end):
                break
            start = self._next_start(first, end)
            if last > start + 1 and not self._fits(start, last):
                continue
            gap = abs(self._tokens(first, end) - self._tokens(start, last))
            if not best or gap <= least:
                best, least = [(first, end), (start, last)], gap
        return best

    def _tokens(self, first: int, last: int) -> int:
        return self.total[last] - self.total[first]

    def _fits(self, first: int, last: int) -> bool:
        return self._tokens(first, last) <= self.max_tokens


def _cuts(text: str, ends: Sequence[int], max_tokens: int) -> Iterator[int]:
    done = 0
    while len(ends) - done > max_tokens:
        done = _cut(text, ends, done, done + max_tokens)
        yield ends[done - 1]


def _cut(text: str, ends: Sequence[int], done: int, limit: int) -> int:
    """How many pieces lie before the best cut behind ``done`` and at most ``limit`` of them."""
    whole = [n for n in range(limit, done, -1) if ends[n - 1] < ends[n]]
    if whole:
        return next((n for n in whole if text[ends[n - 1]].isspace()), whole[0])
    while limit < len(ends) and ends[limit - 1] == ends[limit]:
        limit += 1
    return limit


def heading(title: str, publisher: str | None, published: date | None) -> str:
    """Give what stands in front of a passage where it is embedded and indexed."""
    parts = (title, publisher, published.isoformat() if published else None)
    return " | ".join(part for part in parts if part)
