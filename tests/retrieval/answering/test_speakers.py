"""Who said something is who is told to say it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from retrieval.answering.speakers import asks_who_spoke, speaks
from retrieval.reader.base import Reading
from retrieval.types import Answer


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who said that the quay is unsafe?", True),
        ("who also warned of floods?", True),
        ("Who told reporters about the quay?", True),
        ("Who was told about the quay?", False),
        ("What did Dahl say?", False),
        ("Who met the mayor who said it?", False),
    ],
)
def test_which_questions_ask_for_a_speaker(question: str, asked: bool) -> None:
    assert asks_who_spoke(question) is asked


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Tarn Lines will close in May, its director Elin Dahl said.", "Elin Dahl"),
        ("Elin Dahl, the director of Tarn Lines, later warned of losses.", "Elin Dahl"),
        ("Its director, Elin Dahl, asked people to wait.", "Elin Dahl"),
        ("Elin Dahl (Tarn) said so.", "Elin Dahl"),
        ("“It is over,” said the director, Elin Dahl.", "Elin Dahl"),
        ("It is over, said Elin Dahl on Monday.", "Elin Dahl"),
        ("Elin Dahl saw no other way: “It is over.”", "Elin Dahl"),
        ("It is over, according to the director, Elin Dahl.", "Elin Dahl"),
    ],
)
def test_a_speaker_stands_at_a_verb_of_saying(sentence: str, name: str) -> None:
    start = sentence.index(name)
    assert speaks(sentence, start, start + len(name))


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Tarn Lines will close in May, its director Elin Dahl said.", "Tarn Lines"),
        ("The director said that Elin Dahl will leave.", "Elin Dahl"),
        ("The director told Elin Dahl, who left.", "Elin Dahl"),
        ("It will close in Tarn, said Elin Dahl.", "Tarn"),
        ("The director said in Tarn, where he lives, that he left.", "Tarn"),
    ],
)
def test_others_do_not_speak(sentence: str, name: str) -> None:
    start = sentence.index(name)
    assert not speaks(sentence, start, start + len(name))


def test_who_said_it_is_the_speaker(
    ask: Callable[..., tuple[Answer, ...]], read: Callable[..., Reading]
) -> None:
    text = "Tarn Lines will close in May, its director Elin Dahl said."
    reading = read("a", text, {"Tarn Lines": 0.9, "Elin Dahl": 0.7})
    (answer,) = ask("Who said that Tarn Lines will close?", reading)
    assert answer.text == "Elin Dahl"
    (answer,) = ask("Who will close?", reading)
    assert answer.text == "Tarn Lines"
    text = "“It closes,” he said. His wife had a view of her own: “It is sold.”"
    (answer,) = ask("Who said that it is sold?", read("c", text, {"he": 0.4, "His wife": 0.6}))
    assert answer.text == "His wife"
    other = read("b", "Tarn Lines closes, a sign on its door told visitors.", {"Tarn Lines": 0.9})
    (answer,) = ask("Who said that it closes?", other)
    assert answer.text == "Tarn Lines"
