"""The shape of an English question: what it asks for, of whom, and with which verb."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.understanding import verbs
from retrieval.understanding.predicates import inverted, own_verb
from retrieval.understanding.words import (
    AUXILIARY,
    BE,
    DETERMINERS,
    HAVE,
    HOW_LONG,
    HOW_MUCH,
    PREPOSITIONS,
    WH,
    Word,
    split,
)

Asked = Literal["subject", "object", "adverb", "predicate", "truth"]
"""The part that the question word plays; "truth" is asked without one ("did Fidan come?")."""

_LONGEST_NOUN = 8
_TIMES = frozenset(("year", "month", "week", "day", "date", "time"))
_ENDINGS = frozenset(("else", "exactly", "precisely"))


@dataclass(frozen=True, slots=True)
class Shape:
    """A question taken apart. Ranges and places count ``words``.

    ``asking`` are the question word with its preposition and noun ("from which ports"),
    ``noun`` that noun; ``subject`` is empty where the question asks for it. What follows the
    verb, or without one the subject, begins at ``rest``.
    """

    text: str
    words: tuple[Word, ...]
    key: str
    asked: Asked
    asking: tuple[int, int]
    noun: tuple[int, int]
    aux: int | None
    subject: tuple[int, int]
    verb: int | None

    @property
    def rest(self) -> int:
        if self.verb is not None:
            return self.verb + 1
        return max(self.subject[1], self.asking[1], 0 if self.aux is None else self.aux + 1)

    def slice(self, start: int, end: int | None = None) -> str:
        """Give the text of the words in a range, with the punctuation between them."""
        chosen = self.words[start:end]
        return self.text[chosen[0].start : chosen[-1].end] if chosen else ""

    @property
    def verb_base(self) -> str | None:
        return None if self.verb is None else verbs.base_form(self.words[self.verb].key)


def body(question: str) -> str:
    """Give a question without the punctuation that ends it."""
    bare = question.strip().rstrip("?!… ")
    return bare if re.search(r"\.\w\.$", bare) else bare.rstrip(". ")


def parse(question: str) -> Shape | None:
    """Take an English question apart; None where its words have no such order."""
    text = body(question)
    words = split(text)
    if not words:
        return None
    if _is_aux(words[0]):
        return _truth(text, words)
    at = next((i for i, word in enumerate(words) if word.key in WH), None)
    if at is None:
        return None
    start = at - 1 if at and _glued(text, words, at) else at
    if start and words[0].key not in PREPOSITIONS:
        return None
    noun = _noun(words, at)
    end = noun[1]
    while end < len(words) and words[end].key in _ENDINGS:
        end += 1
    return _asked(text, words, (start, end), at, noun)


def _glued(text: str, words: Sequence[Word], at: int) -> bool:
    before = words[at - 1]
    return before.key in PREPOSITIONS and "," not in text[before.end : words[at].start]


def _is_aux(word: Word) -> bool:
    return word.key in AUXILIARY and word.text != "May"


def _noun(words: Sequence[Word], at: int) -> tuple[int, int]:
    """Give the range of the noun in "which ports", "how many people", "how long"."""
    key, start = words[at].key, at + 1
    following = words[start].key if start < len(words) else ""
    if key == "how":
        if following in HOW_LONG:
            return start + 1, start + 1
        if following not in HOW_MUCH:
            described = start + 1 < len(words) and _is_aux(words[start + 1])  # "how strong was"
            return start + described, start + described
        start += 1
    elif key not in ("which", "what", "whose"):
        return start, start
    if key == "what" and start < len(words) and _is_finite(words[start]):
        return start, start
    end = start
    while end < min(len(words), start + _LONGEST_NOUN):
        if _is_aux(words[end]) or (end > start and _ends_noun(words, end)):
            break
        end += 1
    return start, end


def _ends_noun(words: Sequence[Word], at: int) -> bool:
    """Tell whether the noun asked about ends before a word, since that is its verb."""
    if words[at].key == "else" or _is_finite(words[at]):
        return True
    plural = words[at - 1].key.endswith("s") or words[at - 1].key in ("people", "men", "women")
    return plural and verbs.is_base(words[at].key)


def _is_finite(word: Word) -> bool:
    return not word.capital and (verbs.is_past(word.key) or verbs.is_present(word.key))


def _truth(text: str, words: tuple[Word, ...]) -> Shape | None:
    subject, verb = inverted(words, 0, firm=False)
    if subject[0] == subject[1]:
        return None
    return Shape(text, words, "", "truth", (0, 0), (0, 0), 0, subject, verb)


def _asked(
    text: str, words: tuple[Word, ...], asking: tuple[int, int], at: int, noun: tuple[int, int]
) -> Shape | None:
    key, aux = words[at].key, asking[1]
    timed = noun[0] < noun[1] and key in ("what", "which") and words[noun[1] - 1].key in _TIMES
    adverb = key in ("when", "where", "why") or asking[0] < at or timed
    adverb = adverb or (key == "how" and words[min(at + 1, len(words) - 1)].key not in HOW_MUCH)

    def made(asked: Asked, aux: int | None, subject: tuple[int, int], verb: int | None) -> Shape:
        return Shape(text, words, key, asked, asking, noun, aux, subject, verb)

    if aux >= len(words):
        return None
    if not _is_aux(words[aux]):
        if adverb or words[aux].key in PREPOSITIONS | DETERMINERS:
            return None
        return made("subject", None, (aux, aux), aux)
    if not adverb and (verb := own_verb(words, aux)) is not None:
        return made("subject", aux if verb != aux else None, (verb, verb), verb)
    subject, found = inverted(words, aux, firm=not adverb)
    if subject[0] == subject[1]:
        return None
    if found is None and words[aux].key in HAVE and not adverb:
        return made("subject", None, (aux, aux), aux)
    if found is None and words[aux].key not in BE:
        return None
    if adverb:
        return made("adverb", aux, subject, found)
    return made("predicate" if found is None else "object", aux, subject, found)
