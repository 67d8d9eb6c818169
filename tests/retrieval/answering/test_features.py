"""What a learnt choice can tell answers apart by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from retrieval.answering import AS_READ
from retrieval.reader.base import Reading
from retrieval.types import Answer

Read = Callable[..., Reading]
Ask = Callable[..., tuple[Answer, ...]]

EARLY, LATE = date(2024, 3, 2), date(2025, 3, 1)


def texts(found: tuple[Answer, ...]) -> list[str]:
    return [answer.text for answer in found]


@pytest.fixture
def regattas(read: Read) -> tuple[Reading, Reading]:
    """The same race in two years, the earlier one read a little more surely."""
    return (
        read(
            "one", "The Tarn regatta was won by Maarja Tamm.", {"Maarja Tamm": 0.6}, published=EARLY
        ),
        read("two", "Amos Reed has won the Tarn regatta.", {"Amos Reed": 0.55}, published=LATE),
    )


def test_the_article_near_the_day_of_the_question_is_meant(
    ask: Ask, regattas: tuple[Reading, Reading]
) -> None:
    choice = {**AS_READ, "age": -0.5}
    question = "Who won the Tarn regatta?"
    assert texts(ask(question, *regattas, choice=choice))[0] == "Maarja Tamm"
    then = ask(question, *regattas, choice=choice, today=EARLY)
    now = ask(question, *regattas, choice=choice, today=LATE)
    assert (then[0].text, now[0].text) == ("Maarja Tamm", "Amos Reed")


def test_without_a_day_the_newest_article_read_stands_for_it(
    ask: Ask, regattas: tuple[Reading, Reading]
) -> None:
    found = ask("Who won the Tarn regatta?", *regattas, choice={**AS_READ, "old": -0.5})
    assert found[0].text == "Amos Reed"


def test_the_year_of_the_question_is_looked_for_in_sentence_and_date(
    ask: Ask, read: Read, regattas: tuple[Reading, Reading]
) -> None:
    choice = {**AS_READ, "year": 1.0}
    told = read("three", "In 2025 the Tarn regatta was won by Lotte Vik.", {"Lotte Vik": 0.5})
    found = ask("Who won the Tarn regatta in 2025?", *regattas, told, choice=choice, threshold=0.1)
    assert found[0].text == "Amos Reed"
    (alone,) = ask("Who won the Tarn regatta in 2025?", told, choice=choice)
    assert alone.probability == pytest.approx(0.731, abs=0.001)


def test_of_values_one_at_most_is_right_so_that_rivals_make_it_doubtful(
    ask: Ask, read: Read
) -> None:
    first = read("one", "The storm killed 12 people.", {"12": 0.8})
    other = read("two", "In another storm 30 died.", {"30": 0.5})
    (alone,) = ask("How many people were killed?", first)
    (doubted,) = ask("How many people were killed?", first, other)
    assert alone.probability == pytest.approx(0.8)
    assert doubted.probability == pytest.approx(4 / 6)


def test_values_that_contradict_are_told_although_each_is_doubtful(ask: Ask, read: Read) -> None:
    readings = [
        read("one", "The storm killed 12 people.", {"12": 0.45}),
        read("two", "In the storm 15 people were killed.", {"15": 0.4}),
    ]
    found = ask("How many people were killed?", *readings, threshold=0.4)
    assert texts(found) == ["12", "15"]
    assert all(answer.probability < 0.4 for answer in found)
