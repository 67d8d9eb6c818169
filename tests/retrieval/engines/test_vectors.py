"""Exact nearest vectors, and a file that is whole or not there."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.engines import VectorIndex, atomic, vector_file, vectors

IDS = np.arange(1, 41, dtype=np.int64)


def unit(ids: np.ndarray) -> np.ndarray:
    """Give unit vectors that differ by angle: one tenth of a radian an id."""
    angles = np.asarray(ids, np.float32) / 10
    return np.stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)], axis=1)


def made(path: Path, generation: int = 1, ids: np.ndarray = IDS) -> VectorIndex:
    index = VectorIndex(path, 3)
    index.sync(generation, ids, unit)
    index.save()
    return index


def test_gives_the_cosine_of_the_nearest(tmp_path: Path) -> None:
    index = made(tmp_path / "file")
    hits = index.search(unit(np.array([7]))[0], 3)
    assert hits[0] == (7, pytest.approx(1.0))
    assert hits[1:] == [(6, pytest.approx(np.cos(0.1))), (8, pytest.approx(np.cos(0.1)))]


def test_real_vectors_match_brute_force(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    matrix = rng.standard_normal((3000, 96), dtype=np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    ids = np.cumsum(rng.integers(1, 9, 3000)).astype(np.int64)
    index = VectorIndex(tmp_path / "file", 96)
    index.sync(1, ids, lambda some: matrix[np.searchsorted(ids, some)])
    for share in (None, 2, 1000):
        allowed = None if share is None else np.sort(rng.choice(ids, len(ids) // share, False))
        rows = np.arange(3000) if allowed is None else np.searchsorted(ids, allowed)
        products = matrix[rows].astype(np.float64) @ matrix[11].astype(np.float64)
        best = rows[np.argsort(-products)][:50]
        hits = index.search(matrix[11], 50, allowed)
        assert [id for id, _ in hits] == ids[best].tolist()
        assert [score for _, score in hits] == pytest.approx(np.sort(-products)[:50] * -1, abs=1e-6)


def test_many_equal_vectors_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path / "file", 3)
    ids = np.arange(10, 2010, dtype=np.int64)
    index.sync(1, ids, lambda some: unit(some % 2))
    odd = ids[ids % 2 == 1]
    for k in (1, 5, 400, 1000):
        assert [id for id, _ in index.search(unit(np.array([1]))[0], k)] == odd[:k].tolist()


def test_fetches_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "BLOCK", 7)
    sizes: list[int] = []

    def fetch(ids: np.ndarray) -> np.ndarray:
        sizes.append(len(ids))
        return unit(ids)

    index = VectorIndex(tmp_path / "file", 3)
    index.sync(1, IDS, fetch)
    assert sizes == [7, 7, 7, 7, 7, 5]
    assert index.search(unit(IDS)[33], 1) == [(34, pytest.approx(1.0))]


def test_refuses_vectors_of_another_shape(tmp_path: Path) -> None:
    index = made(tmp_path / "file", 1, IDS[:30])
    for wrong in (lambda ids: unit(ids)[:, :2], lambda ids: unit(ids)[1:]):
        with pytest.raises(ValueError, match="have shape"):
            index.sync(2, IDS, wrong)
    assert index.generation == 1
    assert len(index.search(unit(IDS)[0], 100)) == 30


def test_a_file_of_another_dimension_is_built_anew(
    tmp_path: Path, tools: Any, caplog: pytest.LogCaptureFixture
) -> None:
    made(tmp_path / "file")
    other = VectorIndex(tmp_path / "file", 6)
    other.sync(1, IDS, tools.ENGINES["vectors"].fetch)
    assert "has 3 dimensions, not 6" in caplog.text or "have 3 dimensions, not 6" in caplog.text
    assert len(other.search(tools.vector(1), 100)) == 40


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "file"
    made(path)
    return path


@given(data=st.data())
def test_no_changed_byte_goes_unnoticed(whole: Path, data: st.DataObject) -> None:
    content = bytearray(whole.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    spoilt = whole.with_name("spoilt")
    spoilt.write_bytes(content)
    assert vector_file.read(spoilt, 3) is None
    assert vector_file.read(whole, 3) is not None


@given(content=st.binary(max_size=200))
def test_no_other_file_is_taken_for_one(whole: Path, content: bytes) -> None:
    other = whole.with_name("other")
    for start in (b"", vector_file.MAGIC):
        other.write_bytes(start + content)
        assert vector_file.read(other, 3) is None
        assert vector_file.generation(other) == -1


def test_leaves_a_newer_file_in_place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "file"
    late = VectorIndex(path, 3)
    late.sync(3, IDS[:20], unit)
    made(path, 4)
    with caplog.at_level(logging.DEBUG):
        late.save()
    assert "left as it is" in caplog.text
    assert vector_file.generation(path) == 4
    late.sync(5, IDS[:10], unit)
    late.save()
    assert vector_file.generation(path) == 5


def test_replaces_a_newer_file_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "file"
    made(path, 9)
    path.write_bytes(path.read_bytes()[:-1])
    made(path, 3)
    assert vector_file.generation(path) == 3


def test_saves_only_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    made(path)
    written = path.stat().st_ino
    again = VectorIndex(path, 3)
    again.save()
    again.sync(1, IDS, unit)
    again.save()
    assert path.stat().st_ino == written
    again.sync(2, IDS, unit)
    again.save()
    assert vector_file.generation(path) == 2
    assert path.stat().st_ino != written


def test_clears_what_a_killed_process_left(tmp_path: Path) -> None:
    path = tmp_path / "file"
    left = tmp_path / ".file.tmp"
    left.write_bytes(b"half of an index")
    made(path)
    assert not left.exists()
    assert vector_file.read(path, 3) is not None


def test_a_failed_save_leaves_the_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    index = made(path)
    before = path.read_bytes()
    index.sync(2, IDS[1:], unit)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            index.save()
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "file.lock"]
    index.save()
    assert vector_file.generation(path) == 2


def test_waits_only_briefly_for_another_that_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "WAIT_S", 0.2)
    path = tmp_path / "file"
    index = VectorIndex(path, 3)
    index.sync(1, IDS, unit)
    with atomic.locked(path, 0.0), pytest.raises(BlockingIOError, match="another process"):
        index.save()
    index.save()
    assert vector_file.generation(path) == 1
