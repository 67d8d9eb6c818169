"""The five real articles, dirty on purpose, that lie beside the repository."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retrieval.ingest import Description, describe, read_file

ARTICLES = Path(__file__).parents[3] / ".." / "shared" / "articles"

pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason="the five articles are not here")


def read(number: str) -> tuple[str, Description]:
    (path,) = ARTICLES.glob(f"{number}_*.txt")
    (record,) = read_file(path, path.read_bytes())
    assert record.draft is not None
    assert record.draft.text.encode() == path.read_bytes()
    return record.draft.text, describe(record.draft, path)


def pieces(text: str, found: Description) -> list[str]:
    return [text[start:end] for start, end in found.boilerplate]


def test_headline_and_place() -> None:
    text, found = read("000")
    headline = text.split("\n")[0]
    assert (found.title, found.publisher, found.published) == (headline, None, None)
    assert pieces(text, found) == [headline, "ANKARA"]


def test_repeated_headline_and_signature() -> None:
    text, found = read("001")
    headline = text.split("\n")[0]
    assert (found.title, found.publisher, found.published) == (headline, "ibna", None)
    assert pieces(text, found) == [headline, headline, "/ibna"]


def test_the_caption_stays_without_its_credit() -> None:
    text, found = read("002")
    assert (found.publisher, found.published) == (None, None)
    assert pieces(text, found) == [text.split("\n")[0], "(REUTERS Photo)"]


def test_no_headline_but_a_credit_line() -> None:
    text, found = read("003")
    first, second = text.split("\n")[:2]
    assert found.title.endswith("…")
    assert first.startswith(found.title[:-1])
    assert (found.publisher, found.published) == (None, None)
    assert pieces(text, found) == [second]


def test_date_prefix_and_related_line() -> None:
    text, found = read("004")
    prefix, related = pieces(text, found)
    assert found.published == date(2025, 5, 14)
    assert prefix == text[:17] == " date 2025-05-14 "
    assert related in text.split("\n")
    assert related.startswith("Related ")
    assert found.language == "en"
