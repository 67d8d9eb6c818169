"""The scores of the benchmarks, against values worked out by hand and what must always hold."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scoring import (
    Choice,
    best_f1,
    best_threshold,
    calibration_error,
    exact,
    list_f1,
    named_f1,
    normalized,
    reliability,
)
from retrieval.text import fold

WORDS = st.lists(st.sampled_from(["Quay", "harbour", "the", "48", "Ferreira", "İzmir"]), max_size=6)
SHARE = st.floats(0, 1)
CHOICES = st.lists(
    st.builds(Choice, st.sampled_from([0.1, 0.3, 0.5, 0.9]), SHARE, st.sampled_from([0.0, 1.0])),
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The  Harbour-Master,", "harbourmaster"),
        ("a quay; an inn, the sea", "quay inn sea"),
        ("Theatre another", "theatre another"),
        ("U.S. $48.5 million", "us 485 million"),
        ("Marta’s “quay”", "marta’s “quay”"),
        ("THE\n\tthe a", ""),
        ("Çavuşoğlu", "çavuşoğlu"),
    ],
)
def test_normalized_as_squad_does(text: str, words: str) -> None:
    assert normalized(text) == words


def test_folded_makes_turkish_spellings_one() -> None:
    assert normalized("DİYARBAKIR'da", folded=True) == normalized("Diyarbakırda", folded=True)
    assert exact("Şükrü Çavuşoğlu", ["Sukru Cavusoglu"], folded=True) == 1
    assert exact("Şükrü Çavuşoğlu", ["Sukru Cavusoglu"]) == 0
    assert best_f1("ızgara İzmir", ["IZGARA izmir"], folded=True) == 1


@pytest.mark.parametrize(
    ("predicted", "golds", "em", "score"),
    [
        ("the quay", ["Quay."], 1, 1),
        ("second quay", ["a quay"], 0, 2 / 3),
        ("second quay", ["harbour", "the second quay of Veldmark"], 0, 2 / 3),
        ("quay quay", ["quay"], 0, 2 / 3),
        ("market", ["quay", "harbour"], 0, 0),
        ("", [], 1, 1),
        ("quay", [], 0, 0),
        ("", ["quay"], 0, 0),
        ("The", ["quay"], 0, 0),
        ("quay", ["the", "Quay"], 1, 1),
        ("", ["the"], 1, 1),
    ],
)
def test_exact_match_and_f1(predicted: str, golds: list[str], em: float, score: float) -> None:
    assert exact(predicted, golds) == em
    assert best_f1(predicted, golds) == pytest.approx(score)


@pytest.mark.parametrize(
    ("predicted", "golds", "score"),
    [
        (["Marta Lindqvist", "Elin Dahl"], ["Elin Dahl", "Marta Lindqvist"], 1),
        (["Marta Lindqvist"], ["Elin Dahl", "Marta Lindqvist"], 2 / 3),
        (["Lindqvist", "Elin Dahl"], ["Elin Dahl", "Marta Lindqvist"], 1 / 2),
        (["the mayor", "The Mayor!"], ["mayor"], 1),
        (["the"], ["mayor"], 0),
        ([], [], 1),
    ],
)
def test_list_f1_counts_whole_answers_once(
    predicted: list[str], golds: list[str], score: float
) -> None:
    assert list_f1(predicted, golds) == pytest.approx(score)


@given(st.text())
def test_normalizing_twice_changes_nothing(text: str) -> None:
    for folded in (False, True):
        once = normalized(text, folded=folded)
        assert normalized(once, folded=folded) == once
        assert not set(string.punctuation) & set(once)
        assert not {"a", "an", "the"} & set(once.split())


@given(st.text())
def test_folding_before_changes_nothing(text: str) -> None:
    assert normalized(text, folded=True) == normalized(fold(text), folded=True)


@given(WORDS, WORDS, st.lists(WORDS.map(" ".join), max_size=3))
def test_f1_is_symmetric_bounded_and_grows_with_alternatives(
    first: list[str], second: list[str], more: list[str]
) -> None:
    one, two = " ".join(first), " ".join(second)
    score = best_f1(one, [two])
    assert score == best_f1(two, [one])
    assert 0 <= exact(one, [two]) <= score <= 1
    assert (score == 1) == (sorted(normalized(one).split()) == sorted(normalized(two).split()))
    if normalized(two):
        assert best_f1(one, [two, *more]) >= score


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
