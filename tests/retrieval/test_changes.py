"""What the database tells its indexes of its changes, and what becomes of those that don't fit."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sqlite3
import struct
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import faiss
import numpy as np
import pytest

from retrieval import Library
from retrieval.engines import Changes, LocalIndex
from retrieval.store import Store

Write = Callable[[Mapping[str, str]], Path]
FERRY = (
    "The ferry to Nordøy sails at nine. Captain Ivo Marsh met with harbour clerk Runa Solberg.\n"
)
BRIDGE = "The bridge at Tarn opens in May. Mayor Ada Brandt met with engineer Pavel Novotny.\n"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Changes]:
    """Give the changes that indexes are told of."""
    told: list[Changes] = []
    apply = LocalIndex.apply

    def heard(index: LocalIndex, changes: Changes) -> None:
        told.append(changes)
        apply(index, changes)

    monkeypatch.setattr(LocalIndex, "apply", heard)
    return told


def ids(library: Library) -> set[int]:
    return set(library._store.passage_ids(library.session().build).tolist())


def first(library: Library, question: str) -> str:
    return library.ask(question).answers[0].text


def changes(store: Store, build: int, since: int) -> tuple[set[int], set[int]]:
    came, went = store.changes(build, since)
    return set(came.tolist()), set(went.tolist())


def test_a_new_article_is_all_that_an_index_is_told(
    filled: Library, write: Write, told: list[Changes]
) -> None:
    before = ids(filled)
    filled.index([write({"ferry.txt": FERRY})])
    (change,) = told
    assert not change.complete
    assert set(change.upserts.tolist()) == ids(filled) - before
    assert len(change.deletes) == 0
    assert first(filled, "Who did Captain Ivo Marsh meet?") == "Runa Solberg"


def test_the_store_tells_what_came_and_went_since_a_revision(
    filled: Library, write: Write, articles: Mapping[str, str]
) -> None:
    store, build = filled._store, filled.session().build
    start, old = store.revision(), ids(filled)
    assert store.has_been(start)
    assert changes(store, build, start) == (set(), set())
    folder = write({"ferry.txt": FERRY, "market.md": articles["market.md"].replace("June", "July")})
    filled.index([folder])
    came, went = changes(store, build, start)
    assert came == ids(filled) - old
    assert went == old - ids(filled)
    assert came
    assert went
    middle = store.revision()
    (folder / "harbour.txt").rename(folder / "quay.txt")
    filled.index([folder])
    (quay,) = (one for one in filled.articles() if (one.path or "").endswith("quay.txt"))
    moved = {one.id for one in store.passages_of(build, store.find(quay.id) or 0)}
    assert changes(store, build, middle) == (moved, set())
    filled.remove([quay.id])
    assert changes(store, build, middle) == (set(), moved)
    assert store.has_been(middle)
    assert start < middle < store.revision()
    assert not store.has_been(store.revision() + 1)
    assert not store.has_been(-1)


def test_a_build_that_goes_is_no_change_of_the_other(filled: Library) -> None:
    old = ids(filled)
    start = filled._store.revision()
    filled.index([], rebuild=True)
    came, went = changes(filled._store, filled.session().build, start)
    assert came == ids(filled)
    assert not went & old


def test_only_so_many_generations_are_remembered(filled: Library, write: Write) -> None:
    start = filled._store.revision()
    with closing(sqlite3.connect(filled.data_dir / "quoth.db")) as db:
        for generation in (99_990, 200_000):
            db.execute("UPDATE manifest SET value = ? WHERE key = 'generation'", (generation,))
        db.commit()
        kept = [
            db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("changes", "generations")
        ]
    assert kept == [0, 1]
    assert not filled._store.has_been(start)
    filled.index([write({"ferry.txt": FERRY})])
    assert first(filled, "Who did Captain Ivo Marsh meet?") == "Runa Solberg"
    assert first(filled, "Who did Marta Lindqvist meet in Lisbon?") == "Tomás Ferreira"


def test_an_index_newer_than_a_restored_database_is_not_searched(
    filled: Library, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    data = filled.data_dir
    filled.close()
    shutil.copy(data / "quoth.db", data.parent / "backup.db")
    folder = write({"ferry.txt": FERRY})
    with Library.open(data) as lost:
        lost.index([folder])
        assert first(lost, "Who did Captain Ivo Marsh meet?") == "Runa Solberg"
    for path in data.glob("quoth.db*"):
        path.unlink()
    shutil.copy(data.parent / "backup.db", data / "quoth.db")
    (folder / "ferry.txt").unlink()
    with Library.open(data) as restored:
        restored.index([write({"bridge.txt": BRIDGE})])  # gets the ids that the ferry had
        assert "built anew" in caplog.text
        assert first(restored, "Who did Mayor Ada Brandt meet?") == "Pavel Novotny"
        hits = restored.search("bridge at Tarn").hits
        assert "bridge at Tarn" in hits[0].text
        assert hits[0].scores.dense > 0.5
        assert not any("ferry" in hit.text for hit in hits)
    caplog.clear()
    with Library.open(data) as again:
        assert first(again, "Who did Mayor Ada Brandt meet?") == "Pavel Novotny"
    assert not caplog.records


def test_an_index_of_an_older_quoth_is_taken_over(
    filled: Library, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    data = filled.data_dir
    expected = filled.search("Who did Marta Lindqvist meet?", 20).hits
    filled.close()
    _make_old(data)
    with Library.open(data) as library, caplog.at_level(logging.WARNING):
        assert library.search("Who did Marta Lindqvist meet?", 20).hits == expected
    (told,) = caplog.records
    assert "was made by an older Quoth" in told.getMessage()
    folder = write({"ferry.txt": FERRY})
    with Library.open(data) as library:
        report = library.index([folder])
        assert (report.added, report.unchanged) == (1, 3)
        assert first(library, "Who did Captain Ivo Marsh meet?") == "Runa Solberg"
        assert first(library, "Who did Marta Lindqvist meet in Lisbon?") == "Tomás Ferreira"
        assert library._store.has_been(library._store.revision())
    assert not [path for path in data.glob("vectors-*.faiss*") if path.stem.count(".") == 0]


def _make_old(data: Path) -> None:
    """Put files in place as they were when the vectors lay in one."""
    with closing(sqlite3.connect(data / "quoth.db")) as db:
        for kind, name in db.execute(
            "SELECT type, name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP {kind} {name}")
        for name in ("changes", "generations"):
            db.execute(f"DROP TABLE {name}")
        db.execute("PRAGMA user_version = 1")
        generation = int(
            db.execute("SELECT value FROM manifest WHERE key = 'generation'").fetchone()[0]
        )
        rows = db.execute("SELECT id, embedding FROM passages ORDER BY id").fetchall()
        db.commit()
    (manifest,) = data.glob("vectors-*.manifest")
    for path in data.glob("vectors-*"):
        path.unlink()
    next(data.glob("lexical-*/generation.json")).unlink()
    vectors = np.stack([np.frombuffer(row[1], np.float32) for row in rows])
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    header = {"generation": generation, "count": len(rows), "dimension": vectors.shape[1]}
    told = json.dumps(header).encode()
    content = struct.pack("<8sII", b"QUOTHVEC", 1, len(told)) + told
    content += np.array([row[0] for row in rows], "<i8").tobytes()
    content += faiss.serialize_index(flat).tobytes()
    content += hashlib.sha256(content).digest()
    (data / f"{manifest.stem}.faiss").write_bytes(content)
    (data / f"{manifest.stem}.faiss.lock").touch()
