"""How texts are put together, and how many threads work on them."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.encoder.cores import usable_cores
from retrieval.encoder.session import batches


def test_worked_by_hand() -> None:
    assert list(batches([3, 9, 2, 5, 30, 4], 10)) == [[4], [1], [3, 5], [0, 2]]


@given(st.lists(st.integers(1, 300)), st.integers(1, 1000))
def test_each_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    parts = list(batches(lengths, budget))
    assert sorted(index for part in parts for index in part) == list(range(len(lengths)))
    for part in parts:
        assert len(part) == 1 or max(lengths[index] for index in part) * len(part) <= budget


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the cores of a process")
def test_a_process_bound_to_one_processor_has_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    processor = min(os.sched_getaffinity(0))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {processor})
    assert usable_cores() == 1
