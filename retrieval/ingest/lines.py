"""A text as lines that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_SENTENCE_END = (".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।")
_CLOSERS = "\"'”’»)]"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that isn't blank, without the spaces around it: ``text`` is ``[start, end)``."""

    start: int
    end: int
    text: str


def split_lines(text: str) -> Iterator[Line]:
    """The lines of a text in order, blank ones left out."""
    for found in _LINE.finditer(text):
        words = found[0].strip()
        if words:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            yield Line(start, start + len(words), words)


def ends_sentence(words: str) -> bool:
    """Whether the words end as a sentence does, closing quotes and brackets passed over."""
    return words[-40:].rstrip(_CLOSERS).endswith(_SENTENCE_END)
