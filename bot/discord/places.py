"""Where something is said, and what may be seen and done there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

from bot.discord.errors import ChannelDenied, Refusal
from bot.discord.records import GuildSettings
from retrieval.types import SHARED

if TYPE_CHECKING:
    import discord

    from bot.discord.client import QuothClient
    from bot.discord.records import Kept
    from bot.discord.sending import Interaction
    from retrieval import Library
    from retrieval.reader import Caution

GONE = "This answer is not kept any more: please ask again."


@dataclass(frozen=True, slots=True)
class Place:
    """A channel and who is speaking there; ``parent`` is the channel that a thread belongs to."""

    guild: int | None
    channel: int
    parent: int | None
    user: int

    @classmethod
    def of(cls, interaction: Interaction) -> Self:
        """Where an interaction comes from."""
        parent = getattr(interaction.channel, "parent_id", None)
        return cls(interaction.guild_id, interaction.channel_id or 0, parent, interaction.user.id)

    @classmethod
    def of_message(cls, message: discord.Message) -> Self:
        """Where a message was written."""
        parent = getattr(message.channel, "parent_id", None)
        guild = message.guild.id if message.guild else None
        return cls(guild, message.channel.id, parent, message.author.id)


def collection_of(guild: int) -> str:
    """The collection of the articles that a server has added."""
    return f"discord-{guild}"


def library_of(
    client: QuothClient, guild: int | None, settings: GuildSettings | None = None
) -> Library:
    """The articles that a server sees: its own and the shared ones; the shared ones without one."""
    library = client.services.library
    if guild is None:
        return library.view(SHARED)
    caution = cast("Caution | None", settings.caution) if settings else None
    return library.view(collection_of(guild), caution=caution)


async def check_channel(client: QuothClient, place: Place) -> GuildSettings:
    """The settings of a place; raises ChannelDenied where nobody may ask."""
    if place.guild is None:
        return GuildSettings()
    return await asyncio.to_thread(_checked, client, place.guild, place)


def _checked(client: QuothClient, guild: int, place: Place) -> GuildSettings:
    records = client.services.records
    channels = records.channels(guild)
    listed = bool({place.channel, place.parent} & set(channels.ids))
    if listed != (channels.mode == "allow"):
        raise ChannelDenied("Quoth doesn't answer in this channel: ask in another one.")
    return records.guild_settings(guild)


async def kept_for(client: QuothClient, place: Place, key: str) -> Kept:
    """A reply that was kept for this place; raises Refusal.

    What belongs to another server, or to somebody else alone, is as if it were not there.
    """
    await check_channel(client, place)
    kept = await asyncio.to_thread(client.services.records.get, key)
    if kept is None or not may_see(kept, place):
        raise Refusal(GONE)
    return kept


def may_see(kept: Kept, place: Place) -> bool:
    """Tell whether a reply belongs to this server and, if it is private, to this person."""
    alone = kept.private or kept.guild is None
    return kept.guild == place.guild and (kept.user == place.user or not alone)
