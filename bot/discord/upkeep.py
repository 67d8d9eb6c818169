"""Dropping what need not be kept: expired replies, and what servers that left had added."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Collection

from bot.discord.places import collection_of
from bot.discord.services import Services
from bot.discord.uploads import folder_of, own_articles

_log = logging.getLogger(__name__)


async def tidy(services: Services, present: Collection[int]) -> None:
    """Drop expired replies, and everything of servers whose grace time is over.

    ``present`` are all servers that the bot is a member of: while nobody was listening, others
    may have left it or come back.
    """
    records = services.records
    await asyncio.to_thread(records.member_of, present)
    expired = await asyncio.to_thread(records.purge)
    gone = await asyncio.to_thread(records.departed, services.settings.discord.grace_days)
    for guild in gone:
        async with services.writing:
            count = await asyncio.to_thread(_forget, services, guild)
        _log.info("forgot server %d, which left, and %d articles of it", guild, count)
    _log.info("dropped %d expired replies", expired)


def _forget(services: Services, guild: int) -> int:
    library = services.library.view(collection_of(guild))
    own = own_articles(library, guild)
    if own:
        library.remove([article.id for article in own])
    shutil.rmtree(folder_of(services, guild), ignore_errors=True)
    services.records.forget_guild(guild)
    return len(own)
