"""Answers that stand in a headline alone: a quote of the title, counted in the title."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot import jsonable, render, view
from bot.service.stored import dump, load
from retrieval import Library
from retrieval.types import Quote

Write = Callable[[Mapping[str, str | bytes]], Path]

PRIZE = (
    "---\ntitle: Siv Lund wins the Harbour Prize\ndate: 2024-05-02\n---\n\n"
    "She was handed the cheque in Vik on Thursday evening. Her speech lasted four minutes.\n"
)
PIER = "Pier at Rost closed after storm\n\nPolice put up signs on Friday.\n"


def quote_of(library: Library, question: str) -> Quote:
    return library.ask(question).answers[0].quotes[0]


@pytest.mark.parametrize(
    ("question", "answer", "title"),
    [
        ("Who won the Harbour Prize?", "Siv Lund", "Siv Lund wins the Harbour Prize"),
        ("Which prize did Siv Lund win?", "Harbour Prize", "Siv Lund wins the Harbour Prize"),
        ("Which pier was closed?", "Rost", "Pier at Rost closed after storm"),
    ],
)
def test_a_title_is_quoted_where_it_alone_answers(
    library: Library, write: Write, question: str, answer: str, title: str
) -> None:
    library.index([write({"a.md": PRIZE, "b.txt": PIER})])
    found = library.ask(question).answers[0]
    quote = found.quotes[0]
    assert (found.text, quote.text, quote.field) == (answer, title, "title")
    assert quote.article.title[quote.start : quote.end] == quote.text
    assert quote.answer is not None
    assert quote.article.title[quote.answer.start : quote.answer.end] == quote.answer.text == answer


def test_the_text_is_quoted_where_it_answers(library: Library, write: Write) -> None:
    library.index([write({"a.md": PRIZE})])
    quote = quote_of(library, "Where was Siv Lund handed the cheque?")
    assert (quote.field, quote.text) == (
        "text",
        "She was handed the cheque in Vik on Thursday evening.",
    )
    assert "field" not in jsonable.quote(quote)


def test_what_no_title_and_no_text_tells_is_not_answered(library: Library, write: Write) -> None:
    library.index([write({"a.md": PRIZE, "b.txt": PIER})])
    reply = library.ask("When did Siv Lund die?")
    assert reply.answers == ()
    assert all(quote.field == "text" for quote in reply.nearest)


def test_a_title_is_told_and_kept_as_one(library: Library, write: Write) -> None:
    library.index([write({"a.md": PRIZE})])
    reply = library.ask("Who won the Harbour Prize?")
    (shown,) = view.once(reply)
    assert shown.marks == ((0, 8),)
    told = jsonable.quote(shown.quote)
    assert (told["field"], told["text"], told["answer"]["text"]) == (
        "title",
        "Siv Lund wins the Harbour Prize",
        "Siv Lund",
    )
    kept = load(dump(reply), library)
    assert kept.answers[0].quotes[0].text == "Siv Lund wins the Harbour Prize"
    assert kept.answers[0].text == "Siv Lund"
    around = library.context(shown.quote, 1)
    assert [one.text for one in around] == ["She was handed the cheque in Vik on Thursday evening."]
    assert render.context(around, shown.quote)
