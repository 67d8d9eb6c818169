"""Who is meant by a few words: the name in "Italian Foreign Minister Luigi Di Maio"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.answering.titles import COUNTRIES, ORGANISATIONS, folded
from retrieval.answering.words import Part, Word, keys
from retrieval.languages import find_language

_IN_NAMES = frozenset((Part.NAME, Part.PARTICLE, Part.SUFFIX, Part.NOBLE, Part.PEOPLE))
_CAPITALS = _IN_NAMES | {Part.OFFICE, Part.FIELD}
_OPENING = {"(": ")", "“": "”", '"': '"', "«": "»", "‘": "’", "[": "]"}
_JOINING = folded("of for the and ve")
_PREPOSITIONS = folded(
    "of for in at from to with by on near over under against as behind about between among"
)
_NO_NOUNS = folded(
    "late last next earlier later today yesterday tomorrow also alone alike amid says"
)
RELATIVE = folded("who whom whose which that where when")
"""Words that begin a clause about what was just named."""


Run = tuple[int, int]
"""Words ``[first, last)`` of a piece, by index."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a piece of text tells: a name, or None.

    ``of_another`` if a name only said whose somebody is: "the ministers of Sweden".
    """

    name: Sequence[Word] | None
    of_another: bool = False


def who(piece: Sequence[Word], *, turkish: bool = False) -> Told:
    """Find who is meant by a piece without "and": offices, peoples and clauses left out."""
    found = _offices(_until_clause(_soft_marks(piece)))
    kept: list[Run] = []
    of_another = False
    for begin, run in _runs(found):
        front = _in_front(found, begin)
        owner = found[front - 1] if front else None
        if _describes(found, run[1], turkish) or _is_owner(owner):
            continue
        if front == begin or owner is None:
            kept.append(run)
        elif kept and kept[-1][1] == front and _belongs(found, kept[-1], front, run):
            kept[-1] = (kept[-1][0], run[1])
        elif owner.part in (Part.OFFICE, Part.NOBLE) and (named := _behind(found, run)):
            kept.append(named)
        else:
            of_another = True
    best = _best(found, kept)
    return Told(found[best[0] : best[1]] if best else None, of_another)


def is_titled(piece: Sequence[Word]) -> bool:
    """Tell whether words name a person by office and name: "President Ada Brandt"."""
    found = _offices(_soft_marks(piece))
    return any(
        one.part is Part.OFFICE and one.capital and other.part is Part.NAME and other.capital
        for one, other in pairwise(found)
    )


def _is_owner(word: Word | None) -> bool:
    return word is not None and word.part is Part.OFFICE and word.open


def _in_front(found: Sequence[Word], begin: int) -> int:
    """Give where "of (the)" and the like begin in front of a name, or where it begins itself."""
    front = begin - 1 if begin and found[begin - 1].key == "the" else begin
    if front and found[front - 1].key in _PREPOSITIONS:
        return front - 1
    if front and found[front - 1].key in ("and", "ve"):
        return front - 1  # not taken apart: Department of Health and Human Services
    named = front and found[front - 1].part is Part.NAME
    return front if named else begin  # William the Conqueror


def _soft_marks(piece: Sequence[Word]) -> list[Word]:
    """Leave out marks around words within a name, as in ``Ann "Bo" Lee``; keep the others."""
    kept: list[Word] = []
    closing = ""
    for place, word in enumerate(piece):
        if word.part is not Part.MARK:
            kept.append(word)
        elif closing and word.text == closing:
            closing = ""
        elif word.text in _OPENING and _closes(piece, place):
            closing = _OPENING[word.text]
        elif kept or word.text not in "“\"'‘":
            kept.append(word)
    return kept


def _closes(piece: Sequence[Word], place: int) -> bool:
    """Tell whether what opens here closes in front of another name word."""
    closing = _OPENING[piece[place].text]
    for later in range(place + 1, len(piece) - 1):
        if piece[later].text == closing:
            return piece[later + 1].part is Part.NAME
    return False


def _until_clause(piece: Sequence[Word]) -> list[Word]:
    for place, word in enumerate(piece):
        if place and word.key in RELATIVE and not word.capital:
            return list(piece[:place])
    return list(piece)


def _offices(piece: Sequence[Word]) -> list[Word]:
    """Make offices of the words that are part of one: Foreign Minister, Secretary of State."""
    found = list(piece)
    for place in reversed(range(len(found) - 1)):
        beside = found[place + 1].part in (Part.OFFICE, Part.NOBLE)
        if found[place].part is Part.FIELD and beside:
            found[place] = _as(found[place], Part.OFFICE)
    held = False
    for place, word in enumerate(found):
        before = found[place - 1].part if place else None
        general = word.key in ("justice", "general") and before is Part.OFFICE
        rank = word.part is Part.NOBLE and (
            general or (before is Part.NAME and _full(found[place + 1 : place + 3]) > 1)
        )
        if rank or (held and word.part is Part.FIELD):
            found[place] = _as(word, Part.OFFICE)
        elif word.part is Part.FIELD:
            found[place] = _as(word, Part.NAME if word.capital else Part.SMALL)
        held = found[place].part is Part.OFFICE or (held and word.key in _JOINING)
    return found


def _full(found: Sequence[Word]) -> int:
    """Count the words of names, initials left out."""
    return sum(word.part is Part.NAME and not word.initial for word in found)


def _as(word: Word, part: Part) -> Word:
    return Word(word.text, word.start, word.end, word.key, part, word.open)


def _runs(found: Sequence[Word]) -> Iterator[tuple[int, Run]]:
    """Give the runs of name words, each with where the people or rank before it begins.

    One that ends like an organisation keeps all its words.
    """
    place = 0
    while place < len(found):
        last = place
        while last < len(found) and _in_capitals(found[last]):
            last += 1
            if found[last - 1].open:
                break
        while last > place and found[last - 1].part is Part.PARTICLE:
            last -= 1
        if last == place:
            place += 1
        elif found[last - 1].key in ORGANISATIONS and last - place > 1:
            yield place, (place, last)
            place = last
        else:
            yield from _people_runs(found, place, last)
            place = last


def _in_capitals(word: Word) -> bool:
    return word.part in _IN_NAMES or (word.part in _CAPITALS and word.capital)


def _people_runs(found: Sequence[Word], first: int, last: int) -> Iterator[tuple[int, Run]]:
    while first < last:
        end = first
        while end < last and found[end].part in _IN_NAMES:
            end += 1
        if end > first:
            yield first, (_bare(found, first, end), end)
        first = end + 1


def _bare(found: Sequence[Word], first: int, last: int) -> int:
    """Give where a name begins behind the people and the rank in front of it."""
    while first + 1 < last:
        after = found[first + 1 : last]
        short = len(found[first].key) > 2 and found[first].text.isupper()
        describes = short or found[first].part in (Part.PEOPLE, Part.NOBLE)
        if not describes or (_full(after) < 2 and after[0].part is not Part.NOBLE):
            break
        first += 1
    return first


def _describes(found: Sequence[Word], last: int, turkish: bool) -> bool:
    """Tell whether words only describe what follows.

    So do "Canada's" in front of its minister, "Apple" of a chief, "NATO" of fighters.
    """
    if last == len(found):
        return False
    following = found[last]
    if found[last - 1].open:
        return following.part is not Part.MARK
    if following.key in ("of", "for") and last + 1 < len(found):
        return found[last + 1].part is Part.OFFICE  # the Department of State Secretary …
    return following.part is Part.OFFICE or (not turkish and _is_noun(following))


def _behind(found: Sequence[Word], run: Run) -> Run | None:
    """Give the name behind "Mayor of" in "Tarn Ada Brandt" or "Spain Felipe VI", if any."""
    first, last = run
    for end in range(last - 2, first, -1):
        if keys(found[first:end]) in COUNTRIES:
            return end, last
    if found[last - 1].key in ORGANISATIONS:
        return None
    proper = (Part.NAME, Part.NOBLE)
    full = [i for i in range(first, last) if found[i].part in proper and not found[i].initial]
    return (full[-2], last) if len(full) > 2 else None


def _belongs(found: Sequence[Word], owner: Run, front: int, run: Run) -> bool:
    """Tell whether "of …" is part of the name: Bank of America, Joan of Arc."""
    joint = found[front].key
    if joint == "the":
        return owner[1] - owner[0] == 1 and run[1] - run[0] == 1
    if joint not in ("of", "for", "and", "ve"):
        return False
    if any(_is_organisation(word) for word in found[owner[0] : owner[1]]):
        return True
    single = owner[1] - owner[0] == 1 and joint != "and"
    return single and keys(found[run[0] : run[1]]) not in COUNTRIES


def _is_organisation(word: Word) -> bool:
    return word.key in ORGANISATIONS or word.key.removesuffix("s") in ORGANISATIONS


def _best(found: Sequence[Word], runs: Sequence[Run]) -> Run | None:
    """Choose among runs: none that is only a people, rather no country, then the nearest."""
    named = [
        run for run in runs if any(word.part is not Part.PEOPLE for word in found[run[0] : run[1]])
    ]
    persons = [run for run in named if keys(found[run[0] : run[1]]) not in COUNTRIES] or named
    for run, later in pairwise(persons):
        between = found[run[1] : later[0]]
        if any(_is_verb(word) or word.part is Part.MARK for word in between):
            return run
    return persons[-1] if persons else None


def _is_verb(word: Word) -> bool:
    key = word.key
    return word.part is Part.SMALL and (
        key in find_language("en").irregular
        or key.endswith("ed")
        or key in _PREPOSITIONS
        or key in ("is", "was")
    )


def _is_noun(word: Word) -> bool:
    """Tell whether a small word looks like what the name in front of it belongs to."""
    plain = word.part is Part.SMALL and not word.capital and word.key.isalpha()
    if not plain or word.key in find_language("en").stop_words or _is_verb(word):
        return False
    return word.key not in _NO_NOUNS and not word.key.endswith(("ly", "ing"))
