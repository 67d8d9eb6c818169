"""Ages: which numbers are one, and whose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from retrieval.answering import wanted
from retrieval.reader.base import Reading
from retrieval.types import Answer

Read = Callable[..., Reading]
Ask = Callable[..., tuple[Answer, ...]]


def texts(found: tuple[Answer, ...]) -> list[str]:
    return [answer.text for answer in found]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Brandt, 67, has kept the lighthouse for 41 years."),
        ("en", "On Friday retired keeper Olav Brandt, 67, left after 41 years."),
        ("en", "Olav T. Brandt, aged 67, left the lighthouse after 41 years."),
        ("en", "The 67-year-old Brandt leaves after 41 years."),
        ("en", "The 67-year-old retired keeper Olav Brandt leaves after 41 years."),
        ("en", "But Olav Brandt is 67 years old, and served for 41 years."),
        ("de", "Der 67-jährige Leuchtturmwärter Olav Brandt geht nach 41 Jahren."),
        ("de", "Olav Brandt (67) geht nach 41 Jahren."),
        ("de", "Brandt ist 67 Jahre alt und geht nach 41 Jahren."),
        ("tr", "67 yaşındaki Olav Brandt 41 yıl sonra feneri bırakıyor."),
        ("tr", "Olav Brandt (67), 41 yıl sonra feneri bırakıyor."),
        ("fr", "Olav Brandt, 67 ans, part après 41 hivers."),
        ("fr", "Olav Brandt, âgé de 67 ans, part après 41 hivers."),
        ("es", "Olav Brandt, de 67 años, se marcha tras 41 inviernos."),
    ],
)
@pytest.mark.parametrize("asked", ["How old is Olav Brandt?", "what is olav brandt's age?"])
def test_an_age_beside_the_name_answers(
    read: Read, ask: Ask, asked: str, language: str, text: str
) -> None:
    assert texts(ask(asked, read("one", text, {"41": 0.5}, language=language)))[:1] == ["67"]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("How old is Olav Brandt?", "Astrid Brandt, 67, kept the lighthouse."),
        ("How old is Olav Brandt?", "When Brandt was 24, he came to the lighthouse."),
        ("How old is Olav Brandt?", "Olav Dahl, 67, kept the lighthouse."),
        ("How old is Olav Brandt's daughter?", "Olav Brandt, 67, kept the lighthouse."),
        ("How old was Olav Brandt when he came?", "Olav Brandt, 67, kept the lighthouse."),
        ("How tall is Olav Brandt?", "Olav Brandt, 67, kept the lighthouse."),
        ("How old is Olav Brandt?", "Brandt, 1967, oil on canvas. Brandt, 670, is a number."),
    ],
)
def test_another_ones_age_is_not_taken(read: Read, ask: Ask, asked: str, text: str) -> None:
    assert ask(asked, read("one", text, {})) == ()


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Brandt was jailed for 15 years.", "15 years"),
        ("en", "Brandt was jailed for 15 years.", "15"),
        ("en", "Brandt left after forty years.", "forty years"),
        ("en", "Brandt served a 15-month term.", "15"),
        ("de", "Brandt ging nach 41 Jahren.", "41"),
        ("tr", "Brandt 41 yıl çalıştı.", "41 yıl"),
    ],
)
def test_a_length_of_time_is_no_age(
    read: Read, ask: Ask, language: str, text: str, words: str
) -> None:
    reading = read("one", text, {words: 0.9}, language=language)
    assert ask("How old is Olav Brandt?", reading) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The girl is seven months old.", "seven months old"),
        ("She is 15 years of age.", "15 years of age"),
        ("The 15-year-old swims.", "15-year-old"),
        ("The drawings were made 50,000 years ago.", "50,000 years"),
        ("She left at the age of 15.", "15"),
    ],
)
def test_what_may_be_an_age_answers(read: Read, ask: Ask, text: str, words: str) -> None:
    assert texts(ask("How old is Elin Dahl?", read("one", text, {words: 0.9}))) == [words]


def test_a_length_of_time_may_be_the_age_of_others(read: Read, ask: Ask) -> None:
    reading = read("one", "Cadets serve from 12 to 18 years.", {"12 to 18 years": 0.9})
    assert texts(ask("How old are the cadets?", reading)) == ["12 to 18 years"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How old is Brandt?", True),
        ("At what age did Brandt retire?", True),
        ("What age was Brandt?", True),
        ("What is the age of Brandt?", True),
        ("What was her age?", True),
        ("Brandt kaç yaşında?", True),
        ("What age group is most at risk?", False),
        ("What is the Stone Age?", False),
        ("How long did Brandt stay?", False),
        ("Brandt kaç yıl çalıştı?", False),
    ],
)
def test_which_questions_ask_for_an_age(question: str, expected: bool) -> None:
    assert wanted(question).age is expected
