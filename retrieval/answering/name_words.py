"""The words of a stretch of text, and what part each may play in a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from retrieval.languages import all_languages, find_language
from retrieval.text import fold
from retrieval.types import Offsets

VICINITY = 50_000
"""Characters before and behind a span that are looked at, so that a book costs no more."""


def _listed(name: str) -> frozenset[str]:
    """Give a list of words, English and Turkish, folded."""
    return frozenset(fold(word) for known in _KNOWN for word in known.lists.get(name, ()))


_KNOWN = (find_language("en"), find_language("tr"))
OFFICES, RANKS, FIELDS = _listed("offices"), _listed("ranks"), _listed("fields")
BODIES, DEMONYMS, PLACE_NOUNS = _listed("bodies"), _listed("demonyms"), _listed("place_nouns")
SUFFIXES, PARTICLES = _listed("name_suffixes"), _listed("particles") - {"of", "the"}
PAIRS = _listed("pairs")
JOINING = frozenset().union(*(known.joining for known in all_languages()))
"""Words before the last item of a list, in any language."""
"""Names that are one although "and" stands in them."""

COUNTRIES = frozenset(
    fold(name).replace("-", " ")
    for known in _KNOWN
    for name in (*known.territories, *known.lists["regions"])
) | {"abd", "dc", "eu", "nato", "new york", "un", "united nations", "washington"}
COUNTRIES |= {pair for pair in PAIRS if pair.startswith(("bos", "trinidad", "antigua"))}

_MARK = "\u0300-\u036f"
_LETTER = r"[^\W\d_]"
_TOKEN = re.compile(
    rf"(?:{_LETTER}\.)+(?:{_LETTER}(?!\w))?"  # U.S., J. K
    rf"|\d+(?:[.,]\d+)*"
    rf"|[\w{_MARK}]+(?:['’‘\-\u2010\u2011][\w{_MARK}]+)*"
    r"|[^\w\s]"
)
_SHORTENED = frozenset(fold(word) for known in _KNOWN for word in known.never_last)
_SHORTENED |= {"jr", "sr", "st"}
_CALENDAR = frozenset(
    fold(name)
    for known in _KNOWN
    for names in (*known.months, *known.weekdays, {"today", "tomorrow", "yesterday", "tonight"})
    for name in names
)
_MONTHS_AND_NAMES = frozenset(("may", "april", "june", "august", "jan", "sun", "eylul", "nisan"))
_NAMES = frozenset(fold(word) for known in _KNOWN for word in known.stop_names)
_SMALL = frozenset(fold(word) for word in (*_KNOWN[0].stop_words, *_KNOWN[0].openers)) - _NAMES
_SMALL |= frozenset(fold(word) for word in _KNOWN[1].openers) - _NAMES
_ENDINGS = frozenset(map(fold, _KNOWN[1].endings))
_PREFIXES = frozenset(("al", "el", "ad", "ar", "as", "ash", "an", "d", "l", "o", "dell", "t"))


class Part(Enum):
    """What a word may be in a name."""

    NAME = auto()
    PARTICLE = auto()
    SUFFIX = auto()
    OFFICE = auto()
    RANK = auto()
    FIELD = auto()
    DEMONYM = auto()
    SMALL = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark: ``start`` and ``end`` are offsets into the article's text.

    ``key`` is folded and without ending or full stops. ``open`` words had an ending that
    binds them to what follows ("Canada's", "Türkiye'nin"); ``end`` is before it.
    """

    text: str
    start: int
    end: int
    key: str
    part: Part
    open: bool = False

    @property
    def capital(self) -> bool:
        return _is_capital(self.text)

    @property
    def initial(self) -> bool:
        letters = self.text.replace(".", "")
        return self.capital and (len(letters) == 1 or ("." in self.text and len(letters) < 4))


def words(text: str, start: int, end: int, *, turkish: bool = False) -> list[Word]:
    """Give the words and marks of ``text[start:end]``; Turkish endings count only if asked."""
    return list(_words(text, start, end, turkish))


def _words(text: str, start: int, end: int, turkish: bool) -> Iterator[Word]:
    after_name = after_comma = False
    for found in _TOKEN.finditer(text, start, end):
        written, last = found[0], found.end()
        if not any(map(str.isalnum, written)):
            yield Word(written, found.start(), last, written, Part.MARK)
            after_comma = after_name and written == ","
            after_name = after_name and written in "“”\"'‘’()"
            continue
        bare = _without_ending(written, turkish=turkish)
        key = fold(bare).replace(".", "")
        if bare == written and key in _SHORTENED and text[last : last + 1] == "." and last < end:
            last += 1
        else:
            last = found.start() + len(bare)
        part = _part(bare, key, after_name or after_comma)
        following = text[last : min(last + 2, end)]
        if key in _MONTHS_AND_NAMES and (after_name or following[1:].isupper()):
            part = Part.NAME  # Theresa May, April Jones
        after_comma, after_name = False, part in (Part.NAME, Part.PARTICLE, Part.RANK)
        yield Word(bare, found.start(), last, key, part, bare != written)


def _without_ending(word: str, *, turkish: bool) -> str:
    """Give a word without ``'s`` or, in Turkish, what follows a name's apostrophe."""
    found = re.search(r"['’]([^\W\d_]+)$", word)
    if not found:
        return word
    ending = fold(found[1])
    ends = turkish and found[1].islower() and (ending in _ENDINGS or len(ending) > 2)
    return word[: found.start()] if ends or found[1] in ("s", "S") else word


def _part(word: str, key: str, after_name: bool) -> Part:
    capital = _is_capital(word)
    if not capital and (key in PARTICLES or (after_name and word[0].isdigit())):
        return Part.PARTICLE
    if key in SUFFIXES and capital and after_name:
        return Part.SUFFIX
    if capital and key in RANKS:
        return Part.RANK
    if is_office(key) and (word.isascii() or key not in _SHORTENED):  # Sen., but not Şen
        return Part.OFFICE
    if key in FIELDS:
        return Part.FIELD
    shouted = word.isupper() and key in _KNOWN[0].stop_capitals  # WHO, US
    small = key in _SMALL and "." not in word and not shouted
    if not capital or key in _CALENDAR or (small and not after_name):
        return Part.SMALL
    return Part.DEMONYM if {key, key.rstrip("s")} & DEMONYMS else Part.NAME


def is_office(key: str) -> bool:
    """Tell whether a folded word says what somebody is, also in the plural or compounded."""
    if key in OFFICES or (key.endswith("s") and key[:-1] in OFFICES) or key in ("men", "women"):
        return True
    pieces = re.split(r"[-\u2010\u2011]", key)
    return len(pieces) > 1 and (pieces[0] in OFFICES or pieces[-1] in OFFICES)


def _is_capital(word: str) -> bool:
    """Tell whether a word is written like a name; so is each in a script without cases."""
    first = word[0]
    if first.isupper() or first.istitle() or (first.isalpha() and not first.islower()):
        return True
    head, *tail = re.split(r"['’‘\-\u2010\u2011]", word, maxsplit=1)
    return bool(tail) and fold(head) in _PREFIXES and tail[0][:1].isupper()


def vicinity(text: str, place: int) -> Offsets:
    """Give the range around a place in which an article's other words are looked at."""
    return max(place - VICINITY, 0), min(place + VICINITY, len(text))


def keys(found: Sequence[Word]) -> str:
    """Give the folded words as one string, marks left out."""
    return " ".join(word.key for word in found if word.part is not Part.MARK)
