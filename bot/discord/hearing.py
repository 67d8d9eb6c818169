"""Questions that come as messages: a mention, a reply, a thread, a direct message."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import TYPE_CHECKING

import discord

from bot.discord.asking import NO_FILTERS, Question, admit, answer, handling, turns_after
from bot.discord.errors import ChannelDenied, told
from bot.discord.messages import Page, notice
from bot.discord.places import Place, may_see
from bot.discord.sending import body

if TYPE_CHECKING:
    from bot.discord.client import QuothClient
    from bot.discord.records import Kept

_log = logging.getLogger(__name__)
_WRITTEN = {discord.MessageType.default, discord.MessageType.reply}


class Answered:
    """The message that answers another one: sent once, edited from then on."""

    def __init__(self, to: discord.Message) -> None:
        self._to = to
        self._sent: discord.Message | None = None

    async def show(self, page: Page, view: discord.ui.View | None = None) -> int:
        """Show a page; the id of the message."""
        if self._sent is not None:
            await self._sent.edit(**body(page, view))
        else:
            reference = self._to.to_reference(fail_if_not_exists=False)
            self._sent = await self._to.channel.send(**body(page, view), reference=reference)
        return self._sent.id


async def hear(client: QuothClient, message: discord.Message) -> None:
    """Answer a message if it speaks to the bot; after what it continues, if it does."""
    if message.author.bot or message.type not in _WRITTEN:
        return
    mentioned = message.guild is None or client.user in message.mentions
    if not mentioned and not client.services.settings.discord.message_content:
        return  # nor would Discord tell what it says
    place, shown = Place.of_message(message), Answered(message)
    try:
        kept = await _continued(client, message, place)
        if mentioned or (kept and message.content):
            await _reply(client, message, place, kept, shown)
    except ChannelDenied:
        pass  # where it isn't wanted it says nothing, not even that
    except discord.Forbidden:
        _log.warning("may not write in channel %d: see its permissions there", place.channel)
    except Exception as error:
        if said := told(error, "a message", client.services.metrics):
            with contextlib.suppress(discord.HTTPException):
                await shown.show(notice(said))


async def _reply(
    client: QuothClient,
    message: discord.Message,
    place: Place,
    kept: Kept | None,
    shown: Answered,
) -> None:
    text = _without_mention(client, message.content)
    filters = kept.filters if kept else NO_FILTERS
    previous = turns_after(kept) if kept else ()
    question = Question(text, place, filters=filters, previous=previous)
    with handling(client):
        settings = await admit(client, place, text)
        async with message.channel.typing():
            await answer(client, question, settings, shown.show)


async def _continued(client: QuothClient, message: discord.Message, place: Place) -> Kept | None:
    """The kept reply that a message continues: the one it replies to, or its thread's latest."""
    records = client.services.records
    reference = message.reference.message_id if message.reference else None
    if reference is not None:
        kept = await asyncio.to_thread(records.by_message, reference)
    elif place.guild is None or isinstance(message.channel, discord.Thread):
        kept = await asyncio.to_thread(records.latest, place.channel)
    else:
        kept = None
    return kept if kept and not kept.private and may_see(kept, place) else None


def _without_mention(client: QuothClient, text: str) -> str:
    me = client.user.id if client.user else 0
    return re.sub(rf"\s*<@!?{me}>[,:]?", " ", text).strip()
