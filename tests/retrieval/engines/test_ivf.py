"""Large segments: nearly all of the nearest are found, with exact scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.engines import LocalEngine, VectorIndex, segment_files, segments
from retrieval.engines.segment_files import EMPTY

COUNT, DIMENSION = 4000, 32
IDS = np.arange(1, COUNT + 101, dtype=np.int64)


def _vectors() -> np.ndarray:
    rng = np.random.default_rng(3)
    centres = rng.standard_normal((150, DIMENSION))
    rows = centres[rng.integers(0, 150, COUNT + 100)]
    rows = (rows + 0.5 * rng.standard_normal(rows.shape)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


ROWS = _vectors()


def fetch(ids: np.ndarray) -> np.ndarray:
    return ROWS[ids - 1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of an index of 4,000 passages, with lists of them."""
    folder = tmp_path_factory.mktemp("large") / "vectors-1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "LARGE", 1000)
        index = VectorIndex(folder, DIMENSION)
        index.sync(1, IDS[:COUNT], fetch)
        index.save()
    return folder


@pytest.fixture
def index(folder: Path) -> VectorIndex:
    """Give that index, opened, with some passages added and some removed."""
    index = VectorIndex(folder, DIMENSION)
    assert index.generation == 1
    index.change(2, IDS[COUNT:], IDS[:COUNT:40], fetch)
    return index


def brute(query: np.ndarray, k: int, allowed: np.ndarray) -> list[tuple[int, float]]:
    products = segments.exact(fetch(allowed), query)
    order = np.lexsort((allowed, -products))[:k]
    return list(zip(allowed[order].tolist(), products[order].tolist(), strict=True))


def held() -> np.ndarray:
    return np.setdiff1d(IDS, IDS[:COUNT:40])


def test_nearly_all_of_the_ten_nearest_are_found_with_exact_scores(index: VectorIndex) -> None:
    rng = np.random.default_rng(9)
    assert index._snapshot.segments[0].lists
    found = 0
    for row in ROWS[rng.choice(COUNT, 200, replace=False)]:
        query = row + 0.1 * rng.standard_normal(DIMENSION).astype(np.float32)
        query /= np.linalg.norm(query)
        expected, hits = brute(query, 10, held()), index.search(query, 10)
        found += len(set(hits) & set(expected))
        assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))
        assert dict(hits).items() <= dict(brute(query, COUNT, held())).items()
    assert found >= 0.97 * 2000


def test_so_are_those_of_questions_far_from_any_passage(index: VectorIndex) -> None:
    rng, found = np.random.default_rng(8), 0
    for row in ROWS[rng.choice(COUNT, 200, replace=False)]:
        query = row + 3 * rng.standard_normal(DIMENSION).astype(np.float32) / DIMENSION**0.5
        query /= np.linalg.norm(query)
        found += len(set(index.search(query, 10)) & set(brute(query, 10, held())))
    assert found >= 0.97 * 2000


def test_as_many_are_found_as_are_asked_for(index: VectorIndex) -> None:
    for k in (500, 3000, 5000):
        hits = index.search(ROWS[7], k)
        assert len(hits) == min(k, 4000)
        assert len({id for id, _ in hits}) == len(hits)


def test_few_passages_are_compared_one_by_one(index: VectorIndex) -> None:
    rng = np.random.default_rng(9)
    for size in (4, 40, 400):
        allowed = np.sort(rng.choice(IDS, size, replace=False))
        expected = brute(ROWS[7], 50, np.intersect1d(allowed, held()))
        assert index.search(ROWS[7], 50, allowed) == expected


def test_nothing_outside_a_wide_filter_is_found(
    index: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "FEW", 100)
    found = 0
    for share in (2, 5, 20):
        allowed = IDS[::share]
        for row in ROWS[:COUNT:100]:
            hits = index.search(row, 10, allowed)
            expected = brute(row, 10, np.intersect1d(allowed, held()))
            assert len(hits) == 10
            assert {id for id, _ in hits} <= set(allowed.tolist())
            found += len(set(hits) & set(expected))
    assert found >= 0.97 * 1200


def test_lists_are_read_from_their_file(folder: Path) -> None:
    assert len(list(folder.parent.glob("*.faiss"))) == 2
    again = VectorIndex(folder, DIMENSION)
    assert again.generation == 1
    assert again._snapshot.segments[0].lists
    told = LocalEngine(folder.parent).describe("1")
    assert told.startswith("nearly exact")
    assert LocalEngine(folder.parent).describe("2") == "exact"


@pytest.mark.parametrize("at", [0, 0.5, 0.999])
def test_damaged_lists_are_noticed(folder: Path, at: float) -> None:
    path = folder.with_name(segment_files.read(folder, DIMENSION).segments[0].lists.file)
    content = path.read_bytes()
    spoilt = bytearray(content)
    spoilt[int(at * len(content))] ^= 1
    try:
        for wrong in (bytes(spoilt), content[: int(at * len(content))]):
            path.write_bytes(wrong)
            assert segment_files.read(folder, DIMENSION) is EMPTY
    finally:
        path.write_bytes(content)
    assert len(segment_files.read(folder, DIMENSION)) == COUNT
