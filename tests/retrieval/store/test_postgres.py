"""What is PostgreSQL's own: how it is reached, shared and lost, and what it can't take."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import (
    IngestError,
    LibraryDamaged,
    LibraryMismatch,
    LibraryUnreachable,
    LibraryUnwritable,
    QuothError,
    SettingsError,
)
from retrieval.store import Store, server
from retrieval.store.postgres import PostgresDatabase
from tests.postgres import PASSWORD, Postgres
from tests.retrieval.store.test_store import BRIDGE, FERRY, RECIPE, add, at, cut, digest

ROOT = Path(__file__).resolve().parents[3]
NOWHERE = "postgresql://me:hush-hush@127.0.0.1:1/library"


@pytest.fixture
def name(postgres: Postgres) -> str:
    return postgres.emptied()


@pytest.fixture
def database(postgres: Postgres, name: str) -> Iterator[PostgresDatabase]:
    with closing(PostgresDatabase(postgres.url(name))) as opened:
        opened.create()
        yield opened


@pytest.fixture
def store(database: PostgresDatabase) -> Store:
    return Store(database, ("shared",))


# Reaching it ----------------------------------------------------------------------------


def refused(url: str) -> str:
    """Give what is said of a database that can't be used."""
    with pytest.raises(QuothError) as caught, closing(PostgresDatabase(url)) as database:
        database.exists()
    return f"{type(caught.value).__name__}: {caught.value}"


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    said = refused(NOWHERE)
    assert said.startswith("LibraryUnreachable: can't reach the PostgreSQL database library on ")
    assert "127.0.0.1:1" in said
    assert "hush" not in said


def test_a_wrong_password_is_told_and_not_shown(postgres: Postgres, name: str) -> None:
    said = refused(postgres.tcp(name, "hush-hush"))
    assert "LibraryUnreachable" in said
    assert "password authentication failed" in said
    assert "hush" not in said
    with closing(PostgresDatabase(postgres.tcp(name))) as database:
        assert not database.exists()
        assert PASSWORD not in database.missing()
        assert name in database.missing()


def test_a_database_that_is_not_there_is_told(postgres: Postgres) -> None:
    assert 'database "nowhere" does not exist' in refused(postgres.url("nowhere"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hush@host:hush/x",
        "postgresql://me:hu/sh@host/x",
        "postgresql://me:x@hush@host/x",
        "postgresql://me@host/x?hush=1",
        "hush",
    ],
)
def test_an_address_that_is_none_is_told_without_it(url: str) -> None:
    with pytest.raises(SettingsError, match="postgresql://USER") as caught:
        PostgresDatabase(url)
    assert "hush" not in str(caught.value)


def test_looking_makes_nothing(postgres: Postgres, name: str) -> None:
    with closing(PostgresDatabase(postgres.url(name))) as database:
        assert not database.exists()
    assert postgres.run(name, "SELECT 1 FROM pg_namespace WHERE nspname = 'quoth'") == []


def test_it_is_made_once_by_any_number(postgres: Postgres, name: str) -> None:
    databases = [PostgresDatabase(postgres.url(name)) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(PostgresDatabase.create, databases))
    identities = {Store(each, ("shared",)).identity() for each in databases}
    for each in databases:
        each.close()
    assert len(identities) == 1


def test_another_encoding_is_refused(postgres: Postgres) -> None:
    name = postgres.database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with (
        closing(PostgresDatabase(postgres.url(name))) as database,
        pytest.raises(LibraryMismatch, match="ENCODING 'UTF8'"),
    ):
        database.create()
    assert postgres.run(name, "SELECT 1 FROM pg_namespace WHERE nspname = 'quoth'") == []


def test_a_newer_form_is_refused(postgres: Postgres, name: str, store: Store) -> None:
    postgres.run(name, "UPDATE quoth.form SET version = 99")
    assert "filled by a newer Quoth" in refused(postgres.url(name))


def test_a_collation_of_the_database_changes_nothing(postgres: Postgres) -> None:
    name = postgres.database("LOCALE_PROVIDER icu ICU_LOCALE 'tr' TEMPLATE template0")
    with closing(PostgresDatabase(postgres.url(name))) as database:
        database.create()
        store = Store(database, ("shared",))
        for path in ("b", "B", "a b", "ab", "İ", "I"):
            add(store, path, at(path, title=f"{path} ISLAND"))
        assert [one.path for one in store.articles()] == ["B", "I", "a b", "ab", "b", "İ"]
        assert store.titles("i island", 9, True) == [("I ISLAND", "I"), ("İ ISLAND", "İ")]


def test_who_may_only_read_can_ask_and_is_told_what_they_can_not(
    postgres: Postgres, name: str, store: Store
) -> None:
    add(store, FERRY, at("a.txt"))
    postgres.run(name, f"CREATE ROLE reader_{name} LOGIN")
    postgres.run(name, f"GRANT USAGE ON SCHEMA quoth TO reader_{name}")
    postgres.run(name, f"GRANT SELECT ON ALL TABLES IN SCHEMA quoth TO reader_{name}")
    url = postgres.url(name).replace("quoth@", f"reader_{name}@")
    with closing(PostgresDatabase(url)) as database:
        theirs = Store(database, ("shared",))
        assert database.exists()
        assert len(theirs.articles()) == 1
        with pytest.raises(LibraryUnwritable, match="permission denied"):
            add(theirs, BRIDGE, at("b.txt"))


# What it can't take ---------------------------------------------------------------------


def test_a_text_with_a_nul_fails_alone(store: Store) -> None:
    add(store, FERRY, at("a.txt"))
    with pytest.raises(IngestError, match="NUL"):
        add(store, "a\0b", at("b.txt"))
    with pytest.raises(IngestError, match="index row"):
        add(store, BRIDGE, at("".join(chr(0x4E00 + n * 7 % 20000) for n in range(4000))))
    add(store, BRIDGE, at("c.txt"))
    assert [one.path for one in store.articles()] == ["a.txt", "c.txt"]
    assert store.check() == []


# Connections that are lost --------------------------------------------------------------


def test_a_connection_that_was_dropped_is_made_anew(
    postgres: Postgres, name: str, store: Store
) -> None:
    key = add(store, FERRY, at("a.txt"))
    for use in (
        lambda: store.generation(),
        lambda: store.forget_path("nothing"),
        lambda: list(store.texts(1)),
        lambda: store.snapshot().__enter__(),
    ):
        assert postgres.drop_connections(name) == 1
        use()
    assert store.article(key)[0].text == FERRY


def test_what_is_being_written_when_the_connection_drops_is_not_stored(
    postgres: Postgres, name: str, store: Store, database: PostgresDatabase
) -> None:
    add(store, FERRY, at("a.txt"))

    def interrupted() -> None:
        with database.writing() as db:
            db.execute("DELETE FROM articles")
            postgres.drop_connections(name)
            db.execute("DELETE FROM articles")

    with pytest.raises(LibraryUnreachable, match="is not stored"):
        interrupted()
    assert store.size() == (1, len(FERRY))
    add(store, BRIDGE, at("b.txt"))
    assert store.size()[0] == 2


def test_a_snapshot_is_never_made_of_two_states(
    postgres: Postgres, name: str, store: Store
) -> None:
    add(store, FERRY, at("a.txt"))

    def interrupted() -> None:
        with store.snapshot():
            store.generation()
            postgres.drop_connections(name)
            store.generation()

    with pytest.raises(LibraryUnreachable):
        interrupted()
    assert store.generation() == 1


def test_threads_that_ended_leave_no_connections(
    postgres: Postgres, name: str, store: Store
) -> None:
    add(store, FERRY, at("a.txt"))
    for _ in range(5):
        thread = threading.Thread(target=store.generation)
        thread.start()
        thread.join()
    count = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"
    assert postgres.run("postgres", count)[0][0] <= 3


# Several at once ------------------------------------------------------------------------


def test_one_writes_at_a_time_and_none_waits_for_ever(
    postgres: Postgres, name: str, database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LOCK_TIMEOUT_S", 1)
    with closing(PostgresDatabase(postgres.url(name))) as another:
        other = Store(another, ("shared",))
        with database.writing():
            assert other.generation() == 0  # reading never waits
            with pytest.raises(LibraryUnwritable, match="another process has been writing"):
                add(other, FERRY, at("a.txt"))
        add(other, FERRY, at("a.txt"))
        assert other.size()[0] == 1


def test_writers_take_turns_and_followers_miss_nothing(
    postgres: Postgres, name: str, store: Store
) -> None:
    """Two processes write, this one follows the log as an index does, a third is killed."""
    add(store, "first", at("first"))
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.retrieval.store.killed", postgres.url(name), mark],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        for mark in "ab"
    ]
    held, revision = set(store.passage_ids(1).tolist()), store.revision()
    counts = [0, 0]
    try:
        while min(counts) < 15:
            for number, writer in enumerate(writers):
                assert writer.stdout is not None
                counts[number] = int(writer.stdout.readline())
            with store.snapshot():
                came, went = store.changes(1, revision)
                revision = store.revision()
                held = (held - set(went.tolist())) | set(came.tolist())
                assert held == set(store.passage_ids(1).tolist())
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    assert store.check() == []
    articles, passages = store.counts(1)
    assert articles == passages == len(store.articles())
    assert store.unbuilt(1) == []
    assert articles > max(counts)
    add(store, "last", at("last"))  # the killed one's lock is gone
    assert store.generation() == articles + 1


def test_texts_of_both_at_the_same_moment_are_one(postgres: Postgres, name: str) -> None:
    def write(place: str) -> None:
        with closing(PostgresDatabase(postgres.url(name))) as database:
            database.create()
            store = Store(database, ("shared",))
            build, _ = store.begin_first_build(RECIPE)
            for n in range(20):
                text = f"text {n}"
                store.add(text, digest(text), at(f"{place}{n}"), [], [n], build, cut(text))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, "xyz"))
    with closing(PostgresDatabase(postgres.url(name))) as database:
        store = Store(database, ("shared",))
        assert len(store.lengths()) == 20
        assert len(store.known_paths()) == 60
        assert store.check() == []


# What goes on in it ---------------------------------------------------------------------


def test_a_table_that_is_gone_is_damage(postgres: Postgres, name: str, store: Store) -> None:
    postgres.run(name, "DROP TABLE quoth.sources")
    with pytest.raises(LibraryDamaged, match="pg_dump"):
        store.articles()


def test_many_are_read_by_their_ids(store: Store) -> None:
    add(store, FERRY, at("a.txt"))
    (id,) = store.passage_ids(1).tolist()
    many = np.arange(25_000)
    assert set(store.passages(many.tolist())) == {id}
    assert [one.id for one in store.descriptions(many)] == [id]


# Its tables -----------------------------------------------------------------------------


def columns_of_sqlite(script: Path) -> dict[str, list[str]]:
    """Give the columns of each table that a script makes in SQLite."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(script.read_text(encoding="utf-8"))
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
            for (name,) in names
            if not name.startswith("sqlite_")
        }


@pytest.mark.parametrize(
    ("tables", "other", "own"),
    [
        ("retrieval/store/schema.sql", "retrieval/store/postgres.sql", set[str]()),
        ("bot/service/records.sql", "bot/service/postgres.sql", {"state"}),
    ],
)
def test_both_databases_have_the_same_tables(
    postgres: Postgres, name: str, tables: str, other: str, own: set[str]
) -> None:
    """``own`` are those by which SQLite tells what it has lost."""
    postgres.run(name, "CREATE SCHEMA quoth")
    made = (ROOT / other).read_text(encoding="utf-8")
    postgres.run(name, f"SET search_path TO quoth; {made}")
    found: dict[str, list[str]] = {}
    for table, column in postgres.run(
        name,
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'quoth' ORDER BY table_name, ordinal_position",
    ):
        found.setdefault(table, []).append(column)
    expected = columns_of_sqlite(ROOT / tables)
    assert found.pop("form") == ["version"]
    assert found == {table: has for table, has in expected.items() if table not in own}
