"""The phrases of an English question that a follow-up can swap: who, where, when, about what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.languages import find_language
from retrieval.text.fold import fold
from retrieval.types import Offsets
from retrieval.understanding import verbs
from retrieval.understanding.clauses import Clause
from retrieval.understanding.tokens import (
    ADVERBS,
    CLAUSAL,
    DETERMINERS,
    LISTS,
    PREPOSITIONS,
    PRONOUNS,
    Word,
    split,
)

Kind = Literal["person", "name", "group", "city", "country", "organisation", "thing", "unknown"]
"""What a phrase can name. "name": one capitalised word, mostly a person; "unknown": typed in
lower case without an article, so it may be a name."""

NAMED: frozenset[Kind] = frozenset(("person", "name", "unknown"))
"""Kinds that may be a person."""

PLACE: frozenset[Kind] = frozenset(("city", "country"))

_MONTHS = frozenset(fold(name) for names in find_language("en").months for name in names)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:1[6-9]|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WHOLE = rf"(?:early |late |mid-)?(?:(?:{_MONTH})\.?,? )?{_YEAR}"
_DATE = (
    rf"(?:{_YEAR}-\d\d(?:-\d\d)?|(?:{_MONTH})\.? {_DAY}(?:,? {_YEAR})?"
    rf"|{_DAY} (?:{_MONTH})(?:\.?,? {_YEAR})?|{_WHOLE}|{_WEEKDAY})"
)
_UNIT = rf"(?:day|week|weekend|month|year|night|spring|summer|autumn|fall|winter|{_WEEKDAY})"
_END = r"(?![\w-]|\.\d|,\d)"
_BEFORE = r"(?:in|on|by|since|until|till|before|after|during|from|of|throughout|around|as of)"
_TIMES = re.compile(
    rf"\b(?:(?:between|from) {_DATE} (?:and|to|until) {_DATE}"
    rf"|{_BEFORE} (?:the year |early |late |mid-)?(?:{_DATE}|(?:{_MONTH})(?!\.?\s+(?-i:[A-Z])))"
    rf"|(?:in |over |during )?(?:the )?(?:last|this|past|next) (?:\d{{1,3}} )?{_UNIT}s?"
    rf"|\d{{1,3}} {_UNIT}s? ago|yesterday|today|tonight|tomorrow){_END}",
    re.I,
)
_BARE_DATE = re.compile(rf"(?:the year )?{_DATE}{_END}", re.I)
_LONE_YEAR = re.compile(rf"\b{_YEAR}{_END}")


def _places() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for known in map(find_language, ("en", "tr")):
        lands = (name for name, code in known.territories.items() if code != "001")
        found |= {_key(name): "country" for name in (*lands, *known.lists["regions"])}
        found |= {_key(name): "city" for name in known.lists["cities"]}
    return found


def _key(name: str) -> str:
    return fold(name).replace(".", "").replace("-", " ")


PLACES = _places()
"""The kind of each known place by its folded name."""

_LONGEST_PLACE = max(len(name.split()) for name in PLACES)


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
    return f"{'in' if re.fullmatch(_WHOLE, words, re.I) else 'on'} {words}"


def kind_of(text: str, *, cased: bool, names: frozenset[str] = frozenset()) -> Kind:
    """Give what a phrase without preposition names.

    ``cased``: its writer uses capitals for names; ``names`` are folded words known for names.
    """
    words = split(text)
    described = bool(words) and words[0].key in DETERMINERS
    core = words[described:]
    if not core:
        return "thing"
    if place := PLACES.get(_joined(words)) or PLACES.get(_joined(core)):
        return place
    head = next((i for i, word in enumerate(core) if word.key in PREPOSITIONS), len(core)) - 1
    noun = core[max(head, 0)].key
    named = [word.capital or word.key in names or word.key in LISTS["particles"] for word in core]
    if noun in LISTS["roles"]:
        return "person"
    joined = all(named[i] or word.key == "and" for i, word in enumerate(core))
    if joined and any(word.key == "and" for word in core):
        return "group"
    if noun in LISTS["groups"] or noun.removesuffix("s") in LISTS["roles"]:
        return "group"
    if all(word.key in LISTS["organisations_in_small"] or _is_acronym(word) for word in core):
        return "organisation"
    if described or any(word.possessive for word in core[:-1]):
        return "thing"
    if any(word.key in LISTS["things"] for word in core):
        return "thing"
    if all(named):
        return "person" if len(core) > 1 else "name"
    if any(word.key in LISTS["roles"] for word in core):
        return "person"
    return "thing" if cased or len(core) > 3 else "unknown"


def phrases(clause: Clause, *, cased: bool, names: frozenset[str] = frozenset()) -> list[Phrase]:
    """Give the phrases of a question that name something, in order, without words of time."""
    found: list[Phrase] = []

    def add(chosen: Sequence[Word], preposition: str, part: Literal["subject", "object"]) -> None:
        if chosen and chosen[0].key == "of":
            preposition, chosen = "of", chosen[1:]
        empty = not chosen or (len(chosen) == 1 and chosen[0].key in PRONOUNS | ADVERBS)
        if empty or any(word.auxiliary or word.key in ("being", "not") for word in chosen):
            return  # no phrase, or what is left of a clause
        start, end = chosen[0].start, chosen[-1].end
        text = clause.text[start:end]
        kind = kind_of(text, cased=cased, names=names)
        found.append(Phrase(text, start, end, kind, preposition, "other" if preposition else part))

    add(clause.words[slice(*clause.subject)], "", "subject")
    for preposition, chosen in _chunks(clause):
        add(chosen, preposition, "object")
    return found


def _chunks(clause: Clause) -> Iterator[tuple[str, Sequence[Word]]]:
    """Give the phrases after the verb with their prepositions; clauses end the search."""
    words, taken = clause.words, times(clause.text)
    preposition, begun = "", clause.rest
    for at in range(begun, len(words)):
        word = words[at]
        timed = any(start <= word.start < end for start, end in taken)
        divides = (word.key in PREPOSITIONS and word.key != "of") or word.key in ADVERBS
        infinitive = at and words[at - 1].key == "to" and verbs.is_base(word.key)
        if infinitive and not word.capital:
            begun = at + 1
        elif timed or divides or word.key in CLAUSAL:
            yield preposition, words[begun:at]
            if word.key in CLAUSAL and not timed:
                return
            preposition, begun = "" if timed else word.key, at + 1
    yield preposition, words[begun:]


def place_names(text: str, words: Sequence[Word], *, cased: bool) -> list[Phrase]:
    """Give the countries and cities among the words: whole names, no parts of longer ones."""
    found: list[Phrase] = []
    at = 0
    while at < len(words):
        widths = range(min(_LONGEST_PLACE, len(words) - at), 0, -1)
        width = next((n for n in widths if _is_place(words, at, n, cased)), 0)
        if width:
            start, end = words[at].start, words[at + width - 1].bare_end
            before = words[at - 1].key if at and words[at - 1].key in PREPOSITIONS else ""
            kind = PLACES[_joined(words[at : at + width])]
            found.append(Phrase(text[start:end], start, end, kind, before))
        at += max(width, 1)
    return found


def _is_place(words: Sequence[Word], at: int, width: int, cased: bool) -> bool:
    chosen = words[at : at + width]
    if _joined(chosen) not in PLACES or not cased:
        return _joined(chosen) in PLACES
    before = words[at - 1 : at] if at > 1 else ()  # the first word has a capital anyway
    around = (*before, *words[at + width : at + width + 1])
    longer = any(
        word.capital and not (word.key in PLACES or word.key in _MONTHS or _is_acronym(word))
        for word in around
    )
    return all(word.capital or word.key == "the" for word in chosen) and not longer


def _is_acronym(word: Word) -> bool:
    letters = [letter for letter in word.text if letter.isalpha()]
    return len(word.text) > 1 and bool(letters) and all(letter.isupper() for letter in letters)


def _joined(words: Sequence[Word]) -> str:
    return _key(" ".join(word.key for word in words))
