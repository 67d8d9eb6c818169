"""Half questions: "and in Bucharest?", "what about Fidan?" change a phrase of a previous one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.types import Offsets
from retrieval.understanding.clauses import Clause
from retrieval.understanding.history import TOPICAL, Past
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
from retrieval.understanding.tokens import (
    BE,
    CLAUSAL,
    DETERMINERS,
    LISTS,
    PLACED,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Word,
    is_cased,
    split,
)
from retrieval.understanding.verbs import SAYING, is_past

_LONGEST = 10
_MOST_PIECES = 3
_SAME: Mapping[str, frozenset[Kind]] = {
    "person": NAMED,
    "name": NAMED,
    "organisation": frozenset(("organisation",)),
    "group": NAMED | {"group"},
    "thing": frozenset(("thing", "organisation")),
    "unknown": NAMED | {"thing"},
}
"""Kinds whose place each kind can take."""

_THINGS = frozenset(("thing", "group"))

_OWNER = re.compile(r"(?:the )?\b((?:[A-Z][\w-]+ )*[\w-]+)['’]s?(?!\w)")
_OF = re.compile(r"\bof ((?:the )?[A-Z][\w-]*(?: [A-Z][\w-]*)*)")


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
    whole = WH | CLAUSAL | {"same"} | (PRONOUNS - DETERMINERS)
    if not 0 < len(words) <= _LONGEST or any(w.auxiliary or w.key in whole for w in words):
        return None
    cased = past.cased or is_cased((words[0], *words))
    pieces: list[Piece] = []
    at = 0
    while at < len(words):
        at, piece = _piece(question, words, at, cased, past.names)
        if piece is None:
            return None
        pieces.append(piece)
    begun = marked or pieces[0].preposition or pieces[0].kind == "time"
    bare = [one for one in pieces if not one.preposition and one.kind != "time"]
    return pieces if begun and len(pieces) <= _MOST_PIECES and len(bare) <= 1 else None


def complete(pieces: Sequence[Piece], past: Past) -> str | None:
    """Give the previous question with the pieces in it, or None where they have no place."""
    for piece in pieces:
        clause = past.clause
        text = _swapped(piece, past, clause) if clause else None
        if text is None:
            return None
        past = past.asked_as(text)
    return past.text


def other_verb(word: str, past: Past) -> str | None:
    """Give the previous question of another verb: "how many died?" "and injured?"."""
    clause = past.clause
    if clause is None or clause.verb is None or not is_past(word):
        return None
    verb = clause.words[clause.verb]
    if clause.auxiliary in BE and clause.verb != clause.aux:
        return _replaced(past.text, (verb.start, verb.end), word)
    counted = clause.key == "how" and clause.role == "subject" and clause.aux is None
    return _replaced(past.text, (verb.start, verb.end), f"were {word}") if counted else None


def _piece(
    text: str, words: Sequence[Word], at: int, cased: bool, names: frozenset[str]
) -> tuple[int, Piece | None]:
    """Give where the piece that begins at a word ends, and the piece."""
    if span := time_at(text, words[at].start):
        end = next((i for i, word in enumerate(words) if word.start >= span[1]), len(words))
        return end, Piece(dated(text[slice(*span)]), "", "time")
    preposition = words[at].key if words[at].key in PREPOSITIONS else ""
    begin = end = at + bool(preposition)
    while end < len(words):
        word = words[end]
        timed = end > begin and time_at(text, word.start) is not None
        if timed or (word.key in PREPOSITIONS and word.key != "of"):
            break
        end += 1
    chosen = words[begin:end]
    described = bool(chosen) and chosen[0].key in DETERMINERS
    done = any(is_past(word.key) and not word.capital for word in chosen)
    if len(chosen) <= described or (done and not described):
        return end, None
    written = text[chosen[0].start : chosen[-1].end]
    return end, Piece(written, preposition, kind_of(written, cased=cased, names=names))


def _swapped(piece: Piece, past: Past, clause: Clause) -> str | None:
    if piece.kind == "time":
        return _at_time(past.text, piece.text)
    if piece.preposition:
        return _preposed(piece, past, clause)
    if owner := _OWNER.fullmatch(piece.text):
        owned = _OWNER.search(past.text, past.text.find(" ") + 1)
        return _replaced(past.text, owned.span(1), owner[1]) if owned else None
    if old := _like(piece.kind, past, clause):
        return _replaced(past.text, (old.start, old.end), piece.text)
    if clause.verb is None or clause.key == "where":
        return None
    if clause.verb_base in SAYING and clause.key == "what" and not past.topics:
        return _with_added(past.text, f"about {piece.text}") if piece.kind != "unknown" else None
    return _with_added(past.text, f"in {piece.text}") if piece.kind in PLACE else None


def _at_time(text: str, words: str) -> str | None:
    if found := times(text):
        return _replaced(text, found[-1], words)
    if named := years(text):
        year = re.fullmatch(r"(?:in )?(\d{4})", words)
        return _replaced(text, named[-1], year[1]) if year else None
    return f"{text} {words}"


def _preposed(piece: Piece, past: Past, clause: Clause) -> str | None:
    text, new = past.text, piece.preposition
    if new == "of":
        named = [(one.start, one.end) for one in _places(past) if one.preposition == "of"]
        named += [found.span(1) for found in _OF.finditer(text)] if piece.text[0].isupper() else []
        return _replaced(text, named[0], piece.text) if named else None
    same = [
        one for one in past.phrases if one.preposition == new or {one.preposition, new} <= TOPICAL
    ]
    if new in PLACED:  # a town doesn't take the place of a flood
        same = [one for one in same if (one.kind in _THINGS) == (piece.kind in _THINGS)]
    if same:
        return _replaced(text, (same[-1].start, same[-1].end), piece.text)
    addable = new in LISTS["adding"] and clause.verb is not None
    return _with_added(text, f"{new} {piece.text}") if addable else None


def _like(kind: Kind | Literal["time"], past: Past, clause: Clause) -> Phrase | None:
    """Give the phrase of a question that a bare name or thing can take the place of."""
    if kind in PLACE:
        return _like_place(kind, past, clause)
    same = [one for one in past.phrases if one.kind in _SAME[kind]]
    if kind == "unknown":
        return same[0] if len(same) == 1 else None
    if kind == "thing":
        return _first(past.topics + same)
    acted_on = [one for one in same if one.part == "object"]
    bodies = PLACE | {"organisation", "name"}
    acting = [one for one in past.phrases if one.part == "subject" and one.kind in bodies]
    return _first(acted_on + same + acting)


def _like_place(kind: Kind | Literal["time"], past: Past, clause: Clause) -> Phrase | None:
    named = _places(past)
    same = [one for one in named if one.kind == kind]
    within = [one for one in named if one.preposition in PLACED]
    led = clause.words[slice(*clause.subject)]
    acting = [one for one in same if led and led[0].start <= one.start < led[-1].end]
    return _first(acting + (past.topics or same or within)[-1:])


def _first(found: Iterable[Phrase]) -> Phrase | None:
    return next(iter(found), None)


def _places(past: Past) -> list[Phrase]:
    return place_names(past.text, split(past.text), cased=past.cased)


def _with_added(text: str, words: str) -> str:
    """Give a question with words added before the words of time that end it."""
    end = len(text)
    for start, stop in reversed(times(text)):
        if not text[stop:end].strip():
            end = start
    return f"{text[:end].rstrip()} {words} {text[end:].lstrip()}".strip()


def _replaced(text: str, place: Offsets, new: str) -> str:
    return text[: place[0]] + new + text[place[1] :]
