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


def tenant_of(interaction: Interaction) -> int | None:
    """The server whose articles and settings hold here; None: somebody asks for themselves alone.

    So does who has installed the bot for themselves and uses it where nobody has invited it:
    what a server had added before it took the bot out is nothing for its members any more.
    """
    invited = interaction.is_guild_integration() or is_member(interaction)
    return interaction.guild_id if invited else None


def is_brought_along(interaction: Interaction) -> bool:
    """Tell whether a person uses the bot among others who have not invited it.

    Then nobody else is shown anything.
    """
    return tenant_of(interaction) is None and not interaction.context.dm_channel


def place_of(interaction: Interaction) -> Place:
    """Where an interaction comes from."""
    parent = getattr(interaction.channel, "parent_id", None)
    tenant, user = tenant_of(interaction), interaction.user
    manages = interaction.permissions.manage_guild
    channel = interaction.channel_id or 0
    return Place(tenant, channel, parent, user.id, _roles_of(user), manages)


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
