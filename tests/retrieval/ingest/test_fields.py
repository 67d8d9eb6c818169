from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from retrieval.errors import IngestError
from retrieval.ingest import read_file
from retrieval.ingest.fields import draft_of, names


def test_no_name_means_two_things_in_one_kind() -> None:
    for kind in ("text", "summary", "title", "publisher", "published", "url", "inner", "lists"):
        assert len({*names(kind)}) == len(names(kind)), kind


@pytest.mark.parametrize(
    "name", ["pub_date", "pubDate", "PubDate", "published_at", "publishedAt", "date-published"]
)
def test_names_in_every_spelling(name: str) -> None:
    draft = draft_of({"headline": "H", "articleBody": "B.", name: "2024-02-29", "byline": "Ida"})
    assert (draft.title, draft.text, draft.published) == ("H", "B.", date(2024, 2, 29))


@pytest.mark.parametrize(
    "value",
    [1_709_200_000, 1_709_200_000_000, "1709200000", {"$date": "2024-02-29T10:00:00Z"},
     {"$date": {"$numberLong": "1709200000000"}}, [2024, 2, 29, 10, 0, 0], datetime(2024, 2, 29),
     20240229],
)  # fmt: skip
def test_dates_as_programs_count_them(value: object) -> None:
    assert draft_of({"text": "B.", "created_at": value}).published == date(2024, 2, 29)


def test_a_date_that_is_none_does_not_stand_before_one_that_is() -> None:
    draft = draft_of({"text": "B.", "date": "", "published": "soon", "pub_date": "1 March 2024"})
    assert (draft.published, draft.notes) == (date(2024, 3, 1), ())


def test_the_day_of_a_change_is_not_that_of_publication() -> None:
    assert draft_of({"text": "B.", "modified": "2024-02-29", "updated_at": 1}).published is None


@pytest.mark.parametrize(
    ("field", "note"),
    [
        (
            {"date": "05/06/2024"},
            "'date' is “05/06/2024”, 2024-06-05 or 2024-05-06: left undated, write it so",
        ),
        (
            {"pub_date": "spring"},
            "'pub_date' is “spring”, no date that can be read: write it like 2024-05-31",
        ),
        (
            {"date": True},
            "'date' is “True”, no date that can be read: write it like 2024-05-31",
        ),
        ({"title": {"b": 1}}, "'title' is an object and was left out: make it a string"),
        ({"source": [[]]}, "'source' is a list and was left out: make it a string"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_noted(field: dict[str, object], note: str) -> None:
    draft = draft_of({"text": "Body."} | field)
    assert draft.notes == (note,)
    assert (draft.published, draft.title, draft.publisher) == (None, None, None)


@pytest.mark.parametrize("nothing", [None, "", " ", "null", "N/A", 0, float("nan")])
def test_what_says_nothing_is_not_noted(nothing: object) -> None:
    draft = draft_of({"text": "Body.", "date": nothing, "title": None})
    assert (draft.published, draft.title, draft.notes) == (None, None, ())


def dated(*days: str, name: str = "a.jsonl") -> list[date | None]:
    records = [{"text": f"Text {number}.", "date": day} for number, day in enumerate(days)]
    lines = "\n".join(map(json.dumps, records)) if name == "a.jsonl" else json.dumps(records)
    read = read_file(Path(name), lines.encode())
    return [record.draft.published for record in read if record.draft]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_one_date_of_a_file_tells_the_order_of_the_others(name: str) -> None:
    days = ("05/06/2024", "2024-06-07", "13/06/2024")
    assert dated(*days, name=name) == [date(2024, 6, 5), date(2024, 6, 7), date(2024, 6, 13)]
    days = ("05/06/2024", "06/13/2024")
    assert dated(*days, name=name) == [date(2024, 5, 6), date(2024, 6, 13)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_without_evidence_or_with_both_kinds_the_order_is_unknown(name: str) -> None:
    assert dated("05/06/2024", "07/07/2024", name=name) == [None, date(2024, 7, 7)]
    days = ("05/06/2024", "13/06/2024", "06/13/2024")
    assert dated(*days, name=name) == [None, date(2024, 6, 13), date(2024, 6, 13)]


def test_a_source_that_is_an_address_is_no_publisher() -> None:
    draft = draft_of({"text": "B.", "source": "https://x.example/7", "hostname": "x.example"})
    assert (draft.publisher, draft.url) == ("x.example", "https://x.example/7")


@pytest.mark.parametrize(
    "text", ["Only $5 [+12 chars]", "Only $5 … [4411 chars] ", "<p>Only $5 [+12 chars]</p>"]
)
def test_the_mark_of_a_shortened_text_is_not_kept(text: str) -> None:
    assert draft_of({"content": text}).text.rstrip(" …") == "Only $5"


def test_a_text_that_is_kept_back_is_none() -> None:
    draft = draft_of({"content": "ONLY AVAILABLE IN PAID PLANS", "description": "Rain in Orrin."})
    assert draft.text == "Rain in Orrin."
    assert draft_of({"title": "[Removed]", "content": "[Removed]"}).text == ""
    with pytest.raises(IngestError, match="its fields are 'title', 'html_url'"):
        draft_of({"title": "[Removed]", "content": None, "html_url": "https://x.example/7"})
