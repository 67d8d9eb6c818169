"""Exact nearest vectors in segments, and files that are whole or made anew."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.engines import VectorIndex, atomic, proven, segment_files, segments, vectors
from retrieval.engines.segment_files import EMPTY

IDS = np.arange(1, 41, dtype=np.int64)
NONE = IDS[:0]


def unit(ids: np.ndarray) -> np.ndarray:
    """Give unit vectors that differ by angle: one tenth of a radian an id."""
    angles = np.asarray(ids, np.float32) / 10
    return np.stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)], axis=1)


def made(folder: Path, generation: int = 1, ids: np.ndarray = IDS) -> VectorIndex:
    index = VectorIndex(folder, 3)
    index.sync(generation, ids, unit)
    index.save()
    return index


def files(folder: Path) -> dict[str, int]:
    """Give the segments of an index with their inodes: one written anew has another."""
    return {path.name: path.stat().st_ino for path in folder.parent.glob("index.*.faiss")}


def manifest(folder: Path) -> Path:
    return folder.with_name("index.manifest")


def stands(folder: Path) -> int:
    return segment_files.generation(folder, 3)


def test_gives_the_cosine_of_the_nearest(tmp_path: Path) -> None:
    index = made(tmp_path / "index")
    hits = index.search(unit(np.array([7]))[0], 3)
    assert hits[0] == (7, pytest.approx(1.0))
    assert hits[1:] == [(6, pytest.approx(np.cos(0.1))), (8, pytest.approx(np.cos(0.1)))]


def test_real_vectors_match_brute_force(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    matrix = rng.standard_normal((3000, 96), dtype=np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    ids = np.cumsum(rng.integers(1, 9, 3000)).astype(np.int64)
    index = VectorIndex(tmp_path / "index", 96)

    def fetch(some: np.ndarray) -> np.ndarray:
        return matrix[np.searchsorted(ids, some)]

    index.sync(1, ids[:2900], fetch)
    index.save()
    index.change(2, ids[2900:2990], ids[:10], fetch)
    index.change(3, ids[2990:], NONE, fetch)
    for share in (None, 2, 1000):
        rows = np.arange(10, 3000)
        if share:
            rows = np.sort(rng.choice(rows, len(rows) // share, False))
        products = matrix[rows].astype(np.float64) @ matrix[11].astype(np.float64)
        best = rows[np.argsort(-products)][:50]
        hits = index.search(matrix[11], 50, ids[rows] if share else None)
        assert [id for id, _ in hits] == ids[best].tolist()
        assert [score for _, score in hits] == pytest.approx(np.sort(-products)[:50] * -1, abs=1e-6)


def test_many_equal_vectors_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path / "index", 3)
    ids = np.arange(10, 2010, dtype=np.int64)
    for generation, some in enumerate((ids[5::7], ids[300::2], ids), 1):
        index.sync(generation, np.union1d(index.ids, some), lambda some: unit(some % 2))
    odd = ids[ids % 2 == 1]
    for k in (1, 5, 400, 1000):
        assert [id for id, _ in index.search(unit(np.array([1]))[0], k)] == odd[:k].tolist()


def test_what_no_vector_asks_for_are_the_first_ids(tmp_path: Path) -> None:
    index = made(tmp_path / "index")
    index.change(2, np.array([50]), np.array([1, 2]), unit)
    nothing = np.zeros(3, np.float32)
    assert index.search(nothing, 3) == [(3, 0.0), (4, 0.0), (5, 0.0)]
    assert index.search(nothing, 3, np.array([2, 5, 50, 60])) == [(5, 0.0), (50, 0.0)]


def test_fetches_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "BLOCK", 7)
    sizes: list[int] = []

    def fetch(ids: np.ndarray) -> np.ndarray:
        sizes.append(len(ids))
        return unit(ids)

    index = VectorIndex(tmp_path / "index", 3)
    index.sync(1, IDS, fetch)
    assert sizes == [7, 7, 7, 7, 7, 5]
    assert index.search(unit(IDS)[33], 1) == [(34, pytest.approx(1.0))]


def test_refuses_vectors_of_another_shape(tmp_path: Path) -> None:
    index = made(tmp_path / "index", 1, IDS[:30])
    for wrong in (lambda ids: unit(ids)[:, :2], lambda ids: unit(ids)[1:]):
        with pytest.raises(ValueError, match="have shape"):
            index.sync(2, IDS, wrong)
    assert index.generation == 1
    assert len(index.search(unit(IDS)[0], 100)) == 30


# Segments -----------------------------------------------------------------------------


def test_what_is_added_is_all_that_is_written(tmp_path: Path) -> None:
    folder, many = tmp_path / "index", np.arange(1, 1001, dtype=np.int64)
    index = made(folder, 1, many)
    base = files(folder)
    index.change(2, np.arange(1001, 1021), np.array([3, 500]), unit)
    index.save()
    assert base.items() < files(folder).items()
    (delta,) = files(folder).keys() - base.keys()
    assert (folder.parent / delta).stat().st_size == 32 + 20 * (8 + 3 * 4)
    again = VectorIndex(folder, 3)
    assert (again.generation, len(again)) == (2, 1018)
    assert again.ids.tolist() == sorted({*range(1, 1021)} - {3, 500})


def test_small_segments_are_joined_and_the_base_is_made_anew_in_time(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index = made(folder, 1, np.arange(1, 801, dtype=np.int64))
    (base,) = files(folder)
    most = 0
    for last in range(801, 902):
        index.change(last, np.array([last]), NONE, unit)
        index.save()
        assert (base in files(folder)) == (last <= 900)
        most = max(most, len(files(folder)))
    assert 4 <= most <= 8
    assert len(files(folder)) == 1
    assert index.ids.tolist() == list(range(1, 902))


def test_what_is_removed_leaves_the_file_in_time(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index = made(folder, 1, np.arange(1, 801, dtype=np.int64))
    before = files(folder)
    index.change(2, NONE, np.arange(1, 101), unit)
    index.save()
    assert files(folder) == before
    index.change(3, NONE, np.array([101]), unit)
    index.save()
    (anew,) = files(folder)
    assert (folder.parent / anew).stat().st_size == 32 + 699 * (8 + 3 * 4)


def test_an_id_may_come_back(tmp_path: Path) -> None:
    index = made(tmp_path / "index")
    index.change(2, NONE, np.array([7]), unit)
    index.change(3, np.array([7]), NONE, unit)
    index.save()
    again = VectorIndex(tmp_path / "index", 3)
    assert again.generation == 3
    hits = again.search(unit(IDS)[6], 40)
    assert hits[0] == (7, pytest.approx(1.0))
    assert sorted(id for id, _ in hits) == IDS.tolist()


def test_vectors_are_mapped_once_they_are_saved(tmp_path: Path) -> None:
    index = made(tmp_path / "index")
    index.change(2, np.array([50]), NONE, unit)
    index.save()
    for segment in index._snapshot.segments:
        assert segment.mapping
        assert np.shares_memory(segment.rows, np.frombuffer(segment.mapping, np.uint8))
        assert not segment.rows.flags.writeable


def test_what_another_process_merged_away_is_still_found_and_saved(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    running = made(folder)
    other = VectorIndex(folder, 3)
    other.sync(2, IDS[20:], unit)
    other.save()
    running.change(3, np.array([50]), IDS[:20], unit)
    assert [id for id, _ in running.search(unit(IDS)[19], 2)] == [21, 22]
    running.save()
    again = VectorIndex(folder, 3)
    assert (again.generation, again.ids.tolist()) == (3, [*range(21, 41), 50])


def test_what_comes_while_it_saves_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = made(tmp_path / "index")
    index.change(2, np.array([50]), np.array([1]), unit)
    write = segment_files.write

    def meanwhile(*given: Any) -> Any:
        index.change(3, np.array([60]), np.array([2, 50]), unit)
        return write(*given)

    with monkeypatch.context() as patch:
        patch.setattr(segment_files, "write", meanwhile)
        index.save()
    assert stands(tmp_path / "index") == 2
    assert (index.generation, index.ids.tolist()) == (3, [*range(3, 41), 60])
    index.save()
    assert stands(tmp_path / "index") == 3
    assert VectorIndex(tmp_path / "index", 3).generation == 3


STEP = st.one_of(
    st.tuples(st.just("change"), st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60))),
    st.tuples(st.just("sync"), st.sets(st.integers(1, 60)), st.just(frozenset())),
    st.tuples(
        st.sampled_from(["save", "reopen", "other"]), st.just(frozenset()), st.just(frozenset())
    ),
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    steps=st.lists(STEP, max_size=12), asked=st.integers(0, 62), some=st.sets(st.integers(1, 60))
)
def test_any_history_finds_what_brute_force_finds(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], asked: int, some: set[int]
) -> None:
    folder, held = tmp_path_factory.mktemp("history") / "index", set[int]()
    index = VectorIndex(folder, 3)
    for generation, (what, came, went) in enumerate(steps):
        if what == "change":
            held = held - went | came
            index.change(
                generation, *(np.array(sorted(one), np.int64) for one in (came, went - came)), unit
            )
        elif what == "sync":
            held = set(came)
            index.sync(generation, np.array(sorted(came), np.int64), unit)
        elif what == "other" and held:  # another process, which writes the same anew
            index.save()
            for file in folder.parent.iterdir():
                file.unlink()
            made(folder, index.generation, np.array(sorted(held), np.int64))
        else:
            index.save()
            stood = index.generation
            index = VectorIndex(folder, 3) if what == "reopen" else index
            assert index.generation == stood
    query = unit(np.array([asked]))[0]
    for allowed in (None, np.array(sorted(some), np.int64)):
        inside = np.array(sorted(held if allowed is None else held & some), np.int64)
        products = segments.exact(unit(inside), query)
        order = np.lexsort((inside, -products))
        expected = list(zip(inside[order].tolist(), products[order].tolist(), strict=True))
        for k in (1, 5, 100):
            assert index.search(query, k, allowed) == expected[:k]
    assert len(index) == len(held)


# Files --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of an index with a base, two deltas and something removed."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    index = made(folder, 1, np.arange(1, 201, dtype=np.int64))
    for generation, count in ((2, 9), (3, 2)):
        index.change(generation, np.arange(count) + 300 * generation, np.array([generation]), unit)
        index.save()
    assert len(files(folder)) == 3
    return folder


@given(data=st.data())
def test_no_changed_byte_goes_unnoticed(whole: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from([manifest(whole), *sorted(whole.parent.glob("*.faiss"))]))
    content = file.read_bytes()
    spoilt = bytearray(content)
    if data.draw(st.booleans()):
        spoilt[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    else:
        del spoilt[data.draw(st.integers(0, len(content) - 1)) :]
    try:
        file.write_bytes(spoilt)
        assert segment_files.read(whole, 3) is EMPTY
    finally:
        file.write_bytes(content)
    assert len(segment_files.read(whole, 3)) == 209


@given(content=st.binary(max_size=200))
def test_no_other_file_is_taken_for_one(whole: Path, content: bytes) -> None:
    other = whole.parent / "other" / "index"
    other.parent.mkdir(exist_ok=True)
    for start in (b"", b"{}\n"):
        manifest(other).write_bytes(start + content)
        assert segment_files.read(other, 3) is EMPTY
        assert stands(other) == -1


def test_what_was_compared_once_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "index")
    monkeypatch.setattr(proven, "SETTLED_S", 0)
    assert VectorIndex(tmp_path / "index", 3).generation == 1
    monkeypatch.setattr(hashlib, "file_digest", None)
    again = VectorIndex(tmp_path / "index", 3)
    assert again.generation == 1
    assert again.ids.tolist() == IDS.tolist()


def test_what_was_compared_and_changed_since_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made(tmp_path / "index")
    monkeypatch.setattr(proven, "SETTLED_S", 0)
    assert VectorIndex(tmp_path / "index", 3).generation == 1
    (path,) = tmp_path.glob("*.faiss")
    before, content = path.stat(), bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert VectorIndex(tmp_path / "index", 3).generation == segment_files.NEVER
    assert "damaged" in caplog.text


def test_what_changed_without_a_trace_is_noticed_when_it_is_compared_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "index")
    monkeypatch.setattr(proven, "SETTLED_S", 0)
    monkeypatch.setattr(proven, "_looks", lambda path: [1, 2, 3, 4])
    assert VectorIndex(tmp_path / "index", 3).generation == 1
    (path,) = tmp_path.glob("*.faiss")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert segment_files.load(tmp_path / "index", 3).generation == 1
    with pytest.raises(ValueError, match="damaged"):
        segment_files.load(tmp_path / "index", 3, anew=True)


def test_nothing_is_noted_of_a_file_that_has_just_changed(tmp_path: Path) -> None:
    made(tmp_path / "index")
    assert VectorIndex(tmp_path / "index", 3).generation == 1
    assert not list(tmp_path.glob(f"*{proven.NOTES}"))


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]\n0"])
def test_damaged_notes_cost_but_a_comparison(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "index")
    monkeypatch.setattr(proven, "SETTLED_S", 0)
    (tmp_path / f"index{proven.NOTES}").write_bytes(content)
    assert VectorIndex(tmp_path / "index", 3).generation == 1


def test_swapped_files_are_noticed(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy" / "index"
    shutil.copytree(whole.parent, folder.parent, ignore=shutil.ignore_patterns("other"))
    first, second, _ = folder.parent.glob("*.faiss")
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    assert segment_files.read(folder, 3) is EMPTY
    second.write_bytes(content)
    assert segment_files.read(folder, 3) is EMPTY


def test_the_folder_of_another_index_is_none_of_its_own(
    whole: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copyfile(manifest(whole), tmp_path / "another.manifest")
    assert segment_files.read(tmp_path / "another", 3) is EMPTY
    assert "it is that of index" in caplog.text
    assert "built anew" in caplog.text


def test_a_folder_of_another_dimension_is_built_anew(
    tmp_path: Path, tools: Any, caplog: pytest.LogCaptureFixture
) -> None:
    made(tmp_path / "index")
    other = VectorIndex(tmp_path / "index", 6)
    other.sync(1, IDS, tools.ENGINES["vectors"].fetch)
    assert "have 3 dimensions, not 6" in caplog.text
    assert len(other.search(tools.vector(1), 100)) == 40


def test_what_was_saved_in_another_history_is_built_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    made(folder, 9)
    index = VectorIndex(folder, 3)
    assert index.generation == 9
    index.sync(5, IDS, lambda ids: unit(ids + 20), anew=True)
    assert "is of another history and is built anew" in caplog.text
    assert index.search(unit(IDS)[29], 1) == [(10, pytest.approx(1.0))]
    index.save()
    assert stands(folder) == 5
    assert VectorIndex(folder, 3).generation == 5


def test_leaves_a_newer_index_in_place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "index"
    late = VectorIndex(folder, 3)
    late.sync(3, IDS[:20], unit)
    made(folder, 4)
    with caplog.at_level(logging.DEBUG):
        late.save()
    assert "left as it is" in caplog.text
    assert stands(folder) == 4
    late.sync(5, IDS[:10], unit)
    late.save()
    assert stands(folder) == 5


def test_replaces_a_newer_index_that_is_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    made(folder, 9)
    for path in (manifest(folder), next(tmp_path.glob("*.faiss"))):
        path.write_bytes(path.read_bytes()[:-1])
        made(folder, 3)
        assert stands(folder) == 3
        made(folder, 9)


def test_saves_only_what_changed(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    made(folder)
    written = (manifest(folder)).stat().st_ino
    again = VectorIndex(folder, 3)
    again.save()
    again.sync(1, IDS, unit)
    again.save()
    assert (manifest(folder)).stat().st_ino == written
    before = files(folder)
    again.sync(2, IDS, unit)
    again.save()
    assert stands(folder) == 2
    assert files(folder) == before


def test_clears_what_a_killed_process_left(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    for name in (".index.tmp", f"index.{'0' * 64}.faiss", "index.faiss", "index2.faiss"):
        (tmp_path / name).write_bytes(b"half of an index")
    made(folder)
    (segment,) = files(folder)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == sorted(["index.lock", "index.manifest", "index2.faiss", segment])
    assert len(segment_files.read(folder, 3)) == 40


def test_a_failed_save_leaves_the_former_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    index = made(folder)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    index.sync(2, IDS[1:], unit)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            index.save()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    index.save()
    assert stands(folder) == 2


def test_waits_only_briefly_for_another_that_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "WAIT_S", 0.2)
    folder = tmp_path / "index"
    index = VectorIndex(folder, 3)
    index.sync(1, IDS, unit)
    with atomic.locked(folder, 0.0), pytest.raises(BlockingIOError, match="another process"):
        index.save()
    index.save()
    assert stands(folder) == 1


def test_the_manifest_tells_what_there_is(whole: Path) -> None:
    told = json.loads(manifest(whole).read_bytes().splitlines()[0])
    assert (told["name"], told["dimension"], told["generation"]) == ("index", 3, 3)
    assert [each["count"] for each in told["segments"]] == [200, 9, 2]
    assert [each["gone"] for each in told["segments"]] == [[1, 2], [], []]
