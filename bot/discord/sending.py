"""How a page gets to Discord: as components, whose text is shown to everybody.

Embeds are hidden from who has switched them off, and refused where the bot may send none. Each
body says that nobody is to be pinged.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import discord

from bot.discord.interactions import Interaction, tenant_of
from bot.discord.messages import Page

RATE_LIMIT_SECONDS = 60.0
"""A longer 429 raises instead of holding an answer that nobody waits for any more."""

EXPIRED = 50027
"""Discord's code for an interaction whose 15 minutes are over: it can't be answered any more."""

_NO_REFERENCE = {50013, 160002}
"""Discord's codes where it lets us write but not read what was written before: then nothing can
be replied to."""

_PUBLIC = "answered in the channel where it is late"
"""The key of an interaction's extras that ``may_be_public`` sets."""

T = TypeVar("T")
Send = Callable[..., Awaitable[discord.Message]]
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


class Untold(discord.DiscordException):
    """What came too late to answer an interaction could not be told in any other way."""


def may_be_public(interaction: Interaction) -> None:
    """Have what comes too late for the interaction written in its channel; else, as nobody but
    the person may see it, it is a direct message.
    """
    interaction.extras[_PUBLIC] = True


async def show_privately(interaction: Interaction, *pages: Page, rows: Sequence[Row] = ()) -> None:
    """Show pages to the person who interacted only; ``rows`` stand below the last one.

    A public "is thinking…" that still waits for its answer is taken back: what comes first
    after it would be as public as it is. Raises Untold.
    """
    try:
        await _show_privately(interaction, pages, rows)
    except discord.HTTPException as error:
        if error.code != EXPIRED:
            raise
        await _show_late(interaction, pages, rows)


async def _show_privately(
    interaction: Interaction, pages: Sequence[Page], rows: Sequence[Row]
) -> None:
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
    """Show pages in the place that was deferred, or where that is too late in messages of their
    own; the id of the (last) message. Raises Untold.
    """
    first, *others = pages
    try:
        shown = await edit(interaction, first, rows=() if others else rows)
        for number, page in enumerate(others, 1):
            below = rows if number == len(others) else ()
            sending = interaction.followup.send(**body(page, below), ephemeral=True, wait=True)
            shown = (await _soon(sending)).id
    except discord.HTTPException as error:
        if error.code != EXPIRED:
            raise
        return await _show_late(interaction, pages, rows)
    return shown


async def reply_once(
    to: discord.Message | discord.PartialMessage, page: Page, rows: Sequence[Row] = ()
) -> discord.Message:
    """Show a page in the reply to a message; the reply that it has got from us lately, if it has.

    Discord sees to that, whichever process has sent it: the number of the message is the nonce.
    """
    told = body(page, rows) | {"nonce": str(to.id)}
    try:
        return await to.channel.send(**told, reference=to.to_reference(fail_if_not_exists=False))
    except discord.HTTPException as error:
        if error.code not in _NO_REFERENCE:
            raise
        return await to.channel.send(**told)


async def edit(interaction: Interaction, page: Page, *, rows: Sequence[Row] = ()) -> int:
    """Show a page in the place that was deferred, if that can be done; the message's id."""
    message = await _soon(interaction.edit_original_response(**change(page, rows)))
    return message.id


async def _show_late(interaction: Interaction, pages: Sequence[Page], rows: Sequence[Row]) -> int:
    """Show pages in messages that answer nothing; the id of the last one. Raises Untold."""
    channel, person = interaction.channel_id, interaction.user
    if channel is not None and interaction.extras.get(_PUBLIC):
        send = interaction.client.get_partial_messageable(channel).send
        named = replace(pages[0], content=f"{person.mention}\n{pages[0].content}")
        with contextlib.suppress(discord.HTTPException, discord.RateLimited):
            return await _write(send, [named, *pages[1:]], rows, pinged=person)
    # A server's answers are shown on in that server alone.
    below = rows if tenant_of(interaction) is None else ()
    with contextlib.suppress(discord.HTTPException, discord.RateLimited):
        return await _write(person.send, pages, below)
    raise Untold


async def _write(
    send: Send, pages: Sequence[Page], rows: Sequence[Row], pinged: discord.abc.User | None = None
) -> int:
    """Send pages as messages that ping one person at most; the id of the last one."""
    allowed = discord.AllowedMentions(
        everyone=False, users=[pinged] if pinged else False, roles=False, replied_user=False
    )
    for page in pages[:-1]:
        await send(**body(page) | {"allowed_mentions": allowed})
    message = await send(**body(pages[-1], rows) | {"allowed_mentions": allowed})
    return message.id


async def _soon(sending: Awaitable[T]) -> T:
    """What comes of sending, if Discord lets us soon; discord.py waits for its webhooks' limits
    however long they are. Raises discord.RateLimited.
    """
    try:
        return await asyncio.wait_for(sending, RATE_LIMIT_SECONDS)
    except TimeoutError:
        raise discord.RateLimited(RATE_LIMIT_SECONDS) from None
