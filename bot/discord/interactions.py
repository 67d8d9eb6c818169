"""What all that answers an interaction needs: the services, and where it comes from."""

from __future__ import annotations

from typing import TypeAlias

import discord

from bot.service.places import Place
from bot.service.services import Services


class Serving(discord.Client):
    """A client with the services that its interactions are answered by."""

    services: Services


Interaction: TypeAlias = discord.Interaction[Serving]


def services_of(interaction: Interaction) -> Services:
    """The services that answer an interaction."""
    return interaction.client.services


def is_member(interaction: Interaction) -> bool:
    """Tell whether the bot is in the server; one may have been given its commands alone."""
    guild = interaction.guild_id
    return guild is None or interaction.client.get_guild(guild) is not None


def place_of(interaction: Interaction) -> Place:
    """Where an interaction comes from."""
    parent = getattr(interaction.channel, "parent_id", None)
    guild, user = interaction.guild_id, interaction.user
    manages = interaction.permissions.manage_guild
    channel = interaction.channel_id or 0
    return Place(guild, channel, parent, user.id, _roles_of(user), manages)


def place_of_message(message: discord.Message) -> Place:
    """Where a message was written."""
    parent = getattr(message.channel, "parent_id", None)
    guild, user = message.guild.id if message.guild else None, message.author
    manages = isinstance(user, discord.Member) and user.guild_permissions.manage_guild
    return Place(guild, message.channel.id, parent, user.id, _roles_of(user), manages)


def _roles_of(user: discord.User | discord.Member) -> frozenset[int]:
    """The ids of a member's roles, @everyone's too.

    ``Member.roles`` knows none of a server of which the bot has only the commands.
    """
    if not isinstance(user, discord.Member):
        return frozenset()
    return frozenset((user.guild.id, *user._roles))
