"""What is stored, changed in plain SQL: each change is one transaction.

Every change of what can be found moves ``generation`` on by one, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from retrieval.errors import IngestError, LibraryMismatch
from retrieval.store.base import Connection, Rows
from retrieval.store.filtering import publisher_key
from retrieval.store.proof import passage_seal, place_seal
from retrieval.store.reading import Catalog, unbuilt_in
from retrieval.store.rows import EmbeddedPassage, Fetched, Recipe, Source, marks, pack, told_of
from retrieval.text import resemblance, shared_at_least
from retrieval.types import Offsets

NEAR_DUPLICATE = 0.4
"""Resemblance (Jaccard, of 4-word shingles) from which two articles are near-duplicates."""

NO_ARTICLE = 0
"""A key that no article has."""

VALUES = 30_000
"""Values of a statement at most: SQLite takes 32,766 and PostgreSQL 65,535."""

_AT = "collection = ? AND path = ? AND record = ?"


class Store(Catalog):
    """All writing, into the own collection."""

    def begin_build(self, recipe: Recipe) -> int:
        """Give the id of a build being made by this recipe; one by another is dropped."""
        with self._database.writing() as db:
            building = self.build("building")
            if building and building[1] == recipe:
                return building[0]
            db.execute("DELETE FROM builds WHERE state = 'building'")
            return _insert_build(db, "building", recipe)

    def begin_first_build(self, recipe: Recipe) -> tuple[int, Recipe]:
        """Give the id and recipe of the current build, begun now unless another just began it."""
        with self._database.writing() as db:
            return self.build() or (_insert_build(db, "current", recipe), recipe)

    def finish_build(self, build: int, without: Collection[int] = ()) -> bool:
        """Make a complete build the current one; False when articles are still missing.

        The articles ``without`` passages may be missing.
        """
        with self._database.writing() as db:
            _require_build(db, build)
            if set(unbuilt_in(db, build)) - set(without):
                return False
            db.execute("DELETE FROM builds WHERE state = 'current' AND id != ?", (build,))
            db.execute("UPDATE builds SET state = 'current' WHERE id = ?", (build,))
            _advance(db)
        return True

    def add(
        self,
        text: str,
        sha256: str,
        source: Source,
        boilerplate: Sequence[Offsets],
        sketch: Sequence[int],
        build: int,
        passages: Sequence[EmbeddedPassage],
        vanished: Collection[str] = (),
    ) -> None:
        """Store an article with its passages, in one transaction.

        Whatever stood at the same place before is forgotten. A text that another process
        stored meanwhile is only linked. ``vanished`` paths lose the source's id to it. Raises
        IngestError when the id stands for another text.
        """
        with self._database.writing() as db:
            _require_build(db, build)
            key = self._key(db, sha256)
            self._claim(db, source, key, vanished)
            if key is None:
                self._forget(db, source.path, [source.record])
                key = _new(
                    db.execute(
                        "INSERT INTO articles (collection, sha256, text, furniture) "
                        "VALUES (?, ?, ?, ?) RETURNING key",
                        (self._own, sha256, text, pack(boilerplate)),
                    )
                )
                _insert_passages(db, build, key, passages)
                self._link_near_duplicates(db, key, sketch)
            self._put_source(db, source, key)
            _advance(db)

    def link(self, source: Source, key: int, vanished: Collection[str] = ()) -> bool:
        """Let a place point to an article that is stored already; False if it is gone.

        ``vanished`` paths lose the article to it: it was moved.
        """
        with self._database.writing() as db:
            if not _has_article(db, key):
                return False
            self._claim(db, source, key, vanished)
            self._put_source(db, source, key)
            db.executemany(
                "DELETE FROM sources WHERE collection = ? AND article = ? AND path = ?",
                [(self._own, key, path) for path in vanished],
            )
            _advance(db)
        return True

    def describe(
        self,
        build: int,
        key: int,
        passages: Sequence[EmbeddedPassage],
        source: Source,
        boilerplate: Sequence[Offsets],
        vanished: Collection[str] = (),
    ) -> None:
        """Store what a place now says of an article, and its passages, cut anew.

        Other builds lose its passages, since they were made under the old heading.
        """
        with self._database.writing() as db:
            _require_build(db, build)
            if _has_article(db, key):
                self._claim(db, source, key, vanished)
                db.execute(
                    "UPDATE articles SET furniture = ? WHERE key = ?", (pack(boilerplate), key)
                )
                db.execute("DELETE FROM passages WHERE article = ?", (key,))
                _insert_passages(db, build, key, passages)
                self._put_source(db, source, key)
                _advance(db)

    def add_passages(self, build: int, key: int, passages: Sequence[EmbeddedPassage]) -> None:
        """Store an article's passages of a build that is being made."""
        with self._database.writing() as db:
            _require_build(db, build)
            if _has_article(db, key):
                db.execute("DELETE FROM passages WHERE build = ? AND article = ?", (build, key))
                _insert_passages(db, build, key, passages)
                _advance(db)

    def file_done(self, path: str, sha256: str, records: Sequence[str] | None = None) -> int:
        """Note that a file is stored whole; give how many of its old records are gone.

        Without ``records`` none of the old ones is.
        """
        with self._database.writing() as db:
            rows = db.execute(
                "SELECT record FROM sources WHERE collection = ? AND path = ?", (self._own, path)
            )
            gone = set() if records is None else {row[0] for row in rows} - set(records)
            self._forget(db, path, gone)
            db.execute(
                "INSERT INTO files VALUES (?, ?, ?) "
                "ON CONFLICT (collection, path) DO UPDATE SET sha256 = excluded.sha256",
                (self._own, path, sha256),
            )
            if gone:
                _advance(db)
        return len(gone)

    def keep_fetched(self, path: str, known: Fetched) -> None:
        """Note what an address is to be asked with the next time."""
        sql = (
            "INSERT INTO fetched (collection, path, etag, modified, articles) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (collection, path) DO UPDATE SET "
            "etag = excluded.etag, modified = excluded.modified, articles = excluded.articles"
        )
        with self._database.writing() as db:
            db.execute(sql, (self._own, path, known.etag, known.modified, known.articles))

    def keep_entry(self, path: str, entry: str) -> None:
        """Note what a feed told of its entry at this address."""
        sql = (
            "INSERT INTO fetched (collection, path, entry) VALUES (?, ?, ?) "
            "ON CONFLICT (collection, path) DO UPDATE SET entry = excluded.entry"
        )
        with self._database.writing() as db:
            db.execute(sql, (self._own, path, entry))

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
                    "SELECT article FROM sources WHERE collection = ? AND id = ?", (self._own, id)
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

    def _key(self, db: Connection, sha256: str) -> int | None:
        sql = "SELECT key FROM articles WHERE collection = ? AND sha256 = ?"
        row = db.execute(sql, (self._own, sha256)).fetchone()
        return row[0] if row else None

    def _claim(
        self, db: Connection, source: Source, key: int | None, vanished: Collection[str]
    ) -> None:
        """Make sure that the source's id stands for no other text than the article ``key``."""
        rows = db.execute(
            "SELECT path, record FROM sources WHERE collection = ? AND id = ? "
            "AND article != ? AND NOT (path = ? AND record = ?)",
            (self._own, source.id, key or NO_ARTICLE, source.path, source.record),
        ).fetchall()
        for path, record in rows:
            if path not in vanished:
                raise IngestError(
                    f"the id {source.id!r} belongs to another text, in {path}: "
                    "give each article its own id"
                )
            self._forget(db, path, [record])

    def _put_source(self, db: Connection, source: Source, key: int) -> None:
        at = (self._own, source.path, source.record)
        old = db.execute(f"SELECT article FROM sources WHERE {_AT}", at).fetchone()
        spelled = publisher_key(source.publisher) if source.publisher else None
        place = (self._own, *told_of(source))
        digest = db.execute("SELECT sha256 FROM articles WHERE key = ?", (key,)).fetchone()[0]
        db.execute(f"DELETE FROM sources WHERE {_AT}", at)
        db.execute(
            "INSERT INTO sources (collection, path, record, id, title, publisher, "
            "published, language, url, article, publisher_key, seal) "
            f"VALUES ({marks(range(12))})",
            (*place, key, spelled, place_seal(place, digest)),
        )
        if old and old[0] != key:
            _drop_orphans(db, [old[0]])

    def _forget(self, db: Connection, path: str, records: Iterable[str]) -> None:
        for record in records:
            at = (self._own, path, record)
            rows = db.execute(f"SELECT article FROM sources WHERE {_AT}", at).fetchall()
            db.execute(f"DELETE FROM sources WHERE {_AT}", at)
            _drop_orphans(db, [row[0] for row in rows])

    def _link_near_duplicates(self, db: Connection, key: int, sketch: Sequence[int]) -> None:
        if not sketch:
            return
        # Those that share enough come first: asked the other way round, SQLite looks at each
        # article of the collection.
        rows = db.execute(
            "SELECT article FROM (SELECT article FROM sketches "
            f"WHERE hash IN ({marks(sketch)}) GROUP BY article HAVING count(*) >= ?) AS alike "
            "JOIN articles ON key = article WHERE collection = ?",
            (*sketch, shared_at_least(NEAR_DUPLICATE, sketch), self._own),
        ).fetchall()
        for (other,) in rows:
            hashes = db.execute("SELECT hash FROM sketches WHERE article = ?", (other,))
            if resemblance(tuple(sketch), tuple(row[0] for row in hashes)) >= NEAR_DUPLICATE:
                pairs = [(key, other), (other, key)]
                db.executemany(
                    "INSERT INTO near_duplicates VALUES (?, ?) ON CONFLICT DO NOTHING", pairs
                )
        _insert(db, "sketches (hash, article)", [(hash, key) for hash in sketch])


def _insert_build(db: Connection, state: str, recipe: Recipe) -> int:
    return _new(
        db.execute(
            "INSERT INTO builds (state, model, fingerprint, dimension, passage_tokens, "
            "overlap, splitter) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (state, *(getattr(recipe, name) for name in Recipe.__slots__)),
        )
    )


def _new(inserted: Rows) -> int:
    """Give the key that a row got."""
    ((key,),) = inserted.fetchall()
    return int(key)


def _require_build(db: Connection, build: int) -> None:
    if not db.execute("SELECT 1 FROM builds WHERE id = ?", (build,)).fetchone():
        raise LibraryMismatch("the index was rebuilt meanwhile: run the command again")


def _has_article(db: Connection, key: int) -> bool:
    return db.execute("SELECT 1 FROM articles WHERE key = ?", (key,)).fetchone() is not None


def _advance(db: Connection) -> None:
    db.execute(
        "UPDATE manifest SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) "
        "WHERE key = 'generation'"
    )


def _insert_passages(
    db: Connection, build: int, key: int, passages: Sequence[EmbeddedPassage]
) -> None:
    into = 'passages (build, article, ordinal, start, "end", sentences, embedding, seal)'
    rows = [(build, key, *_sealed(item)) for item in passages]
    ids = dict(_insert(db, into, rows, " RETURNING ordinal, id"))
    years = [(year, ids[item.passage.ordinal]) for item in passages for year in set(item.years)]
    _insert(db, "years (year, passage)", years)


def _sealed(item: EmbeddedPassage) -> tuple[object, ...]:
    """Give the columns of a passage that tell of itself, its seal the last."""
    passage = item.passage
    cut = (passage.ordinal, passage.start, passage.end)
    made = (*cut, pack(passage.sentences), item.embedding.tobytes())
    return (*made, passage_seal(*made))


def _insert(
    db: Connection, into: str, rows: Sequence[Sequence[object]], returning: str = ""
) -> list[tuple[int, int]]:
    """Insert rows, as many with a statement as it can take; give what they return."""
    told: list[tuple[int, int]] = []
    at_once = VALUES // len(rows[0]) if rows else 1
    for first in range(0, len(rows), at_once):
        some = rows[first : first + at_once]
        marked = ",".join(f"({marks(row)})" for row in some)
        values = [value for row in some for value in row]
        done = db.execute(f"INSERT INTO {into} VALUES {marked}{returning}", values)
        told += done.fetchall() if returning else []
    return told


def _drop_orphans(db: Connection, keys: Iterable[int]) -> None:
    for key in keys:
        db.execute(
            "DELETE FROM articles WHERE key = ? AND NOT EXISTS "
            "(SELECT 1 FROM sources WHERE article = ?)",
            (key, key),
        )
