"""An index of each earlier form opens, answers as before, and is as one made anew."""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from retrieval import Library, LibraryDamaged, LibraryMismatch
from retrieval.keeping import DATABASE
from retrieval.store.migrations import SCHEMA_VERSION
from tests.retrieval.test_keeping import QUESTION, Write, told

FORMS = Path(__file__).with_name("forms")
SEAL = "ALTER TABLE sources ADD COLUMN seal BLOB; ALTER TABLE passages ADD COLUMN seal BLOB;"
FETCHED = (
    "CREATE TABLE fetched (collection TEXT NOT NULL, path TEXT NOT NULL, etag TEXT, "
    "modified TEXT, entry TEXT, articles INTEGER NOT NULL DEFAULT 0, "
    "PRIMARY KEY (collection, path)) WITHOUT ROWID;"
)
BETWEEN = {"as it began": "", "with addresses": FETCHED, "with seals to come": FETCHED + SEAL}
"""What came to the first form before there were numbers."""


def form(version: int) -> str:
    return (FORMS / f"{version}.sql").read_text(encoding="utf-8")


def shape(db: sqlite3.Connection) -> set[tuple[str, ...]]:
    """The tables with their columns, the indexes and the triggers."""
    found = set[tuple[str, ...]]()
    rows = db.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_*'")
    for kind, name, sql in rows.fetchall():
        if kind == "table":
            columns = db.execute(f"SELECT name, type, pk FROM pragma_table_info('{name}')")
            found.add((kind, name, *map(str, columns.fetchall())))
        else:
            found.add((kind, name, re.sub(r"\s+", " ", sql.replace("IF NOT EXISTS ", ""))))
    return found


def put_back(data: Path, version: int, more: str = "") -> None:
    """Give the database of a library an earlier form, its rows as they are."""
    new = data / "old.db"
    with closing(sqlite3.connect(new, isolation_level=None)) as db:
        db.executescript(form(version) + more)
        db.execute("ATTACH ? AS made", (str(data / DATABASE),))
        tables = (
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
        )
        for (table,) in db.execute(tables).fetchall():
            columns = [row[1] for row in db.execute(f"PRAGMA main.table_info('{table}')")]
            listed = ", ".join(name for name in columns if name != "seal")
            db.execute(f"DELETE FROM main.{table}")
            db.execute(f"INSERT INTO main.{table} ({listed}) SELECT {listed} FROM made.{table}")
        db.execute(f"PRAGMA user_version = {version}")
    new.replace(data / DATABASE)


@pytest.fixture
def reply(filled: Library) -> object:
    """What the library of three articles answers; it is closed then."""
    found = told(filled.ask(QUESTION))
    assert found
    filled.close()
    return found


def test_every_form_is_kept() -> None:
    assert {path.name for path in FORMS.iterdir()} == {
        f"{version}.sql" for version in range(1, SCHEMA_VERSION + 1)
    }


def test_the_present_form_has_not_changed_without_a_step(filled: Library) -> None:
    with closing(sqlite3.connect(":memory:")) as db, filled._database.reading() as present:
        db.executescript(form(SCHEMA_VERSION))
        assert shape(db) == shape(present)


@pytest.mark.parametrize("more", BETWEEN)
def test_an_index_of_the_first_form_answers_the_same(
    filled: Library, reply: object, write: Write, more: str
) -> None:
    data = filled.data_dir
    made = data.parent / "made"
    shutil.copytree(data, made)
    put_back(data, 1, BETWEEN[more])
    with Library.open(data) as library, Library.open(made) as present:
        assert told(library.ask(QUESTION)) == reply
        assert library.check() == ()
        with library._database.reading() as db, present._database.reading() as other:
            assert shape(db) == shape(other)
            assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
            for table, key in (("sources", "path"), ("passages", "id")):
                sql = f"SELECT {key}, seal FROM {table} ORDER BY {key}"
                assert db.execute(sql).fetchall() == other.execute(sql).fetchall()
        ferry = {"ferry.txt": "The ferry to Nordøy sails at noon from pier nine."}
        assert library.index([write(ferry)]).added == 1
        assert library.check() == ()


def test_what_is_sealed_on_the_way_is_proven_from_then_on(filled: Library, reply: object) -> None:
    put_back(filled.data_dir, 1)
    with Library.open(filled.data_dir) as library:
        assert len(library.articles()) == 3
    with closing(sqlite3.connect(filled.data_dir / DATABASE)) as db:
        db.execute("UPDATE sources SET title = 'Fish market burns' WHERE title LIKE 'Fish%'")
        db.commit()
    with (
        Library.open(filled.data_dir) as library,
        pytest.raises(LibraryDamaged, match="the title, date or source"),
    ):
        library.ask("Where does the fish market move?")


def test_an_older_index_that_cannot_be_written_is_read_as_it_is(
    filled: Library, reply: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back(filled.data_dir, 1)
    before = (filled.data_dir / DATABASE).read_bytes()
    monkeypatch.setattr("os.access", lambda *_: False)
    with Library.open(filled.data_dir) as library:
        assert told(library.ask(QUESTION)) == reply
        assert len(list(library.export())) == 3
        assert library.check() == ()
    assert (filled.data_dir / DATABASE).read_bytes() == before


def test_a_step_that_fails_leaves_the_index_as_it_was(
    filled: Library, reply: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back(filled.data_dir, 1)
    with monkeypatch.context() as broken:
        broken.setattr("retrieval.store.migrations.stamp_first", lambda _: 1 / 0)
        with Library.open(filled.data_dir) as library, pytest.raises(ZeroDivisionError):
            library.articles()
    with closing(sqlite3.connect(filled.data_dir / DATABASE)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert "seal" not in form(1)
        assert ("seal",) not in db.execute("SELECT name FROM pragma_table_info('sources')")
    with Library.open(filled.data_dir) as library:
        assert told(library.ask(QUESTION)) == reply


def test_several_may_open_an_older_index_at_once(filled: Library, reply: object) -> None:
    put_back(filled.data_dir, 1)
    counts: list[int] = []

    def look() -> None:
        with Library.open(filled.data_dir) as library:
            counts.append(len(library.articles()))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [3] * 4


def test_an_index_of_a_newer_form_is_left_alone(filled: Library, reply: object) -> None:
    with closing(sqlite3.connect(filled.data_dir / DATABASE)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = (filled.data_dir / DATABASE).read_bytes()
    with Library.open(filled.data_dir) as library:
        attempts = (
            lambda: library.ask(QUESTION),
            lambda: library.index([]),
            lambda: library.backup(filled.data_dir.parent / "backup"),
            lambda: list(library.export()),
            lambda: library.take_in([]),
            library.check,
            library.exists,
        )
        for attempt in attempts:
            with pytest.raises(LibraryMismatch, match="newer Quoth: upgrade"):
                attempt()
    with pytest.raises(LibraryMismatch, match="newer Quoth: upgrade"):
        Library.restore(filled.data_dir, filled.data_dir.parent / "new")
    assert not (filled.data_dir.parent / "new").exists()
    assert (filled.data_dir / DATABASE).read_bytes() == before
