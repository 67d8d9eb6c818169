"""What a person is told when something fails, and what the log is told: one line each."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord.desk import Refused
from bot.discord.fetching import Unfetchable
from bot.discord.messages import NO_ARTICLES, notice
from bot.discord.sending import Interaction, show_privately
from retrieval.errors import LibraryMissing, QuestionError, QuothError

if TYPE_CHECKING:
    from bot.discord.client import QuothClient  # noqa: F401 (in a string below)
    from bot.discord.health import Metrics

_log = logging.getLogger(__name__)
_GONE = {10008, 10015, 10062}
"""Discord's codes for a message, webhook or interaction that is there no more."""


class Refusal(QuothError):
    """What isn't done; the message is for the person who wanted it."""


class ChannelDenied(Refusal):
    """The server lets nobody ask in this channel."""


class TooOften(Refusal):
    """A person has asked a lot at once."""


POLITE = (Refusal, Refused, Unfetchable, QuestionError)
"""Errors whose message is for the person, as it is."""


def told(error: Exception, doing: str, metrics: Metrics) -> str | None:
    """What a person is told of an error, None if there is nothing or nobody to tell.

    What isn't the person's to mend gets an id, which the log's line has too.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, POLITE):
        return str(error)
    if isinstance(error, LibraryMissing):
        return NO_ARTICLES
    if isinstance(error, app_commands.MissingPermissions):
        return "Only people who may manage the server can do that."
    if isinstance(error, discord.HTTPException) and error.code in _GONE:
        _log.debug("%s: it was gone before we answered", doing)
        return None
    id = secrets.token_hex(4)
    metrics.errors.inc()
    _log.error("%s failed, error %s", doing, id, exc_info=error)
    return (
        "Something went wrong on our side, sorry. Please try again; if it stays so, tell whoever "
        f"runs this bot the number of this error: {id}"
    )


async def explain(interaction: Interaction, error: Exception, doing: str) -> None:
    """Tell the person, and nobody else, why an interaction came to nothing. Raises nothing."""
    message = told(error, doing, interaction.client.services.metrics)
    if message is None:
        return
    try:
        await show_privately(interaction, notice(message))
    except Exception as again:
        told(again, f"telling of an error ({doing})", interaction.client.services.metrics)


class Tree(app_commands.CommandTree["QuothClient"]):
    """The commands; what they raise is explained."""

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Explain what a command raised, or that it is no command of ours any more."""
        name = interaction.command.qualified_name if interaction.command else "unknown command"
        await explain(interaction, error, f"/{name}")
