"""A choice is fitted to what is right, and says how often it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.choosing import Row, as_weights, figures, fit, risks, without_fold
from bot.evaluation.scoring import mean
from retrieval.answering.features import AS_READ, FEATURES

READ, TITLE = FEATURES.index("read"), FEATURES.index("title")


def invented(count: int) -> list[Row]:
    """Questions with two candidates, of which the one of a title is right in three of four.

    Every other question has no answer, and its candidates are read less surely.
    """
    made = []
    for number in range(count):
        values = np.zeros((2, len(FEATURES)))
        values[:, 0] = 1.0
        answerable = number % 2 == 0
        values[:, READ] = (0.0, 0.5) if answerable else (-3.0, -2.5)
        values[0, TITLE] = 1.0
        right = np.zeros(2)
        if answerable:
            right[int(number % 8 == 0)] = 1.0
        made.append(Row(number, "date", answerable, values, right, right))
    return made


def test_what_is_right_more_often_is_preferred_and_as_probable_as_it_is_right() -> None:
    told = invented(160)
    weights = fit(told)
    firsts = [one.first(weights) for one in told if one.answerable]
    assert mean([exact for _, _, exact in firsts]) == 0.75
    assert mean([chance for chance, _, _ in firsts]) == pytest.approx(0.75, abs=0.06)
    assert max(one.first(weights)[0] for one in told if not one.answerable) < 0.1
    as_read = [one.first(as_weights(AS_READ))[2] for one in told if one.answerable]
    assert mean(as_read) == 0.25


def test_a_question_is_judged_by_fits_without_it() -> None:
    told = invented(80)
    assert mean([exact for _, _, exact in without_fold(told)][::2]) == 0.75


def test_the_row_of_the_table() -> None:
    told = invented(16)
    firsts = [(0.5 if one.answerable else 0.05, 1.0, 1.0) for one in told]
    row = figures(told, firsts, (0.1, 0.6))
    assert row == "1.000 / 1.000 | 1.000 / 0.000 | 1.000 / 1.000 | 1.000 (0.50) | 0.725"


def test_what_a_kind_risks() -> None:
    told = invented(4)
    told[3] = replace(told[3], kind="place")
    firsts = [(0.9, 1.0, 1.0), (0.3, 0.0, 0.0), (0.6, 1.0, 1.0), (0.2, 0.0, 0.0)]
    _, _, dates, places = risks(told, firsts, (0.1, 0.5, 0.95)).split("\n")
    assert dates == "| date | 3 | 1.000 / 0.667 / 0.000 | 0.667 / 1.000 / – | 0.111 |"
    assert places == "| place | 1 | 1.000 / 0.000 / 0.000 | 0.000 / – / – | 1.000 |"


def test_nothing_to_choose_from_is_nothing() -> None:
    empty = Row(0, "date", True, np.zeros((0, len(FEATURES))), np.zeros(0), np.zeros(0))
    assert empty.first(np.zeros(len(FEATURES))) == (0.0, 0.0, 0.0)
