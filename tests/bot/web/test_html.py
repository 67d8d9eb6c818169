"""Words of articles on the page: whatever they are, they are shown as text and break nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from lxml.html import builder as E

from bot.service.services import Services
from bot.web.html import shown
from bot.web.reading import back_to
from retrieval import Library
from tests.bot.web.conftest import visit


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_shown_and_keeps_its_places(text: str) -> None:
    told = shown(text)
    assert len(told) == len(text)
    written = html.tostring(E.P(told), encoding="unicode")
    assert written.count("<") == 2
    assert cast(str, html.fromstring(written).text_content()) == told


def test_an_article_of_characters_that_no_page_may_hold_is_shown(tmp_path: Path) -> None:
    record = {
        "id": "clerk\ufffe",
        "title": "The clerk of Ulm\uffff",
        "publisher": "Ulm\x1b[31m Post",
        "text": "The clerk of Ulm is called Nina Faber\uffff\ufffe. She counts barrels.",
    }
    (tmp_path / "ulm.jsonl").write_text(json.dumps(record), encoding="utf-8")
    with Library.open(tmp_path / "data") as library:
        assert library.index([tmp_path / "ulm.jsonl"]).added == 1

    async def act(client: httpx2.AsyncClient, _: Services) -> None:
        asked = urlencode({"question": "What is the clerk of Ulm called?\uffff"})
        page = await client.get(f"/?{asked}")
        assert page.status_code == 200
        assert "<mark>Nina Faber" in page.text
        (link,) = html.fromstring(page.text).xpath("//figcaption/a/@href")
        article = await client.get(link)
        assert article.status_code == 200
        assert "The clerk of Ulm\ufffd" in article.text
        wrong = await client.get("/articles/%00%EF%BF%BF<b>")
        assert wrong.status_code == 404
        assert "<b>" not in wrong.text

    visit(tmp_path / "data", act)


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://localhost:8765/?question=who+met%3F&after=x", "/?question=who+met%3F&after=x"),
        ("http://localhost:8765/", None),
        ("http://localhost:8765/articles/1?start=1", None),
        ("http://evil.example/?question=who", None),
        ("javascript:alert(1)", None),
        ("//localhost:8765//evil.example/?question=who", None),
        (None, None),
    ],
)
def test_the_way_back_leads_to_answers_of_this_page_only(
    referer: str | None, back: str | None
) -> None:
    assert back_to(referer, "localhost:8765") == back
