"""What both pages are made of. Words of articles come in as text: they can bring no markup."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeAlias, cast
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode, urlsplit

from lxml import etree, html
from lxml.html import builder as E

from bot import links, view
from bot.terminal import clean
from retrieval.types import Article, Quote

_NO_CHARACTERS = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}

Element: TypeAlias = etree._Element
Piece: TypeAlias = Element | str


def whole(title: str, *body: Element) -> str:
    """A page of this title, which needs nothing but its style, its script and its icon."""
    made = E.HTML(
        E.HEAD(
            E.META(charset="utf-8"),
            E.META(name="viewport", content="width=device-width, initial-scale=1"),
            E.META(name="color-scheme", content="light dark"),
            E.TITLE(f"{title} · Quoth" if title else "Quoth"),
            E.LINK(rel="icon", href="/static/icon.svg", type="image/svg+xml"),
            E.LINK(rel="stylesheet", href="/static/style.css"),
            E.SCRIPT(src="/static/script.js", defer="defer"),
        ),
        E.BODY(*body),
        lang="en",
    )
    written = html.tostring(made, doctype="<!DOCTYPE html>", encoding="unicode")
    return cast(str, written) + "\n"


def head(about: str | None) -> Element:
    """The line above all: the name, which leads home, and what there is to be asked."""
    told = [E.P(E.CLASS("about"), about)] if about else []
    return E.HEADER(E.A(E.CLASS("name"), "Quoth", href="/"), *told)


def link_to(article: Article, quote: Quote | None = None) -> str:
    """The address of an article's page here, at a quote if there is one."""
    path = f"/articles/{percent_encoded(article.id, safe='', errors='replace')}"
    if quote is None:
        return path
    field = {"field": "title"} if quote.field == "title" else {}
    return f"{path}?{urlencode({'start': quote.start, 'end': quote.end, **field})}#quote"


def origin(article: Article, quote: Quote | None = None) -> list[Piece]:
    """Who published an article and when, and where it stands: on the web, or in which file."""
    known = [shown(article.publisher)] if article.publisher else []
    told: list[Piece] = [" · ".join([*known, view.day(article.published)])]
    address = links.at_quote(quote) if quote else links.web_address(article.url)
    if address:
        host = urlsplit(address).hostname or address
        told += [" · ", E.A(f"{host} ↗", href=address, rel="noopener noreferrer")]
    elif article.path:
        path = shown(article.path)
        told += [" · ", E.SPAN(E.CLASS("path"), PurePath(path).name, title=path)]
    return told


def shown(text: str) -> str:
    """A text in one line, as ``clean`` leaves it, without what no page may hold either."""
    return clean(text).translate(_NO_CHARACTERS)


def lines(text: str) -> str:
    """A text of several lines without what would steer a browser or turn a line around."""
    return "\n".join(shown(line) for line in text.split("\n"))


def marked(before: str, words: str, after: str, **attributes: str) -> list[Piece]:
    """Words within others, marked."""
    return [before, E.MARK(words, **attributes), after]


def title_of(article: Article) -> str:
    """An article's title, or what stands in for it."""
    return shown(article.title).strip() or "Untitled"


def classed(name: str, *pieces: Piece) -> Element:
    """A paragraph of a kind."""
    return cast(Element, E.P(E.CLASS(name), *pieces))


def joined(pieces: Sequence[Sequence[Piece]], between: str) -> list[Piece]:
    """All of the pieces, with words between them."""
    told: list[Piece] = []
    for number, one in enumerate(pieces):
        told += [between, *one] if number else one
    return told
