"""Replies as Markdown: what they say, and that articles bring no markup into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import markdown
from retrieval.types import Answer, Article, Quote, Reply, Span

TEXT = "Six boats left Tarn *at noon*.\nOne came back."


def make_article(name: str = "a", url: str | None = "https://example.org/a") -> Article:
    path = f"/home/reader/news/{name} 1.txt"
    day = date(2024, 5, 1)
    return Article(name, TEXT, "Boats [of] Tarn", "Northern Post", day, "en", url, path, "0" * 64)


def quote_of(article: Article, answer: str, *also_in: Article) -> Quote:
    at = TEXT.index(answer)
    return Quote(article, 0, len(TEXT), Span(article, at, at + len(answer), 0.9), also_in)


def test_a_reply_is_a_heading_answers_quotes_and_sources() -> None:
    web, file = make_article(), make_article("b", url=None)
    answers = (
        Answer("noon", 0.9, (quote_of(web, "noon", file), quote_of(file, "noon"))),
        Answer("Six boats", 0.4, (quote_of(file, "Six boats"),)),
    )
    reply = Reply("what #left *when*?", "what left when? (2024)", answers, (), 1.0)
    reply = replace(reply, list_question=True, undated=2, changed=("c",))
    path = "[Boats \\[of\\] Tarn](../news/b%201.txt) · Northern Post · 2024-05-01"
    link = "https://example.org/a#:~:text=Six%20boats%20left%20Tarn,One%20came%20back."
    assert markdown.reply(reply, Path("/home/reader/notes")) == (
        "## what #left \\*when\\*?\n\n"
        "Understood as: what left when? (2024)\n\n"
        "1. **noon** (90%)\n\n"
        "   > Six boats left Tarn \\*at **noon**\\*. One came back.\n\n"
        f"   [Boats \\[of\\] Tarn]({link}) · Northern Post · 2024-05-01; also in {path}\n\n"
        "   > Six boats left Tarn \\*at **noon**\\*. One came back.\n\n"
        f"   {path}\n\n"
        "2. Perhaps: **Six boats** (40%)\n\n"
        "   > **Six boats** left Tarn \\*at noon\\*. One came back.\n\n"
        f"   {path}\n\n"
        "2 articles without a date were left out by the dates.\n\n"
        "1 article isn't as it was stored and was left out: quoth check names it.\n"
    )


def test_a_sentence_that_answers_stands_once_and_a_guess_is_called_one() -> None:
    quote = Quote(make_article(), 0, len(TEXT))
    reply = Reply("what?", "what?", (Answer(quote.text, 0.45, (quote,)),), (quote,), 1.0)
    text = markdown.reply(reply, Path("/"))
    assert "I am not sure. Perhaps:\n\n1. (45%)\n\n   > Six boats" in text
    assert text.count("Six boats") == 1
    assert markdown.reply(replace(reply, answers=()), Path("/")) == (
        "## what?\n\nI found no answer in these articles.\n"
    )


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# no heading", "\\# no heading"),
        ("- no list", "\\- no list"),
        ("3. no list", "3\\. no list"),
        ("1944) no list", "1944\\) no list"),
        ("3.5 per cent", "3.5 per cent"),
        ("a_b*c`d", "a\\_b\\*c\\`d"),
        ("<b>[x](y)", "\\<b\\>\\[x\\](y)"),
        ("R&D &amp; &#62;", "R&D \\&amp; \\&#62;"),
        ("back\\slash", "back\\\\slash"),
        ("two\nlines\x1b[2J", "two lines\ufffd\\[2J"),
        ("plain words, 5 - 3 = 2!", "plain words, 5 - 3 = 2!"),
    ],
)
def test_words_bring_no_markup(text: str, escaped: str) -> None:
    assert markdown.escape(text) == escaped


@given(st.text(st.characters(), max_size=80))
def test_any_words_stay_what_they_are(text: str) -> None:
    escaped = markdown.escape(text)
    assert "\n" not in escaped
    unescaped = "".join(escaped.replace("\\\\", "\0").split("\\")).replace("\0", "\\")
    assert unescaped == markdown.clean(text).replace("\0", "\\")
