"""Whether a passage holds a sentence of evidence, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DATELINE = re.compile(r"^[^.!?]{0,60}?(?:\)\s*(?:--|[—–-])?|--|[—–])\s+")


def plain(text: str) -> str:
    """A text with every run of white space as one space, for comparing."""
    return " ".join(text.split())


def comparable(evidence: Sequence[str]) -> list[str]:
    """Sentences of evidence as ``holds`` takes them.

    The dateline in front of one ("LONDON (CNN) --") is left out, as Quoth keeps datelines out
    of its passages.
    """
    return [bare for one in evidence if (bare := _DATELINE.sub("", plain(one)))]


def holds(text: str, sentences: Sequence[str]) -> bool:
    """Whether a text contains one of the sentences, however its white space runs."""
    whole = plain(text)
    return any(sentence in whole for sentence in sentences)
