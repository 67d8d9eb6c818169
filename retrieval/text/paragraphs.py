"""Paragraphs: the lines of a text, put together again where they were wrapped at a width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from retrieval.languages import Language, with_borrowed
from retrieval.types import Offsets

# Widths at which text is wrapped by hand, by mailers and by PDF. A line that the next one's
# first word would not fill to these shares of the width ends there on purpose; before a
# capital, which may begin a paragraph under a headline, it has to be fuller. Columns of print
# are the narrowest.
_WIDTHS = range(24, 121)
_FULL = 0.8
_FULLER = 0.9
_WIDER = 1.1

_BREAK = re.compile(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BULLET = re.compile(r"(?:[-*+>•◦▪‣·–—]|\(?\w{1,3}[.)])\s")
_FILLED = re.compile(r"\S+")
_WORD = re.compile(r"[\w'’]+")
_TERMINAL = re.compile(r"[.!?…:;؟。！？][\"'”’»)\]]*$")
_LAST_WORD = re.compile(r"\w+$")
_HYPHEN = re.compile(r"[^\W\d_]-$")


def paragraphs(text: str, parts: Iterable[Offsets], known: Language) -> Iterator[Offsets]:
    """The paragraphs of parts of a text in a language: sorted, disjoint, trimmed of white space.

    A line is a paragraph. Only where the text, or a block of it between blank lines, was
    wrapped at a width (24 to 120 characters) do its full lines go on in the next.
    """
    blocks = [block for part in parts for block in _blocks(text, *part)]
    usual = _wrap_width(text, blocks, known)
    for block in blocks:
        width = usual or _wrap_width(text, [block], known)
        yield from _unwrapped(text, block, width, known) if width else block


def trim(text: str, start: int, end: int) -> Offsets:
    """``[start, end)`` without the white space at its ends; an empty range if that is all."""
    piece = text[start:end]
    last = start + len(piece.rstrip())
    return min(start + len(piece) - len(piece.lstrip()), last), last


def _lines(text: str, start: int, end: int) -> Iterator[Offsets]:
    for found in _BREAK.finditer(text, start, end):
        yield trim(text, start, found.start())
        start = found.end()
    yield trim(text, start, end)


def _blocks(text: str, start: int, end: int) -> Iterator[list[Offsets]]:
    for filled, block in groupby(_lines(text, start, end), key=lambda line: line[0] < line[1]):
        if filled:
            yield list(block)


def _wrap_width(text: str, blocks: list[list[Offsets]], known: Language) -> int:
    """The width at which blocks of lines were wrapped; 0 if they weren't.

    They were if most full lines that end amid a sentence plainly go on: in lower case, or
    after a word like "of". A few lines may be longer (an address, a headline), and the first
    of three or more sets no width.
    """
    lengths = sorted(_length(text, line) for block in blocks for line in block[len(block) > 2 :])
    width = lengths[len(lengths) * 98 // 100] if lengths else 0
    if width not in _WIDTHS:
        return 0
    plain = [
        text[following[0]].islower() or _hangs(text, line, known)
        for block in blocks
        for line, following in pairwise(block)
        if _is_full(text, line, following[0], width) and not _TERMINAL.search(text, *_last(line))
    ]
    return width if plain and 2 * sum(plain) >= len(plain) else 0


def _unwrapped(text: str, block: list[Offsets], width: int, known: Language) -> Iterator[Offsets]:
    first = block[0][0]
    for line, following in pairwise(block):
        full = _is_full(text, line, following[0], width)
        if not (full and _goes_on(text, line, following, known)):
            yield first, line[1]
            first = following[0]
    yield first, block[-1][1]


def _is_full(text: str, line: Offsets, following: int, width: int) -> bool:
    """Whether the next line's first word found no room in this one."""
    length = _length(text, line)
    word = _FILLED.match(text, following, following + width)
    room = _FULL * width if text[following].islower() else _FULLER * width
    return length + 1 + len(word[0] if word else "") > room and length <= _WIDER * width


def _length(text: str, line: Offsets) -> int:
    """The length of a line as it is written, with the dateline that it may begin with."""
    before = text[max(line[0] - _WIDTHS.stop, 0) : line[0]]
    written = _BREAK.split(before)[-1].lstrip()
    return line[1] - line[0] + len(written)


def _goes_on(text: str, line: Offsets, following: Offsets, known: Language) -> bool:
    """Whether a full line is part of a paragraph with the next, not a headline or an item."""
    if _BULLET.match(text, *following):
        return False
    if _TERMINAL.search(text, *_last(line)) or _hangs(text, line, known):
        return True
    word = _WORD.match(text, *following)
    return word is None or word[0] not in with_borrowed(known, "openers")


def _hangs(text: str, line: Offsets, known: Language) -> bool:
    """Whether a line ends within a word, or in one like "of", after which a sentence goes on."""
    if _HYPHEN.search(text, *_last(line)):
        return True
    word = _LAST_WORD.search(text, *_last(line))
    return word is not None and word[0] in with_borrowed(known, "hanging")


def _last(line: Offsets) -> Offsets:
    return max(line[0], line[1] - 12), line[1]
