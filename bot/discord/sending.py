"""How a page gets to Discord: as components, whose text is shown to everybody.

Embeds are hidden from who has switched them off, and refused where the bot may send none. Each
body says that nobody is to be pinged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import discord

from bot.discord.interactions import Interaction
from bot.discord.messages import Page

RATE_LIMIT_SECONDS = 60.0
"""A longer 429 raises instead of holding an answer that nobody waits for any more."""

T = TypeVar("T")
Row = discord.ui.ActionRow[Any]
_WITHOUT: dict[str, Any] = {"content": None, "embeds": []}
"""What messages of earlier versions have, and no message with components may."""


def body(page: Page, rows: Sequence[Row] = ()) -> dict[str, Any]:
    """The arguments that show a page, with buttons below it, for every way of sending it."""
    return {
        "view": layout(page, rows),
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def change(page: Page, rows: Sequence[Row] = ()) -> dict[str, Any]:
    """The same for every way of editing a message."""
    return body(page, rows) | _WITHOUT


def layout(page: Page, rows: Sequence[Row] = ()) -> discord.ui.LayoutView:
    """The components that show a page. discord.py need not remember them: who presses a button
    is heard by its id.
    """
    view = discord.ui.LayoutView(timeout=None)
    if page.content:
        view.add_item(discord.ui.TextDisplay(page.content))
    for card in page.cards:
        text: discord.ui.TextDisplay[Any] = discord.ui.TextDisplay(card.text)
        view.add_item(discord.ui.Container(text, accent_colour=card.colour))
    for row in rows:
        view.add_item(row)
    view.stop()
    return view


async def show_privately(interaction: Interaction, *pages: Page, rows: Sequence[Row] = ()) -> None:
    """Show pages to the person who interacted only; ``rows`` stand below the last one.

    A public "is thinking…" that still waits for its answer is taken back: what comes first
    after it would be as public as it is.
    """
    response = interaction.response
    *others, last = pages
    bodies = [*map(body, others), body(last, rows)]
    if not response.is_done():
        await response.send_message(**bodies.pop(0), ephemeral=True)
    elif response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.delete_original_response()
    for one in bodies:
        await _soon(interaction.followup.send(**one, ephemeral=True, wait=True))


async def finish(interaction: Interaction, *pages: Page, rows: Sequence[Row] = ()) -> int:
    """Show pages in the place that was deferred; the id of the (last) message."""
    first, *others = pages
    shown = change(first, () if others else rows)
    message: discord.Message = await _soon(interaction.edit_original_response(**shown))
    for number, page in enumerate(others, 1):
        below = rows if number == len(others) else ()
        sending = interaction.followup.send(**body(page, below), ephemeral=True, wait=True)
        message = await _soon(sending)
    return message.id


async def _soon(sending: Awaitable[T]) -> T:
    """What comes of sending, if Discord lets us soon; discord.py waits for its webhooks' limits
    however long they are. Raises discord.RateLimited.
    """
    try:
        return await asyncio.wait_for(sending, RATE_LIMIT_SECONDS)
    except TimeoutError:
        raise discord.RateLimited(RATE_LIMIT_SECONDS) from None
