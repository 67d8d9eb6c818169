"""The page to read: an article, opened at a quote, which is marked."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml.html import builder as E

from bot.web.asked import Opened
from bot.web.html import (
    Element,
    Piece,
    head,
    lines,
    link_to,
    marked,
    origin,
    shown,
    title_of,
    whole,
)
from retrieval.types import Article

AROUND = 20_000
"""Characters before and after a quote that are shown at once; without one, after twice as many."""


def page(article: Article, opened: Opened, back: str | None) -> str:
    """The page of an article; ``back`` is the address of the answers that led here."""
    title = title_of(article)
    heading: list[Piece] = [title]
    if opened.field == "title" and opened.end:
        start, end = opened.start, opened.end
        words = article.title
        heading = marked(*map(lines, (words[:start], words[start:end], words[end:])), id="quote")
    text = E.ARTICLE(
        E.H1(*heading, dir="auto"),
        E.P(E.CLASS("source"), *origin(article)),
        *_text(article, opened),
    )
    if article.language:
        text.set("lang", shown(article.language))
    there = E.A("← Back to the answers", href=back) if back else E.A("← Ask", href="/")
    return whole(title, head(None), E.MAIN(E.NAV(there, **{"aria-label": "Back"}), text))


def back_to(referer: str | None, host: str) -> str | None:
    """The answers that somebody comes from, by what their browser says; None: from elsewhere."""
    parts = urlsplit(referer or "")
    if parts.netloc != host or parts.path != "/" or not parts.query:
        return None
    return f"/?{parts.query}"


def _text(article: Article, opened: Opened) -> list[Element]:
    text = article.text
    start, end = (0, 0) if opened.field == "title" else (opened.start, opened.end)
    start, end = min(start, len(text)), min(max(start, end), len(text))
    first = max(start - AROUND, 0) if opened.at is None else min(opened.at, len(text))
    last = min(max(end, first) + AROUND * (1 if start else 2), len(text))
    words: list[Piece] = [lines(text[first:last])]
    if first <= start < end <= last:
        pieces = (text[first:start], text[start:end], text[end:last])
        words = marked(*map(lines, pieces), id="quote", tabindex="-1")
    told = [E.DIV(E.CLASS("text"), *words)]
    if first:
        told.insert(0, _turn(article, max(first - 2 * AROUND, 0), "↑ What stands before"))
    if last < len(text):
        told.append(_turn(article, last, "↓ What comes after"))
    return told


def _turn(article: Article, at: int, words: str) -> Element:
    return E.P(E.CLASS("turn"), E.A(words, href=f"{link_to(article)}?at={at}"))
