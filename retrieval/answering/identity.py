"""Whether two mentions name the same: "Blinken", "Secretary Blinken", "A. J. Blinken"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval.answering.name_words import FIELDS, RANKS, SUFFIXES, is_office
from retrieval.languages import find_language
from retrieval.text import fold

_EN = find_language("en")
_WORD = re.compile(r"(?:[^\W\d_]\.)+|\w+(?:['’]\w+)*")
_OWNER = re.compile(r"['’]s?(?!\w)")
_DROPPED = frozenset(("the", "a", "an", "of", "and", "ve"))
_NUMERALS = SUFFIXES & frozenset(("jr", "sr", "ii", "iii", "iv", "vi", "vii", "viii"))
_TWO_LETTERS = re.compile("ae|oe|ue|aa")
_IN_Y = re.compile(r"(?<=[a-z][sc]k)(?:[iy]{1,2}|[iy]j)$|(?<=[a-z]{3}n)(?:[iy]y|yi|[iy]j)$")
_GIVEN = {
    short: given for given, *shorts in map(str.split, _EN.lists["short_names"]) for short in shorts
}
"""The full form of a given name by its short ones."""


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
        """Take a name apart, the offices in front of it left out."""
        written = [piece[0] for piece in _WORD.finditer(_OWNER.sub("", text).replace("-", " "))]
        while len(written) > 1 and _is_title(fold(written[0]).strip(".")):
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
                full.append(_EN.aliases.get(key, key))
        bare = text.strip().replace(".", "")
        short = fold(bare) if bare.isalpha() and bare.isupper() and 2 <= len(bare) <= 6 else ""
        return cls(tuple(full), tuple(initials), numeral, short)


def same_name(first: Name | str, second: Name | str) -> bool:
    """Tell whether two names may be of the same: one the other or a shorter form of it.

    Full names that only share the surname differ, and so do New York and York.
    """
    a = Name.of(first) if isinstance(first, str) else first
    b = Name.of(second) if isinstance(second, str) else second
    if a.short and b.short and a.full != b.full:
        return False
    if any(
        one.short and one.short == "".join(w[0] for w in other.full)
        for one, other in ((a, b), (b, a))
    ):
        return True
    if a.numeral and b.numeral and a.numeral != b.numeral:
        return False
    if not a.full or not b.full:
        return a.full == b.full and a.initials == b.initials
    shorter, longer = sorted((a, b), key=lambda name: (len(name.full), len(name.initials)))
    return _shorter_form(shorter, longer) and _initials_fit(shorter, longer)


def _shorter_form(shorter: Name, longer: Name) -> bool:
    few, many = (tuple(map(_one_spelling, name.full)) for name in (shorter, longer))
    if len(few) == len(many):
        return few == many
    if shorter.initials and few[-1] == many[-1]:
        return True  # J. K. Rowling, Joanne Kathleen Rowling: the initials decide
    if many[0] in _EN.lists["apart"] and few[0] != many[0]:
        return False
    if few in (many[-len(few) :], many[: len(few)]):
        return True
    within = iter(many)
    return len(few) > 1 and few[-1] == many[-1] and all(word in within for word in few)


@lru_cache(maxsize=1 << 12)
def _one_spelling(word: str) -> str:
    """Give the one spelling for all in which papers write a name: Mueller, Zelenskyy, Joe."""
    word = _GIVEN.get(word, word)
    return _IN_Y.sub("y", _TWO_LETTERS.sub(lambda pair: pair[0][0], word))


def _initials_fit(shorter: Name, longer: Name) -> bool:
    """Tell whether initials agree with those of the other or with its given names."""
    if not shorter.initials:
        return True
    if len(shorter.full) == len(longer.full):
        return not longer.initials or shorter.initials == longer.initials
    letters = (*(word[0] for word in longer.full[: -len(shorter.full)]), *longer.initials)
    length = min(len(letters), len(shorter.initials))
    return shorter.initials[:length] == letters[:length]


def _is_initials(word: str) -> bool:
    letters = word.replace(".", "")
    return letters[:1].isupper() and (len(letters) == 1 or ("." in word and len(letters) < 4))


def _is_title(key: str) -> bool:
    return key in RANKS or is_office(key) or key in FIELDS
