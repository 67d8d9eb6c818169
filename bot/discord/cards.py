"""Quotes as cards and articles as lists, each text within its limit.

What an article says goes through ``escape``. An article's path is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bot.discord.limits import units
from bot.discord.markup import escape, fitted, linked
from bot.terminal import clean
from retrieval.types import Article

QUOTES_A_PAGE = 3
LINES_A_PAGE = 10
CARDS_ROOM, LIST_ROOM = 2400, 3600
"""Units of all cards below the words of a message, and of a card that stands alone."""
NAME_ROOM, LINK_ROOM, OTHERS_ROOM = 150, 400, 200
OTHERS_SHOWN = 3
FOUND, DIFFERING, QUIET = 0x2AA198, 0xD9902F, 0x80848E
"""The bars beside quotes: of answers, of answers that differ, of all else."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Card:
    """Markdown beside a coloured bar."""

    text: str
    colour: int


@dataclass(frozen=True, slots=True)
class Words:
    """Words of an article, which are markdown already, with who else prints them.

    ``address`` is that of the article, open at these words.
    """

    article: Article
    text: str
    also_in: tuple[Article, ...] = ()
    number: int | None = None
    address: str | None = None


def cards(quoted: Sequence[Words], colour: int) -> list[Card]:
    """Give a card for each article: its words first, then where they are from, in small print.

    Where there are several words of one article, they stand below it.
    """
    together: dict[Article, list[Words]] = {}
    for one in quoted:
        together.setdefault(one.article, []).append(one)
    return [Card(_together(same), colour) for same in together.values()]


def room_of(words: Words) -> int:
    """Give the units that words take at most, wherever they stand."""
    return units(_alone(words)) + 20


def _together(same: Sequence[Words]) -> str:
    if len(same) == 1:
        return _alone(same[0])
    others = tuple(dict.fromkeys(other for one in same for other in one.also_in))
    lines = [f"-# {_source(same[0].article, others, same[0].article.url)}"]
    for one in same:
        lines += [one.text, *([f"-# {numbered(one.number)}"] if one.number else [])]
    return "\n".join(lines)


def _alone(words: Words) -> str:
    number = f"{numbered(words.number)} " if words.number else ""
    return f"{words.text}\n-# {number}{_source(words.article, words.also_in, words.address)}"


def _source(article: Article, also_in: Sequence[Article], address: str | None) -> str:
    """Give an article's title, with a link where it has an address, its publisher and date.

    With brackets in the line the link stands at its end: those within one, or behind it, might
    end it elsewhere.
    """
    title = fitted(_title(article), NAME_ROOM)
    links = filter(None, (linked(address), linked(article.url)))
    link = next((link for link in links if units(link) <= LINK_ROOM), None)
    told = [title, *origin(article), *_also_in(article, also_in)]
    if link:
        if re.search(r"[\[\]]", " ".join(told)):
            told.append(f"[open]({link})")
        else:
            told[0] = f"[{title}]({link})"
    return " · ".join(told)


def numbered(number: int) -> str:
    """Give how a quote's number is shown; a bare bracket might begin a link further on."""
    return escape(f"[{number}]")


def entry(article: Article, told: Iterable[str]) -> str:
    """Give an article's title and, in small print, what is told of it."""
    return f"**{fitted(_title(article), NAME_ROOM)}**\n-# " + " · ".join(told)


def origin(article: Article) -> list[str]:
    """Give an article's publisher, if it is known, and its date."""
    publisher = [fitted(article.publisher, NAME_ROOM)] if article.publisher else []
    return [*publisher, day(article.published)]


def day(value: date | None) -> str:
    """Give a date of publication as people write it."""
    return f"{value.day} {value:%B %Y}" if value else "undated"


def listed(title: str, entries: Sequence[str]) -> list[Card]:
    """Give entries as cards, one for each page."""
    groups = packed(entries, lambda one: units(one) + 1, LIST_ROOM, LINES_A_PAGE)
    shown = []
    for number, group in enumerate(groups, 1):
        page = [f"-# Page {number} of {len(groups)}"] if len(groups) > 1 else []
        shown.append(Card("\n".join([f"### {title}", *group, *page]), QUIET))
    return shown


def in_messages(items: Sequence[_T], words_of: Callable[[_T], Words]) -> list[list[_T]]:
    """Give items in groups whose cards one message has room for."""
    return packed(items, lambda item: room_of(words_of(item)), CARDS_ROOM, QUOTES_A_PAGE)


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


def _also_in(article: Article, others: Sequence[Article]) -> list[str]:
    """Give who else prints a quote; by its title what the same publisher prints again."""
    names = list(
        dict.fromkeys(
            _title(other) if other.publisher in (None, "", article.publisher) else other.publisher
            for other in others
        )
    )
    more = len(names) - OTHERS_SHOWN
    told = ", ".join(map(str, names[:OTHERS_SHOWN])) + (f" and {more} more" if more > 0 else "")
    return [f"also in {fitted(told, OTHERS_ROOM)}"] if names else []


def _title(article: Article) -> str:
    return clean(article.title).strip() or "Untitled"
