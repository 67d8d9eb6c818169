"""Nobody who was told to wait is left without a word: this process answers, or the next one tells
that it came to nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot.discord.interactions import Serving
from bot.discord.messages import Page, notice
from bot.discord.sending import change, reply_once
from bot.service.database import RecordsError
from bot.service.services import Services
from bot.service.waiting import Waiter

INTERRUPTED = "Quoth was interrupted before it could answer, sorry: please ask again."
NOTE_SECONDS = 1.0
"""How long a question waits at most until it is noted that it is there, or that it is over."""

_IN_QUEUE = "You are number "
_ORIGINAL: Any = "@original"  # takes the place of the id of the message that answers an interaction
_log = logging.getLogger(__name__)


class Promise:
    """A question whose asker may have been told to wait, until that has ended in some word."""

    def __init__(self, services: Services, waiter: Waiter) -> None:
        self._services = services
        self._waiter = waiter
        self._given = False

    async def give(self) -> None:
        """Note who waits, before they are told to."""
        self._given = True
        self._services.records.waiting.begins(self._waiter)
        await self._written()

    async def kept(self) -> None:
        """Note that they wait no more."""
        if self._given:
            self._services.records.waiting.ends(self._waiter.asked)
            await self._written()

    async def _written(self) -> None:
        try:
            async with asyncio.timeout(NOTE_SECONDS):
                await self._services.recorded(self._services.records.waiting.flush)
        except (RecordsError, TimeoutError) as error:
            why = str(error) or "the records take too long"
            _log.warning("if this process is killed, who waits isn't told: %s", why)


@asynccontextmanager
async def promising(services: Services, waiter: Waiter) -> AsyncIterator[Promise]:
    """Give a promise; the block ends with a word to who waits, or by what keeps it from that."""
    promise = Promise(services, waiter)
    with services.working():
        yield promise
        await promise.kept()


def queue_page(number: int) -> Page:
    """A page that tells a question's place in the queue."""
    return notice(f"{_IN_QUEUE}{number} in the queue…")


async def tell_interrupted(client: Serving, waiters: Sequence[Waiter]) -> None:
    """Tell those who wait for a process that has ended, unless another one tells them."""
    with client.services.working():
        await asyncio.gather(*(_tell(client, waiter) for waiter in waiters))
    if waiters:
        _log.info("looked after %d questions that an earlier process had not ended", len(waiters))


async def _tell(client: Serving, waiter: Waiter) -> None:
    try:
        if await client.services.recorded(client.services.records.waiting.take, waiter.asked):
            if waiter.token:
                await _edit_answer(client, waiter.token)
            else:
                await _reply(client, waiter)
    except Exception as error:  # it might be any of Discord's, the network's or the database's
        _log.warning("could not tell that question %d was interrupted: %s", waiter.asked, error)


async def _edit_answer(client: Serving, token: str) -> None:
    assert client.application_id is not None
    webhook = discord.Webhook.partial(client.application_id, token, client=client)
    if _waits(await webhook.fetch_message(_ORIGINAL)):
        await webhook.edit_message(_ORIGINAL, **change(notice(INTERRUPTED)))


async def _reply(client: Serving, waiter: Waiter) -> None:
    channel = client.get_partial_messageable(waiter.channel, guild_id=waiter.guild)
    sent = await reply_once(channel.get_partial_message(waiter.asked), notice(INTERRUPTED))
    if _waits(sent):
        await sent.edit(**change(notice(INTERRUPTED)))


def _waits(message: discord.Message) -> bool:
    """Tell whether a message of ours says that the answer is still to come."""
    texts = (one.content for one in message.components if isinstance(one, discord.TextDisplay))
    return message.flags.loading or any(text.startswith(_IN_QUEUE) for text in texts)
