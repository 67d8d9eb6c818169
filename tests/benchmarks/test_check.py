"""The regression guard: what is out of its bounds fails."""

from __future__ import annotations

from benchmarks.check import Bound
from benchmarks.machine import in_turns, operations


def test_a_figure_out_of_its_bounds_fails() -> None:
    assert Bound("times as fast", 1.4, least=1.15).holds
    assert not Bound("times as fast", 1.1, least=1.15).holds
    assert not Bound("a cold start", 0.5, most=0.4).holds
    assert str(Bound("a cold start", 0.5, most=0.4)) == "FAIL a cold start: 0.50 (at most 0.4)"


def test_works_take_turns_and_the_first_round_is_not_counted() -> None:
    done: list[str] = []
    measured = in_turns([lambda: done.append("one"), lambda: done.append("other")], 2)
    assert done == ["one", "other"] * 3
    assert [len(durations) for durations in measured] == [2, 2]


def test_operations_grow_with_the_square_of_the_length() -> None:
    assert operations([100]) == 100 * 21.23e6 + 100**2 * 9.2e3
    assert operations([100, 100]) == 2 * operations([100])
