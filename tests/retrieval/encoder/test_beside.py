"""Encoding in a thread beside what reads, cuts and stores."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import Library
from retrieval.encoder import load_encoder
from retrieval.encoder.beside import beside

PLACES = {
    "ferry.txt": "The ferry to Nordøy sails at noon from pier nine.",
    "bridge.txt": "The bridge of Veldmark was opened by mayor Elin Dahl.",
    "mill.txt": "The mill of Ulm grinds rye for Nina Faber.",
}


class Gated:
    """The bundled encoder behind a gate; keeps what it was given, and refuses a word."""

    def __init__(self, refused: str = "nothing") -> None:
        self._encoder = load_encoder("bundled")
        self._refused = refused
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.given: list[str] = []
        self.name, self.fingerprint = self._encoder.name, self._encoder.fingerprint
        self.dimension, self.max_tokens = self._encoder.dimension, self._encoder.max_tokens
        self.token_ends = self._encoder.token_ends

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.begun.set()
        assert self.gate.wait(60)
        self.given += texts
        if any(self._refused in text for text in texts):
            raise ValueError("refused")
        return self._encoder.encode(texts)


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.encoder.beside.usable_cores", lambda: 2)


def test_the_caller_goes_on_while_texts_are_encoded() -> None:
    encoder = Gated()
    texts = ["The ferry sails.", "The bridge is open."]
    with beside(encoder) as pool:
        assert pool
        vectors = pool.submit(texts)
        assert encoder.begun.wait(60)
        assert not vectors.done()
        encoder.gate.set()
        assert np.array_equal(vectors.result(), load_encoder("bundled").encode(texts))


def test_what_nobody_waits_for_is_not_encoded() -> None:
    encoder = Gated()
    with beside(encoder) as pool:
        assert pool
        pool.submit(["The ferry sails."])
        later = pool.submit(["The bridge is open."])
        assert encoder.begun.wait(60)
        threading.Timer(0.2, encoder.gate.set).start()
    assert later.cancelled()
    assert encoder.given == ["The ferry sails."]


def test_one_core_has_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.encoder.beside.usable_cores", lambda: 1)
    with beside(Gated()) as pool:
        assert pool is None


def test_where_no_thread_can_be_made_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    with beside(Gated()) as pool:
        assert pool is None


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in PLACES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_an_article_that_cannot_be_encoded_stops_no_other(tmp_path: Path, texts: Path) -> None:
    encoder = Gated(refused="mill")
    encoder.gate.set()
    with Library.open(tmp_path / "data", encoder=encoder) as library:
        report = library.index([texts])
        assert [Path(one.path).name for one in report.failed] == ["mill.txt"]
        assert report.added == 2
        assert library.ask("Who opened the bridge?").answers[0].text == "Elin Dahl"
        assert library.check() == ()


def embeddings(folder: Path, texts: Path) -> list[tuple[str, bytes]]:
    """Index texts; give the first word and the vector of each passage, as they were stored."""
    with Library.open(folder) as library:
        assert library.index([texts]).added == len(PLACES)
    with closing(sqlite3.connect(folder / "quoth.db")) as db:
        rows = "SELECT text, embedding FROM passages JOIN articles ON article = key ORDER BY id"
        return db.execute(rows).fetchall()


def test_vectors_and_their_order_are_those_of_one_core(
    tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = embeddings(tmp_path / "two", texts)
    monkeypatch.setattr("retrieval.encoder.beside.usable_cores", lambda: 1)
    assert embeddings(tmp_path / "one", texts) == two
    assert [text for text, _ in two] == [PLACES[name] for name in sorted(PLACES)]
