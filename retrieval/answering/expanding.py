"""The whole of a name of which a span holds a part, and the full name that an article tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from retrieval.answering.people import who
from retrieval.answering.same import Name, same_name
from retrieval.answering.titles import COUNTRIES, ORGANISATIONS, PARTICLES
from retrieval.answering.words import Part, Word, keys, vicinity, words
from retrieval.types import Offsets

_REACH = 40
"""Characters around a part of a name in which the rest of it is looked for."""

_MOST = 20
"""Places of one word in an article that are looked at."""

_GAP = frozenset((" ", "\u00a0"))


def whole_name(
    text: str, name: Sequence[Word], cut: tuple[bool, bool], *, turkish: bool = False
) -> Offsets:
    """Give the range of a name, with the parts of it that stand beside these words.

    "Di Maio" within "Luigi Di Maio" gives all three words, "Liz" within "Liz Truss" both;
    ``cut`` tells on which sides a part of it may have been left out.
    """
    start, end = name[0].start, name[-1].end
    if name[-1].key in ORGANISATIONS or keys(name) in COUNTRIES:
        return _balanced(text, start, end)
    short = len(name) == 1 and name[0].text.isupper()
    if cut[0] and not short and (len(name) == 1 or name[0].key in PARTICLES):
        start = _leftwards(text, start, turkish)
    if cut[1] and not short and not name[-1].open:
        end = _rightwards(text, start, end, turkish)
    return _balanced(text, start, end)


def full_name(text: str, place: int, word: str, *, turkish: bool = False) -> Offsets | None:
    """Give where an article tells the full name that a word at a place stands for.

    None if it tells none, or several that differ ("Bush" where George and Barbara are told).
    """
    found = _full_names(text, place, word, turkish)
    if not found:
        return None
    names = [Name.of(text[start:end]) for start, end in found]
    fullest = max(range(len(names)), key=lambda at: (len(names[at].full), -at))
    if all(same_name(names[fullest], name) for name in names):
        return found[fullest]
    return None


def _full_names(text: str, place: int, word: str, turkish: bool) -> list[Offsets]:
    found = []
    for last in islice(_places(text, place, word), _MOST):
        start, end = _leftwards(text, last, turkish), last + len(word)
        name = who(words(text, start, end, turkish=turkish)).name if start < last else None
        if name and len(name) > 1 and name[-1].end == end:
            found.append((name[0].start, end))
    return found


def _places(text: str, place: int, word: str) -> Iterator[int]:
    """Give where a word stands in the vicinity of a place."""
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return (found.start() for found in pattern.finditer(text, *vicinity(text, place)))


def _leftwards(text: str, start: int, turkish: bool) -> int:
    """Give where the name that goes on at ``start`` begins."""
    before = words(text, _word_start(text, start - _REACH), start, turkish=turkish)
    told = False  # a given name already: what begins the sentence before it is doubtful
    for word in reversed(before):
        if text[word.end : start] not in _GAP or not _continues(text, word, turkish, told):
            break
        start = word.start
        told |= word.part is Part.NAME
    return _without_particles(text, start, before)


def _rightwards(text: str, start: int, end: int, turkish: bool) -> int:
    last = end
    for word in words(text, start, min(len(text), end + _REACH), turkish=turkish):
        if word.start < end:
            continue
        if text[last : word.start] not in _GAP:
            break
        proper = word.part is Part.NAME and word.capital and word.key not in ORGANISATIONS
        if not (proper or word.part is Part.PARTICLE or word.part is Part.SUFFIX):
            return end if word.part in (Part.OFFICE, Part.NOBLE) or word.capital else last
        if proper or word.part is Part.SUFFIX:
            last = word.end
        if word.open:
            break
    return last


def _continues(text: str, word: Word, turkish: bool, told: bool) -> bool:
    if word.open:
        return False
    if word.part is Part.PARTICLE:
        return True
    if word.part is not Part.NAME or word.key in ORGANISATIONS or word.key in COUNTRIES:
        return False
    if word.text.isupper() and not word.initial:
        return False
    if not begins_sentence(text, word.start):
        return True
    return _is_name_elsewhere(text, word, doubtful=turkish or told)


def _is_name_elsewhere(text: str, word: Word, *, doubtful: bool) -> bool:
    """Tell whether a word keeps its capital where it doesn't begin a sentence.

    A word told nowhere else is trusted unless ``doubtful``, or ending like a verb or an adverb.
    """
    places = islice(_places(text, word.start, word.text), _MOST)
    if any(not begins_sentence(text, place) for place in places):
        return True
    return not (doubtful or word.key.endswith(("ing", "ly"))) and not is_written_small(text, word)


def is_written_small(text: str, word: Word) -> bool:
    """Tell whether a text writes a word without its capital, too."""
    return next(_places(text, word.start, word.text.lower()), None) is not None


def begins_sentence(text: str, place: int) -> bool:
    """Tell whether a word at a place begins a sentence, as far as the marks before it tell."""
    before = text[max(place - 8, 0) : place].rstrip(" \"'“‘«(")
    return not before or before[-1] in ".?!:\n"


def _without_particles(text: str, start: int, before: Sequence[Word]) -> int:
    """Leave out particles at the beginning that may belong to the sentence: "de", "la"."""
    for word in before:
        if word.start == start and word.part is Part.PARTICLE and word.key in ("la", "le", "el"):
            return word.end + 1
    return start


def _word_start(text: str, place: int) -> int:
    place = max(place, 0)
    while 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum():
        place += 1
    return place


def _balanced(text: str, start: int, end: int) -> Offsets:
    """Take in the bracket in front of a name that closes within it: (Ada) Brandt."""
    inside = text[start:end]
    if inside.count(")") > inside.count("(") and start and text[start - 1] == "(":
        return start - 1, end
    return start, end
