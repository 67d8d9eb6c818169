"""What a learnt choice can tell answers apart by."""

from __future__ import annotations

import math
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


def test_without_a_day_the_newest_article_that_answers_stands_for_it(
    ask: Ask, regattas: tuple[Reading, Reading]
) -> None:
    found = ask("Who won the Tarn regatta?", *regattas, choice={**AS_READ, "old": -0.5})
    assert found[0].text == "Amos Reed"


def test_a_newer_article_about_something_else_makes_no_answer_old(ask: Ask, read: Read) -> None:
    told = read("one", "Maarja Tamm won the race.", {"Maarja Tamm": 0.6}, published=EARLY)
    other = read("two", "Tarn has a new bakery.", {"bakery": 0.02}, published=LATE)
    (found,) = ask("Who won the race?", told, other, choice={**AS_READ, "old": -0.5})
    assert found.probability == pytest.approx(0.6)


def test_of_values_one_at_most_is_right_so_that_rivals_make_it_doubtful(
    ask: Ask, read: Read
) -> None:
    first = read("one", "The storm killed 12 people.", {"12": 0.8})
    other = read("two", "In another storm 30 died.", {"30": 0.5})
    (alone,) = ask("How many people were killed?", first)
    (doubted,) = ask("How many people were killed?", first, other)
    assert alone.probability == pytest.approx(0.8)
    assert doubted.probability == pytest.approx(4 / 6)


def test_the_sentence_that_tells_the_questions_words_is_meant(ask: Ask, read: Read) -> None:
    readings = [
        read("one", "Lotte Vik was in Tarn that day.", {"Lotte Vik": 0.55}),
        read("two", "Amos Reed won the Tarn regatta.", {"Amos Reed": 0.5}),
    ]
    choice = {**AS_READ, "sentence": 2.0}
    assert texts(ask("Who won the Tarn regatta?", *readings, choice=choice))[0] == "Amos Reed"
    assert texts(ask("Who won the Tarn regatta?", *readings))[0] == "Lotte Vik"


def test_the_sentence_before_that_says_who_is_meant_tells_the_questions_words_too(
    ask: Ask, read: Read
) -> None:
    readings = [
        read("one", "Elin Dahl came to Tarn. She met Amos Reed.", {"Amos Reed": 0.5}),
        read("two", "Elin Dahl came to Tarn. The crowd met Lotte Vik.", {"Lotte Vik": 0.5}),
    ]
    found = ask("Who did Dahl meet?", *readings, choice={**AS_READ, "sentence": 2.0})
    chances = {answer.text: answer.probability for answer in found}
    assert chances["Amos Reed"] == pytest.approx(1 / (1 + math.exp(-2.0)))
    assert chances["Lotte Vik"] == pytest.approx(1 / (1 + math.exp(-1.0)))


def test_of_a_number_in_a_table_the_label_of_its_column_counts(ask: Ask, read: Read) -> None:
    text = "| Route | Child | Car |\n|---|---|---|\n| Tarn–Vik | 40 | 330 |\n| Tarn–Os | 20 | 150 |"
    spans = {"40": 0.5, "330": 0.5}
    child, car = (
        ask(question, read("one", text, spans), choice={**AS_READ, "sentence": 2.0})
        for question in ("How much does a child pay to Vik?", "How much does a car pay to Vik?")
    )
    assert (child[0].text, car[0].text) == ("40", "330")


def test_the_older_items_of_a_list_are_no_less_right(ask: Ask, read: Read) -> None:
    early = read("one", "Elin Dahl met Maarja Tamm.", {"Maarja Tamm": 0.6}, published=EARLY)
    late = read("two", "Elin Dahl met Amos Reed.", {"Amos Reed": 0.6}, published=LATE)
    found = ask("Who did Dahl meet?", early, late, choice={**AS_READ, "old": -0.5})
    assert [answer.probability for answer in found] == pytest.approx([0.6, 0.6])


def test_what_a_title_tells_is_meant(ask: Ask, read: Read) -> None:
    readings = [
        read("Lotte Vik in Tarn", "Lotte Vik won.", {"Lotte Vik": 0.5}),
        read("Regatta", "Amos Reed won.", {"Amos Reed": 0.55}),
    ]
    choice = {**AS_READ, "title": 1.0}
    assert texts(ask("Who won the regatta?", *readings, choice=choice))[0] == "Lotte Vik"
    assert texts(ask("Who won the regatta?", *readings))[0] == "Amos Reed"


@pytest.mark.parametrize(
    ("language", "question", "text", "name", "told"),
    [
        (
            "de",
            "who is the Vorstandsvorsitzende?",
            "Die Fähren fahren wieder, sagte die Vorstandsvorsitzende Inga Petersen.",
            "Inga Petersen",
            1.0,
        ),
        (
            "tr",
            "Deniz fenerini kim onaracak?",
            "İzmir Belediyesi deniz fenerini onaracak.",
            "İzmir Belediyesi",
            1.0,
        ),
        ("en", "Who repairs the lighthouses?", "Tarn repairs a lighthouse.", "Tarn", 1.0),
    ],
)
def test_the_questions_words_are_looked_for_in_the_language_of_the_article(
    ask: Ask, read: Read, language: str, question: str, text: str, name: str, told: float
) -> None:
    reading = read("one", text, {name: 0.5}, language=language)
    (found,) = ask(question, reading, choice={**AS_READ, "sentence": 2.0})
    assert found.text == name
    assert found.probability == pytest.approx(1 / (1 + math.exp(-2.0 * told)))
