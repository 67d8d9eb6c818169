"""The news of a time: the first sentences of the articles of then, the newest first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retrieval import Filters, Library, Question, Reply

Write = Callable[[Mapping[str, str | bytes]], Path]
TODAY = date(2026, 12, 1)
QUAY = "The harbour council of Veldmark voted to build a second quay."
STORM = "Storm Ylva damaged 212 houses on the island of Nordøy."
BEES = "A beekeeper of Askvoll received a living queen by post."
RECORDS = [
    ("quay", "2026-11-24", f"Correction: we said “twice”. {QUAY} It will cost 48 million euros."),
    ("storm", "2026-11-26", f"By Ada Brandt\n\n{STORM} Nobody was killed."),
    ("again", "2026-11-25", f"{STORM} Nobody was killed."),
    ("bees", "2026-10-02", f"{BEES} She put it into a hive."),
    ("lamps", None, "All lamps of Skarvik were lit at noon. The mayor laughed."),
]


@pytest.fixture
def news(library: Library, write: Write) -> Library:
    rows = (
        json.dumps({"id": id, "title": id.title(), "date": day, "text": text})
        for id, day, text in RECORDS
    )
    library.index([write({"news.jsonl": "\n".join(rows)})])
    return library


def told(library: Library, question: str, filters: Filters | None = None) -> list[str]:
    reply = asked(library, question, filters)
    assert all(answer.kind == "quote" for answer in reply.answers)
    return [answer.text for answer in reply.answers]


def asked(library: Library, question: str, filters: Filters | None = None) -> Reply:
    return library.ask(Question(question, filters or Filters(), today=TODAY))


def test_a_week_s_news_are_the_first_sentences_of_its_articles(news: Library) -> None:
    assert told(news, "What happened last week?") == [STORM, QUAY]
    assert told(news, "Was ist letzte Woche passiert?") == [STORM, QUAY]
    reply = asked(news, "Geçen hafta ne oldu?")
    assert [answer.quotes[0].article.id for answer in reply.answers] == ["storm", "quay"]
    assert [one.id for one in reply.answers[0].quotes[0].also_in] == ["again"]
    assert reply.list_question
    assert reply.undated == 1
    for answer in reply.answers:
        assert 0 < answer.probability < 1
        (quote,) = answer.quotes
        stored = news.article(quote.article.id).text
        assert stored[quote.start : quote.end] == quote.text == answer.text


def test_the_newest_come_first_where_no_time_is_told(news: Library) -> None:
    assert told(news, "What's new?") == [STORM, QUAY, BEES]
    before = Filters(until=date(2026, 10, 31))
    assert told(news, "Any news?", before) == [BEES]


def test_no_more_are_told_than_may_be(news: Library) -> None:
    one = replace(news.asking(), most=1).ask(Question("What happened in 2026?", today=TODAY))
    assert [answer.text for answer in one.answers] == [STORM]


def test_a_time_without_articles_has_no_news(news: Library) -> None:
    reply = asked(news, "What happened yesterday?")
    assert not reply.found
    assert reply.nearest == ()
    assert reply.understood_as == "What happened yesterday? (2026-11-30 to 2026-11-30)"


def test_a_time_of_which_only_later_articles_tell_is_searched_for(
    library: Library, write: Write
) -> None:
    built = "The lighthouse of Skarvik was built in 1894 by Anna Dahl."
    library.index([write({"a.md": f"---\ndate: 2026-11-24\n---\n{built} It is white.\n"})])
    assert asked(library, "What happened in 1894?").nearest[0].text == built


def test_a_text_that_begins_with_no_sentence_is_told_by_one_of_its_title_or_by_that(
    library: Library, write: Write
) -> None:
    rows = (
        ("Quay", "2026-11-24", f"Move over, Rotterdam, here they come. {QUAY}"),
        ("Storm hits Nordøy", "2026-11-25", "Ada Brandt, Pavel Novotny"),
    )
    records = (json.dumps({"title": title, "date": day, "text": text}) for title, day, text in rows)
    library.index([write({"news.jsonl": "\n".join(records)})])
    reply = asked(library, "What happened last week?")
    assert [answer.text for answer in reply.answers] == ["Storm hits Nordøy", QUAY]
    assert [answer.quotes[0].field for answer in reply.answers] == ["title", "text"]


def test_a_search_for_the_news_finds_what_is_told(news: Library) -> None:
    found = news.search(Question("What happened last week?", today=TODAY), k=2)
    assert [hit.article.id for hit in found.hits] == ["storm", "again"]
    assert [hit.rank for hit in found.hits] == [1, 2]
