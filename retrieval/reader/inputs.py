"""What the reader's model sees: a question, a title and a stretch of text, as word pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.types import Offsets

CLS, SEP = 101, 102

MAX_QUESTION = 64
"""Word pieces of a question that are read; a longer one loses its middle."""

MAX_TITLE = 24
"""Word pieces of a title that are read."""

MAX_TEXT = 224
"""Word pieces of text that are read at once."""

Pieces = tuple[Sequence[int], Sequence[Offsets]]
"""The numbers of a text's word pieces and where they stand in it (WordPieces.plain)."""


@dataclass(frozen=True, slots=True)
class Input:
    """One row for the model: ``[CLS] question [SEP] title [SEP] text [SEP]``.

    ``ids`` are word pieces, ``first`` is the place of the title's first one (token type 1
    begins there), ``text`` that of the text's first one; ``offsets`` are the text's pieces.
    """

    ids: list[int]
    first: int
    text: int
    offsets: Sequence[Offsets]


def make_input(question: Pieces, title: Pieces, text: Pieces) -> Input:
    """Put a row together; what is over the limits is cut."""
    asked = list(question[0])
    if len(asked) > MAX_QUESTION:
        half = MAX_QUESTION // 2
        asked = asked[:half] + asked[-half:]
    ids = [CLS, *asked, SEP]
    first = len(ids)
    ids += [*title[0][:MAX_TITLE], SEP]
    start = len(ids)
    ids += [*text[0][:MAX_TEXT], SEP]
    return Input(ids, first, start, text[1][:MAX_TEXT])
