"""What is stored, in plain SQL: articles, where they were read, passages, embeddings.

Every change of what can be found moves ``generation`` on by one, in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.database import Database
from retrieval.text import fold, resemblance
from retrieval.types import Article, Filters, Offsets, Passage

NEAR_DUPLICATE = 0.4
"""Resemblance (Jaccard, of 4-word shingles) from which two articles are near-duplicates."""

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


class Store:
    """All reading and writing of the database. ``collections`` limits every query."""

    def __init__(self, database: Database, collections: Sequence[str]) -> None:
        self._database = database
        self._own = collections[0]
        self._visible = tuple(dict.fromkeys(collections))

    # Builds ---------------------------------------------------------------------------

    def generation(self) -> int:
        """Give the number that grows with every change."""
        return int(self._one("SELECT value FROM manifest WHERE key = 'generation'") or 0)

    def build(self, state: str = "current") -> tuple[int, Recipe] | None:
        """Give the id and recipe of the current build, or of the one being made."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT id, model, fingerprint, dimension, passage_tokens, overlap, splitter "
                "FROM builds WHERE state = ?",
                (state,),
            ).fetchone()
        return (row[0], Recipe(*row[1:])) if row else None

    def begin_build(self, recipe: Recipe) -> int:
        """Give the id of a build being made by this recipe; one by another is dropped.

        The very first build is at once the current one.
        """
        with self._database.writing() as db:
            building = self.build("building")
            if building and building[1] == recipe:
                return building[0]
            db.execute("DELETE FROM builds WHERE state = 'building'")
            state = "building" if self.build() else "current"
            values = (state, *(getattr(recipe, name) for name in Recipe.__slots__))
            cursor = db.execute(
                "INSERT INTO builds (state, model, fingerprint, dimension, passage_tokens, "
                "overlap, splitter) VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            return int(cursor.lastrowid or 0)

    def finish_build(self, build: int) -> bool:
        """Make a complete build the current one; False when articles are still missing."""
        with self._database.writing() as db:
            if _unbuilt(db, build):
                return False
            db.execute("DELETE FROM builds WHERE state = 'current' AND id != ?", (build,))
            db.execute("UPDATE builds SET state = 'current' WHERE id = ?", (build,))
            _advance(db)
        return True

    def unbuilt(self, build: int) -> list[int]:
        """Give the keys of the articles that have no passages in a build yet."""
        with self._database.reading() as db:
            return _unbuilt(db, build)

    # Articles -------------------------------------------------------------------------

    def file_is_known(self, path: str, sha256: str) -> int | None:
        """Give how many articles a file brought, or None where its content is not stored."""
        with self._database.reading() as db:
            known = db.execute(
                "SELECT 1 FROM files WHERE collection = ? AND path = ? AND sha256 = ?",
                (self._own, path, sha256),
            ).fetchone()
            count = "SELECT count(*) FROM sources WHERE collection = ? AND path = ?"
            return int(db.execute(count, (self._own, path)).fetchone()[0]) if known else None

    def source(self, path: str, record: str) -> tuple[int, str, Source] | None:
        """Give the article key, its sha256 and the source that stand at a place."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT a.key, a.sha256, s.path, s.record, s.title, s.publisher, s.published, "
                "s.language, s.url FROM sources s JOIN articles a ON a.key = s.article "
                "WHERE s.collection = ? AND s.path = ? AND s.record = ?",
                (self._own, path, record),
            ).fetchone()
        return (row[0], row[1], _source(row[2:])) if row else None

    def key_of(self, *, sha256: str | None = None, id: str | None = None) -> int | None:
        """Give the key of an article of the own collection by its text's hash or its id."""
        column, value = ("sha256", sha256) if sha256 else ("id", id)
        sql = f"SELECT key FROM articles WHERE collection = ? AND {column} = ?"
        return self._one(sql, self._own, value)

    def paths_of(self, key: int) -> list[str]:
        """Give the paths that an article was read from."""
        with self._database.reading() as db:
            rows = db.execute("SELECT DISTINCT path FROM sources WHERE article = ?", (key,))
            return [row[0] for row in rows]

    def add(
        self,
        article: Article,
        source: Source,
        furniture: Sequence[Offsets],
        sketch: Sequence[int],
        build: int,
        passages: Sequence[EmbeddedPassage],
    ) -> None:
        """Store an article with its passages, in one transaction.

        Whatever stood at the same place before is forgotten. A text that another process
        stored meanwhile is only linked.
        """
        with self._database.writing() as db:
            key = self._key(db, article.sha256)
            if key is None:
                self._forget(db, source.path, [source.record])
                key = self._insert(db, article, furniture)
                _insert_passages(db, build, key, passages)
                self._link_near_duplicates(db, key, sketch)
            self._put_source(db, source, key)
            _advance(db)

    def link(self, source: Source, key: int) -> None:
        """Let a place point to an article that is stored already."""
        with self._database.writing() as db:
            self._put_source(db, source, key)
            _advance(db)

    def replace_passages(
        self, build: int, key: int, passages: Sequence[EmbeddedPassage], source: Source | None
    ) -> None:
        """Store an article's passages anew, and what a place now says of it."""
        with self._database.writing() as db:
            if not db.execute("SELECT 1 FROM articles WHERE key = ?", (key,)).fetchone():
                return
            db.execute("DELETE FROM passages WHERE build = ? AND article = ?", (build, key))
            _insert_passages(db, build, key, passages)
            if source:
                self._put_source(db, source, key)
            _advance(db)

    def file_done(self, path: str, sha256: str, records: Sequence[str]) -> int:
        """Note that a file is stored whole; give how many of its old records are gone."""
        with self._database.writing() as db:
            rows = db.execute(
                "SELECT record FROM sources WHERE collection = ? AND path = ?", (self._own, path)
            )
            gone = {row[0] for row in rows} - set(records)
            self._forget(db, path, gone)
            db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (self._own, path, sha256))
            if gone:
                _advance(db)
        return len(gone)

    def known_paths(self) -> list[str]:
        """Give every path of the own collection."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT path FROM sources WHERE collection = ? ORDER BY path",
                (self._own,),
            )
            return [row[0] for row in rows]

    def forget_path(self, path: str) -> int:
        """Forget a file and the articles that only it held; give how many it brought."""
        with self._database.writing() as db:
            rows = db.execute(
                "SELECT record FROM sources WHERE collection = ? AND path = ?", (self._own, path)
            )
            records = [row[0] for row in rows]
            self._forget(db, path, records)
            db.execute("DELETE FROM files WHERE collection = ? AND path = ?", (self._own, path))
            _advance(db)
        return len(records)

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Remove articles of the own collection; give the ids that are not there.

        Nothing is removed unless all are there. Their files are read again by the next run.
        """
        with self._database.writing() as db:
            keys = {
                id: db.execute(
                    "SELECT key FROM articles WHERE collection = ? AND id = ?", (self._own, id)
                ).fetchone()
                for id in ids
            }
            missing = [id for id, row in keys.items() if row is None]
            for row in () if missing else keys.values():
                db.execute(
                    "DELETE FROM files WHERE collection = ? AND path IN "
                    "(SELECT path FROM sources WHERE article = ?)",
                    (self._own, *row),
                )
                db.execute("DELETE FROM articles WHERE key = ?", row)
            if not missing:
                _advance(db)
        return missing

    # Reading --------------------------------------------------------------------------

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """Give the visible articles, without their texts, in the order of their paths."""
        where, values = self._where(filters or Filters())
        sql = f"SELECT a.key, a.id, '', {_ARTICLE} WHERE {where} ORDER BY s.path, s.record"
        found: dict[int, Article] = {}
        with self._database.reading() as db:
            for row in db.execute(sql, values):
                found.setdefault(row[0], _article(row[1:]))
        return list(found.values())

    def article(self, key: int, filters: Filters | None = None) -> list[Article]:
        """Give an article once for each place it stands in, those that pass the filters first."""
        where, values = self._where(filters or Filters())
        sql = (
            f"SELECT ({where}) AS passes, a.id, a.text, {_ARTICLE} WHERE a.key = ? "
            "ORDER BY passes DESC, s.path, s.record"
        )
        with self._database.reading() as db:
            return [_article(row[1:]) for row in db.execute(sql, (*values, key))]

    def find(self, id: str, collection: str | None = None) -> int | None:
        """Give the key of a visible article by its id.

        Without a collection the own one comes before ``shared``. A record whose text was
        stored before, under another id, is found by its own id too.
        """
        visible = [name for name in self._visible if collection in (None, name)]
        for sql in (
            "SELECT key FROM articles WHERE collection = ? AND id = ?",
            "SELECT article FROM sources WHERE collection = ? AND record = ?",
        ):
            for name in visible:
                key = self._one(sql, name, id)
                if key is not None:
                    return key
        return None

    def furniture(self, key: int) -> tuple[Offsets, ...]:
        """Give the ranges of an article that are never quoted."""
        blob = self._one("SELECT furniture FROM articles WHERE key = ?", key)
        return _unpack(blob or b"")

    def near_duplicates(self, key: int) -> list[int]:
        """Give the keys of the articles that tell the same story in nearly the same words."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT other FROM near_duplicates WHERE article = ? ORDER BY other", (key,)
            )
            return [row[0] for row in rows]

    def passage_ids(self, build: int) -> Ids:
        """Give the ids of all passages of a build, of every collection, growing."""
        with self._database.reading() as db:
            rows = db.execute("SELECT id FROM passages WHERE build = ? ORDER BY id", (build,))
            return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def allowed_ids(self, build: int, filters: Filters, years: Sequence[int]) -> Ids | None:
        """Give the ids of the passages that may be searched, growing; None means all of them.

        ``years`` lets passages in that tell of one of these years, whatever their date.
        """
        if filters == Filters() and not self._others_exist():
            return None
        where, values = self._where(filters)
        ids = self._passages_where(build, where, values)
        if not years:
            return ids
        where, values = self._where(Filters(publisher=filters.publisher, path=filters.path))
        told = f"id IN (SELECT passage FROM years WHERE year IN ({_marks(years)}))"
        return np.union1d(ids, self._passages_where(build, where, values, told, years))

    def vectors(self, ids: Ids) -> Vectors:
        """Give the embeddings of passages, shape (len(ids), dimension), in the order of ids."""
        rows = self._by_id("SELECT id, embedding FROM passages WHERE id IN ({})", ids)
        found = {row[0]: row[1] for row in rows}
        joined = b"".join(found[int(id)] for id in ids)
        return np.frombuffer(joined, dtype=np.float32).reshape(len(ids), -1)

    def passage_texts(self, ids: Ids) -> Iterator[tuple[int, str, str]]:
        """Give (id, title, text) of passages; the title with the publisher and the date."""
        sql = (
            "SELECT p.id, p.start, p.end, p.article FROM passages p WHERE p.id IN ({}) "
            "ORDER BY p.article"
        )
        key, head, text = None, "", ""
        for id, start, end, article in self._by_id(sql, ids):
            if article != key:
                first = self.article(article)[0]
                head = heading(first.title, first.publisher, first.published)
                key, text = article, first.text
            yield id, head, text[start:end]

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Give passages by their ids."""
        rows = self._by_id(f"SELECT {_PASSAGE} WHERE p.id IN ({{}})", ids)
        return {row[0]: _stored(row) for row in rows}

    def passages_of(self, build: int, key: int) -> list[StoredPassage]:
        """Give the passages of an article in their order."""
        sql = f"SELECT {_PASSAGE} WHERE p.build = ? AND p.article = ? ORDER BY p.ordinal"
        with self._database.reading() as db:
            return [_stored(row) for row in db.execute(sql, (build, key))]

    def counts(self, build: int) -> tuple[int, int]:
        """Give how many articles are visible and how many passages they have."""
        marks = _marks(self._visible)
        articles = self._one(
            f"SELECT count(*) FROM articles WHERE collection IN ({marks})", *self._visible
        )
        passages = self._one(
            "SELECT count(*) FROM passages p JOIN articles a ON a.key = p.article "
            f"WHERE p.build = ? AND a.collection IN ({marks})",
            build,
            *self._visible,
        )
        return articles or 0, passages or 0

    def check(self) -> list[str]:
        """Give what the database itself finds wrong."""
        with self._database.reading() as db:
            found = [row[0] for row in db.execute("PRAGMA integrity_check")]
            broken = len(db.execute("PRAGMA foreign_key_check").fetchall())
        problems = [] if found == ["ok"] else found
        return problems + ([f"{broken} rows point to rows that are gone"] if broken else [])

    # Helpers --------------------------------------------------------------------------

    def _one(self, sql: str, *values: object) -> int | None:
        with self._database.reading() as db:
            row = db.execute(sql, values).fetchone()
        return row[0] if row else None

    def _by_id(self, sql: str, ids: Iterable[int]) -> Iterator[sqlite3.Row]:
        wanted = [int(id) for id in ids]
        with self._database.reading() as db:
            for first in range(0, len(wanted), 10_000):
                block = wanted[first : first + 10_000]
                yield from db.execute(sql.format(_marks(block)), block)

    def _others_exist(self) -> bool:
        sql = f"SELECT 1 FROM articles WHERE collection NOT IN ({_marks(self._visible)}) LIMIT 1"
        return self._one(sql, *self._visible) is not None

    def _where(self, filters: Filters) -> tuple[str, list[object]]:
        clauses = [f"s.collection IN ({_marks(self._visible)})"]
        values: list[object] = [*self._visible]
        bounds = []
        if filters.since:
            bounds.append("s.published >= ?")
            values.append(filters.since.isoformat())
        if filters.until:
            bounds.append("s.published <= ?")
            values.append(filters.until.isoformat())
        if bounds:
            undated = " OR s.published IS NULL" if filters.undated else ""
            clauses.append(f"({' AND '.join(bounds)}{undated})")
        if filters.publisher:
            clauses.append("s.publisher_key = ?")
            values.append(fold(filters.publisher).strip())
        if filters.path:
            glob = "*" in filters.path or "?" in filters.path
            clauses.append("s.path GLOB ?" if glob else "instr(s.path, ?)")
            values.append(f"*{filters.path}" if glob else filters.path)
        return " AND ".join(clauses), values

    def _passages_where(
        self,
        build: int,
        where: str,
        values: Sequence[object],
        more: str = "1",
        more_values: Sequence[object] = (),
    ) -> Ids:
        sql = (
            f"SELECT id FROM passages WHERE build = ? AND {more} AND article IN "
            f"(SELECT article FROM sources s WHERE {where}) ORDER BY id"
        )
        with self._database.reading() as db:
            rows = db.execute(sql, (build, *more_values, *values))
            return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def _key(self, db: sqlite3.Connection, sha256: str) -> int | None:
        sql = "SELECT key FROM articles WHERE collection = ? AND sha256 = ?"
        row = db.execute(sql, (self._own, sha256)).fetchone()
        return row[0] if row else None

    def _insert(
        self, db: sqlite3.Connection, article: Article, furniture: Sequence[Offsets]
    ) -> int:
        cursor = db.execute(
            "INSERT INTO articles (collection, id, sha256, text, furniture) VALUES (?, ?, ?, ?, ?)",
            (self._own, article.id, article.sha256, article.text, _pack(furniture)),
        )
        return int(cursor.lastrowid or 0)

    def _put_source(self, db: sqlite3.Connection, source: Source, key: int) -> None:
        old = db.execute(
            "SELECT article FROM sources WHERE collection = ? AND path = ? AND record = ?",
            (self._own, source.path, source.record),
        ).fetchone()
        publisher_key = fold(source.publisher).strip() if source.publisher else None
        published = source.published.isoformat() if source.published else None
        db.execute(
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._own, source.path, source.record, key, source.title, source.publisher)
            + (publisher_key, published, source.language, source.url),
        )
        if old and old[0] != key:
            _drop_orphans(db, [old[0]])

    def _forget(self, db: sqlite3.Connection, path: str, records: Iterable[str]) -> None:
        place = "collection = ? AND path = ? AND record = ?"
        for record in records:
            values = (self._own, path, record)
            rows = db.execute(f"SELECT article FROM sources WHERE {place}", values).fetchall()
            db.execute(f"DELETE FROM sources WHERE {place}", values)
            _drop_orphans(db, [row[0] for row in rows])

    def _link_near_duplicates(
        self, db: sqlite3.Connection, key: int, sketch: Sequence[int]
    ) -> None:
        if not sketch:
            return
        rows = db.execute(
            "SELECT DISTINCT k.article FROM sketches k JOIN articles a ON a.key = k.article "
            f"WHERE k.hash IN ({_marks(sketch)}) AND a.collection = ?",
            (*sketch, self._own),
        ).fetchall()
        for (other,) in rows:
            hashes = db.execute("SELECT hash FROM sketches WHERE article = ?", (other,))
            if resemblance(tuple(sketch), tuple(row[0] for row in hashes)) >= NEAR_DUPLICATE:
                pairs = [(key, other), (other, key)]
                db.executemany("INSERT OR IGNORE INTO near_duplicates VALUES (?, ?)", pairs)
        db.executemany("INSERT INTO sketches VALUES (?, ?)", [(hash, key) for hash in sketch])


_ARTICLE = (
    "s.title, s.publisher, s.published, s.language, s.url, s.path, a.sha256, "
    "a.collection FROM articles a JOIN sources s ON s.article = a.key"
)
_PASSAGE = (
    "p.id, p.article, a.id, p.start, p.end, p.ordinal, p.sentences "
    "FROM passages p JOIN articles a ON a.key = p.article"
)


def heading(title: str, publisher: str | None, published: date | None) -> str:
    """Give what stands in front of a passage where it is embedded and indexed."""
    parts = (title, publisher, published.isoformat() if published else None)
    return " | ".join(part for part in parts if part)


def _advance(db: sqlite3.Connection) -> None:
    db.execute("UPDATE manifest SET value = value + 1 WHERE key = 'generation'")


def _unbuilt(db: sqlite3.Connection, build: int) -> list[int]:
    rows = db.execute(
        "SELECT key FROM articles WHERE key NOT IN "
        "(SELECT article FROM passages WHERE build = ?) ORDER BY key",
        (build,),
    )
    return [row[0] for row in rows]


def _insert_passages(
    db: sqlite3.Connection, build: int, key: int, passages: Sequence[EmbeddedPassage]
) -> None:
    for item in passages:
        passage = item.passage
        cursor = db.execute(
            "INSERT INTO passages (build, article, ordinal, start, end, sentences, embedding) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (build, key, passage.ordinal, passage.start, passage.end)
            + (_pack(passage.sentences), item.embedding.tobytes()),
        )
        rows = [(year, cursor.lastrowid) for year in item.years]
        db.executemany("INSERT OR IGNORE INTO years VALUES (?, ?)", rows)


def _drop_orphans(db: sqlite3.Connection, keys: Iterable[int]) -> None:
    for key in keys:
        db.execute(
            "DELETE FROM articles WHERE key = ? AND NOT EXISTS "
            "(SELECT 1 FROM sources WHERE article = ?)",
            (key, key),
        )


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _pack(spans: Sequence[Offsets]) -> bytes:
    return np.asarray(spans, dtype="<i4").tobytes()


def _unpack(blob: bytes) -> tuple[Offsets, ...]:
    pairs = np.frombuffer(blob, dtype="<i4").reshape(-1, 2).tolist()
    return tuple((start, end) for start, end in pairs)


def _source(row: Sequence[str | None]) -> Source:
    path, record, title, publisher, published, language, url = row
    assert path is not None and record is not None and title is not None
    return Source(path, record, title, publisher, _date(published), language, url)


def _article(row: Sequence[str | None]) -> Article:
    id, text, title, publisher, published, language, url, path, sha256, collection = row
    assert id is not None and text is not None and title is not None
    assert sha256 is not None and collection is not None
    return Article(
        id, text, title, publisher, _date(published), language, url, path, sha256, collection
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _stored(row: Sequence[object]) -> StoredPassage:
    id, key, article_id, start, end, ordinal, sentences = row
    assert isinstance(id, int) and isinstance(key, int) and isinstance(article_id, str)
    assert isinstance(start, int) and isinstance(end, int) and isinstance(ordinal, int)
    assert isinstance(sentences, bytes)
    return StoredPassage(id, key, Passage(article_id, start, end, ordinal, _unpack(sentences)))


def database_path(data_dir: Path) -> Path:
    """Give where the database lies in a data folder."""
    return data_dir / "quoth.db"
