"""From a question, wherever it was asked, to its answer: one path."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import discord

from bot.conversation import TURNS_KEPT
from bot.discord.buttons import reply_view
from bot.discord.errors import POLITE, Refusal, TooOften
from bot.discord.messages import Page, answer_pages, notice
from bot.discord.places import Place, check_channel, library_of
from bot.discord.sending import Interaction, finish
from retrieval.types import Filters, Reply, Turn

if TYPE_CHECKING:
    from bot.discord.client import QuothClient
    from bot.discord.records import GuildSettings, Kept
    from retrieval import Library

QUESTION = 500
"""The longest question, in characters."""

NO_FILTERS = Filters()
Show = Callable[[Page, discord.ui.View | None], Awaitable[int]]
"""Shows a page where the answer belongs, in place of what it showed before; the message's id."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, where, and after which turns. ``private``: only the asker sees the answer."""

    text: str
    place: Place
    private: bool = False
    filters: Filters = NO_FILTERS
    previous: tuple[Turn, ...] = ()


async def ask_here(
    interaction: Interaction,
    text: str,
    *,
    private: bool | None = None,
    filters: Filters = NO_FILTERS,
    previous: tuple[Turn, ...] = (),
) -> None:
    """Answer an interaction; ``private=None`` means as the server has set it."""
    client, place = interaction.client, Place.of(interaction)

    async def show(page: Page, view: discord.ui.View | None) -> int:
        return await finish(interaction, page, view=view)

    with handling(client):
        settings = await admit(client, place, text)
        private = settings.private if private is None else private
        await interaction.response.defer(ephemeral=private, thinking=True)
        question = Question(text.strip(), place, private, filters, previous)
        await answer(client, question, settings, show)


@contextmanager
def handling(client: QuothClient) -> Iterator[None]:
    """Have a question finished before the process ends, and counted if it gets no answer."""
    questions = client.services.metrics.questions
    with client.services.working():
        try:
            yield
        except POLITE as error:
            questions.labels("limited" if isinstance(error, TooOften) else "refused").inc()
            raise
        except Exception:
            questions.labels("failed").inc()
            raise


async def admit(client: QuothClient, place: Place, text: str) -> GuildSettings:
    """Let a question in and give the settings of its place, or raise Refusal."""
    if not text.strip():
        raise Refusal("There is no question: ask me, for example, “Who met whom in Ankara?”")
    if len(text) > QUESTION:
        raise Refusal(
            f"That question is {len(text):,} characters long, and the most is {QUESTION}: "
            "please shorten it."
        )
    settings = await check_channel(client, place)
    if wait := client.services.buckets.take(place.user):
        unit = "second" if wait <= 1 else "seconds"
        raise TooOften(f"You have asked a lot at once: ask again in {math.ceil(wait)} {unit}.")
    return settings


async def answer(
    client: QuothClient, question: Question, settings: GuildSettings, show: Show
) -> None:
    """Ask the library and show the answer, with buttons that a restart doesn't end."""
    services, place, started = client.services, question.place, time.monotonic()

    async def wait_at(number: int) -> None:
        await show(notice(f"You are number {number} in the queue…"), None)

    library = library_of(client, place.guild, settings)
    reply, generation, pages = await services.desk.run(
        place.guild, partial(_answered, library, question), on_wait=wait_at
    )
    key = await asyncio.to_thread(
        services.records.keep,
        guild=place.guild,
        channel=place.channel,
        user=place.user,
        private=question.private,
        question=question.text,
        filters=question.filters,
        previous=question.previous,
        reply=reply,
        generation=generation,
    )
    message = await show(pages[0], reply_view(key, reply, 0, len(pages)))
    await asyncio.to_thread(services.records.shown_in, key, message)
    services.metrics.index_generation.set(generation)
    services.metrics.answered(reply.found, time.monotonic() - started)


def turns_after(kept: Kept) -> tuple[Turn, ...]:
    """The turns that a question after this one may refer to."""
    return (*kept.previous, kept.turn)[-TURNS_KEPT:]


def _answered(library: Library, question: Question) -> tuple[Reply, int, tuple[Page, ...]]:
    reply = library.ask(question.text, filters=question.filters, previous=question.previous)
    return reply, library.status().generation, answer_pages(reply)
