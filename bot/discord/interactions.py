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
    return Place(interaction.guild_id, interaction.channel_id or 0, parent, interaction.user.id)


def place_of_message(message: discord.Message) -> Place:
    """Where a message was written."""
    parent = getattr(message.channel, "parent_id", None)
    guild = message.guild.id if message.guild else None
    return Place(guild, message.channel.id, parent, message.author.id)
