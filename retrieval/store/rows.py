"""Rows of the database as values, and values as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.types import Article, Offsets, Passage

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
class Source:
    """One place an article was read from, and what that place says of it."""

    path: str
    record: str
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


def heading(title: str, publisher: str | None, published: date | None) -> str:
    """Give what stands in front of a passage where it is embedded and indexed."""
    parts = (title, publisher, published.isoformat() if published else None)
    return " | ".join(part for part in parts if part)


def marks(values: Sequence[object]) -> str:
    """Give SQL's placeholders for so many values."""
    return ",".join("?" * len(values))


def pack(spans: Sequence[Offsets]) -> bytes:
    """Give spans as little-endian int32 pairs."""
    return np.asarray(spans, dtype="<i4").tobytes()


def unpack(blob: bytes) -> tuple[Offsets, ...]:
    """Give the spans that were packed."""
    pairs = np.frombuffer(blob, dtype="<i4").reshape(-1, 2).tolist()
    return tuple((start, end) for start, end in pairs)


def to_source(row: Sequence[Any]) -> Source:
    """Give a source from (path, record, title, publisher, published, language, url)."""
    path, record, title, publisher, published, language, url = row
    return Source(path, record, title, publisher, _date(published), language, url)


def to_article(row: Sequence[Any]) -> Article:
    """Give an article from its columns in the order of its fields."""
    id, text, title, publisher, published, *rest = row
    return Article(id, text, title, publisher, _date(published), *rest)


def to_stored(row: Sequence[Any]) -> StoredPassage:
    """Give a passage from (id, key, article id, start, end, ordinal, sentences)."""
    id, key, article_id, start, end, ordinal, sentences = row
    return StoredPassage(id, key, Passage(article_id, start, end, ordinal, unpack(sentences)))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
