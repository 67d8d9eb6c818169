"""Letters that are written as two where a keyboard or a wire lacks them: Müller, Mueller."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

_PAIRS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
_LETTERS = {"ae": "ä", "oe": "ö", "ue": "ü", "aa": "å"}
_WRITTEN_OUT = str.maketrans(
    _PAIRS | {letter.upper(): pair.title() for letter, pair in _PAIRS.items()} | {"ß": "ss"}
)
_MOST = 16


def written_out(word: str) -> str:
    """A word with two letters for each ä, ö, ü, ø, å and ß."""
    return word.translate(_WRITTEN_OUT)


def other_spellings(word: str) -> Iterator[str]:
    """The other ways in which a word may be written, with one letter for two, or two for one.

    ``Mueller`` gives Müller, ``Baurue`` Baurü (whether there is such a word nobody knows here),
    ``Müller`` Mueller. At most a few for a word of many such letters.
    """
    plain = written_out(word)
    if plain != word:
        yield plain
    pieces = list(_pieces(word))
    ways = islice(product(*pieces), 1, _MOST) if any(len(ways) > 1 for ways in pieces) else ()
    yield from map("".join, ways)


def _pieces(word: str) -> Iterator[tuple[str, ...]]:
    """The letters of a word, those that may stand for one together, the pair first."""
    at = 0
    while at < len(word):
        pair = word[at : at + 2]
        letter = _LETTERS.get(pair.lower())
        if letter:
            yield pair, letter.upper() if pair[0].isupper() else letter
        else:
            yield (word[at],)
        at += 2 if letter else 1
