"""The engine that ships, and a plain one that shows what the suite asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from retrieval.engines import Changes, Index, LexicalIndex, LocalEngine, ivf, segments
from retrieval.store import Database, Ids, Store
from retrieval.text import terms
from retrieval.types import Scope

pytest.register_assert_rewrite("tests.retrieval.engines.behaviour")

from tests.retrieval.engines.behaviour import MAY, NAME, Behaviour, made_up  # noqa: E402
from tests.retrieval.engines.reference import ReferenceEngine  # noqa: E402
from tests.retrieval.engines.world import SHARED, World, place, unit  # noqa: E402


class Filtered:
    """Gives the ids of a scope from a real database that holds what the world does."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._database = Database(folder / "quoth.db")
        self.store = Store(self._database, ("shared",))
        self._generation = -1
        self._lock = threading.Lock()

    def __call__(self, scope: Scope) -> Ids | None:
        self.catch_up()
        return self.store.allowed_ids(1, scope)

    def catch_up(self) -> None:
        with self._lock:
            if self._generation != self._world.generation:
                self._generation = self._world.generation
                self._database.create()
                self._fill()

    def close(self) -> None:
        self._database.close()

    def _fill(self) -> None:
        with self._database.writing() as db:
            for table in ("articles", "builds"):
                db.execute(f"DELETE FROM {table}")
            db.execute("INSERT INTO builds VALUES (1, 'current', 'm', 'f', 4, 1, 0, 1)")
            for id, made in self._world.held.items():
                told = made.described
                db.execute(
                    "INSERT INTO articles VALUES (?, ?, ?, 'text', x'')",
                    (id, told.collection, f"sha {id}"),
                )
                for number, place in enumerate(told.places):
                    values = (told.collection, place.path, f"{id}.{number}", id, f"{id}.{number}")
                    day = place.published.isoformat() if place.published else None
                    db.execute(
                        "INSERT INTO sources "
                        "VALUES (?, ?, ?, ?, ?, 't', ?, ?, ?, 'en', NULL, NULL)",
                        (*values, place.publisher, place.publisher, day),
                    )
                db.execute(
                    "INSERT INTO passages VALUES (?, 1, ?, 0, 0, 4, x'', x'', NULL)", (id, id)
                )
                db.executemany(
                    "INSERT INTO years VALUES (?, ?)", [(year, id) for year in told.years]
                )


class TestLocal(Behaviour):
    """FAISS and tantivy, with the scopes of a real database."""

    name = "local"

    @pytest.fixture(autouse=True)
    def databases(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
        self._folders = tmp_path_factory
        self._filtered: list[Filtered] = []
        yield
        for each in self._filtered:
            each.close()

    def engine(self, folder: Path) -> LocalEngine:
        return LocalEngine(folder)

    def allowed(self, world: World) -> Filtered:
        self._filtered.append(Filtered(world, self._folders.mktemp("database")))
        return self._filtered[-1]

    def test_what_goes_between_its_two_searches_is_not_found(
        self, world: World, index: Index, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.put(1, "The harbour opened.", angle=1.5)
        world.put(2, "The market closed.", angle=0.0)
        index.apply(world.changes())
        search = LexicalIndex.search

        def late(*args: Any) -> Any:
            found = search(*args)
            if 1 in world.held:
                world.drop(1)
                index.apply(world.changes(index.generation))
            return found

        monkeypatch.setattr(LexicalIndex, "search", late)
        found = index.search(unit(0), terms("harbour"), SHARED, 1)
        assert (list(found.dense), found.lexical) == ([2], {})

    def test_the_database_describes_its_passages(self, world: World) -> None:
        world.add(made_up(1, 200, scopes=3))
        world.put(300, places=[place("b.txt", "Wire", MAY), place("a.txt")], years=[2021, 2019])
        filtered = self.allowed(world)
        filtered.catch_up()
        told = filtered.store.descriptions(filtered.store.passage_ids(1))
        assert [each.id for each in told] == [*range(1, 201), 300]
        for each in told[:-1]:
            assert each == world.held[each.id].described
        assert told[-1].places == (place("a.txt"), place("b.txt", "Wire", MAY))
        assert told[-1].years == (2019, 2021)


class TestApproximate(TestLocal):
    """The same with lists for any handful of vectors, all of which are read."""

    @pytest.fixture(autouse=True)
    def limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(segments, "LARGE", 30)
        monkeypatch.setattr(segments, "FEW", 2)
        monkeypatch.setattr(ivf, "RECALL", 2.0)

    def opened(self, world: World, folder: Path, name: str = NAME) -> Index:
        return Saving(super().opened(world, folder, name))


class Saving:
    """An index that writes what it is told at once, as lists are made then."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def apply(self, changes: Changes) -> None:
        self._index.apply(changes)
        self._index.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


class TestReference(Behaviour):
    """Brute force, with what the passages tell of themselves."""

    name = "reference"

    def engine(self, folder: Path) -> ReferenceEngine:
        return ReferenceEngine(folder)
