"""What a span names: each name alone, without what describes it.

"Estonian Foreign Minister Urmas Reinsalu and Portugal's João Cravinho" names two. All ranges
are offsets into the article's text and lie within the span.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.answering.answer_type import Wanted
from retrieval.answering.name_words import (
    BODIES,
    COUNTRIES,
    FIELDS,
    JOINING,
    PAIRS,
    PLACE_NOUNS,
    Part,
    Word,
    keys,
    words,
)
from retrieval.answering.trimming import trimmed, without_preposition
from retrieval.languages import all_languages, find_language
from retrieval.types import Offsets

Run = tuple[int, int]
"""Words ``[first, last)`` of a piece, by index."""

_EN = find_language("en")
_AND = JOINING | {"plus", "along", "together", "well"}
_HANGING = frozenset().union(*(known.hanging for known in all_languages())) - _EN.hanging - _AND
"""Prepositions and articles of other languages: "Inga Lund am Freitag", "Ada Roth à Lyon"."""
_RELATIVE = frozenset(("who", "whom", "whose", "which", "that", "where", "when"))
_PARTY = re.compile(r"[RDI]-[A-Z]")
_LOCATED = re.compile("['’][dt][ae](?:ki)?\\b")
"""What follows a Turkish name at which something happens: "Tarn'da" is no person."""
_FIRM = re.compile(rf"\b(?:{'|'.join(sorted(_EN.lists['firms']))})\s$")
_QUOTED = re.compile('[“”"«»]')
_LONGEST_LISTED = 6
"""Words of the longest item of a list that is taken apart."""


@dataclass(frozen=True, slots=True)
class Named:
    """A range that answers; ``named`` tells whether it is a name and no mere description."""

    start: int
    end: int
    named: bool


def named_in(text: str, start: int, end: int, wanted: Wanted, turkish: bool) -> tuple[Named, ...]:
    """Give what a span of a text names, in order; nothing if it holds no words."""
    first, last = trimmed(text, start, end)
    if not any(map(str.isalnum, text[first:last])):
        return ()
    found = _with_firms(text, words(text, first, last, turkish=turkish))
    ranges: list[Offsets] = []
    if wanted.kind == "person":
        ranges = list(_people(text, found))
    elif wanted.kind == "place":
        ranges = _places(text, found, wanted)
    elif wanted.many or wanted.kind not in ("number", "date"):
        ranges = _listed(text, found, wanted)
    person = wanted.kind == "person"
    if ranges:
        apart = turkish and person
        named = (one for one in ranges if not (apart and _LOCATED.match(text, one[1])))
        return tuple(Named(*one, named=True) for one in named)
    whole = (first, last) if person else without_preposition(text, first, last, wanted.kind)
    return (Named(*whole, named=not person),)


# Coordinations -----------------------------------------------------------------------------------


def split(found: Sequence[Word]) -> list[list[Word]]:
    """Take words apart at commas and at "and", but no name that holds one of them."""
    pieces: list[list[Word]] = [[]]
    brackets = 0
    for place, word in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        brackets += (word.text in "([") - (word.text in ")]" and brackets > 0)
        if _is_one_name(found, place):
            pieces[-1].append(replace(word, part=Part.PARTICLE))
        elif following and following.part is Part.SUFFIX and word.text == ",":
            continue
        elif not brackets and _separates(found, place):
            pieces.append([])
        elif word.key != "both" or pieces[-1]:
            pieces[-1].append(word)
    return [piece for piece in pieces if piece]


def _separates(found: Sequence[Word], place: int) -> bool:
    word = found[place]
    if word.part is Part.MARK:
        return word.text in ",;/–—"
    around = found[max(place - 1, 0) : place + 2 : 2]
    fields = len(around) == 2 and all(one.part is Part.FIELD for one in around)
    return word.key in _AND and not word.capital and not fields


def _is_one_name(found: Sequence[Word], place: int) -> bool:
    """Tell whether "and" stands within a name: Johnson and Johnson, Bosnia and Herzegovina."""
    word = found[place]
    if (word.key not in _AND and word.text != "&") or not 0 < place < len(found) - 1:
        return False
    before, after = found[place - 1], found[place + 1]
    if not (before.capital and after.capital):
        return False
    around = f" {keys(found[max(place - 3, 0) : place + 4])} "
    pairs = (pair for pair in PAIRS if f"{before.key} {word.key}" in pair)
    return word.text == "&" or before.key == after.key or any(f" {one} " in around for one in pairs)


def _with_firms(text: str, found: Sequence[Word]) -> list[Word]:
    """Give words with each firm's name that "and" is part of as one word."""
    made: list[Word] = []
    words = iter(enumerate(found))
    for place, word in words:
        if not _is_in_firm(text, found, place):
            made.append(word)
            continue
        first, (_, last) = made.pop(), next(words)
        name = replace(last, text=text[first.start : last.end], start=first.start, part=Part.NAME)
        made.append(replace(name, key=keys((first, word, last))))
    return made


def _is_in_firm(text: str, found: Sequence[Word], place: int) -> bool:
    """Tell whether "and" stands in a firm's name: the firm Brandt and Dahl, Brandt and Sons."""
    if found[place].key not in _AND or not 0 < place < len(found) - 1:
        return False
    first, after = place - 1, found[place + 1]
    if not (found[first].capital and after.capital):
        return False
    while first and found[first - 1].capital and text[found[first - 1].end].isspace():
        first -= 1
    begin = found[first].start
    return after.key in _EN.lists["partners"] or bool(
        _FIRM.search(text[max(begin - 30, 0) : begin])
    )


def _places(text: str, found: Sequence[Word], wanted: Wanted) -> list[Offsets]:
    """Give the places of a list, or the one that it is; none where it is no place's name."""
    ands = [word for word in found if word.key in _AND]
    listed = ands or wanted.many
    pieces = _with_countries(_without_office(split(found)), ands) if listed else [list(found)]
    return _names(text, found, pieces)


def _without_office(pieces: list[list[Word]]) -> list[list[Word]]:
    """Give the countries of "the ministers of Norway, Iceland and Denmark"."""
    if len(pieces) < 2:
        return pieces
    first, *others = pieces
    of = next((place for place, word in enumerate(first) if word.key == "of"), len(first))
    named = [first[of + 1 :], *others]
    return named if all(map(_is_country, named)) else pieces


def _listed(text: str, found: Sequence[Word], wanted: Wanted) -> list[Offsets]:
    """Give the items of a list; none where the span is no list.

    Items without capitals are taken apart where several are asked for, or three or more told:
    "food and water" may be one answer.
    """
    pieces = split(found)
    joined = any(word.key in _AND for word in found)
    if len(pieces) < 2 or not (joined or any(word.text == "," for word in found)):
        return []  # "SAMP/T" is one name
    if joined and (wanted.many or len(pieces) > 2) and all(map(_is_phrase, pieces)):
        return _names(text, found, pieces) or _ranges(text, found, pieces)
    return _names(text, found, pieces)


def _names(text: str, found: Sequence[Word], pieces: Sequence[list[Word]]) -> list[Offsets]:
    items = [_item(piece) for piece in pieces]
    return _ranges(text, found, items) if all(map(_is_name, items)) else []


def _ranges(text: str, found: Sequence[Word], items: Sequence[Sequence[Word]]) -> list[Offsets]:
    if _QUOTED.search(text[max(found[0].start - 1, 0) : found[-1].end + 1]):
        return []
    return [trimmed(text, one[0].start, one[-1].end) for one in items]


def _item(piece: Sequence[Word]) -> Sequence[Word]:
    """Give the name of a piece: "the port of Odesa" is Odesa, "Romania's capital Tarn" Tarn."""
    for place in reversed(range(len(piece) - 1)):
        word, following = piece[place], piece[place + 1]
        if word.capital or not {word.key, word.key.removesuffix("s")} & PLACE_NOUNS:
            continue
        if following.key == "of" and word.key != "capital" and place + 2 < len(piece):
            return piece[place + 2 :] if piece[place + 2].capital else piece
        if following.capital:
            return piece[place + 1 :]
    small = [word.capital or word.key not in _EN.stop_words for word in piece]
    return piece[small.index(True) if True in small else 0 :]


def _is_name(item: Sequence[Word]) -> bool:
    begins = item[0].capital or item[0].text[:1].isdigit()
    verbs = any(word.key in ("is", "was", "were") for word in item)
    return begins and not verbs and len(item) <= _LONGEST_LISTED


def _is_phrase(piece: Sequence[Word]) -> bool:
    clause = any(word.key in _RELATIVE or word.key in ("is", "was", "were", "to") for word in piece)
    return not clause and len(piece) <= _LONGEST_LISTED


def _is_country(piece: Sequence[Word]) -> bool:
    return keys(piece).removeprefix("the ") in COUNTRIES


def _with_countries(pieces: list[list[Word]], ands: list[Word]) -> list[list[Word]]:
    """Put "Ankara" and "Turkey" together again where only a comma stood between them."""
    joined: list[list[Word]] = []
    for piece in pieces:
        apart = not joined or any(joined[-1][-1].end <= at.start < piece[0].start for at in ands)
        if apart or keys(piece) not in COUNTRIES or keys(joined[-1]) in COUNTRIES:
            joined.append(list(piece))
        else:
            joined[-1] += piece
    return joined


# People ------------------------------------------------------------------------------------------


def _people(text: str, found: Sequence[Word]) -> Iterator[Offsets]:
    clause: int | None = None
    described = False
    for number, piece in enumerate(split(found)):
        goes_on = clause is not None and "," not in text[clause : piece[0].start]
        if goes_on or (number and piece[0].key in _RELATIVE):
            clause = piece[-1].end  # Ada Brandt, *who met Elin Dahl and Amos Reed*, and …
            continue
        name = who(piece)
        if described and _is_country(piece):
            continue  # the ministers of Norway *and Sweden*
        described = not name and any(word.key == "of" for word in piece)
        owner = number and piece[0].key in ("of", "from", "for", "in", "at")
        if name and not owner and not _is_no_name(text, name):
            yield name[0].start, name[-1].end


def who(piece: Sequence[Word]) -> Sequence[Word]:
    """Find who is meant by a piece without "and": offices, peoples and clauses left out."""
    found = _offices(piece)
    named: list[Run] = []
    for first, last in _runs(found):
        if _describes(found, last):
            continue
        before = found[max(first - 2, 0) : first]
        joint = before[-1].key if before else ""
        owned = joint in ("of", "and", "ve") or keys(before) == "of the"
        body = named and named[-1][1] == first - len(before[-1:]) and _is_body(found, named[-1])
        if owned and body:
            named[-1] = (named[-1][0], last)  # Bank of America
        elif not owned and joint not in ("from", "in", "for", "at", "to"):
            named.append((first, last))
    named = [run for run in named if any(w.part is not Part.DEMONYM for w in found[slice(*run)])]
    best = [run for run in named if keys(found[slice(*run)]) not in COUNTRIES] or named
    for run, later in pairwise(best):
        between = found[run[1] : later[0]]
        if any(one.part is Part.MARK or _is_verb(one) for one in between):
            return found[slice(*run)]
    return found[slice(*best[-1])] if best else ()


def _offices(piece: Sequence[Word]) -> list[Word]:
    """Make offices of the words that are part of one: Foreign Minister, Secretary of State.

    What follows a relative pronoun is left out, and so are marks around words of a name.
    """
    stop = next(
        (i for i, w in enumerate(piece) if i and w.key in _RELATIVE and not w.capital), None
    )
    found = [word for word in piece[:stop] if word.text not in "“”\"'‘’"]
    for place in reversed(range(len(found) - 1)):
        beside = found[place + 1].part in (Part.OFFICE, Part.RANK)
        if found[place].part is Part.FIELD and beside:
            found[place] = replace(found[place], part=Part.OFFICE)
    held = False
    for place, word in enumerate(found):
        before = found[place - 1].part if place else None
        given = [one for one in found[place + 1 : place + 3] if one.part is Part.NAME]
        general = word.key in ("justice", "general") and before is Part.OFFICE
        between = before is Part.NAME and len(given) > 1
        if word.part is Part.RANK and (general or between):
            found[place] = replace(word, part=Part.OFFICE)
        elif word.part is Part.FIELD:
            part = Part.OFFICE if held else Part.NAME if word.capital else Part.SMALL
            found[place] = replace(word, part=part)
        held = found[place].part is Part.OFFICE or (
            held and word.key in ("of", "for", "the", "and")
        )
    return found


def _runs(found: Sequence[Word]) -> Iterator[Run]:
    """Give the runs of name words, without the people and the rank in front of a full name."""
    inside = (Part.NAME, Part.PARTICLE, Part.SUFFIX, Part.RANK, Part.DEMONYM)
    first = 0
    while first < len(found):
        last = first
        while last < len(found) and found[last].part in inside:
            last += 1
            if found[last - 1].open:
                break
        following = last
        while last > first and found[last - 1].part is Part.PARTICLE:
            last -= 1
        if last > first:
            yield _bare(found, first, last), last
        first = max(following, first + 1)


def _bare(found: Sequence[Word], first: int, last: int) -> int:
    while first + 1 < last and found[last - 1].key not in BODIES:
        after = found[first + 1 : last]
        full = sum(word.part is Part.NAME and not word.initial for word in after)
        short = len(found[first].key) > 2 and found[first].text.isupper()
        describes = short or found[first].part in (Part.DEMONYM, Part.RANK)
        if not describes or (full < 2 and after[0].part is not Part.RANK):
            break
        first += 1
    return first


def _describes(found: Sequence[Word], last: int) -> bool:
    """Tell whether words only describe what follows: "Canada's" minister, "NATO" fighters."""
    if last == len(found):
        return False
    following = found[last]
    if found[last - 1].open:
        return following.part is not Part.MARK
    return following.part is Part.OFFICE or _is_noun(following)


def _is_body(found: Sequence[Word], run: Run) -> bool:
    return any(word.key.removesuffix("s") in BODIES for word in found[slice(*run)])


def _is_verb(word: Word) -> bool:
    past = word.key in _EN.irregular or word.key.endswith("ed") or word.key in ("is", "was")
    joining = word.key in _EN.lists["prepositions"] or word.text in _HANGING
    return word.part is Part.SMALL and (past or joining)


def _is_noun(word: Word) -> bool:
    """Tell whether a small word looks like what the name in front of it belongs to."""
    plain = word.part is Part.SMALL and not word.capital and word.key.isalpha()
    grammar = word.key in _EN.stop_words or _is_verb(word) or word.key in _EN.lists["adverbs"]
    return plain and not grammar and not word.key.endswith(("ly", "ing"))


def _is_no_name(text: str, name: Sequence[Word]) -> bool:
    """Tell whether words name nobody: a party's sign, a code, an office's field.

    So does a word that has its capital from beginning a sentence, if the text writes it small.
    """
    word = name[0]
    if _PARTY.match(word.text):
        return True
    if len(name) > 1:
        return False
    if word.key in FIELDS or any(map(str.isdigit, word.text)):
        return True
    before = text[max(word.start - 8, 0) : word.start].rstrip(" \"'“‘«(")
    begins = not before or before[-1] in ".?!:\n"
    small = re.search(rf"(?<!\w){re.escape(word.text.lower())}(?!\w)", text)
    return begins and not word.text.isupper() and (small is not None or word.key.endswith("ing"))
