"""What doors to one's own archive share: no tenants, nothing kept behind, words as given here.

``quoth serve`` and ``quoth mcp`` are such doors. Each person asks the same articles; what they
asked is remembered in memory, so that they can ask on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from bot import jsonable, shapes, view
from bot.days import HINT
from bot.service import refusals
from bot.service.desk import Busy
from bot.service.door import Policy
from bot.service.places import Place, kept_for, library_of
from bot.service.questions import (
    LONGEST,
    NO_FILTERS,
    Answered,
    Request,
    admit,
    answer,
    handling,
    search,
)
from bot.service.refusals import NothingToAsk, Refusal
from bot.service.services import Services
from bot.service.turns import turns_after
from bot.settings import Settings
from retrieval import Library
from retrieval.errors import LibraryMissing, NotFound, QuothError
from retrieval.text import fold
from retrieval.types import Article, Filters, SearchResult

POLICY = Policy(
    workers=2,
    queue=50,
    tenant_limit=52,
    burst=60,
    refill_seconds=0.2,
    keep_days=1,
    grace_days=0,
    max_upload_mb=0,
    max_articles=0,
    max_characters=0,
    in_memory=True,
)
"""A script may ask five questions a second for long; what takes longer waits for its turn."""

SECONDS = 120.0
"""How long a question may take, waiting included; the first of all loads the models."""

LAST_SECONDS = 5.0
"""How long what is in flight may take to end when the door closes."""

KEPT = 1000
"""Replies kept at most, the latest: people ask on from these."""

TOO_LONG = "That takes too long: ask again in a moment, or only some of the articles."
NO_ARTICLES = "There are no articles yet: quoth index PATH adds some."
MOST_READ, MOST_LISTED, MOST_FOUND = 100_000, 500, 100

QuestionText = Annotated[
    str,
    Field(description=f"a question in plain words, at most {LONGEST} characters"),
]
Since = Annotated[str | None, Field(description=f"only published on or after: {HINT}")]
Until = Annotated[str | None, Field(description="only published on or before, as since")]
Publisher = Annotated[str | None, Field(description="only by this publisher, however spelled")]
Path = Annotated[str | None, Field(description="only with this in the file's path, or a glob")]
Undated = Annotated[bool, Field(description="let articles without a date pass since and until")]
AnyDate = Annotated[
    bool, Field(description="take words of time in the question as words, not as a limit")
]
Start = Annotated[int, Field(ge=0, description="the first character, from 0")]
End = Annotated[int | None, Field(ge=0, description="where to end, this character excluded")]
Offset = Annotated[int, Field(ge=0, description="how many articles to pass over")]
Limit = Annotated[int, Field(ge=1, le=MOST_LISTED, description="articles at most")]
Count = Annotated[int, Field(ge=1, le=MOST_FOUND, description="passages at most")]
Title = Annotated[str | None, Field(description="only with this in the title")]


class NoSuchArticle(Refusal):
    """There is no article with this id."""


class TooSlow(Busy):
    """The time for a question is over."""


@asynccontextmanager
async def opened(door: str, settings: Settings, library: Library) -> AsyncIterator[Services]:
    """Give what a door answers with until it closes; what is in flight is finished then."""
    services = Services.of(door, settings, POLICY, library, alone=settings.collection)
    try:
        yield services
    finally:
        await services.close(LAST_SECONDS)


async def ask(
    services: Services,
    text: str,
    filters: Filters,
    *,
    any_date: bool = False,
    after: str | None = None,
    user: int = 0,
) -> Answered:
    """Answer a question; one ``after`` a kept reply refers to it, within its filters or new ones.

    Raises Refusal, QuestionError, LibraryError.
    """
    place = Place(None, 0, None, user)
    async with _in_time(services):
        settings = admit(services, place, text)
        request = Request(text.strip(), place, filters=filters, any_date=any_date)
        if after:
            kept = await kept_for(services, place, after)
            within = kept.filters if filters == NO_FILTERS else filters
            request = replace(request, filters=within, previous=turns_after(kept))
        answered = await answer(services, request, settings)
        await services.recorded(services.records.trim, KEPT)
        return answered


async def find(
    services: Services,
    text: str,
    k: int,
    filters: Filters,
    *,
    any_date: bool = False,
    user: int = 0,
) -> SearchResult:
    """Give the ``k`` best passages for a question, ranked. Raises as ``ask`` does."""
    place = Place(None, 0, None, user)
    async with _in_time(services):
        settings = admit(services, place, text)
        request = Request(text.strip(), place, filters=filters, any_date=any_date)
        return await search(services, request, settings, k)


async def article(services: Services, id: str) -> Article:
    """Give an article with its text. Raises NoSuchArticle, NothingToAsk, LibraryError."""
    with _no_articles():
        try:
            return await services.looked_up(library_of(services, None).article, id)
        except NotFound:
            raise NoSuchArticle(
                f"There is no article with the id {id!r}: ids come with quotes, hits and lists."
            ) from None


async def read(
    services: Services, id: str, start: int, end: int | None, most: int
) -> shapes.Reading:
    """Give an article's text from ``start``, at most ``most`` characters of it.

    Raises Refusal where it ends before, and as ``article`` does.
    """
    found = await article(services, id)
    length = len(found.text)
    if start > length or (end is not None and end < start):
        raise Refusal(
            f"Nothing lies from {start} to {'the end' if end is None else end}: "
            f"the article has {length} characters."
        )
    end = min(length if end is None else end, start + most, length)
    return {
        "article": jsonable.article(found),
        "text": found.text[start:end],
        "start": start,
        "end": end,
        "length": length,
    }


async def listed(
    services: Services, filters: Filters, title: str | None, offset: int, limit: int
) -> shapes.Pages:
    """Give some of the articles, the newest first. Raises NothingToAsk, LibraryError."""
    with _no_articles():
        found = await services.looked_up(_titled, library_of(services, None), filters, title)
    shown = [jsonable.article(one) for one in found[offset : offset + limit]]
    return {"articles": shown, "offset": min(offset, len(found)), "total": len(found)}


def _titled(library: Library, filters: Filters, title: str | None) -> list[Article]:
    found = view.newest_first(library.articles(filters))
    wanted = fold(title or "")
    return [one for one in found if wanted in fold(one.title)] if wanted else found


def told(error: Exception, doing: str, services: Services) -> str:
    """What a person is told of an error; nobody else is there to mend what is wrong.

    What nobody expected gets an id, as in the log.
    """
    if isinstance(error, NothingToAsk | LibraryMissing):
        return NO_ARTICLES
    if isinstance(error, QuothError):
        return str(error)
    return refusals.told(error, doing, services.metrics)


@asynccontextmanager
async def _in_time(services: Services) -> AsyncIterator[None]:
    """Have a question counted and, at the end of its time, refused."""
    try:
        with handling(services):
            async with asyncio.timeout(SECONDS):
                yield
    except TimeoutError:
        raise TooSlow(TOO_LONG) from None


@contextmanager
def _no_articles() -> Iterator[None]:
    try:
        yield
    except LibraryMissing:
        raise NothingToAsk(None) from None
