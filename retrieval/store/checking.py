"""What is wrong with a whole database: its pages, its rows, and what isn't as it was stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from retrieval.errors import ArticleChanged
from retrieval.store.migrations import has_seals
from retrieval.store.proof import (
    PLACE,
    TEXT,
    TOLD,
    any_text,
    is_text,
    passage_seal,
    place_seal,
)
from retrieval.store.rows import first_id

Select = Callable[[str], Iterable[Any]]
"""Gives the rows of a query."""


def problems_in(db: sqlite3.Connection) -> list[str]:
    """Give what a whole database finds wrong with itself."""
    found = [row[0] for row in db.execute("PRAGMA integrity_check")]
    broken = len(db.execute("PRAGMA foreign_key_check").fetchall())
    problems = [] if found == ["ok"] else found
    if broken:
        problems.append(f"{broken} rows point to rows that are gone")
    if problems:
        return problems
    decoding = db.text_factory
    db.text_factory = any_text  # what is no text any more has changed, too
    try:
        return list(changes_in(db.execute, has_seals(db)))
    finally:
        db.text_factory = decoding


def changes_in(select: Select, sealed: bool = True) -> Iterator[str]:
    """Tell which texts, places and passages aren't as they were stored."""
    yield from _changed_texts(select)
    if sealed:
        yield from _changed_places(select)
        yield from _changed_passages(select)


def _changed_texts(select: Select) -> Iterator[str]:
    placeless = (
        "SELECT sha256 FROM articles WHERE NOT EXISTS (SELECT 1 FROM sources WHERE article = key)"
    )
    for (digest,) in select(placeless):
        yield f"the article with the text {str(digest)[:16]} has no place"
    rows = select(f"SELECT {first_id('key')}, text, sha256 FROM articles")
    for id, text, digest in rows:
        if not is_text(str(text), digest):
            yield ArticleChanged(id, TEXT).what


def _changed_places(select: Select) -> Iterator[str]:
    columns = ", ".join(f"s.{name}" for name in PLACE)
    rows = select(
        f"SELECT s.seal, a.sha256, {columns} FROM sources s JOIN articles a "
        "ON a.key = s.article WHERE s.seal IS NOT NULL"
    )
    for seal, digest, *place in rows:
        if place_seal(place, digest) != seal:
            yield ArticleChanged(place[3], TOLD).what


def _changed_passages(select: Select) -> Iterator[str]:
    rows = select(
        f"SELECT {first_id('p.article')}, p.seal, p.ordinal, "
        "p.start, p.end, p.sentences, p.embedding FROM passages p WHERE p.seal IS NOT NULL"
    )
    for id, seal, *made in rows:
        if passage_seal(*made) != seal:
            yield f"article {id}: passage {made[0]} or its vector isn't as it was made"
