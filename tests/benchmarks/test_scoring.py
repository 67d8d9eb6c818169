"""The scores of the benchmarks, against values worked out by hand and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scoring import Choice, best_threshold, calibration_error, named_f1, reliability

SHARE = st.floats(0, 1)
CHOICES = st.lists(
    st.builds(Choice, st.sampled_from([0.1, 0.3, 0.5, 0.9]), SHARE, st.sampled_from([0.0, 1.0])),
    max_size=12,
)


@given(st.lists(st.tuples(SHARE, SHARE), max_size=60), st.integers(1, 12))
def test_bins_hold_all_answers_in_equal_parts(
    answers: list[tuple[float, float]], count: int
) -> None:
    bins = reliability(answers, count)
    assert sum(item.count for item in bins) == len(answers)
    assert len(bins) == min(count, len(answers))
    counts = [item.count for item in bins]
    assert not counts or max(counts) - min(counts) <= 1
    said = [item.said for item in bins]
    assert said == pytest.approx(sorted(said))
    assert 0 <= calibration_error(bins) <= 1 + 1e-9


def test_calibration_error_of_known_answers() -> None:
    sure = [(0.9, 1.0)] * 9 + [(0.9, 0.0)]
    unsure = [(0.2, 0.0)] * 5 + [(0.2, 1.0)] * 5
    low, high = reliability(sure + unsure, 2)
    assert (low.count, low.said, low.right) == pytest.approx((10, 0.2, 0.5))
    assert (high.count, high.said, high.right) == pytest.approx((10, 0.9, 0.9))
    assert calibration_error([low, high]) == pytest.approx(0.15)
    assert calibration_error([]) == 0


def test_threshold_that_scores_most() -> None:
    choices = [Choice(0.9, 1, 0), Choice(0.6, 0.5, 0), Choice(0.4, 0, 1), Choice(0.2, 1, 0)]
    assert best_threshold(choices) == 0.6  # .2 would score as much, and speak more
    assert [choice.score(0.6) for choice in choices] == [1, 0.5, 1, 0]
    assert best_threshold([Choice(0.9, 0, 1)]) == float("inf")
    assert best_threshold([Choice(0.5, 1, 0), Choice(0.5, 0, 1)]) == float("inf")


@given(CHOICES)
def test_no_threshold_scores_more_than_the_best(choices: list[Choice]) -> None:
    def total(threshold: float) -> float:
        return sum(choice.score(threshold) for choice in choices)

    best = total(best_threshold(choices))
    for threshold in (0, float("inf"), *(choice.confidence for choice in choices)):
        assert best >= total(threshold) - 1e-9


def test_a_list_is_right_where_each_answer_contains_a_gold() -> None:
    assert named_f1(["Elin Dahl", "Amos Reed"], ["dahl", "Reed"]) == 1
    assert named_f1(["Elin Dahl", "Tarn"], ["Dahl", "Reed"]) == 0.5
    assert named_f1(["Elin Dahl", "Lotte Vik"], ["Dahl"], ["Vik"]) == 1
    assert named_f1(["Lotte Vik"], ["Dahl"], ["Vik"]) == named_f1([], ["Dahl"]) == 0
