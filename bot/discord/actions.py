"""What the buttons do. Each first looks whether the kept reply may be seen by who presses it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.discord import stored
from bot.discord.asking import QUESTION, ask_here, turns_after
from bot.discord.buttons import reply_view
from bot.discord.errors import Refusal, explain
from bot.discord.messages import (
    Page,
    answer_pages,
    context_pages,
    nearest_pages,
    notice,
    quotes_on,
    source_pages,
)
from bot.discord.places import Place, kept_for, library_of
from bot.discord.sending import Interaction, finish, show_privately
from retrieval.types import Article, Reply

if TYPE_CHECKING:
    from bot.discord.records import Kept
    from retrieval import Library

NEIGHBOURS = 2
"""Sentences shown before and after a quote."""

MODAL_SECONDS = 15 * 60
"""How long a question may be typed; a modal that was closed leaves memory then."""

Render = Callable[["Library", Reply, int], Sequence[Page]]


async def press(interaction: Interaction, action: str, key: str, page: int) -> None:
    """Do what a button says, and explain what went wrong.

    discord.py itself only logs the errors of dynamic items: no ``View.on_error`` sees them.
    """
    try:
        with interaction.client.services.working():
            kept = await kept_for(interaction.client, Place.of(interaction), key)
            await _ACTIONS[action](interaction, kept, page)
    except Exception as error:
        await explain(interaction, error, f"the button {action}")


async def _turn(interaction: Interaction, kept: Kept, page: int) -> None:
    """Show another page: the asker turns it in place, anybody else sees it alone."""
    message = interaction.message
    own = kept.user == interaction.user.id or (message is not None and message.flags.ephemeral)
    await interaction.response.defer(ephemeral=True, thinking=not own)
    reply, pages = await asyncio.to_thread(_loaded, interaction, kept, _answer)
    page = min(page, len(pages) - 1)
    await finish(interaction, pages[page], view=reply_view(kept.key, reply, page, len(pages)))


def _showing(render: Render) -> Callable[[Interaction, Kept, int], Awaitable[None]]:
    async def show(interaction: Interaction, kept: Kept, page: int) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        _, pages = await asyncio.to_thread(_loaded, interaction, kept, render, page)
        await finish(interaction, *pages)

    return show


def _loaded(
    interaction: Interaction, kept: Kept, render: Render, page: int = 0
) -> tuple[Reply, Sequence[Page]]:
    library = library_of(interaction.client, kept.guild)
    reply = stored.load(kept.reply, library)
    return reply, render(library, reply, page)


def _answer(_: Library, reply: Reply, __: int) -> Sequence[Page]:
    return answer_pages(reply)


def _nearest(_: Library, reply: Reply, __: int) -> Sequence[Page]:
    return nearest_pages(reply)


def _context(library: Library, reply: Reply, page: int) -> Sequence[Page]:
    quotes = quotes_on(reply, page)
    return context_pages([(quote, library.context(quote, NEIGHBOURS)) for quote in quotes])


def _sources(_: Library, reply: Reply, __: int) -> Sequence[Page]:
    quotes = [quote for answer in reply.answers for quote in answer.quotes]
    articles: list[Article] = []
    for quote in quotes:
        articles += [one for one in (quote.article, *quote.also_in) if one not in articles]
    return source_pages(articles)


async def _vote(interaction: Interaction, kept: Kept, up: bool) -> None:
    records = interaction.client.services.records
    stands = await asyncio.to_thread(records.vote, kept.key, interaction.user.id, up)
    thanks = "Glad to hear it, thank you." if up else "Thank you: it helps to make Quoth better."
    await show_privately(interaction, notice(thanks if stands else "Your vote is taken back."))


async def _vote_up(interaction: Interaction, kept: Kept, _: int) -> None:
    await _vote(interaction, kept, True)


async def _vote_down(interaction: Interaction, kept: Kept, _: int) -> None:
    await _vote(interaction, kept, False)


async def _delete(interaction: Interaction, kept: Kept, _: int) -> None:
    if kept.user != interaction.user.id and not interaction.permissions.manage_messages:
        raise Refusal("Only who asked can delete this, or somebody who may manage messages.")
    await interaction.response.defer()
    await interaction.delete_original_response()
    await asyncio.to_thread(interaction.client.services.records.delete, kept.key)


async def _follow(interaction: Interaction, kept: Kept, _: int) -> None:
    await interaction.response.send_modal(FollowUp(kept.key))


_ACTIONS: dict[str, Callable[[Interaction, Any, int], Awaitable[None]]] = {
    "back": _turn,
    "more": _turn,
    "nearest": _showing(_nearest),
    "context": _showing(_context),
    "sources": _showing(_sources),
    "up": _vote_up,
    "down": _vote_down,
    "follow": _follow,
    "delete": _delete,
}


class FollowUp(discord.ui.Modal, title="Follow up"):
    """Asks for the next question; the answer comes as a new message."""

    def __init__(self, key: str) -> None:
        super().__init__(timeout=MODAL_SECONDS)
        self._key = key
        self._question: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="question", max_length=QUESTION
        )
        self.add_item(
            discord.ui.Label(
                text="Your question",
                description="It may refer to the last one: “and in Bucharest?”",
                component=self._question,
            )
        )

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Ask what was typed, after the turns of the reply; as privately as that one."""
        kept = await kept_for(interaction.client, Place.of(interaction), self._key)
        await ask_here(
            interaction,
            self._question.value,
            private=kept.private,
            filters=kept.filters,
            previous=turns_after(kept),
        )

    async def on_error(  # type: ignore[override]
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Explain what went wrong."""
        await explain(interaction, error, "the follow-up question")
