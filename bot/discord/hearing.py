"""Questions that come as messages: a mention, a reply, a thread, a direct message."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord

from bot.discord.asked import is_asked
from bot.discord.errors import told
from bot.discord.interactions import place_of_message
from bot.discord.messages import Page, notice
from bot.discord.promises import Promise, promising
from bot.discord.replying import reply_to
from bot.discord.sending import Row, change, reply_once
from bot.service.kept import Kept
from bot.service.places import Place, continued
from bot.service.questions import NO_FILTERS, Request, admit, handling
from bot.service.refusals import Denied
from bot.service.services import Services
from bot.service.turns import turns_after
from bot.service.waiting import Waiter

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
            return self._sent.id
        self._sent = await reply_once(self._to, page, rows)
        return self._sent.id


async def hear(services: Services, me: discord.ClientUser | None, message: discord.Message) -> None:
    """Answer a message if it speaks to the bot; after what it continues, if it does."""
    if message.author.bot or message.type not in _WRITTEN:
        return
    heard = _heard(me, message)
    if not heard.mentioned and not services.settings.discord.message_content:
        return  # nor would Discord tell what it says
    place, shown = place_of_message(message), Written(message)
    guild = message.guild.id if message.guild else None
    async with promising(services, Waiter(message.id, guild, message.channel.id)) as promise:
        try:
            if heard.text and not is_asked(heard.text, spoken_to=heard.spoken_to):
                return  # it is talk, and nobody wants an answer
            kept = await _continued(services, message, place)
            if heard.mentioned or (kept and heard.text):
                request = _request(heard.text, place, kept)
                await _reply(services, message, request, shown, promise)
        except Denied:
            pass  # where it isn't wanted it says nothing, not even that
        except Exception as error:
            if said := told(error, f"a message in channel {place.channel}", services.metrics):
                with contextlib.suppress(discord.HTTPException):
                    await shown.show(notice(said))


async def _reply(
    services: Services,
    message: discord.Message,
    request: Request,
    shown: Written,
    promise: Promise,
) -> None:
    with handling(services):
        settings = admit(services, request.place, request.text)
        await promise.give()
        async with _typing(message):
            await reply_to(services, request, settings, shown.show)


@asynccontextmanager
async def _typing(message: discord.Message) -> AsyncIterator[None]:
    """Show that an answer comes, where that is possible; the answer comes in any case."""
    typing = message.channel.typing()
    try:
        await typing.__aenter__()
    except discord.HTTPException:
        yield
        return
    try:
        yield
    finally:
        await typing.__aexit__(None, None, None)


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


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a message says without its mentions of the bot, or that which it forwards.

    ``spoken_to``: it begins with one, or was written to the bot alone.
    """

    text: str
    mentioned: bool
    spoken_to: bool


def _heard(me: discord.ClientUser | None, message: discord.Message) -> _Heard:
    forwarded = [one.content for one in message.message_snapshots if one.content]
    text = message.content or "\n".join(forwarded)
    role = message.guild.self_role if message.guild else None
    ids = [rf"@!?{me.id if me else 0}", *([rf"@&{role.id}"] if role else [])]
    mention = re.compile(rf"\s*<(?:{'|'.join(ids)})>[,:]?")
    alone = message.guild is None
    mentioned = me in message.mentions or (role is not None and role in message.role_mentions)
    return _Heard(
        mention.sub(" ", text).strip(),
        alone or mentioned or bool(mention.search(text)),
        alone or bool(mention.match(text)),
    )
