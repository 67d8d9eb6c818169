"""Items of one list are told together, and what is no item isn't."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from retrieval.reader.base import Reading
from retrieval.types import Answer

Read = Callable[..., Reading]
Ask = Callable[..., tuple[Answer, ...]]

AWARD = (
    "The mayor gave the medal posthumously to the painter Ada Brandt, former harbour master "
    "Amos Reed of Tarn and the poet Elin Dahl. Maarja Tamm could not come."
)


def texts(found: tuple[Answer, ...]) -> list[str]:
    return [answer.text for answer in found]


def test_who_is_told_in_one_list_with_the_answer_answers_too(ask: Ask, read: Read) -> None:
    spans = {"Ada Brandt": 0.7, "Amos Reed": 0.25, "Elin Dahl": 0.3, "Maarja Tamm": 0.25}
    found = ask("Who received the medal posthumously?", read("a", AWARD, spans))
    assert texts(found) == ["Ada Brandt", "Elin Dahl", "Amos Reed"]


def test_a_name_hardly_read_at_all_is_not_listed(ask: Ask, read: Read) -> None:
    spans = {"Ada Brandt": 0.7, "Elin Dahl": 0.12}
    found = ask("Who received the medal posthumously?", read("a", AWARD, spans))
    assert texts(found) == ["Ada Brandt"]


@pytest.mark.parametrize("gap", [" and\n", "\nand ", ",\n", ", the baker\nand "])
def test_a_list_goes_on_over_the_end_of_a_line(ask: Ask, read: Read, gap: str) -> None:
    text = f"The race was won by Ada Brandt{gap}Elin Dahl on Friday."
    found = ask("Who won the race?", read("a", text, {"Ada Brandt": 0.7, "Elin Dahl": 0.4}))
    assert texts(found) == ["Ada Brandt", "Elin Dahl"]


@pytest.mark.parametrize(
    "text",
    [
        "Ada Brandt won the race and Elin Dahl came second.",
        "Ada Brandt, who had beaten Elin Dahl, won the race.",
        "Ada Brandt won the race (Elin Dahl, of Tarn, fell).",
        "Winner: Ada Brandt\nSecond: Elin Dahl, of Tarn",
        "The race was won by Ada Brandt. Later Elin Dahl, her sister, wept.",
    ],
)
def test_names_that_more_than_a_comma_parts_are_no_list(ask: Ask, read: Read, text: str) -> None:
    found = ask("Who won the race?", read("a", text, {"Ada Brandt": 0.7, "Elin Dahl": 0.4}))
    assert texts(found) == ["Ada Brandt"]


@pytest.mark.parametrize(
    ("question", "words", "items"),
    [
        ("What did the ship carry?", "copper and tin", ["copper and tin"]),
        ("Which metals did the ship carry?", "copper and tin", ["copper", "tin"]),
        ("What did the ship carry?", "copper, raw tin and wool", ["copper", "raw tin", "wool"]),
        ("What did the ship carry?", "Volvos and Saabs", ["Volvos", "Saabs"]),
        ("What did the ship carry?", "“copper, tin and wool”", ["copper, tin and wool"]),
        ("What did the ship carry?", "what it had to, and wool", ["what it had to, and wool"]),
    ],
)
def test_a_list_read_as_one_span_is_taken_apart(
    ask: Ask, read: Read, question: str, words: str, items: list[str]
) -> None:
    found = ask(question, read("a", f"The ship carried {words} to Tarn.", {words: 0.8}))
    assert texts(found) == items
