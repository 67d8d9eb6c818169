"""What is wrong with a whole database: its pages, its rows, and what isn't as it was stored."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator

from retrieval.store.migrations import has_seals
from retrieval.store.proof import changed, passage_seal, place_seal


def problems_in(db: sqlite3.Connection) -> list[str]:
    """Give what a whole database finds wrong with itself."""
    found = [row[0] for row in db.execute("PRAGMA integrity_check")]
    broken = len(db.execute("PRAGMA foreign_key_check").fetchall())
    problems = [] if found == ["ok"] else found
    if broken:
        problems.append(f"{broken} rows point to rows that are gone")
    return problems or list(_changes_in(db))


def _changes_in(db: sqlite3.Connection) -> Iterator[str]:
    """Tell which texts, places and passages aren't as they were stored."""
    decoding = db.text_factory
    db.text_factory = _any_text  # what is no text any more has changed, too
    try:
        yield from _changed_texts(db)
        if has_seals(db):
            yield from _changed_places(db)
            yield from _changed_passages(db)
    finally:
        db.text_factory = decoding


def _changed_texts(db: sqlite3.Connection) -> Iterator[str]:
    placeless = "SELECT sha256 FROM articles WHERE key NOT IN (SELECT article FROM sources)"
    for (digest,) in db.execute(placeless):
        yield f"the article with the text {str(digest)[:16]} has no place: `quoth check --repair`"
    rows = db.execute(
        "SELECT (SELECT id FROM sources WHERE article = key), CAST(text AS BLOB), sha256 "
        "FROM articles"
    )
    for id, text, digest in rows:
        if hashlib.sha256(text or b"").hexdigest() != digest:
            yield changed(id, "its text")


def _changed_places(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute(
        "SELECT s.seal, a.sha256, s.collection, s.path, s.record, s.id, s.title, s.publisher, "
        "s.published, s.language, s.url FROM sources s JOIN articles a ON a.key = s.article "
        "WHERE s.seal IS NOT NULL"
    )
    for seal, digest, *place in rows:
        if place_seal(place, digest) != seal:
            yield changed(place[3], "what is told of it")


def _changed_passages(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute(
        "SELECT (SELECT id FROM sources s WHERE s.article = p.article), p.seal, p.ordinal, "
        "p.start, p.end, p.sentences, p.embedding FROM passages p WHERE p.seal IS NOT NULL"
    )
    for id, seal, *made in rows:
        if passage_seal(*made) != seal:
            yield (
                f"article {id}: passage {made[0]} or its vector isn't as it was made: run "
                "`quoth index --rebuild` or `quoth check --repair`"
            )


def _any_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
