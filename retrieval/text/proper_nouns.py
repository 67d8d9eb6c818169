"""Names told in a text, for completion at a prompt."""

from __future__ import annotations

import re

_WORD = r"[^\W\d_a-zçğıöşü][\w-]*\w"
_NAME = re.compile(rf"\b{_WORD}(?: {_WORD}){{0,5}}")
_SENTENCE_START = re.compile(r"(?:^|[.!?:“\"\n])\W*$")


def find_names(text: str) -> list[str]:
    """Give runs of up to six capitalised words, in order.

    A single word at the beginning of a sentence is capitalised anyway and doesn't count.
    """
    return [
        match[0]
        for match in _NAME.finditer(text)
        if " " in match[0]
        or not _SENTENCE_START.search(text[max(0, match.start() - 4) : match.start()])
    ]
