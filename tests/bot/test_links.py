"""Links that open at a quote, as the text-fragment standard writes them."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import at_quote, web_address
from retrieval.types import Article, Field, Quote

PAGE = "https://example.org/a"


def quote_of(
    text: str, words: str | None = None, *, url: str | None = PAGE, field: Field = "text"
) -> Quote:
    title = text if field == "title" else "Of ferries"
    body = "Nothing." if field == "title" else text
    article = Article("a", body, title, None, date(2024, 5, 1), "en", url, None, "0" * 64)
    start = text.rindex(words) if words is not None else 0
    return Quote(article, start, start + len(words if words is not None else text), field=field)


def fragment(text: str, words: str | None = None) -> str:
    link = at_quote(quote_of(text, words))
    assert link is not None
    page, _, directive = link.partition("#:~:text=")
    assert page == PAGE
    return directive


@pytest.mark.parametrize(
    ("quote", "directive"),
    [
        ("It sails at noon.", "It%20sails%20at%20noon."),
        ("a well-known pilot", "a%20well%2Dknown%20pilot"),
        ("salt, coal & tar", "salt%2C%20coal%20%26%20tar"),
        ("100% of it #1 = “yes”?", "100%25%20of%20it%20%231%20%3D%20%E2%80%9Cyes%E2%80%9D%3F"),
        ("Işık söndü", "I%C5%9F%C4%B1k%20s%C3%B6nd%C3%BC"),
        ("two \u00a0 blanks", "two%20blanks"),
    ],
)
def test_what_means_something_in_a_fragment_is_percent_encoded(quote: str, directive: str) -> None:
    assert fragment(quote) == directive


LONG = (
    "The harbour office, which had been shut since the storm in March, let the first four boats "
    "out again on Tuesday before the sun was up."
)


def test_a_long_quote_is_told_by_its_ends() -> None:
    assert fragment(LONG) == "The%20harbour%20office%2C%20which,the%20sun%20was%20up."


def test_an_end_grows_until_it_tells_the_place() -> None:
    text = f"The harbour office, which is old, burnt. {LONG}"
    assert fragment(text, LONG) == "The%20harbour%20office%2C%20which%20had,the%20sun%20was%20up."
    text = LONG.replace("let the", "saw when the sun was up. It let the")
    assert fragment(text).endswith(",before%20the%20sun%20was%20up.")


def test_an_end_stays_in_its_paragraph() -> None:
    assert fragment("It sails.\n\nNobody knows why.") == "It%20sails.,Nobody%20knows%20why."


def test_a_quote_of_a_title_opens_at_the_title() -> None:
    quote = quote_of("Ferry sails", field="title")
    assert at_quote(quote) == f"{PAGE}#:~:text=Ferry%20sails"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (f"{PAGE}?x=1&y=2", f"{PAGE}?x=1&y=2#:~:text=It%20sails."),
        (f"{PAGE}#part-2", f"{PAGE}#part-2:~:text=It%20sails."),
        (f"{PAGE}#:~:text=other", f"{PAGE}#:~:text=It%20sails."),
        (f"{PAGE}#top:~:text=other", f"{PAGE}#top:~:text=It%20sails."),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("http://me@example.org/", None),
        (None, None),
    ],
)
def test_only_the_fragment_is_added_to_an_address(url: str | None, link: str | None) -> None:
    assert at_quote(quote_of("It sails.", url=url)) == link


def test_a_quote_without_words_opens_at_the_top() -> None:
    assert at_quote(quote_of(" \n ")) == PAGE


@given(st.text(st.characters(), max_size=300), st.text(max_size=20))
def test_any_words_are_found_in_the_quote_and_break_no_link(text: str, before: str) -> None:
    link = at_quote(quote_of(before + text, text))
    assert link is not None
    assert link.isascii()
    assert link == web_address(link)
    assert not set(link) & set(" \n\x1b\x07()<>[]\"'")
    if text.strip():
        directive = link.partition("#:~:text=")[2]
        assert not set("-&") & set(directive)
        assert directive.count(",") <= 1
        squeezed = " ".join(text.encode(errors="replace").decode().split())
        assert all(unquote(end) in squeezed for end in directive.split(","))
