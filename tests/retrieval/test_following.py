"""A conversation: what is asked next is rather answered where the turn before was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from retrieval import Library, Turn

Write = Callable[[Mapping[str, str | bytes]], Path]

HALDEN = (
    "Lucia Ferraro won the Halden Marathon on Sunday. The first lap along the quay took "
    "32 minutes, and the second one was slower. Ferraro, a nurse from Trieste, was handed the "
    "silver oar by the mayor, and two thousand people cheered her home."
)
ALDBY = (
    "Jana Sill won the Aldby Wheel, a cycle race over three hills. The first lap through the "
    "woods took 14 minutes. Sill, who teaches in Brno, received a wheel of cheese as tall as "
    "herself, and gave it to the school."
)
WON_HALDEN, WON_ALDBY = "Who won the Halden Marathon?", "Who won the Aldby Wheel?"


@pytest.fixture
def races(library: Library, write: Write) -> Library:
    library.index([write({"halden.txt": HALDEN, "aldby.txt": ALDBY})])
    return library


def first(library: Library, question: str, *before: Turn) -> str:
    reply = library.ask(question, previous=before)
    assert reply.found
    quote = reply.answers[0].quotes[0]
    assert quote.article.text[quote.start : quote.end] == quote.text
    return reply.answers[0].text


@pytest.mark.parametrize(
    ("before", "question", "answer"),
    [
        (WON_HALDEN, "How long did the first lap take?", "32 minutes"),
        (WON_ALDBY, "How long did the first lap take?", "14 minutes"),
        (WON_HALDEN, "What was the winner handed?", "silver oar"),
        (WON_ALDBY, WON_HALDEN, "Lucia Ferraro"),
        (WON_HALDEN, WON_ALDBY, "Jana Sill"),
    ],
)
def test_the_article_of_the_turn_before_answers_rather(
    races: Library, before: str, question: str, answer: str
) -> None:
    assert answer in first(races, question, Turn.of(races.ask(before)))


def test_a_turn_that_found_nothing_is_looked_past(races: Library) -> None:
    told, silent = Turn.of(races.ask(WON_ALDBY)), Turn.of(races.ask("Who paints the lighthouse?"))
    assert silent.articles == ()
    assert first(races, "How long did the first lap take?", told, silent) == "14 minutes"


def test_what_no_article_tells_stays_unanswered(races: Library) -> None:
    turn = Turn.of(races.ask(WON_HALDEN))
    assert not races.ask("Who paints the lighthouse?", previous=[turn]).found


def test_a_turn_names_the_articles_of_its_quotes(races: Library) -> None:
    reply = races.ask(WON_HALDEN)
    assert Turn.of(reply).articles == (reply.answers[0].quotes[0].article.id,)
