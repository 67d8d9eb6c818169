"""The search key of a text: what stays equal however a name is spelled.

Folding happens here and not in SQLite or tantivy, because neither folds Turkish rightly:
``'İ'.lower()`` is two code points, NFKD leaves ``ı`` alone, and a key of another length
than its text moves every offset unless a map leads back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.types import Offsets

# Letters whose stroke or dot Unicode does not decompose, and those that stand for two.
_PLAIN = str.maketrans("ıİøØđĐłŁħĦðÐ", "iIoOdDlLhHdD") | str.maketrans(
    {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH"}
)

# Written but not seen: soft hyphen, zero-width and direction marks, joiners.
_INVISIBLE = frozenset("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class Folded:
    """A search key and its way back: ``positions[i]`` is where ``text[i]`` came from.

    ``positions`` has one entry more than ``text`` has characters: the original's length.
    """

    text: str
    positions: Sequence[int]

    def span(self, start: int, end: int) -> Offsets:
        """The range of the original text that ``text[start:end]`` came from.

        Whole original characters, with the combining marks that follow them. Raises
        ValueError unless ``0 <= start <= end <= len(text)``.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"[{start}, {end}) is no range of {len(self.text)} characters")
        first = self.positions[start]
        if start == end:
            return first, first
        last = self.positions[end - 1]
        return first, max(self.positions[end], last + 1)


class _Table(dict[int, str]):
    """Code point → its folded text, worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """The search key: no case, no accents, no compatibility forms, Turkish i's made one.

    Folding works character by character and twice is the same as once.
    """
    if text.isascii():
        return text.lower()
    return text.translate(_TABLE)


def fold_with_map(text: str) -> Folded:
    """``fold(text)`` together with the position in ``text`` of each of its characters."""
    if text.isascii():
        return Folded(text.lower(), range(len(text) + 1))
    parts = [_TABLE[ord(character)] for character in text]
    positions = [at for at, part in enumerate(parts) for _ in part]
    return Folded("".join(parts), (*positions, len(text)))


def _fold_character(character: str) -> str:
    folded = ""
    while character != folded:
        folded = character
        decomposed = unicodedata.normalize("NFKD", character.translate(_PLAIN)).casefold()
        character = "".join(c for c in decomposed if not _is_dropped(c))
    return folded


def _is_dropped(character: str) -> bool:
    return unicodedata.combining(character) != 0 or character in _INVISIBLE
