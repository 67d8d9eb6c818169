"""The shapes in which services and programs give articles as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from retrieval.ingest import Record, read_file
from retrieval.types import Draft


def read(content: object, name: str = "a.json") -> list[Record]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(read_file(Path(name), data))


def drafts(content: object, name: str = "a.json") -> list[Draft]:
    found = [record.draft for record in read(content, name)]
    assert None not in found
    return [draft for draft in found if draft]


MILL = Draft(
    "The mill at Orrin burnt down.",
    title="Fire at Orrin",
    publisher="Orrin Echo",
    published=date(2024, 3, 9),
    url="https://echo.example.org/mill",
)


def told(**more: object) -> dict[str, object]:
    return {"title": "Fire at Orrin", "text": MILL.text, "date": "2024-03-09"} | more


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(
            {
                "status": "ok",
                "totalResults": 1,
                "articles": [
                    {
                        "source": {"id": None, "name": "Orrin Echo"},
                        "author": "Tam Reid",
                        "title": "Fire at Orrin",
                        "description": "A fire.",
                        "url": "https://echo.example.org/mill",
                        "publishedAt": "2024-03-09T06:12:00Z",
                        "content": "The mill at Orrin burnt down. [+1702 chars]",
                    }
                ],
            },
            id="NewsAPI",
        ),
        pytest.param(
            [
                {
                    "date": "2024-03-09T07:00:00",
                    "date_gmt": "2024-03-09T06:00:00",
                    "guid": {"rendered": "https://echo.example.org/?p=3"},
                    "modified": "2024-04-01T08:00:00",
                    "link": "https://echo.example.org/mill",
                    "title": {"rendered": "Fire at Orrin"},
                    "content": {
                        "rendered": "\n<p>The mill at <em>Orrin</em> burnt&nbsp;down.</p>\n",
                        "protected": False,
                    },
                    "excerpt": {"rendered": "<p>The mill [&hellip;]</p>"},
                    "publisher": "Orrin Echo",
                    "author": 4,
                }
            ],
            id="WordPress",
        ),
        pytest.param(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Orrin Echo",
                "description": "News of the valley",
                "home_page_url": "https://echo.example.org",
                "items": [
                    {
                        "url": "https://echo.example.org/mill",
                        "title": "Fire at Orrin",
                        "content_html": "<p>The mill at Orrin burnt down.</p>",
                        "date_published": "2024-03-09T07:00:00+01:00",
                        "authors": [{"name": "Tam Reid"}],
                    }
                ],
            },
            id="JSON Feed",
        ),
        pytest.param(
            {
                "authors": [],
                "date_download": "2024-05-05 10:00:00",
                "date_modify": None,
                "date_publish": "2024-03-09 07:00:00",
                "description": "A fire.",
                "filename": "mill.json",
                "maintext": "The mill at Orrin burnt down.",
                "source_domain": "Orrin Echo",
                "title": "Fire at Orrin",
                "url": "https://echo.example.org/mill",
            },
            id="news-please",
        ),
        pytest.param(
            {
                "title": "Fire at Orrin",
                "author": "Tam Reid",
                "hostname": "echo.example.org",
                "date": "2024-03-09",
                "fingerprint": "1f",
                "id": None,
                "raw_text": "The mill at Orrin burnt down.",
                "text": "The mill at Orrin burnt down.",
                "source": "https://echo.example.org/mill",
                "source-hostname": "Orrin Echo",
                "excerpt": "A fire.",
                "comments": "",
            },
            id="trafilatura",
        ),
        pytest.param(
            {
                "@context": "https://schema.org",
                "@graph": [
                    {
                        "@type": "NewsArticle",
                        "headline": "Fire at Orrin",
                        "articleBody": "The mill at Orrin burnt down.",
                        "datePublished": "2024-03-09T07:00:00Z",
                        "publisher": {"@type": "Organization", "name": "Orrin Echo"},
                        "mainEntityOfPage": {"url": "https://echo.example.org/mill"},
                    }
                ],
            },
            id="JSON-LD",
        ),
        pytest.param(
            {
                "response": {
                    "status": "ok",
                    "results": [
                        {
                            "webTitle": "Fire at Orrin",
                            "webPublicationDate": "2024-03-09T07:00:00Z",
                            "webUrl": "https://echo.example.org/mill",
                            "fields": {
                                "bodyText": "The mill at Orrin burnt down.",
                                "publication": "Orrin Echo",
                            },
                        }
                    ],
                }
            },
            id="fields apart",
        ),
        pytest.param(
            {
                "response": {
                    "docs": [
                        {
                            "headline": {"main": "Fire at Orrin", "kicker": None},
                            "lead_paragraph": "The mill at Orrin burnt down.",
                            "pub_date": "2024-03-09T07:00:00+0000",
                            "web_url": "https://echo.example.org/mill",
                            "source": "Orrin Echo",
                            "byline": {"original": "By Tam Reid"},
                        }
                    ]
                }
            },
            id="a lead only",
        ),
        pytest.param(
            {"hits": {"total": 1, "hits": [{"_id": "x", "_score": 1.0, "_source": told(
                publisher="Orrin Echo", url="https://echo.example.org/mill")}]}},
            id="Elasticsearch",
        ),
        pytest.param(
            {"rss": {"@version": "2.0", "channel": {"title": "Orrin Echo", "item": [{
                "title": "Fire at Orrin", "link": "https://echo.example.org/mill",
                "content:encoded": "&lt;p&gt;The mill at Orrin burnt down.&lt;/p&gt;",
                "description": "A fire.", "pubDate": "Sat, 09 Mar 2024 07:00:00 GMT"}]}}},
            id="RSS turned into JSON",
        ),
        pytest.param(
            {"data": {"posts": {"edges": [{"node": told(
                source={"title": "Orrin Echo"}, permalink="https://echo.example.org/mill")}]}}},
            id="GraphQL",
        ),
        pytest.param(
            {name: {"0": value} for name, value in told(
                publisher="Orrin Echo", url="https://echo.example.org/mill").items()},
            id="pandas, by columns",
        ),
        pytest.param(
            {"columns": ["headline", "body", "pub_date", "outlet", "link"], "index": [0], "data": [[
                "Fire at Orrin", MILL.text, "2024-03-09", "Orrin Echo",
                "https://echo.example.org/mill"]]},
            id="pandas, split",
        ),
        pytest.param(
            {"mill-fire": told(
                publisher={"name": "Orrin Echo"}, web_url="https://echo.example.org/mill")},
            id="by keys",
        ),
    ],
)  # fmt: skip
def test_one_article_in_many_shapes(value: object) -> None:
    (draft,) = drafts(value)
    expected = MILL if draft.id is None else Draft(**(asdict(MILL) | {"id": draft.id}))
    assert draft == expected


def asdict(draft: Draft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in draft.__slots__}


def test_paragraphs_that_stand_in_a_list() -> None:
    (draft,) = drafts({"title": "T", "content": ["One.", {"text": "Two."}, {"html": "<b>3</b>"}]})
    assert draft.text == "One.\n\nTwo.\n\n3"


def test_an_article_with_lists_of_other_things_is_one_article() -> None:
    (draft,) = drafts(told(items=[{"text": "related"}], tags=["fire"], data={"text": "no"}))
    assert draft.text == MILL.text


def test_lines_in_a_file_called_json() -> None:
    data = b'{"headline": "One day", "body": "First."}\n{"headline": "Two days", "body": "Next."}\n'
    assert [(one.title, one.text) for one in drafts(data)] == [
        ("One day", "First."),
        ("Two days", "Next."),
    ]


def test_lines_that_are_wrapped() -> None:
    data = json.dumps({"_id": "7", "_source": told()}).encode()
    (draft,) = drafts(data, "a.jsonl")
    assert (draft.id, draft.text) == ("7", MILL.text)


def test_a_service_s_complaint_is_no_article() -> None:
    (record,) = read({"status": "error", "code": "apiKeyInvalid", "message": "Your key is wrong."})
    assert record.failure == (
        "has no 'text' (nor 'content', 'body' or another name for it): "
        "its fields are 'status', 'code', 'message'"
    )
