"""From each form of the database to the next, in order: any earlier one is brought to the present.

``schema.sql`` is the present form, which a new database gets whole. A step never changes once it is
published: what it writes stands in it, whatever becomes of ``schema.sql``. To change the form,
change ``schema.sql``, add a step here, and put the new form into tests/retrieval/forms, where each
is kept.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from retrieval.store.proof import passage_seal, place_seal

SCHEMA = Path(__file__).with_name("schema.sql")
SEALED = ("sources", "passages")

_COMPLETED = """
CREATE INDEX IF NOT EXISTS sources_language ON sources (collection, language);
CREATE TABLE IF NOT EXISTS fetched (
    collection TEXT NOT NULL,
    path       TEXT NOT NULL,
    etag       TEXT,
    modified   TEXT,
    entry      TEXT,
    articles   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (collection, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generations (
    number INTEGER PRIMARY KEY,
    stamp  INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS changes (
    generation INTEGER NOT NULL,
    passage    INTEGER NOT NULL,
    PRIMARY KEY (generation, passage)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS generation_begins AFTER UPDATE ON manifest WHEN new.key = 'generation'
BEGIN
    INSERT OR REPLACE INTO generations
        VALUES (CAST(new.value AS INTEGER), random() & 2147483647);
    DELETE FROM generations WHERE number < new.value - 100000;
    DELETE FROM changes WHERE generation < new.value - 100000;
END;
CREATE TRIGGER IF NOT EXISTS passage_comes AFTER INSERT ON passages
BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, new.id FROM manifest WHERE key = 'generation';
END;
CREATE TRIGGER IF NOT EXISTS passage_goes AFTER DELETE ON passages
    WHEN EXISTS (SELECT 1 FROM builds WHERE id = old.build)
BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, old.id FROM manifest WHERE key = 'generation';
END;
CREATE TRIGGER IF NOT EXISTS place_comes AFTER INSERT ON sources
BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, id FROM manifest, passages
        WHERE key = 'generation' AND article = new.article;
END;
CREATE TRIGGER IF NOT EXISTS place_goes AFTER DELETE ON sources
BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, id FROM manifest, passages
        WHERE key = 'generation' AND article = old.article;
END;
"""


def make(connection: sqlite3.Connection) -> None:
    """Give an empty database the present form, within a transaction."""
    run(connection, SCHEMA.read_text(encoding="utf-8"))
    _set_version(connection, SCHEMA_VERSION)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database of an earlier form to the present one, within a transaction."""
    for version in range(version_of(connection), SCHEMA_VERSION):
        _STEPS[version - 1](connection)
        _set_version(connection, version + 1)


def version_of(connection: sqlite3.Connection) -> int:
    """Give the number of a database's form, 0 where it is empty."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def has_seals(connection: sqlite3.Connection) -> bool:
    """Tell whether the tables have a column for the seals of their rows."""
    columns = connection.execute("SELECT name FROM pragma_table_info('sources')")
    return ("seal",) in columns.fetchall()


def stamp_first(connection: sqlite3.Connection) -> None:
    """Give the generation that a database stands at a stamp, if it has none."""
    connection.execute(
        "INSERT OR IGNORE INTO generations "
        "SELECT CAST(value AS INTEGER), 0 FROM manifest WHERE key = 'generation'"
    )


def run(connection: sqlite3.Connection, script: str) -> None:
    """Run statements within a transaction, which executescript would end."""
    for statement in _statements(script):
        connection.execute(statement)


def _complete_and_seal(connection: sqlite3.Connection) -> None:
    """From 1: what was added while there was no release, and a seal for each row."""
    run(connection, _COMPLETED)
    for table in () if has_seals(connection) else SEALED:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN seal BLOB")
    connection.create_function("place_seal", -1, _sealed_place, deterministic=True)
    connection.create_function("passage_seal", 5, passage_seal, deterministic=True)
    connection.execute(
        "UPDATE sources SET seal = place_seal((SELECT sha256 FROM articles WHERE key = article), "
        "collection, path, record, id, title, publisher, published, language, url) "
        "WHERE seal IS NULL"
    )
    connection.execute(
        "UPDATE passages SET seal = passage_seal(ordinal, start, end, sentences, embedding) "
        "WHERE seal IS NULL"
    )
    stamp_first(connection)


def _sealed_place(digest: str, *place: object) -> bytes:
    return place_seal(place, digest)


_STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_complete_and_seal,)
"""The first leads from form 1 to form 2, and so on."""

SCHEMA_VERSION = 1 + len(_STEPS)


def _set_version(connection: sqlite3.Connection, version: int) -> None:
    connection.execute(f"PRAGMA user_version = {version}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in re.sub(r"--.*", "", script).splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
