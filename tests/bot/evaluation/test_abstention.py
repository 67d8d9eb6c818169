"""Risk against coverage, and thresholds fitted to questions, by values worked out by hand."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.evaluation import Attempt, Expected, Outcome, Query, by_caution
from bot.evaluation.abstention import (
    Point,
    aurc,
    fitted,
    require_enough,
    risk_coverage,
    spoken,
    thinned,
)
from retrieval.errors import QuestionError
from retrieval.reader import ExtractiveReader

ATTEMPTS = st.lists(
    st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()),
    max_size=3,
    unique_by=lambda one: one[0],
)


def outcome(*attempts: tuple[float, bool], answerable: bool = True) -> Outcome:
    """A question with what is answered up to each confidence, and whether that is right."""
    kind = "who" if answerable else "unanswerable"
    expected = Expected("who?", kind, any_of=("Dahl",) if answerable else ())
    made = tuple(Attempt(*one) for one in sorted(attempts))
    return Outcome(Query("1", "who?", expected), right=False, attempts=made)


def test_the_curve_counts_what_is_said_from_the_surest_answer_on() -> None:
    outcomes = [outcome((0.9, True)), outcome((0.5, False)), outcome((0.2, True)), outcome()]
    points = risk_coverage(outcomes)
    assert points == [
        Point(0.9, 0.25, 0.0),
        Point(0.5, 0.5, 0.5),
        Point(0.2, 0.75, pytest.approx(1 / 3)),
    ]
    assert aurc(points) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_another_answer_takes_the_place_of_the_surer_one_below_it() -> None:
    outcomes = [outcome((0.3, True), (0.7, False)), outcome((0.5, True))]
    assert risk_coverage(outcomes) == [
        Point(0.7, 0.5, 1.0),
        Point(0.5, 1.0, 0.5),
        Point(0.3, 1.0, 0.0),
    ]


def test_answers_of_one_confidence_are_one_point_in_any_order() -> None:
    outcomes = [outcome((0.5, True)), outcome((0.5, False))]
    assert risk_coverage(outcomes) == [Point(0.5, 1.0, 0.5)] == risk_coverage(outcomes[::-1])


def test_a_curve_that_is_thinned_keeps_its_end() -> None:
    points = [Point(1 - number / 100, number / 100, 0.0) for number in range(1, 100)]
    found = thinned(points, 10)
    assert len(found) == 10
    assert found[-1] == points[-1]
    assert found == sorted(found, key=lambda point: point.answered)
    assert thinned(points[:3], 10) == points[:3]


def test_nothing_said_has_no_area() -> None:
    assert aurc(risk_coverage([outcome()])) is None
    assert risk_coverage([Outcome(Query("1", "who?"))]) == []


@given(st.lists(ATTEMPTS, min_size=1, max_size=8))
def test_shares_stay_within_bounds_and_coverage_grows(
    tried: list[list[tuple[float, bool]]],
) -> None:
    points = risk_coverage([outcome(*attempts) for attempts in tried])
    answered = [point.answered for point in points]
    assert answered == sorted(answered)
    assert all(0 < point.answered <= 1 and 0 <= point.wrong <= 1 for point in points)
    area = aurc(points)
    assert area is None if not points else 0 <= area <= 1 + 1e-9  # type: ignore[operator]


@given(ATTEMPTS, st.floats(0, 1))
def test_what_is_said_is_the_least_sure_that_is_sure_enough(
    tried: list[tuple[float, bool]], threshold: float
) -> None:
    told = spoken(outcome(*tried), threshold)
    enough = [confidence for confidence, _ in tried if confidence >= threshold]
    assert (told.confidence if told else None) == min(enough, default=None)


def test_what_each_caution_gives() -> None:
    outcomes = [
        outcome((0.9, True)),
        outcome((0.3, False)),
        outcome((0.05, True)),
        outcome((0.3, False), answerable=False),
        outcome(answerable=False),
    ]
    assert by_caution(outcomes, {"cautious": 0.5, "balanced": 0.3, "eager": 0.01}) == {
        "cautious": {"threshold": 0.5, "answered": 0.3333, "right": 0.3333, "silent": 1.0},
        "balanced": {"threshold": 0.3, "answered": 0.6667, "right": 0.3333, "silent": 0.5},
        "eager": {"threshold": 0.01, "answered": 1.0, "right": 0.6667, "silent": 0.5},
    }


def test_saying_nothing_is_right_where_only_wrong_answers_are_known() -> None:
    expected = Expected("who?", "who", none_of=("Dahl",))
    told = Outcome(Query("1", "who?", expected), right=False, attempts=(Attempt(0.4, False),))
    found = by_caution([told], {"cautious": 0.5, "eager": 0.1})
    assert found["cautious"]["right"] == 1
    assert found["eager"]["right"] == 0


# Thresholds --------------------------------------------------------------------------------

SHIPPED = ExtractiveReader().calibration.thresholds


def answered(said: float, right: float, count: int = 400) -> list[Outcome]:
    """Answers said to be right with one probability that are with another, at random."""
    chance = random.Random(count)
    return [outcome((said, chance.random() < right)) for _ in range(count)]


def test_thresholds_stay_where_probabilities_are_true() -> None:
    told = [*answered(0.1, 0.1), *answered(0.3, 0.3), *answered(0.6, 0.6), *answered(0.9, 0.9)]
    assert fitted(told, SHIPPED) == pytest.approx(SHIPPED, abs=0.06)


def test_thresholds_rise_where_answers_are_less_often_right_than_said() -> None:
    told = [*answered(0.3, 0.1), *answered(0.6, 0.25), *answered(0.9, 0.65)]
    found = fitted(told, SHIPPED)
    assert all(found[name] > SHIPPED[name] + 0.1 for name in SHIPPED)
    assert found["eager"] < found["balanced"] < found["cautious"]
    assert found["balanced"] == pytest.approx(0.6, abs=0.08)  # where a quarter is right


def test_few_questions_move_thresholds_little() -> None:
    few = fitted(answered(0.6, 0.25, 8), SHIPPED)
    many = fitted(answered(0.6, 0.25, 400), SHIPPED)
    assert abs(few["balanced"] - SHIPPED["balanced"]) < abs(many["balanced"] - SHIPPED["balanced"])


def test_nothing_is_fitted_where_surer_answers_are_not_more_often_right() -> None:
    with pytest.raises(QuestionError, match=r"surer answers .* not more often right"):
        fitted([*answered(0.1, 0.9), *answered(0.9, 0.1)], SHIPPED)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
@example(
    [(one, False) for one in (0.0, 0.0, 0.5, 0.5, 0.75, 0.875, 0.9375, 0.96875, 0.25)]
    + [(one, True) for one in (0.0, 0.625, 0.90625, 0.25)]
)
def test_thresholds_are_probabilities_in_their_order(tried: list[tuple[float, bool]]) -> None:
    try:
        found = fitted([outcome(one) for one in tried], SHIPPED)
    except QuestionError:
        return
    assert 0 <= found["eager"] <= found["balanced"] <= found["cautious"] <= 1
    assert all(math.isfinite(value) for value in found.values())


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "told"),
    [
        (10, 3, "here are 10 and 3: add 7 more that they don't"),
        (4, 10, "here are 4 and 10: add 6 more that the articles answer"),
        (9, 0, "add 1 more that the articles answer and 10 more that they don't"),
    ],
)
def test_too_few_questions_are_told_with_what_is_missing(
    answerable: int, unanswerable: int, told: str
) -> None:
    with pytest.raises(QuestionError) as caught:
        require_enough(answerable, unanswerable)
    assert told in str(caught.value)


def test_enough_questions_are_enough() -> None:
    require_enough(10, 10)
