"""What a span names, ready to be counted: each name alone, without what describes it.

"Estonian Foreign Minister Urmas Reinsalu and Portugal's João Cravinho" names two. All ranges
are offsets into the article's text and lie within the span, but for names that it cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.answering.expanding import begins_sentence, is_written_small, whole_name
from retrieval.answering.kinds import Wanted
from retrieval.answering.people import RELATIVE, Told, is_titled, who
from retrieval.answering.titles import COUNTRIES, FIELDS, ORGANISATIONS, PAIRS, PLACES, folded
from retrieval.answering.trimming import trimmed, without_owner, without_preposition
from retrieval.answering.words import Part, Word, keys, words
from retrieval.types import Offsets

_BRACKETS = {"(": ")", "[": "]", "“": "”", "«": "»"}
_COMMAS = frozenset(",;/–—")
_AND = folded("and ve ile or veya plus along together well")
_COMPLEMENTS = folded("of from for in at")
_INSIDE = re.compile(r"\b(?:[Ii]n|[Ii]nto|[Ii]nside|[Oo]utside|[Aa]cross|[Tt]hroughout|[Nn]ear) $")
_PARTY = re.compile(r"[RDI]-[A-Z]")
_QUOTED = re.compile('[“”"«»]')
_IN_FRONT = folded("in at from to into inside within the both on near")
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
    if not any(map(str.isalnum, text[start:end])):
        return ()
    listed: Iterable[Named] = ()
    if wanted.kind == "person":
        listed = _people(text, start, end, turkish)
    elif wanted.kind == "place" and is_titled(words(text, start, end, turkish=turkish)):
        return ()
    elif wanted.many or wanted.kind == "place":
        listed = _listed(text, start, end, wanted, turkish)
    plain = _plain(text, start, end, wanted, wanted.kind != "person")
    return tuple(listed) or ((plain,) if plain.start < plain.end else ())


def _people(text: str, start: int, end: int, turkish: bool) -> Iterator[Named]:
    found = words(text, start, end, turkish=turkish)
    edges = [word for word in found if word.part is not Part.MARK]
    before = Told(None)
    clause: int | None = None
    for number, piece in enumerate(split(found)):
        goes_on = clause is not None and "," not in text[clause : piece[0].start]
        if goes_on or (number and piece[0].key in RELATIVE):
            clause = piece[-1].end  # Ada Brandt, *who met Elin Dahl and Amos Reed*, and …
            continue
        if number and piece[0].key in _COMPLEMENTS:
            continue
        told = who(piece, turkish=turkish)
        if told.name is None:
            before = told if told.of_another else before
        elif not _goes_on(before, told.name, piece):
            before = told
            if not _is_no_name(text, told.name):
                cut = (told.name[0] is edges[0], told.name[-1] is edges[-1])
                yield Named(*whole_name(text, told.name, cut, turkish=turkish), named=True)


def _goes_on(before: Told, name: Sequence[Word], piece: Sequence[Word]) -> bool:
    """Tell whether a name only goes on with whose: the ministers of Sweden *and Finland*."""
    if not before.of_another or len(name) != len(piece):
        return False
    return keys(name) in COUNTRIES or (before.name is None and len(name) == 1)


def _is_no_name(text: str, name: Sequence[Word]) -> bool:
    """Tell whether words name nobody.

    So do a party's sign, a code, what somebody is in ("in Tarn"), and a word that has its
    capital from beginning a sentence.
    """
    word = name[0]
    if _PARTY.match(word.text) or _INSIDE.search(text[max(word.start - 12, 0) : word.start]):
        return True
    if len(name) > 1:
        return False
    if word.key in FIELDS or any(map(str.isdigit, word.text)):
        return True
    if word.text.isupper() or not begins_sentence(text, word.start):
        return False
    return is_written_small(text, word) or word.key.endswith("ing")


def _plain(text: str, start: int, end: int, wanted: Wanted, named: bool) -> Named:
    start, end = trimmed(text, start, end)
    start, end = without_owner(text, start, end)
    if named:
        start, end = without_preposition(text, start, end, wanted.kind)
    return Named(start, end, named)


def split(found: Sequence[Word]) -> list[list[Word]]:
    """Take words apart at commas and at "and", but no name that holds one of them."""
    pieces: list[list[Word]] = [[]]
    closed = _closed(found)
    for place, word in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        if _is_one_name(found, place):
            pieces[-1].append(replace(word, part=Part.PARTICLE))
        elif following and following.part is Part.SUFFIX and word.text == ",":
            continue
        elif place not in closed and _separates(found, place):
            pieces.append([])
        elif word.key != "both" or pieces[-1]:
            pieces[-1].append(word)
    return [piece for piece in pieces if piece]


def _closed(found: Sequence[Word]) -> set[int]:
    """Give the places between brackets or quotation marks that both open and close."""
    opened: list[int] = []
    closed: set[int] = set()
    for place, word in enumerate(found):
        if word.text in _BRACKETS:
            opened.append(place)
        elif opened and word.text == _BRACKETS[found[opened[-1]].text]:
            closed.update(range(opened.pop(), place))
    return closed


def _separates(found: Sequence[Word], place: int) -> bool:
    word = found[place]
    if word.part is Part.MARK:
        return word.text in _COMMAS
    if word.key not in _AND or word.capital:
        return False
    around = found[max(place - 1, 0) : place + 2 : 2]
    fields = len(around) == 2 and all(one.part is Part.FIELD for one in around)
    return not fields and not _ends_organisation(found, place)


def _is_one_name(found: Sequence[Word], place: int) -> bool:
    """Tell whether "and" stands within a name: Johnson and Johnson, Bosnia and Herzegovina."""
    word = found[place]
    if (word.key not in _AND and word.text != "&") or not 0 < place < len(found) - 1:
        return False
    before, after = found[place - 1], found[place + 1]
    if not (before.capital and after.capital):
        return False
    if word.text == "&" or before.key == after.key:
        return True
    around = f" {keys(found[max(place - 3, 0) : place + 4])} "
    return any(f" {pair} " in around for pair in PAIRS if f"{before.key} {word.key}" in pair)


def _ends_organisation(found: Sequence[Word], place: int) -> bool:
    """Tell whether one word behind "and" ends a name: Centers for Disease Control and …."""
    if place + 2 < len(found) and found[place + 2].part is not Part.MARK:
        return False
    return any(
        one.key.removesuffix("s") in ORGANISATIONS and other.key in ("of", "for")
        for one, other in pairwise(found[:place])
    )


def _listed(text: str, start: int, end: int, wanted: Wanted, turkish: bool) -> tuple[Named, ...]:
    """Give the items of a list of names; none where the span is no list."""
    first, last = trimmed(text, start, end)
    found = words(text, first, last, turkish=turkish)
    pieces = split(found)
    if _QUOTED.search(text[max(first - 1, 0) : last + 1]):
        pieces = [found]
    if wanted.kind == "place":
        ands = [word for word in found if word.key in _AND]
        pieces = _with_countries(pieces, ands) if ands or wanted.many else [found]
    items = [
        _item(piece) if wanted.kind == "place" or len(pieces) > 1 else piece for piece in pieces
    ]
    whole = not items or not all(item and _is_name(item) for item in items)
    if whole or (len(items) == 1 and wanted.kind != "place"):
        return ()
    return tuple(Named(*_range(text, item), named=True) for item in items)


def _range(text: str, item: Sequence[Word]) -> Offsets:
    return without_owner(text, *trimmed(text, item[0].start, item[-1].end))


def _item(piece: Sequence[Word]) -> Sequence[Word]:
    """Give the name of a piece: "the port of Odesa" is Odesa, "Romania's capital Tarn" Tarn."""
    for place in reversed(range(len(piece) - 1)):
        word, following = piece[place], piece[place + 1]
        if word.capital or not {word.key, word.key.removesuffix("s")} & PLACES:
            continue
        if following.key == "of" and word.key != "capital" and place + 2 < len(piece):
            return piece[place + 2 :] if piece[place + 2].capital else piece
        if following.capital:
            return piece[place + 1 :]
    begin = 0
    while begin < len(piece) - 1 and piece[begin].key in _IN_FRONT and not piece[begin].capital:
        begin += 1
    return piece[begin:]


def _is_name(item: Sequence[Word]) -> bool:
    begins = item[0].capital or item[0].text[:1].isdigit()
    verbs = any(word.part is Part.SMALL and word.key in ("is", "was", "were") for word in item)
    return begins and not verbs and len(item) <= _LONGEST_LISTED


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
