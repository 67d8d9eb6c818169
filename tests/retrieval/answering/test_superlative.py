"""The most or the least of what several articles tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from retrieval.answering.superlative import direction
from retrieval.reader.base import Reading
from retrieval.types import Answer

Read = Callable[..., Reading]
Ask = Callable[..., tuple[Answer, ...]]

HARBOURS = {
    "Tarn": ("Tarn landed 310 tonnes of cod in 2023, the port office said.", 0.8),
    "Lund": ("The boats of Lund landed 1,450 tonnes of cod last year.", 0.4),
    "Vik": ("Vik, with its nine boats, landed 95 tonnes.", 0.2),
}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Which port landed the most cod?", 0),
        ("Which port landed the most tonnes of cod?", 1),
        ("Which port landed the most in 2023?", 1),
        ("Which port earns the least?", -1),
        ("Who spent the most money?", 1),
        ("What is the largest port?", 1),
        ("Which bridge is the shortest one?", -1),
        ("Which port has the fewest boats?", -1),
        ("Who is the most popular singer?", 0),
        ("Who is at least 40?", 0),
        ("Did Tarn land the most tonnes?", 0),
        ("Which port landed cod?", 0),
    ],
)
def test_which_way_a_question_looks(question: str, wanted: int) -> None:
    assert direction(question) == wanted


def told(ask: Ask, read: Read, question: str, *more: Reading) -> list[str]:
    readings = [read(name, text, {name: odds}) for name, (text, odds) in HARBOURS.items()]
    return [answer.text for answer in ask(question, *readings, *more)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which port landed the most tonnes of cod?", "Lund"),
        ("Which port landed the least?", "Vik"),
        ("Which port landed the most interesting cod?", "Tarn"),
        ("Which port landed cod?", "Tarn"),
    ],
)
def test_amounts_are_compared(ask: Ask, read: Read, question: str, first: str) -> None:
    assert told(ask, read, question)[0] == first


def test_what_a_text_tells_to_be_the_most_is_it(ask: Ask, read: Read) -> None:
    own = read("own", "Asta landed 12 tonnes, the largest catch of all.", {"Asta": 0.9})
    assert told(ask, read, "Which port landed the most?", own)[0] == "Asta"


def test_amounts_of_other_things_are_not_compared(ask: Ask, read: Read) -> None:
    first = read("one", "Tarn has 40 boats and 2 piers.", {"Tarn": 0.8})
    second = read("two", "Lund built 90 houses in 2024.", {"Lund": 0.4})
    found = ask("Which port has the most?", first, second)
    assert found[0].text == "Tarn"
    third = read("three", "Vik has 70 boats and 5 piers.", {"Vik": 0.4})
    assert ask("Which port has the most?", first, third)[0].text == "Tarn"
    assert ask("Which port has the most boats?", first, third)[0].text == "Vik"
