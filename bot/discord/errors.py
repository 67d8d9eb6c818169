"""What a person on Discord is told when something fails; the log is told one line each."""

from __future__ import annotations

import logging

import discord
from discord import app_commands

from bot.discord.interactions import Interaction, Serving, is_member, services_of, tenant_of
from bot.discord.messages import NO_ARTICLES, NOTHING_SHARED, notice
from bot.discord.sending import EXPIRED, Untold, show_privately
from bot.service import refusals
from bot.service.desk import Crowded
from bot.service.health import Metrics
from bot.service.refusals import NothingToAsk
from retrieval.errors import LibraryMissing

_log = logging.getLogger(__name__)
_GONE = {10008, 10015, 10062, EXPIRED}
"""Discord's codes for a message, webhook or interaction that is there no more."""
_NOT_LET = {
    40060: "it was answered already: does another process run with this bot's token?",
    10003: "its channel is there no more",
    50001: "the bot may not see this channel: see its permissions there",
    50013: "the bot may not write in this channel: see its permissions there",
    50083: "its thread is archived or locked",
}


def told(error: Exception, doing: str, metrics: Metrics) -> str | None:
    """What a person is told of an error, None if there is nothing or nobody to tell.

    What isn't the person's to mend gets an id, which the log's line has too.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, Crowded):
        asker = "People outside of servers have" if error.tenant is None else "This server has"
        return f"{asker} {error.limit} questions waiting already: ask again in a moment."
    if isinstance(error, NothingToAsk):
        return NO_ARTICLES if error.tenant is not None else NOTHING_SHARED
    if isinstance(error, LibraryMissing):
        return NO_ARTICLES
    if isinstance(error, app_commands.MissingPermissions):
        return "Only people who may manage the server can do that."
    if isinstance(error, discord.HTTPException) and error.code in _GONE:
        _log.debug("%s: it was gone before we answered", doing)
        return None
    if why := _why_not(error):
        _log.warning("%s: %s", doing, why)
        return None
    return refusals.told(error, doing, metrics)


def _why_not(error: Exception) -> str | None:
    """What is to be done where Discord doesn't let us answer; nobody can be told but the log."""
    if isinstance(error, discord.RateLimited):
        return f"Discord lets us write again in {error.retry_after:.0f} s only: left unanswered"
    if isinstance(error, Untold):
        return "it took more than 15 minutes, and the person takes no direct messages"
    if isinstance(error, discord.HTTPException):
        return _NOT_LET.get(error.code)
    return None


async def explain(interaction: Interaction, error: Exception, doing: str) -> None:
    """Tell the person, and nobody else, why an interaction came to nothing. Raises nothing."""
    message = told(error, doing, services_of(interaction).metrics)
    if message is None:
        return
    try:
        await show_privately(interaction, notice(message))
    except Exception as again:
        told(again, f"telling of an error ({doing})", services_of(interaction).metrics)


class Tree(app_commands.CommandTree[Serving]):
    """The commands; what they raise is explained."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Note that a server still has the commands, where Discord tells nothing else of it."""
        tenant = tenant_of(interaction)
        if tenant is not None and not is_member(interaction):
            services = services_of(interaction)
            services.threads.records.submit(services.records.tenants.returned, tenant)
        return True

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Explain what a command raised, or that it is no command of ours any more."""
        name = interaction.command.qualified_name if interaction.command else "unknown command"
        await explain(interaction, error, f"/{name}")
