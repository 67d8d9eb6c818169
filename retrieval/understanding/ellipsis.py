"""Half questions: "and in Bucharest?", "what about Fidan?" change a phrase of a previous one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.types import Offsets
from retrieval.understanding.past import Past
from retrieval.understanding.phrases import (
    NAMED,
    PLACE,
    Kind,
    Phrase,
    dated,
    kind_of,
    place_names,
    time_at,
    times,
    years,
)
from retrieval.understanding.shape import Shape
from retrieval.understanding.verbs import SAYING, is_past
from retrieval.understanding.words import (
    AUXILIARY,
    CONJUNCTIONS,
    DETERMINERS,
    PLACED,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Word,
    is_cased,
    split,
)

_LONGEST = 10
_MOST_PIECES = 3
_ADDED = PLACED | frozenset(
    ("about", "on", "regarding", "with", "during", "after", "before", "under", "against", "over")
)
"""Prepositions whose phrase can be added to a question that has none like it."""

_TOPIC = frozenset(("about", "on", "regarding", "concerning"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A phrase of a half question: words of time, or what it names and its preposition."""

    text: str
    preposition: str
    kind: Kind | Literal["time"]


def read_half(question: str, *, marked: bool, past: Past) -> list[Piece] | None:
    """Take a half question apart, or None where it is a whole one.

    ``marked``: it came after "and" or "what about"; without, it must begin with a preposition.
    """
    words = split(question)
    if not 0 < len(words) <= _LONGEST or any(_makes_whole(word) for word in words):
        return None
    cased = past.cased or is_cased((words[0], *words))
    pieces: list[Piece] = []
    at = 0
    while at < len(words):
        end, piece = _piece(question, words, at, cased, past.names)
        if piece is None:
            return None
        pieces.append(piece)
        at = end
    plain = marked or pieces[0].preposition or pieces[0].kind == "time"
    bare = [one for one in pieces if not one.preposition and one.kind != "time"]
    return pieces if plain and len(pieces) <= _MOST_PIECES and len(bare) <= 1 else None


def complete(pieces: Sequence[Piece], past: Past, *, adding: bool) -> str | None:
    """Give the previous question with the pieces in it, or None where they have no place.

    Only with ``adding`` a piece may come in without one like it going out.
    """
    text: str | None = past.text
    for piece in pieces:
        if text is None or past.shape is None:
            return None
        text = _swapped(text, piece, past, adding=adding)
        past = past.asked_as(text) if text is not None else past
    return text


def _makes_whole(word: Word) -> bool:
    auxiliary = word.key in AUXILIARY and word.text != "May"
    clause = CONJUNCTIONS - {"and"}
    return auxiliary or word.key in WH | clause | {"same"} or word.key in PRONOUNS - DETERMINERS


def _piece(
    text: str, words: Sequence[Word], at: int, cased: bool, names: frozenset[str]
) -> tuple[int, Piece | None]:
    """Give the piece that begins at a word, and where the next one begins."""
    if span := time_at(text, words[at].start):
        end = next((i for i, word in enumerate(words) if word.start >= span[1]), len(words))
        return end, Piece(dated(text[slice(*span)]), "", "time")
    preposition = words[at].key if words[at].key in PREPOSITIONS else ""
    begin = at + bool(preposition)
    end = begin
    while end < len(words) and not _breaks(text, words, end, begin):
        end += 1
    if end == begin:
        return end, None
    chosen = words[begin:end]
    described = chosen[0].key in DETERMINERS
    if (len(chosen) == 1 and described) or (
        not described and any(is_past(word.key) and not word.capital for word in chosen)
    ):
        return end, None
    written = text[chosen[0].start : chosen[-1].end]
    return end, Piece(written, preposition, kind_of(written, cased=cased, names=names))


def _breaks(text: str, words: Sequence[Word], at: int, begin: int) -> bool:
    if words[at].key in PREPOSITIONS and words[at].key != "of":
        return True
    return at > begin and time_at(text, words[at].start) is not None


def _swapped(text: str, piece: Piece, past: Past, *, adding: bool) -> str | None:
    if piece.kind == "time":
        return _at_time(text, piece.text, adding=adding)
    shape = past.shape
    if shape is None:
        return None
    if piece.preposition:
        return _preposed(text, piece, past, shape, adding=adding)
    old = _like(text, piece.kind, past, shape)
    if old is not None:
        return _replaced(text, (old.start, old.end), piece.text)
    return _added_name(text, piece, past, shape) if adding else None


def _at_time(text: str, words: str, *, adding: bool) -> str | None:
    if found := times(text):
        return _replaced(text, found[-1], words)
    named = years(text)
    if year := re.fullmatch(r"(?:in )?(\d{4})", words):
        if named:
            return _replaced(text, named[-1], year[1])
    elif named:
        return None
    return f"{text} {words}" if adding else None


def _preposed(text: str, piece: Piece, past: Past, shape: Shape, *, adding: bool) -> str | None:
    if piece.preposition == "of":
        named = [one for one in _places(text, past) if one.preposition == "of"]
        if piece.kind not in PLACE or not named:
            return None
        return _replaced(text, (named[-1].start, named[-1].end), piece.text)
    same = [one for one in past.phrases if _same_preposition(one.preposition, piece.preposition)]
    same = [one for one in same if _alike(one.kind, piece.kind) or one.preposition not in PLACED]
    if same:
        return _replaced(text, (same[-1].start, same[-1].end), piece.text)
    meets = piece.preposition == "with" and shape.key in ("who", "whom")
    fits = piece.preposition in _ADDED and shape.verb is not None and not meets
    return _with_added(text, f"{piece.preposition} {piece.text}") if adding and fits else None


def _same_preposition(old: str, new: str) -> bool:
    return old == new or {old, new} <= _TOPIC


def _alike(old: Kind, new: Kind | Literal["time"]) -> bool:
    """Tell whether both are names or neither is: a town doesn't take the place of a flood."""
    return (old in ("thing", "group")) == (new in ("thing", "group"))


def _like(text: str, kind: Kind | Literal["time"], past: Past, shape: Shape) -> Phrase | None:
    """Give the phrase of a question that a bare name or thing can take the place of."""
    if kind in PLACE:
        return _like_place(text, kind, past, shape)
    topics = [one for one in past.phrases if one.preposition in _TOPIC]
    leading = [one for one in past.phrases if one.part == "subject"]
    acted_on = [one for one in past.phrases if one.part == "object"]
    if kind in ("person", "name"):
        people = [one for one in past.phrases if one.kind in NAMED]
        first = [one for one in acted_on if one in people] or people
        if not first and shape.verb_base in SAYING:
            first = [one for one in leading if one.kind in PLACE | {"organisation"}]
        return first[0] if first else None
    if kind == "organisation":
        acting = [one for one in leading if one.kind in PLACE | {kind}]
        return next(iter([one for one in acted_on if one.kind == kind] or acting or topics), None)
    if kind == "group":
        groups = [one for one in past.phrases if one.kind in NAMED | {"group"}]
        return next(iter(groups), None)
    if kind == "unknown":
        swappable = [one for one in past.phrases if one.kind in NAMED | {"thing"}]
        return swappable[0] if len(swappable) == 1 else None
    others = [one for one in past.phrases if one.kind in ("thing", "organisation")]
    return next(iter(topics or others), None)


def _like_place(text: str, kind: Kind | Literal["time"], past: Past, shape: Shape) -> Phrase | None:
    named = _places(text, past)
    same = [one for one in named if one.kind == kind]
    within = [one for one in named if one.preposition in PLACED]
    start, end = shape.subject
    acting = [
        one
        for one in same
        if start < end and shape.words[start].start <= one.start < shape.words[end - 1].end
    ]
    topics = [one for one in past.phrases if one.preposition in _TOPIC]
    if acting:
        return acting[0]
    return next(reversed(topics or same or within), None)


def _places(text: str, past: Past) -> list[Phrase]:
    return place_names(text, split(text), cased=past.cased)


def _added_name(text: str, piece: Piece, past: Past, shape: Shape) -> str | None:
    """Give the question with a bare name added: as its place, or as what was spoken about."""
    if shape.verb is None or shape.key == "where":
        return None
    told = shape.verb_base in SAYING and shape.key == "what"
    if told and not any(one.preposition in _TOPIC for one in past.phrases):
        return _with_added(text, f"about {piece.text}") if piece.kind != "unknown" else None
    return _with_added(text, f"in {piece.text}") if piece.kind in PLACE else None


def _with_added(text: str, words: str) -> str:
    """Give a question with words added before the words of time that end it."""
    end = len(text)
    for start, stop in reversed(times(text)):
        if not text[stop:end].strip():
            end = start
    return f"{text[:end].rstrip()} {words} {text[end:].lstrip()}".strip()


def _replaced(text: str, place: Offsets, new: str) -> str:
    return text[: place[0]] + new + text[place[1] :]
