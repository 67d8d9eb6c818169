"""The phrases of an English question that a follow-up can swap: who, where, when, about what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.dates import MONTHS
from retrieval.text.fold import fold
from retrieval.types import Offsets
from retrieval.understanding import verbs
from retrieval.understanding.places import LONGEST, PLACES
from retrieval.understanding.shape import Shape
from retrieval.understanding.words import (
    ADVERBS,
    AUXILIARY,
    CONJUNCTIONS,
    DETERMINERS,
    GROUPS,
    ORGANISATIONS,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    THINGS,
    Word,
    split,
)

Kind = Literal["person", "name", "group", "city", "country", "organisation", "thing", "unknown"]
"""What a phrase can name. "name": one capitalised word, mostly a person; "unknown": typed in
lower case without an article, so it may be a name."""

NAMED: frozenset[Kind] = frozenset(("person", "name", "unknown"))
"""Kinds that may be a person."""

PLACE: frozenset[Kind] = frozenset(("city", "country"))

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:1[6-9]|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE = (
    rf"(?:(?:{_MONTH})\.? {_DAY},? {_YEAR}|{_DAY} (?:{_MONTH})\.?,? {_YEAR}|{_YEAR}-\d\d(?:-\d\d)?"
    rf"|(?:{_MONTH})\.?,? {_YEAR}|(?:{_MONTH})\.? {_DAY}|{_DAY} (?:{_MONTH})"
    rf"|(?:early |late |mid-)?{_YEAR}|{_WEEKDAY})"
)
_UNIT = rf"(?:day|week|weekend|month|year|night|spring|summer|autumn|fall|winter|{_WEEKDAY})"
_END = r"(?![\w-]|\.\d|,\d)"
_PREPOSED = r"(?:in|on|by|since|until|till|before|after|during|from|of|throughout|around|as of)"
_TIMES = re.compile(
    rf"\b(?:(?:between|from) {_DATE} (?:and|to|until) {_DATE}"
    rf"|{_PREPOSED} (?:the year |early |late |mid-)?(?:{_DATE}|(?:{_MONTH})(?!\.?\s+(?-i:[A-Z])))"
    rf"|(?:in |over |during )?the (?:last|past) \d{{1,3}} {_UNIT}s?"
    rf"|(?:in |over |during )?(?:the )?(?:last|this|past|next) {_UNIT}"
    rf"|\d{{1,3}} {_UNIT}s? ago|yesterday|today|tonight|tomorrow){_END}",
    re.I,
)
_BARE_DATE = re.compile(rf"(?:the year )?({_DATE}){_END}", re.I)
_LONE_YEAR = re.compile(rf"\b{_YEAR}{_END}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that names something: its range in the question's text, and its preposition.

    ``part`` is the place it has: before the verb, right after it, or anywhere else.
    """

    text: str
    start: int
    end: int
    kind: Kind
    preposition: str = ""
    part: Literal["subject", "object", "other"] = "other"


def times(text: str) -> list[Offsets]:
    """Give the ranges of the words of time, with their prepositions: "in 2022", "last week"."""
    return [match.span() for match in _TIMES.finditer(text)]


def years(text: str) -> list[Offsets]:
    """Give the ranges of years, wherever they stand: "the 2022 World Cup"."""
    return [match.span() for match in _LONE_YEAR.finditer(text)]


def time_at(text: str, start: int) -> Offsets | None:
    """Give the range of the words of time that begin at a place, or None."""
    match = _TIMES.match(text, start) or _BARE_DATE.match(text, start)
    return match.span() if match else None


def dated(words: str) -> str:
    """Give words of time with a preposition: "2022" → "in 2022", "May 3" → "on May 3"."""
    if _TIMES.match(words) or not _BARE_DATE.match(words):
        return words
    whole = re.fullmatch(rf"(?:early |late |mid-)?(?:(?:{_MONTH})\.?,? )?{_YEAR}", words, re.I)
    return f"{'in' if whole else 'on'} {words}"


def kind_of(text: str, *, cased: bool, names: frozenset[str] = frozenset()) -> Kind:
    """Give what a phrase without preposition names.

    ``cased``: its writer uses capitals for names; ``names`` are folded words known for names.
    """
    words = split(text)
    if not words:
        return "thing"
    if (place := PLACES.get(_joined(words))) is not None:
        return place
    described = words[0].key in DETERMINERS
    core: Sequence[Word] = words[1:] if described else words
    head = _head(core)
    if described and (place := PLACES.get(_joined(core))) is not None:
        return place
    if any(word.key == "and" for word in core) and all(_named(w, names) for w in core):
        return "group"
    if head and head[-1].key in ROLES:
        return "person"
    if head and (head[-1].key in GROUPS or head[-1].key.removesuffix("s") in ROLES):
        return "group"
    if core and all(word.key in ORGANISATIONS for word in core):
        return "organisation"
    if described or any(word.possessive for word in core[:-1]):
        return "thing"
    if all(_is_acronym(word) for word in core):
        return "organisation" if cased or len(core) == 1 else "unknown"
    if all(_named(word, names) for word in core):
        if any(word.key in THINGS for word in core):
            return "thing"
        return "person" if len(core) > 1 else "name"
    if any(word.key in ROLES for word in core):
        return "person"
    return "thing" if cased or len(core) > 3 or core[-1].key in THINGS else "unknown"


def phrases(shape: Shape, *, cased: bool, names: frozenset[str] = frozenset()) -> list[Phrase]:
    """Give the phrases of a question that name something, in order, without words of time."""
    found: list[Phrase] = []
    start, end = shape.subject
    if start < end:
        found += _made(shape.text, shape.words[start:end], "", "subject", cased, names)
    for preposition, chosen in _chunks(shape):
        part: Literal["object", "other"] = "other" if preposition else "object"
        found += _made(shape.text, chosen, preposition, part, cased, names)
    return found


def place_names(text: str, words: Sequence[Word], *, cased: bool) -> list[Phrase]:
    """Give the countries and cities among the words: whole names, no parts of longer ones."""
    found: list[Phrase] = []
    at = 0
    while at < len(words):
        width = next((n for n in range(LONGEST, 0, -1) if _is_place(words, at, n, cased)), 0)
        if width:
            kind = PLACES[_joined(words[at : at + width])]
            start, end = words[at].start, words[at + width - 1].bare_end
            before = words[at - 1].key if at else ""
            preposition = before if before in PREPOSITIONS else ""
            found.append(Phrase(text[start:end], start, end, kind, preposition))
        at += max(width, 1)
    return found


def _is_place(words: Sequence[Word], at: int, width: int, cased: bool) -> bool:
    chosen = words[at : at + width]
    if len(chosen) < width or _joined(chosen) not in PLACES:
        return False
    if not cased:
        return True
    before = words[at - 1 : at] if at > 1 else ()  # the first word has a capital anyway
    around = (*before, *words[at + width : at + width + 1])
    longer = any(word.capital and not _glued_place(word) for word in around)
    return all(word.capital or word.key == "the" for word in chosen) and not longer


def _glued_place(word: Word) -> bool:
    return word.key in PLACES or word.key in MONTHS or _is_acronym(word)


def _chunks(shape: Shape) -> Iterator[tuple[str, Sequence[Word]]]:
    """Give the phrases after the verb with their prepositions; clauses end the search."""
    words, at = shape.words, shape.rest
    taken = times(shape.text)
    preposition, begun = "", at
    while at <= len(words):
        word = words[at] if at < len(words) else None
        timed = word is not None and any(start <= word.start < end for start, end in taken)
        if word is None or timed or word.key in CONJUNCTIONS - {"and"} or _divides(words, at):
            yield preposition, words[begun:at]
            if word is None or (not timed and word.key in CONJUNCTIONS - {"and"}):
                return
            infinitive = _infinitive(words, at)
            preposition = "" if timed or infinitive else word.key
            at += 1 if infinitive else 0
            begun = at + 1
        at += 1


def _divides(words: Sequence[Word], at: int) -> bool:
    return words[at].key in ADVERBS or (words[at].key in PREPOSITIONS and words[at].key != "of")


def _infinitive(words: Sequence[Word], at: int) -> bool:
    following = words[at + 1] if at + 1 < len(words) else None
    if words[at].key != "to" or following is None or following.capital:
        return False
    return verbs.is_base(following.key)


def _made(
    text: str,
    chosen: Sequence[Word],
    preposition: str,
    part: Literal["subject", "object", "other"],
    cased: bool,
    names: frozenset[str],
) -> Iterator[Phrase]:
    if chosen and chosen[0].key == "of":
        preposition, part, chosen = "of", "other", chosen[1:]
    if not chosen or (len(chosen) == 1 and chosen[0].key in PRONOUNS | ADVERBS):
        return
    if any(word.key in AUXILIARY | {"being", "not"} and not word.capital for word in chosen):
        return  # no phrase, but what is left of a clause
    start, end = chosen[0].start, chosen[-1].end
    written = text[start:end]
    kind = kind_of(written, cased=cased, names=names)
    yield Phrase(written, start, end, kind, preposition, part)


def _head(core: Sequence[Word]) -> Sequence[Word]:
    """Give the words up to the noun that the rest describes: "minister" of "minister of …"."""
    stop = next((i for i, word in enumerate(core) if word.key in PREPOSITIONS), len(core))
    return core[:stop]


def _named(word: Word, names: frozenset[str]) -> bool:
    return word.capital or word.key in names or word.key in PARTICLES | {"and"}


def _is_acronym(word: Word) -> bool:
    letters = [letter for letter in word.text if letter.isalpha()]
    digits = any(letter.isdigit() for letter in word.text)
    return len(letters) + digits > 1 and all(letter.isupper() for letter in letters)


def _joined(words: Sequence[Word]) -> str:
    joined = " ".join(word.key.replace(".", "").replace("-", " ") for word in words)
    return fold(joined)
