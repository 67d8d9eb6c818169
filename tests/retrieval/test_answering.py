from __future__ import annotations

from collections.abc import Sequence

import pytest

from retrieval.answering import answers, nearest, same_sentence
from retrieval.types import Article, Span


def article(id: str, text: str, sha256: str | None = None) -> Article:
    return Article(id, text, id, None, None, None, None, f"{id}.txt", sha256 or id)


def whole(item: Article, probability: float) -> Span:
    return Span(item, 0, len(item.text), probability)


def no_copies(item: Article) -> Sequence[Article]:
    return ()


ONE = article("one", "The ferry to Nordøy sank on Friday.")
SPELLED = article("two", "The FERRY to Nordoy sank on Friday")
OTHER = article("three", "The ferry to Nordøy sank on Monday.")


def test_the_best_come_first_and_the_weak_are_left_out() -> None:
    found = answers([whole(ONE, 0.9), whole(OTHER, 0.1)], threshold=0.5, most=5, copies=no_copies)
    assert [answer.text for answer in found] == [ONE.text]
    assert found[0].probability == 0.9
    assert answers([whole(ONE, 0.4)], threshold=0.5, most=5, copies=no_copies) == ()


def test_further_answers_need_less_than_the_first() -> None:
    spans = [whole(ONE, 0.6), whole(OTHER, 0.4)]
    found = answers(spans, threshold=0.5, most=5, copies=no_copies)
    assert [answer.text for answer in found] == [ONE.text, OTHER.text]


def test_no_more_answers_than_asked_for() -> None:
    found = answers([whole(ONE, 0.9), whole(OTHER, 0.8)], threshold=0.5, most=1, copies=no_copies)
    assert [answer.text for answer in found] == [ONE.text]


def test_the_same_words_are_one_answer_that_names_both() -> None:
    spans = [whole(ONE, 0.9), whole(SPELLED, 0.8), whole(OTHER, 0.7)]
    found = answers(spans, threshold=0.5, most=5, copies=no_copies)
    assert [answer.text for answer in found] == [ONE.text, OTHER.text]
    assert found[0].quotes[0].also_in == (SPELLED,)
    assert found[1].quotes[0].also_in == ()


def test_copies_count_only_where_they_print_the_sentence() -> None:
    silent = article("four", "The ferry left. Nobody knows more.")
    found = answers([whole(ONE, 0.9)], threshold=0.5, most=5, copies=lambda item: (SPELLED, silent))
    assert found[0].quotes[0].also_in == (SPELLED,)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("He met Ada Brandt.", "he met ADA BRANDT", True),
        ("He met Çağla Şen.", "He met Cagla Sen.", True),
        ("The passengers were rescued.", "Passengers were rescued.", True),
        ("He met Ada Brandt.", "He met Ida Brandt.", False),
        ("Both sides send 40 officers to Tarn.", "Both sides send 60 officers to Tarn.", False),
        (
            "At least 17 people died in the crash.",
            "At least 17 people survived in the crash.",
            False,
        ),
        ("He accused the company.", "He did not accuse the company.", False),
        ("No passengers were killed.", "Forty passengers were killed.", False),
    ],
)
def test_same_sentence(first: str, second: str, same: bool) -> None:
    assert same_sentence(first, second) is same
    assert same_sentence(second, first) is same


def test_nearest_are_the_first_three_different_ones() -> None:
    other = article("four", "Nobody was hurt.")
    spans = [whole(item, 0.1) for item in (ONE, SPELLED, OTHER, other)]
    found = nearest(spans, copies=no_copies)
    assert [quote.article.id for quote in found] == ["one", "three", "four"]
    assert found[0].also_in == (SPELLED,)
