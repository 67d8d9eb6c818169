"""What of a damaged database is as it was stored: a text must have its hash, a place and a passage
their seals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from retrieval.errors import LibraryDamaged
from retrieval.store.proof import PLACE, passage_seal, place_seal, text_digest
from retrieval.store.rows import Recipe, Source, Vectors, to_date, unpack
from retrieval.store.torn import Row, Torn
from retrieval.types import Offsets

Cut = tuple[int, int, int, tuple[Offsets, ...]]
"""A passage's ordinal, its start and end, and its sentences."""


@dataclass(frozen=True, slots=True)
class Rescued:
    """An article as it was stored, at those of its places that are proven."""

    collection: str
    text: str
    sha256: str
    boilerplate: tuple[Offsets, ...]
    sources: tuple[Source, ...]
    vectors: dict[Cut, Vectors]


@dataclass(frozen=True, slots=True)
class Remains:
    """What is left of an article at one of its places, and what is wrong with it.

    ``told`` has what PLACE names, of whatever kind; of an article without a place all but the
    collection and the id is empty.
    """

    told: Row
    seal: bytes | None
    sha256: str | None
    text: str | None
    reason: str

    def is_of(self, digest: str) -> bool:
        """Tell whether it is surely of the text of this SHA-256."""
        return digest == self.sha256 or self.seal == place_seal(self.told, digest)


def recipe_of(torn: Torn) -> tuple[int, Recipe] | None:
    """Give the current build and its recipe, None where that can't be read."""
    columns = "state, id, model, fingerprint, dimension, passage_tokens, overlap, splitter"
    found = [row for row in torn.rows("builds", columns) if row[0] == "current"]
    return (found[0][1], Recipe(*found[0][2:])) if found else None


def generation_of(torn: Torn) -> int:
    """Give the generation that a database stands at, 0 where it doesn't tell."""
    told = [value for key, value in torn.rows("manifest", "key, value") if key == "generation"]
    return int(told[0]) if told and str(told[0]).isdecimal() else 0


def articles_of(torn: Torn, build: int | None) -> Iterator[Rescued | Remains]:
    """Give each article that is proven, and what is left of each at places where it isn't.

    The vectors are those of a build, as far as they are proven.
    """
    places, passages = _places(torn), _passages(torn, build)
    for key, collection, digest, text, furniture in torn.rows(
        "articles", "key, collection, sha256, text, furniture"
    ):
        standing = places.pop(key, [])
        if not isinstance(text, str):
            text = ""
        found = text_digest(text)
        proven = [place for place in standing if _is_proven(place, found, found == digest)]
        spans, reason = _spans(furniture, len(text)), "what is told of it has changed"
        if found != digest and not proven:
            reason = "its text has changed in the database"
        elif spans is None:
            proven, reason = [], "what of it is never quoted can't be read"
        for place in standing:
            if place not in proven:
                yield Remains(place[2:], place[1], digest, text, reason)
        if not standing:
            told = (collection, "", "", str(digest)[:16], "", None, None, None, None)
            yield Remains(told, None, digest, text, "where it stood can't be read")
        if proven and spans is not None:
            sources, ids = tuple(map(_source, proven)), passages.get(key, ())
            yield Rescued(proven[0][2], text, found, spans, sources, _vectors(torn, ids))
    for standing in places.values():
        for place in standing:
            yield Remains(place[2:], place[1], None, None, "its text can't be read")


def _places(torn: Torn) -> dict[int, list[Row]]:
    seal = "seal" if torn.sealed else "NULL"
    found = defaultdict[int, list[Row]](list)
    for row in torn.rows("sources", f"article, {seal}, {', '.join(PLACE)}"):
        found[row[0]].append(row)
    return found


def _passages(torn: Torn, build: int | None) -> dict[int, list[int]]:
    found = defaultdict[int, list[int]](list)
    for id, article, made in torn.rows("passages", "id, article, build"):
        if made == build:
            found[article].append(id)
    return found


def _vectors(torn: Torn, ids: Sequence[int]) -> dict[Cut, Vectors]:
    seal = "seal" if torn.sealed else "NULL"
    found: dict[Cut, Vectors] = {}
    for id in ids:
        for sealed, *made in torn.row(
            "passages", f"{seal}, ordinal, start, end, sentences, embedding", id
        ):
            ordinal, start, end, sentences, embedding = made
            with suppress(LibraryDamaged, TypeError, ValueError):
                if sealed is None or sealed == passage_seal(*made):
                    cut = (ordinal, start, end, unpack(sentences))
                    found[cut] = np.frombuffer(embedding, np.float32)
    return found


def _is_proven(place: Row, digest: str, is_text: bool) -> bool:
    """Tell whether a place is as it was sealed, with the text of this digest.

    One without a seal is, with a text that is proven by itself, if it can be read.
    """
    _, seal, *told = place
    if seal is not None:
        return bool(seal == place_seal(told, digest))
    try:
        _source(place)
        "".join(one for one in told if one).encode()
    except (LibraryDamaged, TypeError, UnicodeEncodeError):
        return False
    return is_text


def _source(place: Row) -> Source:
    path, record, id, title, publisher, published, language, url = place[3:]
    return Source(path, record, id, title, publisher, to_date(published), language, url)


def _spans(blob: object, length: int) -> tuple[Offsets, ...] | None:
    try:
        spans = unpack(blob) if isinstance(blob, bytes) else None
    except LibraryDamaged:
        return None
    edges = [edge for span in spans or () for edge in span]
    sound = edges == sorted(edges) and (not edges or (edges[0] >= 0 and edges[-1] <= length))
    return spans if sound else None
