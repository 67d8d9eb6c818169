"""Whether two mentions name the same: "Blinken", "Secretary Blinken", "A. J. Blinken"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answering.titles import APART, FIELDS, NOBLE, SHORT_NAMES, SUFFIXES
from retrieval.answering.words import is_office
from retrieval.text import fold
from retrieval.text.terms import aliases

_WORD = re.compile(r"(?:[^\W\d_]\.)+|\w+(?:['’]\w+)*")
_OWNER = re.compile(r"['’]s?(?!\w)")
_DROPPED = frozenset(("the", "a", "an", "of", "and", "ve"))
_NUMERALS = SUFFIXES & frozenset(("jr", "sr", "ii", "iii", "iv", "vi", "vii", "viii"))


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart, folded: "George H. W. Bush Sr." has full words george, bush,
    initials h, w and the numeral sr. ``short`` is set for what may be an abbreviation (UN).
    """

    full: tuple[str, ...]
    initials: tuple[str, ...] = ()
    numeral: str = ""
    short: str = ""

    @classmethod
    def of(cls, text: str) -> Name:
        """Take a name apart that is already without offices and peoples."""
        written = [piece[0] for piece in _WORD.finditer(_OWNER.sub("", text).replace("-", " "))]
        while len(written) > 1 and _is_rank(fold(written[0]).strip(".")):
            written = written[1:]
        full: list[str] = []
        initials: list[str] = []
        numeral = ""
        for word in written:
            key = fold(word).replace(".", "").replace("’", "'")
            if full and key in _NUMERALS:
                numeral = key
            elif _is_initials(word) and len(written) > 1:
                initials += list(key)
            elif key not in _DROPPED:
                full.append(aliases().get(key, key))
        bare = text.strip().replace(".", "")
        short = fold(bare) if bare.isalpha() and bare.isupper() and 2 <= len(bare) <= 6 else ""
        return cls(tuple(full), tuple(initials), numeral, short)

    @property
    def begins_with(self) -> str:
        """Give the first letters of the words, as an abbreviation has them."""
        return "".join(word[0] for word in self.full)


def same_name(first: Name | str, second: Name | str) -> bool:
    """Tell whether two names may be of the same: one the other or a shorter form of it.

    Full names that only share the surname differ, and so do New York and York.
    """
    a = Name.of(first) if isinstance(first, str) else first
    b = Name.of(second) if isinstance(second, str) else second
    if a.short and b.short and a.full != b.full:
        return False
    if (a.short and a.short == b.begins_with) or (b.short and b.short == a.begins_with):
        return True
    if a.numeral and b.numeral and a.numeral != b.numeral:
        return False
    if not a.full or not b.full:
        return a.full == b.full and a.initials == b.initials
    shorter, longer = sorted((a, b), key=lambda name: (len(name.full), len(name.initials)))
    return _shorter_form(shorter, longer) and _initials_fit(shorter, longer)


def _shorter_form(shorter: Name, longer: Name) -> bool:
    few, many = shorter.full, longer.full
    if len(few) == len(many):
        return all(map(_same_word, few, many))
    if shorter.initials and few[-1] == many[-1]:
        return True  # J. K. Rowling, Joanne Kathleen Rowling: the initials decide
    if many[0] in APART and (few[0] != many[0]):
        return False
    if many[-len(few) :] == few or many[: len(few)] == few:
        return True
    within = iter(many)
    return len(few) > 1 and few[-1] == many[-1] and all(word in within for word in few)


def _same_word(one: str, other: str) -> bool:
    return SHORT_NAMES.get(one, one) == SHORT_NAMES.get(other, other)


def _initials_fit(shorter: Name, longer: Name) -> bool:
    """Tell whether initials agree with those of the other or with its given names."""
    if len(shorter.full) == len(longer.full):
        return not shorter.initials or not longer.initials or _agree(shorter, longer)
    if not shorter.initials:
        return True
    given = [word[0] for word in longer.full[: -len(shorter.full)]]
    return _prefix(shorter.initials, [*given, *longer.initials])


def _agree(one: Name, other: Name) -> bool:
    return one.initials == other.initials


def _prefix(initials: Sequence[str], letters: Sequence[str]) -> bool:
    return list(initials[: len(letters)]) == list(letters[: len(initials)])


def _is_initials(word: str) -> bool:
    letters = word.replace(".", "")
    return letters[:1].isupper() and (len(letters) == 1 or ("." in word and len(letters) < 4))


def _is_rank(key: str) -> bool:
    return key in NOBLE or is_office(key) or key in FIELDS
