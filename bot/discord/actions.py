"""What the buttons do. Each first looks whether the kept reply may be seen by who presses it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

import discord

from bot import view
from bot.discord import buttons
from bot.discord.buttons import reply_rows
from bot.discord.errors import explain
from bot.discord.interactions import Interaction, place_of, services_of
from bot.discord.messages import (
    Page,
    answer_pages,
    context_pages,
    nearest_pages,
    notice,
    quotes_on,
    source_pages,
)
from bot.discord.replying import ask_here
from bot.discord.sending import finish, show_privately
from bot.service import stored
from bot.service.kept import Kept
from bot.service.places import kept_for, library_of, settings_at
from bot.service.questions import LONGEST
from bot.service.refusals import Refusal
from bot.service.services import Services
from retrieval import Library
from retrieval.types import Reply

NEIGHBOURS = 2
"""Sentences shown before and after a quote."""

MODAL_SECONDS = 15 * 60
"""How long a question may be typed; a modal that was closed leaves memory then."""

Render = Callable[[Library, Reply, int], Sequence[Page]]
Action = Callable[[Interaction, str, int], Awaitable[None]]
"""Acknowledges first, then looks up the reply with that key and does something with its page."""


class Pressed(discord.ui.DynamicItem[discord.ui.Button[Any]], template=buttons.ID):
    """A button of a kept reply that somebody has pressed."""

    def __init__(self, action: str, key: str, page: int) -> None:
        super().__init__(buttons.button(action, key, page))
        self._action = action
        self._key = key
        self._page = page

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["action"], match["key"], int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Do what the button says, and explain what went wrong.

        discord.py itself only logs the errors of dynamic items: no ``View.on_error`` sees them.
        """
        await _act(interaction, self._action, self._key, self._page)


class Chosen(discord.ui.DynamicItem[discord.ui.Select[Any]], template=buttons.MENU_ID):
    """A menu of a kept reply, of which somebody has chosen something."""

    def __init__(self, key: str, page: int) -> None:
        super().__init__(buttons.menu(list(buttons.IN_MENU), key, page))
        self._key = key
        self._page = page

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was used."""
        return cls(match["key"], int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Do what was chosen, and explain what went wrong."""
        chosen = self.item.values[0]
        turned = {"more": self._page + 1, "back": max(self._page - 1, 0)}
        await _act(interaction, chosen, self._key, turned.get(chosen, self._page))


async def _act(interaction: Interaction, action: str, key: str, page: int) -> None:
    try:
        services = services_of(interaction)
        with services.working():
            settings_at(services, place_of(interaction))
            await _ACTIONS[action](interaction, key, page)
    except Exception as error:
        await explain(interaction, error, f"the button {action}")


async def _turn(interaction: Interaction, key: str, page: int) -> None:
    """Show another page: the asker turns it in place, anybody else sees it alone."""
    await interaction.response.defer()
    kept = await _kept(interaction, key)
    reply, pages = await _load(interaction, kept, _answer)
    page = min(page, len(pages) - 1)
    rows = reply_rows(kept.key, reply, page, len(pages))
    if kept.user == interaction.user.id or _is_private(interaction):
        await finish(interaction, pages[page], rows=rows)
    else:
        await show_privately(interaction, pages[page], rows=rows)


def _is_private(interaction: Interaction) -> bool:
    """Tell whether the message of the button is shown to who pressed it alone."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _kept(interaction: Interaction, key: str) -> Kept:
    return await kept_for(services_of(interaction), place_of(interaction), key)


def _showing(render: Render) -> Action:
    async def show(interaction: Interaction, key: str, page: int) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        _, pages = await _load(interaction, await _kept(interaction, key), render, page)
        await finish(interaction, *pages)

    return show


async def _load(
    interaction: Interaction, kept: Kept, render: Render, page: int = 0
) -> tuple[Reply, Sequence[Page]]:
    services = services_of(interaction)
    return await services.looked_up(_loaded, services, kept, render, page)


def _loaded(
    services: Services, kept: Kept, render: Render, page: int
) -> tuple[Reply, Sequence[Page]]:
    library = library_of(services, kept.tenant)
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
    return source_pages(view.sources(reply))


async def _vote(interaction: Interaction, key: str, up: bool) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    kept, services = await _kept(interaction, key), services_of(interaction)
    stands = await services.recorded(services.records.vote, kept.key, interaction.user.id, up)
    thanks = "Glad to hear it, thank you." if up else "Thank you: it helps to make Quoth better."
    await finish(interaction, notice(thanks if stands else "Your vote is taken back."))


async def _vote_up(interaction: Interaction, key: str, _: int) -> None:
    await _vote(interaction, key, True)


async def _vote_down(interaction: Interaction, key: str, _: int) -> None:
    await _vote(interaction, key, False)


async def _delete(interaction: Interaction, key: str, _: int) -> None:
    await interaction.response.defer()
    kept, services = await _kept(interaction, key), services_of(interaction)
    if kept.user != interaction.user.id and not interaction.permissions.manage_messages:
        raise Refusal("Only who asked can delete this, or somebody who may manage messages.")
    await interaction.delete_original_response()
    await services.recorded(services.records.delete, kept.key)


async def _follow(interaction: Interaction, key: str, _: int) -> None:
    await interaction.response.send_modal(FollowUp(key, _is_private(interaction)))


_ACTIONS: dict[str, Action] = {
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
    """Asks for the next question; the answer comes as a new message.

    A form can't be put off, so it opens before anybody knows whether the reply is kept.
    """

    def __init__(self, key: str, private: bool) -> None:
        super().__init__(timeout=MODAL_SECONDS)
        self._key = key
        self._private = private
        self._question: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="question", max_length=LONGEST
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
        await ask_here(interaction, self._question.value, private=self._private, after=self._key)

    async def on_error(  # type: ignore[override]
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Explain what went wrong."""
        await explain(interaction, error, "the follow-up question")
