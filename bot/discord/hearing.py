"""Questions that come as messages: a mention, a reply, a thread, a direct message."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Sequence

import discord

from bot.discord.errors import told
from bot.discord.interactions import place_of_message
from bot.discord.messages import Page, notice
from bot.discord.replying import reply_to
from bot.discord.sending import Row, body, change
from bot.service.kept import Kept
from bot.service.places import Place, continued
from bot.service.questions import NO_FILTERS, Request, admit, handling
from bot.service.refusals import ChannelDenied
from bot.service.services import Services
from bot.service.turns import turns_after

_log = logging.getLogger(__name__)
_WRITTEN = {discord.MessageType.default, discord.MessageType.reply}


class Written:
    """The message that answers another one: sent once, edited from then on."""

    def __init__(self, to: discord.Message) -> None:
        self._to = to
        self._sent: discord.Message | None = None

    async def show(self, page: Page, rows: Sequence[Row] = ()) -> int:
        """Show a page; the id of the message."""
        if self._sent is not None:
            await self._sent.edit(**change(page, rows))
        else:
            reference = self._to.to_reference(fail_if_not_exists=False)
            self._sent = await self._to.channel.send(**body(page, rows), reference=reference)
        return self._sent.id


async def hear(services: Services, me: discord.ClientUser | None, message: discord.Message) -> None:
    """Answer a message if it speaks to the bot; after what it continues, if it does."""
    if message.author.bot or message.type not in _WRITTEN:
        return
    mentioned = message.guild is None or me in message.mentions
    if not mentioned and not services.settings.discord.message_content:
        return  # nor would Discord tell what it says
    place, shown = place_of_message(message), Written(message)
    try:
        kept = await _continued(services, message, place)
        if mentioned or (kept and message.content):
            text = _without_mention(me, message.content)
            await _reply(services, message, _request(text, place, kept), shown)
    except ChannelDenied:
        pass  # where it isn't wanted it says nothing, not even that
    except discord.Forbidden:
        _log.warning("may not write in channel %d: see its permissions there", place.channel)
    except Exception as error:
        if said := told(error, "a message", services.metrics):
            with contextlib.suppress(discord.HTTPException):
                await shown.show(notice(said))


async def _reply(
    services: Services, message: discord.Message, request: Request, shown: Written
) -> None:
    with handling(services):
        settings = admit(services, request.place, request.text)
        async with message.channel.typing():
            await reply_to(services, request, settings, shown.show)


def _request(text: str, place: Place, kept: Kept | None) -> Request:
    """What a message asks, after the kept reply that it continues."""
    filters = kept.filters if kept else NO_FILTERS
    return Request(text, place, filters=filters, previous=turns_after(kept) if kept else ())


async def _continued(services: Services, message: discord.Message, place: Place) -> Kept | None:
    """The kept reply that a message continues: the one it replies to, or its thread's latest."""
    if message.reference and message.reference.message_id is not None:
        return await continued(services, place, message.reference.message_id)
    if place.tenant is None or isinstance(message.channel, discord.Thread):
        return await continued(services, place)
    return None


def _without_mention(me: discord.ClientUser | None, text: str) -> str:
    id = me.id if me else 0
    return re.sub(rf"\s*<@!?{id}>[,:]?", " ", text).strip()
