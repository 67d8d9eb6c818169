"""The commands that every member has: /ask, "Ask Quoth about this" and /forget-me."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import discord
from discord import app_commands

from bot.days import Edge, parse_day
from bot.discord.interactions import Interaction, services_of
from bot.discord.limits import CHOICE_NAME, CHOICES, units
from bot.discord.messages import notice
from bot.discord.replying import ask_here
from bot.discord.sending import finish
from bot.service.places import library_of
from bot.service.questions import LONGEST
from bot.service.refusals import Refusal
from retrieval.text import fold
from retrieval.types import Filters


@app_commands.command()
@app_commands.describe(
    question="For example: who did the minister meet in Lisbon?",
    since="Only articles published on or after this day: 2022, 2022-04 or 2022-04-06",
    until="Only articles published on or before this day",
    publisher="Only articles published by this one",
    private="Show the answer to you alone",
)
async def ask(
    interaction: Interaction,
    question: app_commands.Range[str, 1, LONGEST],
    since: str | None = None,
    until: str | None = None,
    publisher: str | None = None,
    private: bool | None = None,
) -> None:
    """Ask the articles; the answer comes with quotes word for word"""
    filters = Filters(_day(since, "first"), _day(until, "last"), publisher)
    if filters.since and filters.until and filters.since > filters.until:
        raise Refusal("Nothing lies between these days: since is after until.")
    await ask_here(interaction, question, private=private, filters=filters)


@ask.autocomplete("publisher")
async def _publishers(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    services, guild = services_of(interaction), interaction.guild_id
    library = library_of(services, guild)
    names = await services.completed(services.publishers.of, guild, library)
    return choices([(name, name) for name in names], current)


@app_commands.context_menu(name="Ask Quoth about this")
async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    """Ask what a message says."""
    forwarded = "\n".join(one.content for one in message.message_snapshots)
    await ask_here(interaction, message.content or forwarded)


# A subcommand has no permissions of its own: under /quoth, which only those who manage a server
# see, nobody else could have themselves forgotten.
@app_commands.command(name="forget-me")
async def forget_me(interaction: Interaction) -> None:
    """Delete your questions and votes that are kept, in every server"""
    services = services_of(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    count = await services.recorded(services.records.forget_user, interaction.user.id)
    kept = "Nothing of yours was kept" if not count else f"Deleted: {count:,} answers and votes"
    await finish(
        interaction, notice(f"{kept}. The messages themselves are Discord's: Delete removes one.")
    )


_Command = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu
COMMANDS: tuple[_Command, ...] = (ask, ask_about, forget_me)


def choices(named: Sequence[tuple[str, str]], typed: str) -> list[app_commands.Choice[str]]:
    """The choices to offer of names with their values: those that begin as typed come first."""
    wanted = fold(typed.strip())
    fitting = [
        (name, value)
        for name, value in named
        if wanted in fold(name) and max(units(name), units(value)) <= CHOICE_NAME
    ]
    fitting.sort(key=lambda one: not fold(one[0]).startswith(wanted))
    return [app_commands.Choice(name=name, value=value) for name, value in fitting[:CHOICES]]


def _day(text: str | None, edge: Edge) -> date | None:
    try:
        return None if text is None else parse_day(text, edge)
    except ValueError as error:
        raise Refusal(f"{error}.") from None
