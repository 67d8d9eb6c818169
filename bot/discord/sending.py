"""How a page gets to Discord. Each body says that nobody is to be pinged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from bot.discord.interactions import Interaction
from bot.discord.messages import Page


def body(page: Page, view: discord.ui.View | None = None) -> dict[str, Any]:
    """The arguments that show a page, for every way of sending or editing a message."""
    shown: dict[str, Any] = {
        "content": page.content,
        "embeds": list(page.embeds),
        "allowed_mentions": discord.AllowedMentions.none(),
    }
    return shown if view is None else {**shown, "view": view}


async def show_privately(
    interaction: Interaction, *pages: Page, view: discord.ui.View | None = None
) -> None:
    """Show pages to the person who interacted only; ``view`` stands below the last one.

    A public "is thinking…" that still waits for its answer is taken back: what comes first
    after it would be as public as it is.
    """
    response = interaction.response
    bodies = _bodies(pages, view)
    if not response.is_done():
        await response.send_message(**bodies.pop(0), ephemeral=True)
    elif response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.delete_original_response()
    for one in bodies:
        await interaction.followup.send(**one, ephemeral=True)


async def finish(
    interaction: Interaction, *pages: Page, view: discord.ui.View | None = None
) -> int:
    """Show pages in the place that was deferred; the id of the (last) message."""
    first, *rest = _bodies(pages, view)
    message: discord.Message = await interaction.edit_original_response(**first)
    for one in rest:
        message = await interaction.followup.send(**one, ephemeral=True, wait=True)
    return message.id


def _bodies(pages: Sequence[Page], view: discord.ui.View | None) -> list[dict[str, Any]]:
    *others, last = pages
    return [*(body(page) for page in others), body(last, view)]
