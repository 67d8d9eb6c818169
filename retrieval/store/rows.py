"""Rows of the database as values, and values as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import SAVE, LibraryDamaged
from retrieval.types import Article, Offsets, Passage

SPAN_BYTES = 8

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How passages are cut and embedded; passages of different recipes don't mix."""

    model: str
    fingerprint: str
    dimension: int
    passage_tokens: int
    overlap: int
    splitter: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a site calls the state of an address, and how many articles that brought."""

    etag: str | None
    modified: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class Source:
    """One place an article was read from, and what that place says of it."""

    path: str
    record: str
    id: str
    title: str
    publisher: str | None
    published: date | None
    language: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class EmbeddedPassage:
    """A passage on its way into the store. ``embedding``: float32, shape (dimension,)."""

    passage: Passage
    embedding: Vectors
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as found in the store, with its article's key."""

    id: int
    article_key: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Place:
    """One place that an article stands in. ``publisher`` is spelled as publisher_key gives it."""

    path: str
    publisher: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Description:
    """What a scope asks of a passage: where its article stands, and the years it tells of."""

    id: int
    collection: str
    places: tuple[Place, ...]
    years: tuple[int, ...]


def marks(values: Sequence[object]) -> str:
    """Give SQL's placeholders for so many values."""
    return ",".join("?" * len(values))


def first_id(article: str) -> str:
    """Give the SQL for the id of an article's first place; ``article`` is that for its key."""
    return f"(SELECT id FROM sources WHERE article = {article} ORDER BY path, record LIMIT 1)"


def told_of(source: Source) -> tuple[str | None, ...]:
    """Give what is told of a place as columns: those of proof.PLACE behind the collection."""
    day = source.published.isoformat() if source.published else None
    place = (source.path, source.record, source.id, source.title)
    return (*place, source.publisher, day, source.language, source.url)


def pack(spans: Sequence[Offsets]) -> bytes:
    """Give spans as little-endian int32 pairs."""
    return np.asarray(spans, dtype="<i4").tobytes()


def broken_row() -> LibraryDamaged:
    """Give the error for bytes of a passage that are not whole."""
    return LibraryDamaged("the database holds a broken row", "run `quoth index --rebuild`")


def unpack(blob: bytes) -> tuple[Offsets, ...]:
    """Give the spans that were packed. Raises LibraryDamaged where the bytes are not whole."""
    if len(blob) % SPAN_BYTES:
        raise broken_row()
    pairs = np.frombuffer(blob, dtype="<i4").reshape(-1, 2).tolist()
    return tuple((start, end) for start, end in pairs)


def to_source(row: Sequence[Any]) -> Source:
    """Give a source from its columns in the order of its fields."""
    path, record, id, title, publisher, published, *rest = row
    return Source(path, record, id, title, publisher, to_date(published), *rest)


def to_article(row: Sequence[Any]) -> Article:
    """Give an article from its columns in the order of its fields."""
    id, text, title, publisher, published, *rest = row
    return Article(id, text, title, publisher, to_date(published), *rest)


def to_stored(row: Sequence[Any]) -> StoredPassage:
    """Give a passage from (id, key, article id, start, end, ordinal, sentences)."""
    id, key, article_id, start, end, ordinal, sentences = row
    return StoredPassage(id, key, Passage(article_id, start, end, ordinal, unpack(sentences)))


def to_date(text: str | None) -> date | None:
    """Give a date from its column. Raises LibraryDamaged where it holds none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise LibraryDamaged(f"the database holds {text!r} for a date", SAVE) from error
