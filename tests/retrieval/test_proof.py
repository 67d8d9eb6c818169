"""What changed in the database behind Quoth's back is never shown as what was stored."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from retrieval import ArticleChanged, Library, LibraryDamaged
from retrieval.keeping import DATABASE

Write = Callable[[Mapping[str, str]], Path]

BRIDGE = """---
title: The bridge is open
publisher: Coast Desk
date: 2024-03-05
url: https://example.org/bridge
---
The bridge of Veldmark was opened on March 4, 2024 by mayor Elin Dahl.
"""
STORY = "".join(
    f"Its {part} was made in the yard of Veldmark by {many} workers.\n"
    for many, part in enumerate(("deck", "railing", "lamp", "road", "arch", "gate"), 20)
)
FERRY = """---
title: The ferry sails
date: 2024-06-01
---
The ferry of Veldmark sails at noon from pier nine.
"""
QUESTION = "When was the bridge of Veldmark opened?"


@pytest.fixture
def data(tmp_path: Path, write: Write) -> Path:
    """The closed folder of a library with one article."""
    with Library.open(tmp_path / "data") as library:
        library.index([write({"bridge.md": BRIDGE})])
        assert library.ask(QUESTION).answers[0].text == "March 4, 2024"
    return tmp_path / "data"


def flip(data: Path, old: bytes, new: bytes) -> None:
    """Change bytes of the database file, as a disk might, in its indexes too."""
    path = data / DATABASE
    content = path.read_bytes()
    assert old in content
    assert len(old) == len(new)
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"on March 4, 2024 by", b"on March 4, 2026 by"),
        (b"on March 4, 2024 by", b"on March 4, 20\xb24 by"),  # no UTF-8 any more
        (b"2024-03-05", b"2024-03-07"),
        (b"2024-03-05", b"2024-13-05"),
        (b"The bridge is open", b"The bridge is shut"),
        (b"Coast Desk", b"Ghost Desk"),
        (b"example.org/bridge", b"examqle.org/bridge"),
    ],
)
def test_a_changed_byte_is_never_quoted(data: Path, write: Write, old: bytes, new: bytes) -> None:
    flip(data, old, new)
    with Library.open(data) as library:
        for _ in range(2):
            with pytest.raises(LibraryDamaged, match=re.compile("backup|index again")):
                library.ask(QUESTION)
        (problem,) = library.check()
        assert "article" in problem
        with pytest.raises(LibraryDamaged):
            list(library.export())
        with pytest.raises(LibraryDamaged):
            library.backup(data.parent / "backup")
        id = problem.split("'")[1]
        assert library.remove([id]) == 1
        library.index([write({"bridge.md": BRIDGE})])
        assert library.check() == ()
        assert library.ask(QUESTION).answers[0].text == "March 4, 2024"


def test_a_place_that_points_to_another_text_is_never_quoted(data: Path, write: Write) -> None:
    other = {"other.md": BRIDGE.replace("March 4", "April 9").replace("is open", "is new")}
    with Library.open(data) as library:
        library.index([write(other)])
    with closing(sqlite3.connect(data / DATABASE)) as db:
        db.execute("UPDATE sources SET article = 3 - article")
        db.commit()
    with (
        Library.open(data) as library,
        pytest.raises(LibraryDamaged, match="title, date or source"),
    ):
        library.ask(QUESTION)


def test_what_changed_is_not_listed_either(
    data: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    with Library.open(data) as library:
        library.index([write({"ferry.md": FERRY})])
    flip(data, b"2024-03-05", b"2029-03-05")
    with Library.open(data) as library:
        assert [one.title for one in library.articles()] == ["The ferry sails"]
        assert "the title, date or source of the article" in caplog.text
        assert "--repair" in caplog.text
        status = library.status()
        assert (status.articles, status.newest, status.undated) == (2, date(2024, 6, 1), 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"on March 4, 2024 by", b"on March 4, 2026 by"), (b"Coast Desk", b"Ghost Desk")],
)
def test_a_changed_article_does_not_stop_the_others(
    data: Path, write: Write, caplog: pytest.LogCaptureFixture, old: bytes, new: bytes
) -> None:
    with Library.open(data) as library:
        library.index([write({"ferry.md": FERRY})])
        (id,) = [one.id for one in library.articles() if one.title == "The bridge is open"]
    flip(data, old, new)
    with Library.open(data) as library:
        reply = library.ask("Where does the ferry of Veldmark sail from?")
        assert reply.answers[0].text == "pier nine"
        assert reply.changed == (id,)
        assert f"the article {id!r} changed" in caplog.text
        result = library.search("ferry of Veldmark")
        assert [hit.article.title for hit in result.hits] == ["The ferry sails"]
        assert result.changed == (id,)
        with pytest.raises(ArticleChanged, match="--repair") as told:
            library.ask(QUESTION)
        assert told.value.id == id


def test_a_changed_copy_is_not_named_as_another_source(data: Path, write: Write) -> None:
    more = BRIDGE.replace("Coast Desk", "Other Desk") + STORY
    with Library.open(data) as library:
        library.index([write({"bridge.md": BRIDGE + STORY, "copy.md": more + "It rained.\n"})])
        (answer,) = library.ask(QUESTION).answers
        (quote,) = answer.quotes
        assert {quote.article.publisher, *(one.publisher for one in quote.also_in)} == {
            "Coast Desk",
            "Other Desk",
        }
    flip(data, b"Other Desk", b"Owner Desk")
    with Library.open(data) as library:
        reply = library.ask(QUESTION)
        (quote,) = reply.answers[0].quotes
        assert (quote.article.publisher, quote.also_in) == ("Coast Desk", ())
        assert len(reply.changed) == 1


def test_a_changed_vector_is_told(data: Path) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        (vector,) = db.execute("SELECT embedding FROM passages").fetchone()
    flip(data, vector[40:60], bytes([vector[40] ^ 1]) + vector[41:60])
    with Library.open(data) as library:
        (problem,) = library.check()
        assert "vector" in problem
        library.index([], rebuild=True)
        assert library.check() == ()


def test_an_index_from_before_there_were_seals_is_read_and_written(
    data: Path, write: Write
) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        for table in ("sources", "passages"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN seal")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    copy = data.parent / "copy"
    shutil.copytree(data, copy)
    with Library.open(data) as library:
        assert library.ask(QUESTION).answers[0].text == "March 4, 2024"
        assert library.check() == ()
        assert len(list(library.export())) == 1
        text = "The ferry to Nordøy sails at noon from pier nine."
        library.index([write({"ferry.txt": text}) / "ferry.txt"])
        assert library.check() == ()
        assert library.ask("Where does the ferry sail from?").found
    flip(copy, b"on March 4, 2024 by", b"on March 4, 2026 by")  # texts always had their hash
    with (
        Library.open(copy) as library,
        pytest.raises(LibraryDamaged, match="the text of the article"),
    ):
        library.ask(QUESTION)


WRITING = (
    "import os, sys; from pathlib import Path; from retrieval import Library\n"
    "library = Library.open(Path(sys.argv[1]))\n"
    "for path in sys.argv[2:]:\n"
    "    library.index([Path(path)])\n"
    "os._exit(0)  # as a kill: the log stays\n"
)


def test_a_damaged_log_is_told_until_its_articles_are_read_again(
    tmp_path: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    texts = {f"{name}.txt": f"Station {name} measured {name} metres of snow.\n" for name in "abcde"}
    folder, data = write(texts), tmp_path / "data"
    paths = [str(folder / name) for name in texts]
    subprocess.run([sys.executable, "-c", WRITING, str(data), *paths], check=True)
    log = data / f"{DATABASE}-wal"
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)
    with Library.open(data) as library:
        assert len(library.articles()) < 5  # SQLite itself says nothing
        assert "lost its last" in caplog.text
        (problem,) = library.check()
        assert "quoth index" in problem
        library.index([folder])
        assert len(library.articles()) == 5
        assert library.check() == ()
    caplog.clear()
    with Library.open(data) as library:
        assert library.check() == ()
    assert caplog.text == ""


def test_an_older_database_in_the_place_of_a_newer_is_told(data: Path, write: Write) -> None:
    older = (data / DATABASE).read_bytes()
    with Library.open(data) as library:
        library.index([write({"ferry.txt": "The ferry to Nordøy sails at noon."}) / "ferry.txt"])
    (data / DATABASE).write_bytes(older)
    with Library.open(data) as library:
        (problem,) = library.check()
        assert "an older one in its place" in problem


def test_without_its_mark_a_database_is_as_sound(data: Path) -> None:
    (data / f"{DATABASE}-mark").unlink()
    with Library.open(data) as library:
        assert library.check() == ()
    (data / f"{DATABASE}-mark").write_bytes(b"\xff nonsense")
    with Library.open(data) as library:
        assert library.check() == ()
