"""What an assistant can do: ask, search, read and list, each as JSON of the usual shapes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from pydantic import Field

from bot import jsonable, shapes
from bot.service import local
from bot.service.questions import narrowed
from bot.service.services import Services

READ_UNASKED, MOST_READ = 10_000, 50_000
"""Characters of an article that are given at once, where none or too many are asked for."""

Id = Annotated[str, Field(description="the article's id, as quotes, hits and lists tell it")]


class Tools:
    """The tools, whose docstrings and types are what assistants are told of them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def ask(
        self,
        question: local.QuestionText,
        since: local.Since = None,
        until: local.Until = None,
        publisher: local.Publisher = None,
        path: local.Path = None,
        undated: local.Undated = False,
        any_date: local.AnyDate = False,
    ) -> shapes.Reply:
        """Answer a question from the user's own articles, in quotes word for word.

        Each answer comes with its quotes. A quote's text stands in the article exactly so, from
        character start to end: cite it unchanged, with the article's title, publisher and date.
        Ask one whole question at a time ("Who did Fidan meet in Kyiv?"): this tool remembers
        none before it.

        found is false where these articles hold no answer: say so, rather than answer from
        elsewhere. nearest then holds passages that are near to the question and do not answer
        it. An answer with a probability below 0.5 is a guess: call it one. Where several
        answers to a question for one contradict each other, the newest comes first.
        """
        async with self._told("a question"):
            filters = narrowed(since, until, publisher, path, undated)
            answered = await local.ask(self._services, question, filters, any_date=any_date)
            return jsonable.reply(answered.reply)

    async def search(
        self,
        question: local.QuestionText,
        count: local.Count = 10,
        since: local.Since = None,
        until: local.Until = None,
        publisher: local.Publisher = None,
        path: local.Path = None,
        undated: local.Undated = False,
        any_date: local.AnyDate = False,
    ) -> shapes.SearchResult:
        """Find the passages of the user's own articles that fit words or a question best.

        For looking around: hits are what is nearest, whether or not it answers anything. A
        hit's text stands in the article exactly so, from character start to end. The tool ask
        tells answers from what is merely near.
        """
        async with self._told("a search"):
            filters = narrowed(since, until, publisher, path, undated)
            return jsonable.search(
                await local.find(self._services, question, count, filters, any_date=any_date)
            )

    async def read(self, id: Id, start: local.Start = 0, end: local.End = None) -> shapes.Reading:
        """Read an article, or the characters from start to end of it, word for word.

        Offsets are those of quotes and hits: to see what stands around one, read from a few
        hundred characters before its start. 10,000 characters are given at once unless end
        says otherwise, at most 50,000: where end is less than length there is more, which
        start=end reads.
        """
        async with self._told("reading"):
            most = READ_UNASKED if end is None else MOST_READ
            return await local.read(self._services, id, start, end, most)

    async def list(
        self,
        title: local.Title = None,
        since: local.Since = None,
        until: local.Until = None,
        publisher: local.Publisher = None,
        path: local.Path = None,
        undated: local.Undated = False,
        offset: local.Offset = 0,
        limit: local.Limit = 50,
    ) -> shapes.Pages:
        """List the user's own articles, the newest first: titles, publishers, dates, ids.

        total tells how many fit; offset and limit turn the pages.
        """
        async with self._told("listing"):
            filters = narrowed(since, until, publisher, path, undated)
            return await local.listed(self._services, filters, title, offset, limit)

    async def article(self, id: str) -> str:
        """An article's whole text, word for word."""
        try:
            return (await local.article(self._services, id)).text
        except local.NoSuchArticle as error:
            raise ResourceNotFoundError(str(error)) from error
        except Exception as error:
            raise ResourceError(local.told(error, "a resource", self._services)) from error

    @asynccontextmanager
    async def _told(self, doing: str) -> AsyncIterator[None]:
        """Have every error told in words that say what to do next."""
        try:
            yield
        except Exception as error:
            raise ToolError(local.told(error, doing, self._services)) from error
