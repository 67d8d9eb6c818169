"""The engine in Milvus: Milvus Lite, and a real server that has no lexical search."""

from __future__ import annotations

import fcntl
import random
import re
import shutil
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pymilvus", reason="pip install '.[milvus]'")
pytest.register_assert_rewrite("tests.retrieval.engines.behaviour")

from retrieval.engines import (  # noqa: E402
    NEVER,
    Allowed,
    Changes,
    Comparable,
    Index,
    LexicalDocument,
    Rankings,
    bm25,
)
from retrieval.engines.atomic import locked  # noqa: E402
from retrieval.engines.milvus import (  # noqa: E402
    MilvusEngine,
    passages,
    scoping,
    vocabulary,
    weights,
)
from retrieval.engines.milvus import index as milvus_index  # noqa: E402
from retrieval.engines.milvus.passages import ranked  # noqa: E402
from retrieval.errors import IndexUnreachable  # noqa: E402
from retrieval.store import Description, Ids  # noqa: E402
from retrieval.types import Filters, Scope  # noqa: E402
from tests.retrieval.engines.behaviour import NAME, Behaviour, made_up, near  # noqa: E402
from tests.retrieval.engines.milvus_server import (  # noqa: E402
    Apart,
    MilvusServer,
    lite,
    on_server,
)
from tests.retrieval.engines.reference import ReferenceEngine  # noqa: E402
from tests.retrieval.engines.world import DIMENSION, SHARED, Made, World, ids, place, unit  # noqa: E402


def for_paths(world: World) -> Allowed:
    """Give the ids of scopes with a path; all others an index has to tell by itself."""

    def allowed(scope: Scope) -> Ids:
        assert scope.filters.path
        return world.allowed(scope)

    return allowed


class TestLite(Behaviour):
    """A file of Milvus Lite."""

    name = "lite"
    histories = 10

    @pytest.fixture(autouse=True)
    def installed(self) -> None:
        pytest.importorskip("milvus_lite", reason="pip install '.[milvus]'")

    def engine(self, folder: Path) -> MilvusEngine:
        return lite(folder)

    def allowed(self, world: World) -> Allowed:
        return for_paths(world)


class WithWords:
    """An index that finds by meaning alone, with another's lexical scores: what the suite asks
    of words is left, and its own part is as it is."""

    def __init__(self, index: Index, world: World, other: Index) -> None:
        self._index = index
        self._world = world
        self._other = other

    def apply(self, changes: Changes) -> None:
        self._index.apply(changes)
        self._other.apply(self._world.changes())

    def search(self, vector: np.ndarray, terms: Sequence[str], scope: Scope, k: int) -> Rankings:
        found = self._index.search(vector, terms, scope, k)
        assert found.lexical == {}
        lexical = self._other.search(vector, terms, scope, k)
        dense = {id: round(score, 6) for id, score in lexical.dense.items()} | found.dense
        wanted = found.dense.keys() | list(lexical.lexical)[:k]
        completed = {id: score for id, score in ranked(dense) if id in wanted}
        told = {id: score for id, score in lexical.lexical.items() if id in wanted}
        return Rankings(completed, told)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


@pytest.mark.slow
class TestServer(Behaviour):
    """A server of version 2.3.5, which finds by meaning alone."""

    name = "server"
    histories = 3

    @pytest.fixture(autouse=True)
    def clean(self, milvus_server: MilvusServer, tmp_path: Path) -> Iterator[None]:
        yield
        self.engine(tmp_path).clear(NAME)

    def engine(self, folder: Path) -> Apart:
        return on_server(folder)

    def allowed(self, world: World) -> Allowed:
        return for_paths(world)

    def opened(self, world: World, folder: Path, name: str = NAME) -> Index:
        other = ReferenceEngine(folder).open(name, DIMENSION, self.allowed(world))
        return WithWords(super().opened(world, folder, name), world, other)


@pytest.fixture(params=["lite", pytest.param("server", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MilvusEngine]:
    if request.param == "lite":
        pytest.importorskip("milvus_lite", reason="pip install '.[milvus]'")
        yield lite(tmp_path)
    else:
        request.getfixturevalue("milvus_server")
        made = on_server(tmp_path)
        yield made
        made.clear(NAME)


class TestGenerations:
    """An index never tells a generation that it hasn't taken in whole."""

    def test_only_what_was_flushed_is_told(self, engine: MilvusEngine) -> None:
        world = World()
        world.put(1, "The harbour opened.")
        index = engine.open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        assert index.generation == 1
        assert engine.open(NAME, DIMENSION, world.allowed).generation == NEVER
        index.flush()
        world.put(2, "The harbour closed.")
        index.apply(world.changes(1))
        again = engine.open(NAME, DIMENSION, world.allowed)
        assert (index.generation, again.generation) == (2, 1)
        again.apply(world.changes(1))
        assert (again.generation, again.count(), near(again, 0)) == (2, 2, [1, 2])

    def test_what_another_process_has_applied_is_seen(self, engine: MilvusEngine) -> None:
        world = World()
        world.put(1, "The harbour opened.")
        writing, reading = (engine.open(NAME, DIMENSION, world.allowed) for _ in range(2))
        writing.apply(world.changes())
        writing.flush()
        assert (reading.generation, near(reading, 0)) == (1, [1])
        world.put(2, "The harbour closed.")
        world.drop(1)
        writing.apply(world.changes(1))
        writing.flush()
        reading.apply(replace(world.changes(1), passages=None))  # it has nothing to read
        assert (reading.generation, near(reading, 0)) == (3, [2])

    def test_while_another_process_writes_it_waits(self, engine: MilvusEngine) -> None:
        world = World()
        world.put(1, "The harbour opened.")
        index = engine.open(NAME, DIMENSION, world.allowed)
        with locked(index._lock_path, 0):
            index.apply(world.changes())
            assert (index.generation, near(index, 0)) == (NEVER, [])
        index.apply(world.changes())
        with locked(index._lock_path, 0), pytest.raises(BlockingIOError):
            index.flush()
        index.flush()
        assert engine.open(NAME, DIMENSION, world.allowed).generation == 1

    def test_what_never_was_is_not_kept(self, engine: MilvusEngine) -> None:
        world, restored = World(), World()
        for each in (world, restored):
            each.put(1, "The harbour opened.")
        index = engine.open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        index.flush()
        world.put(2, "The harbour closed.")
        world.drop(1)
        index.apply(world.changes(1))  # and the process ends before it flushes
        index = engine.open(NAME, DIMENSION, world.allowed)
        assert index.generation == 1
        restored.put(5, "The bridge opened.")
        index.apply(restored.changes(1))
        assert index.generation == NEVER
        assert near(index, 0) == []
        index.apply(restored.changes())
        assert (index.generation, index.count(), near(index, 0)) == (2, 2, [1, 5])

    def test_one_of_another_kind_is_not_searched(
        self, engine: MilvusEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = World()
        world.put(1, "The harbour opened.")
        index = engine.open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        index.flush()
        assert engine.open(NAME, DIMENSION + 4, world.allowed).generation == NEVER
        monkeypatch.setattr(vocabulary, "FORMAT", vocabulary.FORMAT + 1)
        newer = engine.open(NAME, DIMENSION, world.allowed)
        assert (newer.generation, newer.count(), near(newer, 0)) == (NEVER, 0, [])
        newer.apply(world.changes())
        assert (newer.generation, near(newer, 0)) == (1, [1])

    def test_one_that_was_deleted_is_made_anew(self, engine: MilvusEngine) -> None:
        world = World()
        world.put(1, "The harbour opened.")
        index = engine.open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        index.flush()
        engine.keep([f"{NAME.rpartition('-')[0]}-99"])  # as somebody might do by hand
        assert index.search(unit(0), ["harbour"], SHARED, 10) == Rankings({}, {})
        assert index.generation == NEVER
        index.apply(world.changes())
        assert (index.generation, near(index, 0)) == (1, [1])

    def test_many_go_in_batches(
        self, engine: MilvusEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module, name in (
            (milvus_index, "BATCH"),
            (milvus_index, "ALLOWED"),
            (passages, "DELETED"),
            (vocabulary, "BATCH"),
        ):
            monkeypatch.setattr(module, name, 7)
        world = World()
        world.add(made_up(1, 50))
        index = engine.open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        assert (index.count(), near(index, 0, 99)) == (50, near_in(world, 0))
        assert index.words("ankara") == {
            "ankara": sum("ankara" in made.body for made in world.held.values())
        }
        news = Scope(("shared",), Filters(path="news/"))
        inside = set(world.allowed(news).tolist())
        assert 7 < len(inside) < 50
        assert near(index, 0, 99, news) == [id for id in near_in(world, 0) if id in inside]
        world.drop(*range(1, 31))
        index.apply(world.changes(1))
        assert (index.count(), near(index, 0, 99)) == (20, near_in(world, 0))

    def test_it_is_compared_with_the_database(self, engine: MilvusEngine) -> None:
        world, other = World(), World()
        for each, angle in ((world, 0.1), (other, 0.9)):
            each.put(1, "The harbour opened.", angle=angle)
            each.put(2, "The harbour closed.", angle=0.2)
        index = engine.open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        index.flush()
        told = world.changes()
        assert isinstance(index, Comparable)
        assert index.differences(2, told.upserts, told.passages) == []
        index._rows.put(ids([1]), other.changes().passages, fresh=False)
        index._rows.delete(ids([2]))
        other.put(7, "The bridge opened.")
        index._rows.put(ids([7]), other.changes().passages, fresh=False)
        assert index.differences(2, told.upserts, told.passages) == [
            "the index in Milvus holds 1 passages otherwise than the database",
            "the index in Milvus lacks 1 passages of the database",
            "the index in Milvus holds 1 passages that the database hasn't",
        ]
        index.forget()
        assert index.generation == NEVER
        index.apply(world.changes())
        assert index.differences(2, told.upserts, told.passages) == []
        assert near(index, 0) == [1, 2]


def damaged(path: Path) -> list[Path]:
    return list(path.parent.glob(f"{path.name}.damaged-*"))


@pytest.mark.parametrize("how", ["a file", "its collections", "its numbers"])
def test_a_damaged_file_is_put_aside_and_made_anew(tmp_path: Path, how: str) -> None:
    pytest.importorskip("milvus_lite", reason="pip install '.[milvus]'")
    world, path = World(), tmp_path / "milvus.db"
    world.put(1, "The harbour opened.")
    index = lite(tmp_path).open(NAME, DIMENSION, world.allowed)
    index.apply(world.changes())
    index.flush()
    assert index._server.released()
    if how == "a file":
        shutil.rmtree(path)
        path.write_bytes(b"\xa5" * 5000)
    else:
        files = [one for one in path.rglob("*") if one.is_file() and one.name != "LOCK"]
        for one in files:
            if how == "its collections" or "words" in str(one):
                one.write_bytes(b"\xa5" * one.stat().st_size)
    told, index = world.changes(), lite(tmp_path).open(NAME, DIMENSION, world.allowed)
    assert index.differences(1, told.upserts, told.passages) == [
        f"the Milvus Lite file {path} is damaged"
    ]
    assert damaged(path) == []
    index.forget()
    index.apply(world.changes())
    assert index.differences(1, told.upserts, told.passages) == []
    assert near(index, 0) == [1]


def test_a_file_that_another_process_has_open_is_not_put_aside(tmp_path: Path) -> None:
    pytest.importorskip("milvus_lite", reason="pip install '.[milvus]'")
    (tmp_path / "milvus.db").mkdir()
    with (tmp_path / "milvus.db" / "LOCK").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        index = lite(tmp_path).open(NAME, DIMENSION, World().allowed)
        with pytest.raises(IndexUnreachable, match="another process"):
            index.differences(1, ids([]), World().changes().passages)
        with pytest.raises(IndexUnreachable, match="another process"):
            index.forget()
    assert damaged(tmp_path / "milvus.db") == []


def test_a_file_that_is_not_there_is_told_before_it_is_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("milvus_lite", reason="pip install '.[milvus]'")
    engine, path = lite(tmp_path), tmp_path / "milvus.db"
    assert engine.describe(NAME) == f"by Milvus Lite in {path}, which isn't there yet"
    assert not path.exists()
    assert engine.open(NAME, DIMENSION, World().allowed).generation == NEVER
    assert f"there is no Milvus Lite file {path} yet" in caplog.text
    caplog.clear()
    assert lite(tmp_path).open(NAME, DIMENSION, World().allowed).generation == NEVER
    assert caplog.text == ""


class TestMany:
    """What an index becomes when it outgrows the comparison of every vector."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(passages, "EXACT", 3_000)

    def test_a_file_goes_on_comparing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("milvus_lite", reason="pip install '.[milvus]'")
        monkeypatch.setattr(passages, "EXACT", 10)
        world, engine = World(), lite(tmp_path)
        world.add(made_up(1, 30))
        index = engine.open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        index.flush()
        assert engine.describe(NAME).startswith("exact, by Milvus at ")
        assert near(index, 0, 99) == near_in(world, 0)

    def test_what_the_lists_that_are_read_lack_is_found(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("milvus_lite", reason="pip install '.[milvus]'")
        world = World()
        world.add(made_up(1, 60))
        index = lite(tmp_path).open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        whole = passages.Rows._hits
        monkeypatch.setattr(passages.Rows, "_hits", lambda *told: whole(*told)[::3])
        assert len(near(index, 0, 50)) < 50
        monkeypatch.setattr(passages.Rows, "exact", lambda self: False)
        monkeypatch.setattr(passages, "DELETED", 7)
        assert near(index, 0, 50) == near_in(world, 0)[:50]

    @pytest.mark.slow
    def test_a_server_sorts_what_has_become_many(
        self, milvus_server: MilvusServer, tmp_path: Path
    ) -> None:
        world, engine = World(), on_server(tmp_path)
        world.add(clustered(1, 2_500))
        index = engine.open(NAME, WIDE, for_paths(world))
        index.apply(world.changes())
        index.flush()
        assert engine.describe(NAME).startswith("exact, by Milvus at ")
        world.add(clustered(2_501, 3_500))
        index.apply(world.changes(1))
        assert index.generation == NEVER
        index.apply(world.changes())
        index.flush()
        assert (index.generation, index.count()) == (2, 6_000)
        assert engine.describe(NAME).startswith("nearly exact (IVF_FLAT), by Milvus at ")
        again = engine.open(NAME, WIDE, for_paths(world))
        for each in (index, again):
            assert recall(each, world, SHARED) >= 0.97
            for publisher in ("half", "tenth"):
                scope = Scope(("shared",), Filters(publisher=publisher))
                assert recall(each, world, scope) >= 0.97
            for publisher in ("rare", "none"):
                scope = Scope(("shared",), Filters(publisher=publisher))
                assert recall(each, world, scope) == 1
        name = index._rows._name
        engine._server.call(lambda client: client.flush(name))  # sorting begins
        for publisher in ("rare", "none"):
            scope = Scope(("shared",), Filters(publisher=publisher))
            assert recall(index, world, scope) == 1
        world.drop(*range(1, 6_001, 2))
        index.apply(world.changes(2))
        assert (index.generation, index.count()) == (3, 3_000)
        engine.clear(NAME)


WIDE = 32
"""Dimensions in which the nearest aren't found by chance."""


def clustered(first: int, count: int) -> dict[int, Made]:
    """Give passages of fifty subjects; one in a thousand is of a rare publisher."""
    rng = np.random.default_rng(first)
    centres = np.random.default_rng(0).standard_normal((50, WIDE))
    made = {}
    for id in range(first, first + count):
        vector = centres[rng.integers(50)] + rng.standard_normal(WIDE)
        shares = {"rare": id % 1000 == 7, "tenth": id % 10 == 3, "half": id % 2 == 0}
        publisher = next((name for name, has in shares.items() if has), "other")
        told = Description(id, "shared", (place(publisher=publisher),), ())
        made[id] = Made((vector / np.linalg.norm(vector)).astype(np.float32), [], [], told)
    return made


def recall(index: Index, world: World, scope: Scope) -> float:
    """Give which part of the ten nearest is found, of some vectors between passages."""
    inside = world.allowed(scope)
    if not len(inside):
        return float(not index.search(unit_of(0), [], scope, 10).dense)
    vectors = np.stack([world.held[id].vector for id in inside.tolist()])
    shares = []
    for seed in range(10):
        scores = vectors @ unit_of(seed)
        best = set(inside[np.argsort(-scores)[:10]].tolist())
        found = index.search(unit_of(seed), [], scope, 10).dense
        assert len(found) == len(best)
        told = dict(zip(inside.tolist(), scores.tolist(), strict=True))
        assert all(score == pytest.approx(told[id], abs=1e-5) for id, score in found.items())
        shares.append(len(best & found.keys()) / len(best))
    return float(np.mean(shares))


def unit_of(seed: int) -> np.ndarray:
    vector = np.random.default_rng(-seed % 1000).standard_normal(WIDE).astype(np.float32)
    return vector / np.linalg.norm(vector)


def near_in(world: World, angle: float) -> list[int]:
    """Give all ids of a world, the nearest first."""
    scores = {id: round(float(made.vector @ unit(angle)), 6) for id, made in world.held.items()}
    return [id for id, _ in ranked(scores)]


class TestEngine:
    def test_it_keeps_what_is_not_its_own(self, engine: MilvusEngine) -> None:
        world = World()
        world.put(1, "The harbour opened.")
        server = engine._server
        for name in ("0a1b2c3d-1", "0a1b2c3d-2", "9f9f9f9f-1"):
            engine.open(name, DIMENSION, world.allowed).apply(world.changes())
        foreign = [f"quoth_of_{random.getrandbits(32):x}", f"x{random.getrandbits(32):x}_1"]
        for name in foreign:
            server.call(lambda client, name=name: client.create_collection(name, dimension=4))
        before = set(server.call(lambda client: client.list_collections()))
        engine.keep(["0a1b2c3d-2"])
        after = set(server.call(lambda client: client.list_collections()))
        for name in foreign:
            server.call(lambda client, name=name: client.drop_collection(name))
        assert {name[-10:] for name in before - after} == {"0a1b2c3d_1", "3d_1_words"}
        assert after.issuperset(foreign)
        engine.keep(["9f9f9f9f-0"])

    def test_it_tells_what_it_can(self, engine: MilvusEngine) -> None:
        assert engine.open(NAME, DIMENSION, World().allowed).generation == NEVER
        told = engine.describe(NAME)
        assert told.startswith("exact, by Milvus at ")
        if engine._server.lite:
            assert told.endswith(" (milvus_lite-3.2.2)")
        else:
            assert "(v2.3.5-lite), without lexical search: that needs Milvus 2.4" in told

    @pytest.mark.slow
    def test_a_server_that_is_down_is_named(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            uri = f"http://127.0.0.1:{found.getsockname()[1]}"
        engine = MilvusEngine(uri, tmp_path)
        with pytest.raises(IndexUnreachable, match=f"Milvus at {uri} .*: start it, or put milvus"):
            _ = engine.open(NAME, DIMENSION, World().allowed).generation
        assert engine.describe(NAME) == f"by Milvus at {uri}, which doesn't answer"

    @pytest.mark.slow
    def test_a_wrong_token_is_told(self, milvus_server: MilvusServer, tmp_path: Path) -> None:
        engine = MilvusEngine(milvus_server.uri, tmp_path, "root:wrong")
        with pytest.raises(IndexUnreachable, match=r"auth.*milvus\.token") as caught:
            _ = engine.open(NAME, DIMENSION, World().allowed).generation
        assert "wrong" not in str(caught.value)

    @pytest.mark.slow
    def test_a_restarted_server_goes_on(self, milvus_server: MilvusServer, tmp_path: Path) -> None:
        if not milvus_server.started:
            pytest.skip("TEST_MILVUS_URI names a server that others may use")
        world = World()
        world.add(made_up(1, 200))
        engine = on_server(tmp_path)
        index = engine.open(NAME, DIMENSION, world.allowed)
        index.apply(world.changes())
        index.flush()
        before = index.search(unit(0.3), [], SHARED, 20)
        assert len(before.dense) == 20
        milvus_server.kill()
        with pytest.raises(IndexUnreachable, match=milvus_server.uri):
            index.search(unit(0.3), [], SHARED, 20)
        milvus_server.start()
        milvus_server.wait()
        assert index.search(unit(0.3), [], SHARED, 20) == before
        world.put(300, "The harbour opened.", angle=0.3)
        index.apply(world.changes(1))
        assert near(index, 0.3, 1) == [300]
        engine.clear(NAME)


def test_the_inner_product_is_bm25() -> None:
    told = LexicalDocument(1, ["harbour"], ["harbour", "opened", "harbour"])
    held = weights.of_document(told)
    asked = weights.of_question({"harbour": 2.0, "nowhere": 9.0})
    score = sum(weight * held.get(at, 0.0) for at, weight in asked.items())
    title = 2.2 * 1 / (1 + 1.2 * (0.25 + 0.75 * 1 / weights.TITLE_LENGTH))
    body = 2.2 * 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / weights.BODY_LENGTH))
    assert score == pytest.approx(2.0 * (body + 0.2 * title))


def test_a_passage_without_words_has_a_vector_that_nothing_asks_for() -> None:
    assert weights.of_document(LexicalDocument(1, [], [])) == {0: 1.0}
    assert all(0 < weights.number(str(number)) < 2**32 - 1 for number in range(10_000))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_what_is_rare_weighs_more(passages: int, having: int) -> None:
    assert bm25.rarity(passages, having) > bm25.rarity(passages, having + 1) > 0


def test_nothing_in_a_name_is_taken_for_a_filter() -> None:
    name = 'red"] or id > 0 or collection in ["'
    told = scoping.within(Scope((name, "\udcff"), Filters(publisher=name)))
    assert re.fullmatch(
        r'collection in \["[0-9a-f]{32}", "[0-9a-f]{32}"\] and '
        r'publisher in \["[0-9a-f]{32}", "[0-9a-f]{32}"\]',
        told,
    )
