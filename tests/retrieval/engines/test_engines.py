"""What both engines must do alike."""

from __future__ import annotations

import itertools
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

IDS = np.arange(1, 121, dtype=np.int64)
SOME_IDS = st.sets(st.integers(1, 80), max_size=60).map(
    lambda ids: np.array(sorted(ids), dtype=np.int64)
)


def test_holds_nothing_before_the_first_sync(engine: Any, tmp_path: Path) -> None:
    index = engine.open(tmp_path)
    assert index.generation == -1
    assert engine.find(index, 1, 10) == []
    assert list(tmp_path.iterdir()) == []


def test_an_empty_index_finds_nothing(engine: Any, tmp_path: Path, tools: Any) -> None:
    index = engine.open(tmp_path)
    index.sync(0, IDS[:0], tools.never)
    engine.save(index)
    assert index.generation == 0
    assert engine.find(index, 1, 10) == []
    assert engine.find(index, 1, 10, IDS) == []


def test_finds_what_was_added_and_forgets_what_was_removed(
    engine: Any, tmp_path: Path, tools: Any, fresh: Callable[..., Any]
) -> None:
    index = engine.open(tmp_path)
    for generation, ids in enumerate((IDS[:50], IDS, IDS[30:], IDS[:0], IDS[10:90])):
        index.sync(generation, ids, engine.fetch)
        assert index.generation == generation
        assert tools.answers(engine, index) == tools.answers(engine, fresh(engine, ids))
    assert {id for hits in tools.answers(engine, index) for id, _ in hits} <= set(range(11, 91))


def test_fetches_only_what_it_lacks(engine: Any, tmp_path: Path) -> None:
    asked: list[int] = []

    def fetch(ids: np.ndarray) -> Any:
        asked.extend(ids.tolist())
        return engine.fetch(ids)

    index = engine.open(tmp_path)
    index.sync(1, IDS[:100], engine.fetch)
    engine.save(index)
    index.sync(2, IDS[:101], fetch)
    reopened = engine.open(tmp_path)
    reopened.sync(3, IDS[:102], fetch)
    assert asked == [101, 101, 102] if engine.name == "vectors" else [101, 102]


def test_reopens_without_fetching(engine: Any, tmp_path: Path, tools: Any) -> None:
    index = engine.open(tmp_path)
    index.sync(1, IDS, engine.fetch)
    engine.save(index)
    again = engine.open(tmp_path)
    again.sync(1, IDS, tools.never)
    assert again.generation == 1
    assert tools.answers(engine, again) == tools.answers(engine, index)


def test_an_error_of_the_source_changes_nothing(engine: Any, tmp_path: Path, tools: Any) -> None:
    def broken(ids: np.ndarray) -> Any:
        raise LookupError("gone meanwhile")

    index = engine.open(tmp_path)
    index.sync(1, IDS[:60], engine.fetch)
    before = tools.answers(engine, index)
    with pytest.raises(LookupError, match="gone meanwhile"):
        index.sync(2, IDS, broken)
    assert index.generation == 1
    assert tools.answers(engine, index) == before
    index.sync(2, IDS, engine.fetch)
    assert index.generation == 2


def test_ties_go_to_the_lowest_ids(engine: Any, tmp_path: Path) -> None:
    index = engine.open(tmp_path)
    ids = np.arange(1, 1001, dtype=np.int64)
    index.sync(1, ids, engine.fetch)
    for k in (1, 3, 10, 100):
        everything = engine.find(index, 900_000, 1000)
        ranked = sorted(everything, key=lambda hit: (-hit[1], hit[0]))
        assert engine.find(index, 900_000, k) == ranked[:k]


def test_k_may_be_anything(engine: Any, tmp_path: Path) -> None:
    index = engine.open(tmp_path)
    index.sync(1, IDS, engine.fetch)
    everything = engine.find(index, 900_001, 10**9)
    assert engine.find(index, 900_001, len(IDS)) == everything
    assert engine.find(index, 900_001, 0) == []
    assert engine.find(index, 900_001, -1) == []


@pytest.fixture(scope="module")
def held(tools: Any, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, Any]]:
    """Give both engines, each with an index of 99 passages."""
    both = [
        (engine, engine.open(tmp_path_factory.mktemp("held"))) for engine in tools.ENGINES.values()
    ]
    for engine, index in both:
        index.sync(1, IDS[:99], engine.fetch)
    return both


@settings(max_examples=100)
@given(allowed=SOME_IDS, k=st.integers(1, 30), seed=st.integers(900_000, 900_050))
def test_a_filter_is_exact(
    held: list[tuple[Any, Any]], allowed: np.ndarray, k: int, seed: int
) -> None:
    for engine, index in held:
        everything = engine.find(index, seed, 1000)
        passing = set(allowed.tolist())
        expected = [hit for hit in everything if hit[0] in passing][:k]
        assert engine.find(index, seed, k, allowed) == expected


def test_a_filter_may_hold_ids_that_are_not_there(held: list[tuple[Any, Any]]) -> None:
    for engine, index in held:
        everything = engine.find(index, 900_000, 1000)
        far = np.array([-5, 0, 3, 50, 7000, 2**60], dtype=np.int64)
        assert engine.find(index, 900_000, 9, far) == [
            hit for hit in everything if hit[0] in (3, 50)
        ]


@pytest.mark.slow
def test_the_past_does_not_show(
    engine: Any, tools: Any, fresh: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    @settings(max_examples=25)
    @given(st.lists(st.tuples(SOME_IDS, st.booleans()), min_size=1, max_size=5))
    def check(states: list[tuple[np.ndarray, bool]]) -> None:
        folder = tmp_path_factory.mktemp("states")
        index = engine.open(folder)
        for generation, (ids, reopen) in enumerate(states):
            index.sync(generation, ids, engine.fetch)
            engine.save(index)
            index = engine.open(folder) if reopen else index
        index.sync(99, states[-1][0], engine.fetch)
        assert tools.answers(engine, index) == tools.answers(engine, fresh(engine, states[-1][0]))

    check()


def _spoil(path: Path, at: float, how: str) -> None:
    content = bytearray(path.read_bytes())
    place = int(at * len(content))
    if how == "cut":
        del content[place:]
    elif place < len(content):
        content[place] ^= 0x55
    path.write_bytes(content)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["cut", "flip"])
def test_survives_damage_anywhere(
    engine: Any,
    how: str,
    tmp_path: Path,
    tools: Any,
    fresh: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    sound = tmp_path / "sound"
    index = engine.open(sound)
    index.sync(1, IDS, engine.fetch)
    engine.save(index)
    index.sync(2, IDS[1:], engine.fetch)
    engine.save(index)
    # BM25 may still count the one that was removed, until the index is built anew.
    right = [tools.answers(engine, one) for one in (index, fresh(engine, IDS[1:]))]
    files = [file.relative_to(sound) for file in sound.rglob("*") if file.stat().st_size]
    files = [file for file in files if (sound / file).is_file() and file.suffix != ".lock"]
    assert files
    for file, tenth in itertools.product(files, range(10)):
        folder = tmp_path / f"{file.name}-{tenth}"
        shutil.copytree(sound, folder)
        _spoil(folder / file, tenth / 10, how)
        again = engine.open(folder)
        again.sync(2, IDS[1:], engine.fetch)
        assert tools.answers(engine, again) in right, (file, tenth)
        engine.save(again)
        caplog.clear()
        mended = engine.open(folder)
        mended.sync(2, IDS[1:], tools.never)
        assert tools.answers(engine, mended) in right, (file, tenth)
        assert not caplog.records


def test_a_file_that_is_gone_is_noticed(
    engine: Any, tmp_path: Path, tools: Any, fresh: Callable[..., Any]
) -> None:
    sound = tmp_path / "sound"
    index = engine.open(sound)
    index.sync(1, IDS, engine.fetch)
    engine.save(index)
    right = tools.answers(engine, fresh(engine, IDS))
    for file in [path for path in sound.rglob("*") if path.is_file()]:
        folder = tmp_path / file.name
        shutil.copytree(sound, folder)
        (folder / file.relative_to(sound)).unlink()
        again = engine.open(folder)
        again.sync(1, IDS, engine.fetch)
        assert tools.answers(engine, again) == right, file.name
        again.sync(2, IDS[:100], engine.fetch)
        again.sync(3, IDS, engine.fetch)
        assert tools.answers(engine, again) == right, file.name


def test_says_what_it_builds_anew(
    engine: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = engine.open(tmp_path)
    index.sync(1, IDS, engine.fetch)
    engine.save(index)
    kinds = (".faiss", ".idx")
    for file in [file for file in tmp_path.rglob("*") if file.suffix in kinds]:
        _spoil(file, 0.5, "cut")
    with caplog.at_level(logging.WARNING):
        engine.open(tmp_path).sync(1, IDS, engine.fetch)
    assert "built anew" in caplog.text


def test_works_where_no_folder_can_be(
    engine: Any, tmp_path: Path, tools: Any, fresh: Callable[..., Any]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    index = engine.open(tmp_path / "file")
    for generation, ids in enumerate((IDS[:70], IDS, IDS[5:])):
        index.sync(generation, ids, engine.fetch)
        assert index.generation == generation
        assert tools.answers(engine, index) == tools.answers(engine, fresh(engine, ids))


@pytest.fixture
def public() -> Iterator[Path]:
    """Give a folder that any user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_works_in_a_read_only_folder(
    engine: Any, public: Path, tools: Any, fresh: Callable[..., Any]
) -> None:
    index = engine.open(public)
    index.sync(1, IDS[:60], engine.fetch)
    engine.save(index)
    before = {path: path.stat().st_mtime_ns for path in public.rglob("*")}
    for path in (public, *before):
        path.chmod(0o555)
    with tools.unprivileged():
        again = engine.open(public)
        again.sync(1, IDS[:60], tools.never)
        assert tools.answers(engine, again) == tools.answers(engine, index)
        again.sync(2, IDS, engine.fetch)
    assert tools.answers(engine, again) == tools.answers(engine, fresh(engine, IDS))
    for path in (public, *before):
        path.chmod(0o755)
    assert {path: path.stat().st_mtime_ns for path in public.rglob("*")} == before


def test_a_full_disk_leaves_what_was_there(
    engine: Any, tmp_path: Path, tools: Any, fresh: Callable[..., Any]
) -> None:
    index = engine.open(tmp_path)
    index.sync(1, IDS, engine.fetch)
    engine.save(index)
    many = np.arange(1, 4001, dtype=np.int64)
    with tools.largest_file(30_000):
        index.sync(2, many, engine.fetch)
        with pytest.raises(OSError, match=r".") if engine.name == "vectors" else tools.nothing():
            engine.save(index)
    assert tools.answers(engine, index) == tools.answers(engine, fresh(engine, many))
    assert not list(tmp_path.rglob("*.tmp"))
    again = engine.open(tmp_path)
    again.sync(1, IDS, tools.never)
    assert tools.answers(engine, again) == tools.answers(engine, fresh(engine, IDS))


def test_searches_go_on_while_it_syncs(engine: Any, tmp_path: Path, tools: Any) -> None:
    states = [IDS[: 10 * n] for n in range(1, 9)]
    index = engine.open(tmp_path)
    seen: list[list[tuple[int, float]]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            seen.append(engine.find(index, 900_000, 1000))
            seen.append(engine.find(index, 900_000, 1000, IDS[::2]))

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    right = [[]]
    for generation, ids in enumerate(states):
        index.sync(generation, ids, engine.fetch)
        right.append(engine.find(index, 900_000, 1000))
    done.set()
    for asker in askers:
        asker.join()
    assert len(seen) > len(states)
    for hits in seen:
        assert hits in right or hits in [[hit for hit in all if hit[0] % 2] for all in right]


def test_several_threads_sync_one_index(
    engine: Any, tmp_path: Path, tools: Any, fresh: Callable[..., Any]
) -> None:
    index = engine.open(tmp_path)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for generation in range(1, 5):
                index.sync(generation, IDS[: 30 * generation], engine.fetch)
                engine.save(index)
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert failures == []
    assert tools.answers(engine, index) == tools.answers(engine, fresh(engine, IDS))


@pytest.mark.slow
@pytest.mark.parametrize("delay_ms", [0, 7, 20, 60, 150])
def test_survives_kill_9(
    engine: Any,
    delay_ms: int,
    tmp_path: Path,
    tools: Any,
    worker: Callable[..., Any],
    fresh: Callable[..., Any],
) -> None:
    for line in (2, 5):
        process = worker(engine.name, tmp_path, 100_000)
        for _ in range(line):
            assert process.stdout.readline()
        time.sleep(delay_ms / 1000)
        process.kill()
        process.wait()
        process.stdout.close()
        index = engine.open(tmp_path)
        index.sync(200_000, IDS, engine.fetch)
        engine.save(index)
        assert index.generation == 200_000
        assert tools.answers(engine, index) == tools.answers(engine, fresh(engine, IDS))
        assert not list(tmp_path.rglob(".*.tmp"))
        again = engine.open(tmp_path)
        again.sync(200_000, IDS, tools.never)
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()


@pytest.mark.slow
def test_two_processes_sync_at_once(
    engine: Any, tmp_path: Path, tools: Any, worker: Callable[..., Any], fresh: Callable[..., Any]
) -> None:
    processes = [worker(engine.name, tmp_path, 25) for _ in range(2)]
    index = engine.open(tmp_path)
    while any(process.poll() is None for process in processes):
        index.sync(1, IDS, engine.fetch)
        hits = engine.find(index, 900_000, 1000)
        assert hits == engine.find(fresh(engine, IDS), 900_000, 1000) or index.generation < 1
        time.sleep(0.05)
    for process in processes:
        assert process.wait() == 0
        assert process.stdout.read().split() == [str(number) for number in range(25)]
        process.stdout.close()
    last = engine.open(tmp_path)
    last.sync(500, IDS, engine.fetch)
    engine.save(last)
    assert tools.answers(engine, last) == tools.answers(engine, fresh(engine, IDS))
    again = engine.open(tmp_path)
    again.sync(500, IDS, tools.never)
