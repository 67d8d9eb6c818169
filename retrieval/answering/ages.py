"""Ages of people as the news tells them: "Elin Dahl, 66, said", "the 66-year-old Elin Dahl".

A language's ways are data: ``ages`` beside a name, ``no_ages`` for lengths of time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from retrieval.answering.asked import Asked
from retrieval.answering.name_words import RANKS, is_office
from retrieval.languages import Language, find_language
from retrieval.reader.base import Reading
from retrieval.text import fold
from retrieval.types import Hit, Offsets, Span

BESIDE = 0.9
"""Probability that an age answers which is told beside the very name that is asked about."""

OLDEST = 125
"""Years that nobody lives: "50,000 years" may be an age, of something else."""

_CAPITAL = r"[^\W\d_a-zß-ÿ]"
_PARTS = {
    "{name}": rf"(?P<name>{_CAPITAL}[\w’'-]*(?:\.? (?:[a-z]{{2,3}} )?{_CAPITAL}[\w’'-]*){{0,4}})",
    "{age}": r"(?<![\w.,$€£-])(?P<age>\d{1,3})(?!\w|[.,%]\d|%)",
    "{end}": r"(?=[,.;:)—–]|$)",
}
_OWNING = re.compile(r"\w(?:['’]s|s['’]) (?!age\b)")
_SMALL = frozenset(
    fold(word)
    for known in map(find_language, ("en", "tr"))
    for word in known.stop_words | known.lists["age_words"]
)


def with_ages(readings: Sequence[Reading], asked: Asked) -> Sequence[Reading]:
    """Give readings with the ages that stand beside the name asked about, where one is wanted.

    Lengths of time are no ages then. Of 430 questions of SQuAD and SquadShifts 5 that ask for more
    than a name's age, or for that of other things, are answered by one: "12 to 18 years".
    """
    name = _name(asked)
    return [_with_ages(one, name) for one in readings] if name else readings


@cache
def _ages(known: Language) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_filled(pattern)) for pattern in sorted(known.ages))


@cache
def _no_ages(known: Language) -> tuple[re.Pattern[str], ...]:
    told = (line.split() for line in known.lists.get("numbers", ()))
    small = "|".join(sorted(word for word, value in told if float(value) < OLDEST))
    number = rf"(?<![\w.,])(?:\d{{1,3}}|{small or '(?!)'})"
    return tuple(
        re.compile(pattern.replace("{age}", number), re.I) for pattern in sorted(known.no_ages)
    )


def _filled(pattern: str) -> str:
    for name, part in _PARTS.items():
        pattern = pattern.replace(name, part)
    return pattern


def _name(asked: Asked) -> tuple[str, ...]:
    """Give the folded words of the name whose age is asked for; none where more is asked.

    "How old was Ada Moe when she sailed?" asks for another age than an article's day tells.
    """
    if not asked.wanted.age or asked.of_kin or _OWNING.search(asked.question):
        return ()
    told = _words(asked.question)
    named = asked.question.islower() or all(word[0].isupper() for word in told)
    return _telling(told) if named else ()


def _words(text: str) -> list[str]:
    """Give the words of a name or a question for an age, without those that hold it together."""
    found = re.findall(r"[^\W_]+(?:[-’'][^\W_]{2,})*", text)
    return [word for word in found if len(word) > 1 and fold(word) not in _SMALL]


def _telling(words: Iterable[str]) -> tuple[str, ...]:
    """Give the folded words of a name that tell who is meant, without ranks and offices."""
    return tuple(key for key in map(fold, words) if not (key in RANKS or is_office(key)))


def _same(name: tuple[str, ...], told: tuple[str, ...]) -> bool:
    """Tell whether a text's name is the one asked about: its surname, and no other given name."""
    within = set(told) <= set(name) or set(name) <= set(told)
    return bool(told) and told[-1] == name[-1] and within


def _with_ages(reading: Reading, name: tuple[str, ...]) -> Reading:
    """Give a reading with the ages beside a name, and without lengths of time."""
    hit = reading.hit
    found = [
        Span(hit.article, start, end, BESIDE, hit.passage.field)
        for start, end in sorted(set(_beside(hit, name)))
    ]
    kept = [
        one
        for one in reading.spans
        if not any(_overlap(one, age) for age in found) and not _is_length_of_time(one)
    ]
    spans = tuple(sorted((*found, *kept), key=lambda one: -one.probability))
    return replace(reading, spans=spans, probability=spans[0].probability if spans else 0.0)


def _is_length_of_time(span: Span) -> bool:
    """Tell whether a span is "15 years" or the number of it, but not of "15 years old"."""
    return any(
        found.start() < span.end and span.start < found.end()
        for pattern in _no_ages(find_language(span.article.language))
        for found in pattern.finditer(span.whole, max(span.start - 30, 0), span.end + 30)
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _beside(hit: Hit, name: tuple[str, ...]) -> Iterator[Offsets]:
    for first, last in hit.passage.sentences:
        sentence = hit.whole[first:last]
        for pattern in _ages(find_language(hit.article.language)):
            for found in pattern.finditer(sentence):
                lived = int(found["age"]) < OLDEST
                if lived and _same(name, _telling(_words(found["name"]))):
                    yield first + found.start("age"), first + found.end("age")
