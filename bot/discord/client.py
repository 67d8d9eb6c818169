"""The client: what Discord tells it goes to the modules beside this one."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
import sys
import time
from typing import Any

import discord
from discord import app_commands

from bot.discord.actions import Chosen, Pressed
from bot.discord.admin import ArticlesButton, CancelButton, quoth
from bot.discord.commands import COMMANDS, ReadButton
from bot.discord.errors import Tree, told
from bot.discord.gateway import Gateway
from bot.discord.hearing import hear
from bot.discord.interactions import Serving
from bot.discord.sending import RATE_LIMIT_SECONDS
from bot.discord.shards import Shards
from bot.service.services import Services

IDENTIFY_SECONDS = 5.0
"""Between two connections of a bot that begin."""

NOBODY = 0
"""Whose bucket counts these: no person has this id."""

_log = logging.getLogger(__name__)


class QuothClient(Serving):
    """One connection to Discord (with ``ShardedClient``: one a shard)."""

    def __init__(self, services: Services, **options: Any) -> None:
        super().__init__(
            intents=_intents(services.settings.discord.message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=RATE_LIMIT_SECONDS,
            **options,
        )
        self.services = services
        self.ours = Shards.of(services.settings.discord)
        self.tree = Tree(
            self,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        for command in (*COMMANDS, quoth):
            self.tree.add_command(command)
        self.add_dynamic_items(Pressed, Chosen, ArticlesButton, CancelButton, ReadButton)
        self._last_event: float | None = None

    async def setup_hook(self) -> None:
        """Tell Discord the commands, if that is ours and they are others than last time."""
        if not self.ours.own(None):
            return
        records = self.services.records
        commands = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        payload = json.dumps([self.application_id, commands], sort_keys=True)
        digest = hashlib.sha256(payload.encode()).hexdigest()
        if await self.services.recorded(records.command_hash) == digest:
            return
        try:
            await self.tree.sync()
        except discord.HTTPException:  # those that it knows go on working
            _log.exception("could not tell Discord the commands")
            return
        await self.services.recorded(records.set_command_hash, digest)
        _log.info("told Discord %d commands", len(commands))

    def gateway(self) -> Gateway:
        """How the connection is."""
        last = self._last_event
        quiet = None if last is None else time.monotonic() - last
        latency = self.latency if self.is_ready() else math.nan
        return Gateway(self.is_ready() and not self.is_closed(), latency, quiet)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Have an event handled, unless the client was closed: what discord.py began before may
        go on, and has no loop any more.
        """
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def on_ready(self) -> None:
        """Say in the log that it has begun."""
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that speaks to the bot."""
        await hear(self.services, self.user, message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep what this server added, if it is back within the grace time."""
        await self.services.recorded(self.services.records.tenants.returned, guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Begin the grace time of a server that the bot was taken out of."""
        await self.services.recorded(self.services.records.tenants.left, guild.id)

    async def on_socket_event_type(self, _: str) -> None:
        """Note that the gateway speaks."""
        self._last_event = time.monotonic()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what an event raised; nobody is waiting for an answer to it."""
        del args, kwargs
        error = sys.exc_info()[1]
        if isinstance(error, Exception):
            told(error, event_method, self.services.metrics)


class ShardedClient(QuothClient, discord.AutoShardedClient):
    """The same over several connections."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until Discord lets one more connection begin, whichever process began the last."""
        if self.services.policy.several:
            while wait := await self.services.counted(NOBODY, 1, IDENTIFY_SECONDS):
                await asyncio.sleep(wait)
        else:
            await super().before_identify_hook(shard_id, initial=initial)


def make_client(services: Services, **options: Any) -> QuothClient:
    """The client that the settings ask for: plain, with n shards, or as many as Discord says."""
    settings = services.settings.discord
    if settings.shards is None:
        return QuothClient(services, **options)
    count = settings.shards or None
    return ShardedClient(services, shard_count=count, shard_ids=settings.own_shards, **options)


def _intents(message_content: bool) -> discord.Intents:
    """Only what questions need; none is privileged unless messages without a mention are read."""
    return discord.Intents(
        guilds=True, guild_messages=True, dm_messages=True, message_content=message_content
    )
