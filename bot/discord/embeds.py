"""Quotes as embeds and articles as lists, each text within its limit.

What an article says goes through ``escape`` or, in footers, where Discord reads no markdown,
through ``clean``. An article's path is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

import discord

from bot.discord.limits import DESCRIPTION, EMBED_TOTAL, TITLE, cut, units
from bot.discord.markup import escape, fitted, linked
from bot.links import at_quote
from bot.terminal import clean
from retrieval.types import Article, Quote

QUOTES_A_PAGE = 3
LINES_A_PAGE = 10
NAME_ROOM, FOOTER_ROOM = 150, 300
OTHERS_SHOWN = 3
FOUND, DIFFERING, QUIET = 0x2AA198, 0xD9902F, 0x80848E
"""The bars beside quotes: of answers, of answers that differ, of all else."""

_T = TypeVar("_T")


def embed(
    quote: Quote,
    words: str,
    colour: int,
    also_in: Sequence[Article] = (),
    number: int | None = None,
) -> discord.Embed:
    """Give a quote's words, which are markdown already, with where they are from.

    The title leads to the quote in its article, where that is on the web.
    """
    article = quote.article
    link = linked(at_quote(quote)) or linked(article.url)
    before = f"{numbered(number)} " if number else ""
    title = before + fitted(_title(article), TITLE - units(before))
    shown = discord.Embed(colour=colour, title=title, url=link, description=words)
    footer = " · ".join(filter(None, (article.publisher, day(article.published))))
    return shown.set_footer(text=cut(clean(footer + _also_in(article, also_in)), FOOTER_ROOM))


def numbered(number: int) -> str:
    """Give how a quote's number is shown; a bare bracket might begin a link further on."""
    return escape(f"[{number}]")


def entry(article: Article, told: Iterable[str]) -> str:
    """Give an article's title and, in small print, what is told of it."""
    return f"**{fitted(_title(article), NAME_ROOM)}**\n-# " + " · ".join(told)


def origin(article: Article) -> list[str]:
    """Give an article's publisher, if it is known, and its date, for ``entry``."""
    publisher = [fitted(article.publisher, NAME_ROOM)] if article.publisher else []
    return [*publisher, day(article.published)]


def day(value: date | None) -> str:
    """Give a date of publication as people write it."""
    return f"{value.day} {value:%B %Y}" if value else "undated"


def listed(title: str, entries: Sequence[str]) -> list[discord.Embed]:
    """Give entries as embeds, one for each page."""
    groups = packed(entries, lambda one: units(one) + 1, DESCRIPTION, LINES_A_PAGE)
    embeds = []
    for number, group in enumerate(groups, 1):
        shown = discord.Embed(colour=QUIET, title=title, description="\n".join(group))
        if len(groups) > 1:
            shown.set_footer(text=f"Page {number} of {len(groups)}")
        embeds.append(shown)
    return embeds


def in_messages(items: Sequence[_T], embed_of: Callable[[_T], discord.Embed]) -> list[list[_T]]:
    """Give items in groups whose embeds one message has room for."""
    return packed(items, lambda item: _size(embed_of(item)), EMBED_TOTAL, QUOTES_A_PAGE)


def packed(items: Sequence[_T], size: Callable[[_T], int], room: int, most: int) -> list[list[_T]]:
    """Give items in groups of at most ``most``, in each what fits into the room."""
    groups: list[list[_T]] = []
    used = 0
    for item in items:
        if not groups or len(groups[-1]) == most or used + size(item) > room:
            groups.append([])
            used = 0
        groups[-1].append(item)
        used += size(item)
    return groups


def _also_in(article: Article, others: Sequence[Article]) -> str:
    """Give who else prints a quote; by its title what the same publisher prints again."""
    names = list(
        dict.fromkeys(
            _title(other) if other.publisher in (None, "", article.publisher) else other.publisher
            for other in others
        )
    )
    more = len(names) - OTHERS_SHOWN
    told = ", ".join(map(str, names[:OTHERS_SHOWN])) + (f" and {more} more" if more > 0 else "")
    return f" · also in {told}" if names else ""


def _title(article: Article) -> str:
    return clean(article.title).strip() or "Untitled"


def _size(shown: discord.Embed) -> int:
    texts = (shown.title, shown.description, shown.footer.text)
    return sum(units(text) for text in texts if text)
