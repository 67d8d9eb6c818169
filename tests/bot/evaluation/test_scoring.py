"""How answers are scored, against values worked out by hand and what must always hold."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.scoring import best_f1, exact, list_f1, normalized
from retrieval.text import fold

WORDS = st.lists(st.sampled_from(["Quay", "harbour", "the", "48", "Ferreira", "İzmir"]), max_size=6)


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
