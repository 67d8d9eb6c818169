"""The JSON that other programs read: its exact shape, and text that is hard to encode."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import jsonable
from retrieval.types import (
    Answer,
    Article,
    Hit,
    IndexReport,
    Passage,
    Quote,
    Reply,
    Scores,
    SearchResult,
    Span,
)

TEXT = "Çavuşoğlu met Cravinho."
ARTICLE = Article(
    id="a",
    text=TEXT,
    title="Talks",
    publisher=None,
    published=date(2022, 4, 6),
    language="en",
    url=None,
    path="news/a.txt",
    sha256="0" * 64,
)
ARTICLE_JSON = {
    "id": "a",
    "title": "Talks",
    "publisher": None,
    "published": "2022-04-06",
    "language": "en",
    "url": None,
    "path": "news/a.txt",
}


def test_a_reply_has_exactly_the_agreed_shape() -> None:
    quote = Quote(ARTICLE, 0, 23, Span(ARTICLE, 14, 22, 0.9), (ARTICLE,))
    reply = Reply("who?", "who? 2022", (Answer("Cravinho", 0.97, (quote,)),), (), 41.66)
    assert jsonable.reply(reply) == {
        "question": "who?",
        "understood_as": "who? 2022",
        "found": True,
        "answers": [
            {
                "kind": "span",
                "text": "Cravinho",
                "probability": 0.97,
                "quotes": [
                    {
                        "article": ARTICLE_JSON,
                        "start": 0,
                        "end": 23,
                        "text": TEXT,
                        "answer": {"start": 14, "end": 22, "text": "Cravinho"},
                        "also_in": [ARTICLE_JSON],
                    }
                ],
            }
        ],
        "nearest": [],
        "elapsed_ms": 41.7,
    }


def test_without_an_answer_the_nearest_quotes_are_given() -> None:
    shaped = jsonable.reply(Reply("who?", "who?", (), (Quote(ARTICLE, 0, 9),), 1.0))
    assert shaped["found"] is False
    assert shaped["answers"] == []
    assert shaped["nearest"][0]["text"] == "Çavuşoğlu"
    assert shaped["nearest"][0]["answer"] is None


def test_a_search_has_exactly_the_agreed_shape() -> None:
    hit = Hit(ARTICLE, Passage("a", 0, 9, 0, ((0, 9),)), 1, Scores(0.5, dense=0.25))
    assert jsonable.search(SearchResult("q", "q", (hit,), 2.0)) == {
        "question": "q",
        "hits": [
            {
                "rank": 1,
                "article": ARTICLE_JSON,
                "start": 0,
                "end": 9,
                "text": "Çavuşoğlu",
                "scores": {"fused": 0.5, "dense": 0.25, "lexical": None, "reader": None},
            }
        ],
        "elapsed_ms": 2.0,
    }


def test_a_report_counts_and_names_failures() -> None:
    shaped = json.loads(jsonable.dumps(jsonable.report(IndexReport(files_read=2, added=3))))
    assert shaped["files_read"] == 2
    assert shaped["added"] == 3
    assert shaped["failed"] == []


def test_letters_are_written_as_they_are() -> None:
    assert jsonable.dumps({"name": "Çavuşoğlu"}) == '{"name": "Çavuşoğlu"}'


def test_dates_and_paths_become_text_and_nothing_else_does() -> None:
    assert jsonable.dumps([date(2022, 1, 2), Path("a/b")]) == '["2022-01-02", "a/b"]'
    with pytest.raises(TypeError):
        jsonable.dumps({1j})


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a\udcffb", "line\u2028\n", "\x1b[2J"])
def test_awkward_text_survives_on_one_utf8_line(text: str) -> None:
    line = jsonable.dumps({"text": text})
    assert "\n" not in line
    assert json.loads(line.encode("utf-8")) == {"text": text}


@given(st.text())
def test_any_text_survives(text: str) -> None:
    assert json.loads(jsonable.dumps(text).encode("utf-8")) == text


def test_what_steers_a_terminal_or_turns_a_line_around_is_escaped() -> None:
    text = "\x1b\x7f\x80\x9b\x9f\u061c\u200e\u200f\u2028\u202a\u202e\u2066\u2069 Çağ שלום 📰 \u200d"
    line = jsonable.dumps({"text": text})
    assert json.loads(line) == {"text": text}
    assert "\\u202e" in line
    assert "\\u009b" in line
    assert "Çağ שלום 📰" in line
    assert not set(line) & set(text) - set(" Çağ שלום📰\u200d")
