"""The words of a stretch of text, and what part each may play in a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from retrieval.answering.titles import (
    FIELDS,
    NOBLE,
    OFFICES,
    PARTICLES,
    PEOPLES,
    SUFFIXES,
    folded,
)
from retrieval.languages import find_language
from retrieval.text import fold
from retrieval.types import Offsets

VICINITY = 50_000
"""Characters before and behind a span that are looked at, so that a book costs no more."""

_MARK = "\u0300-\u036f"
_LETTER = r"[^\W\d_]"
_TOKEN = re.compile(
    rf"(?:{_LETTER}\.)+(?:{_LETTER}(?!\w))?"  # U.S., J. K
    rf"|\d+(?:[.,]\d+)*"
    rf"|[\w{_MARK}]+(?:['’‘\-\u2010\u2011][\w{_MARK}]+)*"
    r"|[^\w\s]"
)
_SHORTENED = folded(
    "mr mrs ms dr prof gen lt col sgt capt maj cmdr adm gov sen rep hon supt insp det atty amb rev"
    " fr jr sr st sens reps gens profs messrs pres"
)
_CALENDAR = folded(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may"
    " june july august september october november december jan feb mar apr jun jul aug sep sept"
    " oct nov dec pazartesi salı çarşamba perşembe cuma cumartesi pazar ocak şubat mart nisan"
    " mayıs haziran temmuz ağustos eylül ekim kasım aralık"
    " yesterday today tomorrow tonight dün bugün yarın"
)
_MONTHS_AND_NAMES = folded("may april june august jan sun eylül nisan")
_PLURAL_OWNER = re.compile(r"s['’] ")
_BEFORE_NAME = re.compile(r" [^\W\d_a-z]")
_EN, _TR = find_language("en"), find_language("tr")
_NAMES = _EN.stop_names | _TR.stop_names
_SMALL = (_EN.stop_words | set(map(fold, _EN.openers | _TR.openers))) - _NAMES
_PREFIXES = folded("al el ad ar as ash at az an d l o dell nell t")


class Part(Enum):
    """What a word may be in a name."""

    NAME = auto()
    PARTICLE = auto()
    SUFFIX = auto()
    OFFICE = auto()
    NOBLE = auto()
    FIELD = auto()
    PEOPLE = auto()
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
        if written in "'’" and _PLURAL_OWNER.match(text, found.start() - 1, end):
            continue
        if not any(map(str.isalnum, written)):
            yield Word(written, found.start(), last, written, Part.MARK)
            after_comma = after_name and written == ","
            after_name = after_name and written in "“”\"'‘’()"
            continue
        bare = without_ending(written, turkish=turkish)
        key = fold(bare).replace(".", "")
        if bare == written and key in _SHORTENED and text[last : last + 1] == "." and last < end:
            last += 1
        else:
            last = found.start() + len(bare)
        part = _part(bare, key, after_name)
        if after_comma and key in SUFFIXES and _is_capital(bare):
            part = Part.SUFFIX  # King, Jr.
        after_comma = False
        if key in _MONTHS_AND_NAMES and (after_name or _BEFORE_NAME.match(text, last, end)):
            part = Part.NAME  # Theresa May, April Jones
        after_name = part in (Part.NAME, Part.PARTICLE, Part.NOBLE)
        yield Word(bare, found.start(), last, key, part, bare != written)


def without_ending(word: str, *, turkish: bool = False) -> str:
    """Give a word without ``'s`` or, in Turkish, what follows a name's apostrophe."""
    found = re.search(r"['’]([^\W\d_]+)$", word)
    if found and (found[1] in ("s", "S") or (turkish and _is_turkish_ending(found[1]))):
        return word[: found.start()]
    return word


def _is_turkish_ending(ending: str) -> bool:
    key = fold(ending)
    return ending.islower() and (key in _TR.endings or len(key) > 2)


def _part(word: str, key: str, after_name: bool) -> Part:
    capital = _is_capital(word)
    if not capital and (key in PARTICLES or (after_name and word[0].isdigit())):
        return Part.PARTICLE
    if key in SUFFIXES and capital and after_name:
        return Part.SUFFIX
    if capital and key in NOBLE:
        return Part.NOBLE
    if is_office(key) and (word.isascii() or key not in _SHORTENED):  # Sen., but not Şen
        return Part.OFFICE
    if key in FIELDS:
        return Part.FIELD
    if not capital or key in _CALENDAR or (_is_small(word, key) and not after_name):
        return Part.SMALL
    if key in PEOPLES or key.rstrip("s") in PEOPLES:
        return Part.PEOPLE
    return Part.NAME


def is_office(key: str) -> bool:
    """Tell whether a folded word says what somebody is, also in the plural or compounded."""
    if key in OFFICES or (key.endswith("s") and key[:-1] in OFFICES) or key in ("men", "women"):
        return True
    pieces = re.split(r"[-\u2010\u2011]", key)
    return len(pieces) > 1 and (pieces[0] in OFFICES or pieces[-1] in OFFICES)


def _is_small(word: str, key: str) -> bool:
    return key in _SMALL and "." not in word and not (key in _EN.stop_capitals and word.isupper())


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
