"""What is stored, read in plain SQL."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import numpy as np

from retrieval.errors import ArticleChanged
from retrieval.store.base import Backend, Connection
from retrieval.store.filtering import Condition, nearest_publishers, spelled, within
from retrieval.store.proof import prove_place, prove_text
from retrieval.store.rows import (
    Description,
    Fetched,
    Ids,
    Place,
    Recipe,
    Source,
    StoredPassage,
    Vectors,
    broken_row,
    first_id,
    marks,
    to_article,
    to_date,
    to_source,
    to_stored,
    unpack,
)
from retrieval.text import context_of, fold, heading
from retrieval.types import Article, Filters, Offsets, Scope

logger = logging.getLogger(__name__)

IDS_A_QUERY = 10_000

STAMP_BITS = 31
"""A revision is a generation with its stamp in so many bits."""

_ARTICLE = (
    "s.title, s.publisher, s.published, s.language, s.url, s.path, a.sha256, "
    "a.collection FROM articles a JOIN sources s ON s.article = a.key"
)
_PASSAGE = (
    f"p.id, p.article, {first_id('p.article')}, "
    "p.start, p.end, p.ordinal, p.sentences "
    "FROM passages p"
)


class Catalog:
    """All reading. Only the given collections are seen; the first of them is the own one."""

    def __init__(self, database: Backend, collections: Sequence[str]) -> None:
        self._database = database
        self._own = collections[0]
        self._visible = tuple(dict.fromkeys(collections))

    @property
    def collections(self) -> tuple[str, ...]:
        return self._visible

    def generation(self) -> int:
        """Give the number that grows with every change."""
        return int(self._one("SELECT value FROM manifest WHERE key = 'generation'") or 0)

    def revision(self) -> int:
        """Give the number of the present state: it grows with every change, as ``generation``
        does, and no other history of the same database has it.
        """
        number = max(self.generation(), 0)
        return number << STAMP_BITS | (self._stamp(number) or 0)

    def has_been(self, revision: int) -> bool:
        """Tell whether the database once stood at a revision, as far back as it knows."""
        number, stamp = divmod(revision, 1 << STAMP_BITS)
        return revision >= 0 and self._stamp(number) == stamp

    def _stamp(self, generation: int) -> int | None:
        """Give the stamp of a generation; None where it isn't known (any more)."""
        if not self._database.stamped():
            return None
        stamp: int | None = self._one("SELECT stamp FROM generations WHERE number = ?", generation)
        return stamp

    def changes(self, build: int, revision: int) -> tuple[Ids, Ids]:
        """Give the passages of a build that came or whose places changed since a revision that
        ``has_been``, and those that went, both growing; those of other builds count as gone.
        """
        sql = (
            "SELECT DISTINCT c.passage, p.id IS NOT NULL FROM changes c LEFT JOIN passages p "
            "ON p.id = c.passage AND p.build = ? WHERE c.generation > ? ORDER BY c.passage"
        )
        with self._database.reading() as db:
            rows = db.execute(sql, (build, revision >> STAMP_BITS)).fetchall()
        touched = np.array([row[0] for row in rows], np.int64)
        here = np.array([row[1] for row in rows], bool)
        return touched[here], touched[~here]

    def identity(self) -> str:
        """Give the name of this database: one made anew in its place has another."""
        return str(self._one("SELECT value FROM manifest WHERE key = 'identity'"))

    def snapshot(self) -> AbstractContextManager[None]:
        """Let all that this thread reads meanwhile come from one state of the database."""
        return self._database.snapshot()

    def build(self, state: str = "current") -> tuple[int, Recipe] | None:
        """Give the id and recipe of the current build, or of the one being made."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT id, model, fingerprint, dimension, passage_tokens, overlap, splitter "
                "FROM builds WHERE state = ?",
                (state,),
            ).fetchone()
        return (row[0], Recipe(*row[1:])) if row else None

    def unbuilt(self, build: int) -> list[int]:
        """Give the keys of the articles that have no passages in a build yet."""
        with self._database.reading() as db:
            return unbuilt_in(db, build)

    def file_is_known(self, path: str, sha256: str) -> int | None:
        """Give how many articles a file brought, or None where its content is not stored."""
        with self._database.reading() as db:
            known = db.execute(
                "SELECT (SELECT count(*) FROM sources WHERE collection = f.collection "
                "AND path = f.path) FROM files f WHERE collection = ? AND path = ? AND sha256 = ?",
                (self._own, path, sha256),
            ).fetchone()
            return known and int(known[0])

    def fetched(self, path: str, reading: str) -> Fetched | None:
        """Give what is known of an address; None where it isn't stored whole.

        ``reading`` is what its digest begins with while addresses are read as they are now.
        """
        sql = (
            "SELECT etag, modified, articles FROM fetched JOIN files USING (collection, path) "
            "WHERE collection = ? AND path = ? AND substr(sha256, 1, ?) = ?"
        )
        with self._database.reading() as db:
            row = db.execute(sql, (self._own, path, len(reading), reading)).fetchone()
        return Fetched(*row) if row else None

    def entry_is_known(self, path: str, entry: str) -> bool:
        """Tell whether an entry of a feed was read when the feed told the same of it."""
        sql = "SELECT 1 FROM fetched WHERE collection = ? AND path = ? AND entry = ?"
        return self._one(sql, self._own, path, entry) is not None

    def source(self, path: str, record: str) -> tuple[int, str, Source] | None:
        """Give the article key, its sha256 and the source that stand at a place."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT a.key, a.sha256, s.path, s.record, s.id, s.title, s.publisher, "
                "s.published, s.language, s.url "
                "FROM sources s JOIN articles a ON a.key = s.article "
                "WHERE s.collection = ? AND s.path = ? AND s.record = ?",
                (self._own, path, record),
            ).fetchone()
        return (row[0], row[1], to_source(row[2:])) if row else None

    def key_of(self, sha256: str) -> int | None:
        """Give the key of an article of the own collection by its text's hash."""
        sql = "SELECT key FROM articles WHERE collection = ? AND sha256 = ?"
        key: int | None = self._one(sql, self._own, sha256)
        return key

    def paths_with(self, id: str) -> list[str]:
        """Give the paths of the own collection that hold an id."""
        sql = "SELECT DISTINCT path FROM sources WHERE collection = ? AND id = ?"
        with self._database.reading() as db:
            return [row[0] for row in db.execute(sql, (self._own, id))]

    def paths_of(self, key: int) -> list[str]:
        """Give the paths that hold an article."""
        with self._database.reading() as db:
            rows = db.execute("SELECT DISTINCT path FROM sources WHERE article = ?", (key,))
            return [row[0] for row in rows]

    def known_paths(self) -> list[str]:
        """Give every path of the own collection."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT path FROM sources WHERE collection = ? ORDER BY path",
                (self._own,),
            )
            return [row[0] for row in rows]

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """Give the visible articles, without their texts, in the order of their paths.

        What isn't as it was stored is left out.
        """
        where, values = self._where(filters)
        seal = "s.seal" if self._database.sealed() else "NULL"
        sql = (
            f"SELECT a.key, {seal}, s.record, s.id, '', {_ARTICLE} WHERE {where} "
            "ORDER BY s.path, s.record, s.collection"
        )
        found: dict[int, Article] = {}
        with self._database.reading() as db:
            for key, sealed, record, *row in db.execute(sql, values):
                try:
                    _prove_row(sealed, record, row)
                except ArticleChanged as error:
                    logger.warning("left out: %s", error)
                    continue
                found.setdefault(key, to_article(row))
        return list(found.values())

    def article(self, key: int, filters: Filters | None = None) -> list[Article]:
        """Give a visible article once for each place it stands in.

        Places that pass the filters come first. None are given of another collection. Raises
        LibraryDamaged where it isn't as it was stored.
        """
        where, values = self._where(filters)
        seen = f"a.collection IN ({marks(self._visible)})"
        seal = "s.seal" if self._database.sealed() else "NULL"
        sql = (
            f"SELECT CASE WHEN {where} THEN 1 ELSE 0 END AS passes, {seal}, s.record, s.id, "
            f"a.text, {_ARTICLE} "
            f"WHERE a.key = ? AND {seen} ORDER BY passes DESC, s.path, s.record"
        )
        with self._database.reading() as db:
            rows = db.execute(sql, (*values, key, *self._visible))
            return [to_article(self._proved(key, *row[1:])) for row in rows]

    def _proved(self, key: int, seal: bytes | None, record: str, *row: Any) -> Sequence[Any]:
        """Give an article's columns, after comparing them with its text's hash and its seal.

        The text is compared once a process. Raises LibraryDamaged.
        """
        id, text, *_, digest, _ = row
        proved = self._database.proved
        if (key, digest) not in proved:
            prove_text(id, text, digest)
            proved.add((key, digest))
        _prove_row(seal, record, row)
        return row

    def find(self, id: str, collection: str | None = None) -> int | None:
        """Give the key of a visible article by its id; the own collection comes first."""
        for name in self._visible:
            if collection in (None, name):
                sql = "SELECT article FROM sources WHERE collection = ? AND id = ?"
                key: int | None = self._one(sql, name, id)
                if key is not None:
                    return key
        return None

    def undated(self, filters: Filters) -> int:
        """Give how many visible articles without a date pass the filters but for their dates."""
        open_ended = replace(filters, since=None, until=None)
        where, values = self._where(open_ended)
        sql = (
            f"SELECT count(*) FROM (SELECT article FROM sources s WHERE {where} "
            "GROUP BY article HAVING count(published) = 0) AS undated"
        )
        count: int = self._one(sql, *values)
        return count

    def texts(self, most: int) -> Iterator[str]:
        """Give the texts of at most so many visible articles, those stored last first."""
        sql = (
            f"SELECT text FROM articles WHERE collection IN ({marks(self._visible)}) "
            "ORDER BY key DESC LIMIT ?"
        )
        yield from (row[0] for row in self._database.stream(sql, (*self._visible, most)))

    def lengths(self) -> dict[int, tuple[str, int]]:
        """Give the visible articles' ids and how many characters they have, by their keys."""
        sql = (
            f"SELECT key, text, {first_id('key')} FROM articles "
            f"WHERE collection IN ({marks(self._visible)})"
        )
        rows = self._database.stream(sql, self._visible)
        return {key: (id, len(text)) for key, text, id in rows}

    def sentences(self, build: int) -> Iterator[tuple[int, int, tuple[Offsets, ...]]]:
        """Give (article key, ordinal, sentences) of all passages of a build."""
        sql = "SELECT article, ordinal, sentences FROM passages WHERE build = ? ORDER BY id"
        for key, ordinal, packed in self._database.stream(sql, (build,)):
            yield key, ordinal, unpack(packed)

    def chars(self, keys: Sequence[int]) -> int:
        """Give how many characters the texts of some articles have together."""
        rows = self._by_id("SELECT length(text) FROM articles WHERE key IN ({})", keys)
        return sum(row[0] for row in rows)

    def boilerplate(self, key: int) -> tuple[Offsets, ...]:
        """Give the ranges of an article that are never quoted."""
        blob = self._one("SELECT furniture FROM articles WHERE key = ?", key)
        return unpack(blob or b"")

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

    def allowed_ids(self, build: int, scope: Scope) -> Ids | None:
        """Give the ids of the passages in a scope, growing; None means all of the build.

        The scope tells the collections, whichever the store itself sees.
        """
        if scope.filters == Filters() and not self._others_exist(scope.collections):
            return None
        ids = self._passages_where(build, within(scope))
        if not scope.years:
            return ids
        undated = replace(scope, filters=replace(scope.filters, since=None, until=None))
        telling = f"id IN (SELECT passage FROM years WHERE year IN ({marks(scope.years)}))"
        told = self._passages_where(build, within(undated), telling, scope.years)
        return np.union1d(ids, told)

    def vectors(self, ids: Ids) -> Vectors:
        """Give the embeddings of passages, shape (len(ids), dimension), in the order of ids."""
        rows = self._by_id("SELECT id, embedding FROM passages WHERE id IN ({})", ids)
        found = {row[0]: row[1] for row in rows}
        joined = b"".join(found[int(id)] for id in ids)
        dimension, rest = divmod(len(joined), 4 * max(len(ids), 1))
        if rest:
            raise broken_row()
        return np.frombuffer(joined, dtype=np.float32).reshape(len(ids), dimension)

    def passage_texts(self, ids: Ids) -> Iterator[tuple[int, str, str, str | None]]:
        """Give (id, title, text, language) of passages.

        The title comes with the publisher, the date, and what the passage's first row is under.
        """
        sql = (
            "SELECT p.id, p.start, p.end, p.article FROM passages p WHERE p.id IN ({}) "
            "ORDER BY p.article"
        )
        key, head, text, language = None, "", "", None
        for id, start, end, article in self._by_id(sql, ids):
            if article != key:
                key, stored = article, self.stored(article)
                if stored:
                    head = heading(stored.title, stored.publisher, stored.published)
                    text, language = stored.text, stored.language
            above = context_of(text, start, language)
            yield id, f"{head} | {above}" if above else head, text[start:end], language

    def languages(self) -> tuple[str | None, ...]:
        """Give the codes of the visible articles' languages, sorted; None where one has none."""
        # From one to the next in the order of the index: DISTINCT would read all of it.
        sql = (
            "SELECT language FROM sources WHERE collection = ? AND {} "
            "ORDER BY language NULLS FIRST LIMIT 1"
        )
        found = set[str | None]()
        with self._database.reading() as db:
            for name in self._visible:
                further, given = "true", [name]
                while row := db.execute(sql.format(further), given).fetchone():
                    found.update(row)
                    missing = row[0] is None
                    further = "language IS NOT NULL" if missing else "language > ?"
                    given = [name] if missing else [name, *row]
        return tuple(sorted(found, key=lambda code: code or ""))

    def size(self) -> tuple[int, int]:
        """Give how many articles the own collection holds, and their characters."""
        sql = "SELECT count(*), coalesce(sum(length(text)), 0) FROM articles WHERE collection = ?"
        with self._database.reading() as db:
            articles, characters = db.execute(sql, (self._own,)).fetchone()
        return articles, int(characters)

    def titles(self, typed: str, most: int, own: bool) -> list[tuple[str, str]]:
        """Give at most so many titles with ids that hold what is typed, of the own collection
        or of all that are seen.

        Those that begin so come first.
        """
        wanted = fold(typed.strip())
        seen = (self._own,) if own else self._visible
        sql = (
            "SELECT title, id FROM (SELECT title, id, "
            "row_number() OVER (PARTITION BY article ORDER BY id, path, record) AS place "
            f"FROM sources WHERE collection IN ({marks(seen)}) "
            "AND (instr(folded(title), ?) > 0 OR instr(folded(id), ?) > 0)) AS told "
            "WHERE place = 1 ORDER BY instr(folded(title), ?) != 1, title, id LIMIT ?"
        )
        with self._database.reading() as db:
            rows = db.execute(sql, (*seen, wanted, wanted, wanted, most))
            return [(title, id) for title, id in rows]

    def publishers(self) -> tuple[str, ...]:
        """Give the publishers of the visible articles, sorted."""
        sql = (
            "SELECT DISTINCT publisher FROM sources "
            f"WHERE collection IN ({marks(self._visible)}) AND publisher != ''"
        )
        with self._database.reading() as db:
            return tuple(sorted(row[0] for row in db.execute(sql, self._visible)))

    def spelled(self, filters: Filters) -> Filters:
        """Give filters with their publisher as the visible articles spell it."""
        known = filters.spellings or not filters.publisher
        return filters if known else spelled(filters, self.publishers())

    def nearest_publishers(self, name: str) -> tuple[str, ...]:
        """Give the publishers of the visible articles whose names are most like one."""
        return nearest_publishers(name, self.publishers())

    def passes(self, filters: Filters) -> bool:
        """Tell whether the filters let any visible article through."""
        where, values = self._where(filters)
        return bool(self._one(f"SELECT 1 FROM sources s WHERE {where} LIMIT 1", *values))

    def descriptions(self, ids: Ids) -> list[Description]:
        """Give what a scope asks of passages, in the order of their ids."""
        years: dict[int, list[int]] = {}
        for id, year in self._by_id(
            "SELECT passage, year FROM years WHERE passage IN ({}) ORDER BY year", ids
        ):
            years.setdefault(id, []).append(year)
        sql = (
            "SELECT p.id, s.collection, s.path, s.publisher_key, s.published FROM passages p "
            "JOIN sources s ON s.article = p.article WHERE p.id IN ({}) "
            "ORDER BY p.id, s.path, s.record"
        )
        return [
            Description(
                id,
                row[1],
                tuple(Place(path, key, to_date(day)) for _, _, path, key, day in (row, *rest)),
                tuple(years.get(id, ())),
            )
            for id, (row, *rest) in groupby(self._by_id(sql, ids), itemgetter(0))
        ]

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Give passages by their ids."""
        rows = self._by_id(f"SELECT {_PASSAGE} WHERE p.id IN ({{}})", ids)
        return {row[0]: to_stored(row) for row in rows}

    def passages_of(self, build: int, key: int) -> list[StoredPassage]:
        """Give the passages of an article in their order."""
        sql = f"SELECT {_PASSAGE} WHERE p.build = ? AND p.article = ? ORDER BY p.ordinal"
        with self._database.reading() as db:
            return [to_stored(row) for row in db.execute(sql, (build, key))]

    def newest(self, build: int, filters: Filters, most: int) -> list[int]:
        """Give the ids of the first passages of the newest visible articles that pass the filters.

        The newest come first, at most so many; none without a date.
        """
        where, values = self._where(filters)
        days = (
            "SELECT s.article, max(s.published) AS day FROM sources s "
            f"WHERE s.published IS NOT NULL AND {where} "
            "GROUP BY s.article ORDER BY day DESC, s.article LIMIT ?"
        )
        sql = (  # no join of all passages: SQLite would try each with each place
            f"SELECT p.id FROM ({days}) AS newest JOIN passages p ON p.article = newest.article "
            "WHERE p.build = ? AND p.ordinal = 0 ORDER BY newest.day DESC, newest.article"
        )
        with self._database.reading() as db:
            return [row[0] for row in db.execute(sql, (*values, most, build))]

    def counts(self, build: int) -> tuple[int, int]:
        """Give how many articles are visible and how many passages they have."""
        visible = f"collection IN ({marks(self._visible)})"
        articles = self._one(f"SELECT count(*) FROM articles WHERE {visible}", *self._visible)
        passages = self._one(
            "SELECT count(*) FROM passages p JOIN articles a ON a.key = p.article "
            f"WHERE p.build = ? AND a.{visible}",
            build,
            *self._visible,
        )
        return articles or 0, passages or 0

    def check(self) -> list[str]:
        """Give what the database itself finds wrong."""
        return self._database.problems()

    def lost(self) -> str | None:
        """Tell of changes that the database once held and holds no more."""
        return self._database.lost()

    def _one(self, sql: str, *values: object) -> Any:
        with self._database.reading() as db:
            row = db.execute(sql, values).fetchone()
        return row[0] if row else None

    def _by_id(self, sql: str, ids: Iterable[int]) -> Iterator[Any]:
        wanted = [int(id) for id in ids]
        with self._database.reading() as db:
            for first in range(0, len(wanted), IDS_A_QUERY):
                block = wanted[first : first + IDS_A_QUERY]
                yield from db.execute(sql.format(marks(block)), block)

    def stored(self, key: int) -> Article | None:
        """Give an article of any collection, for what is made of all of them: the builds."""
        with self._database.reading() as db:
            row = db.execute(
                f"SELECT s.id, a.text, {_ARTICLE} WHERE a.key = ? ORDER BY s.path, s.record",
                (key,),
            ).fetchone()
        return to_article(row) if row else None

    def _others_exist(self, collections: Sequence[str]) -> bool:
        # Before, between and behind these: an index finds each at once, and NOT IN nothing.
        names = sorted(collections)
        between = [("collection > ? AND collection < ?", pair) for pair in pairwise(names)]
        outside = [("collection < ?", names[:1]), *between, ("collection > ?", names[-1:])]
        sql = "SELECT 1 FROM articles WHERE {} LIMIT 1"
        return any(self._one(sql.format(where), *given) for where, given in outside)

    def _where(self, filters: Filters | None) -> Condition:
        return within(Scope(self._visible, self.spelled(filters or Filters())))

    def _passages_where(
        self, build: int, places: Condition, more: str = "true", more_values: Sequence[object] = ()
    ) -> Ids:
        where, values = places
        sql = (
            f"SELECT id FROM passages WHERE build = ? AND {more} AND article IN "
            f"(SELECT article FROM sources s WHERE {where}) ORDER BY id"
        )
        with self._database.reading() as db:
            rows = db.execute(sql, (build, *more_values, *values))
            return np.fromiter((row[0] for row in rows), dtype=np.int64)


def _prove_row(seal: bytes | None, record: str, row: Sequence[Any]) -> None:
    """Raise ArticleChanged where an article's columns aren't as its place was sealed."""
    id, _, *said, path, digest, collection = row
    prove_place((collection, path, record, id, *said), digest, seal)


def unbuilt_in(db: Connection, build: int) -> list[int]:
    """Give the keys of the articles that have no passages in a build, within a transaction."""
    rows = db.execute(
        "SELECT key FROM articles WHERE NOT EXISTS "
        "(SELECT 1 FROM passages WHERE article = key AND build = ?) ORDER BY key",
        (build,),
    )
    return [row[0] for row in rows]
