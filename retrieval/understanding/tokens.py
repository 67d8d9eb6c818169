"""Words of a question with their places, and the English words that hold it together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.languages import find_language
from retrieval.text.fold import fold

LISTS = find_language("en").lists
WH = LISTS["question_words"]
DO = frozenset(("do", "does", "did"))
BE = frozenset(("is", "are", "was", "were"))
HAVE = frozenset(("has", "have", "had"))
MODAL = LISTS["modals"]
AUXILIARY = DO | BE | HAVE | MODAL
PRONOUNS, DETERMINERS = LISTS["pronouns"], LISTS["determiners"]
PREPOSITIONS, ADVERBS = LISTS["prepositions"], LISTS["adverbs"]
CLAUSAL = LISTS["conjunctions"] - {"and"}
"""Words that begin a clause of their own."""

PLACED = LISTS["placing"]
"""Prepositions that a name of a place may follow."""

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\w+(?:[-'’/.&]\w+|,\d{3})*")
_POSSESSIVE = re.compile(r"['’]s?$", re.I)
_NEGATED = re.compile(r"(\w+)n['’]t", re.I)
_FULL = {"wo": "will", "ca": "can", "sha": "shall"}
_CONTRACTED = re.compile(
    r"\b(who|whom|what|where|when|why|how|he|she|it|that|there|they)['’](s|re)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as written, folded without its "'s" or "n't", and its range in the text."""

    text: str
    key: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def auxiliary(self) -> bool:
        return self.key in AUXILIARY and self.text != "May"

    @property
    def bare_end(self) -> int:
        """Where the word ends without its "'s"."""
        match = _POSSESSIVE.search(self.text)
        return self.end - len(match[0]) if match else self.end

    @property
    def possessive(self) -> bool:
        return self.bare_end < self.end


def split(text: str) -> tuple[Word, ...]:
    """Give the words of a text in order; punctuation between words is left out."""
    return tuple(Word(match[0], _key(match[0]), *match.span()) for match in _WORD.finditer(text))


def _key(written: str) -> str:
    if negated := _NEGATED.fullmatch(written):
        return _FULL.get(fold(negated[1]), fold(negated[1]))
    return fold(_POSSESSIVE.sub("", written))


def plain(question: str) -> str:
    """Give a question without the punctuation that ends it, "who's" and "they're" in full."""
    full = _CONTRACTED.sub(lambda m: f"{m[1]} {'is' if m[2] in 'sS' else 'are'}", question)
    bare = full.strip().rstrip("?!… ")
    return bare if re.search(r"\.\w\.$", bare) else bare.rstrip(". ")


def is_cased(words: Sequence[Word]) -> bool:
    """Tell whether who typed these words writes names with capitals.

    Shouting doesn't count, nor does the capital that a sentence begins with.
    """
    if all(word.text.isupper() for word in words):
        return False
    return any(word.capital and word.text != "I" for word in words[1:])
