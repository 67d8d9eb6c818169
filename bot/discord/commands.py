"""The commands that every member has: /ask, "Ask Quoth about this" and /forget-me."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self

import discord
from discord import app_commands

from bot.discord.errors import explain
from bot.discord.interactions import Interaction, place_of, services_of, tenant_of
from bot.discord.limits import CHOICE_NAME, CHOICES, cut, units
from bot.discord.messages import notice, text_pages
from bot.discord.replying import ask_here
from bot.discord.sending import Row, finish, show_privately
from bot.service import uploads
from bot.service.places import library_of, settings_at
from bot.service.questions import LONGEST, narrowed
from bot.service.refusals import NothingToAsk, Refusal
from bot.service.services import Services
from retrieval.errors import LibraryMissing, NotFound
from retrieval.text import fold


@app_commands.command()
@app_commands.describe(
    question="For example: who did the minister meet in Lisbon?",
    since="Only articles published on or after this day: 2022-04-06, 2022 or last week",
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
    filters = narrowed(since, until, publisher)
    await ask_here(interaction, question, private=private, filters=filters)


@ask.autocomplete("publisher")
async def _publishers(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    services, tenant = services_of(interaction), tenant_of(interaction)
    library = library_of(services, tenant)
    names = await services.completed(services.publishers.of, tenant, library)
    return choices([(name, name) for name in names], current)


@app_commands.context_menu(name="Ask Quoth about this")
async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    """Ask what a message says."""
    forwarded = "\n".join(one.content for one in message.message_snapshots)
    await ask_here(interaction, message.content or forwarded)


@app_commands.command()
@app_commands.describe(article="Which one: type words of its title")
async def read(interaction: Interaction, article: str) -> None:
    """Read a whole article; only you see it"""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show_article(interaction, article, 0)


@read.autocomplete("article")
async def _articles_to_read(
    interaction: Interaction, current: str
) -> list[app_commands.Choice[str]]:
    services, tenant = services_of(interaction), tenant_of(interaction)
    return await article_choices(services, tenant, current, own=False)


async def show_article(interaction: Interaction, id: str, page: int) -> None:
    """Show a page of an article that may be seen here, where it was deferred."""
    services, place = services_of(interaction), place_of(interaction)
    settings_at(services, place)
    try:
        found = await services.looked_up(library_of(services, place.tenant).article, id)
    except LibraryMissing:
        raise NothingToAsk(place.tenant) from None
    except NotFound:
        raise Refusal("There is no article with that id here: type words of its title.") from None
    pages = text_pages(found)
    page = min(page, len(pages) - 1)
    turned = [("Back", page - 1)] if page else []
    turned += [("More", page + 1)] if page < len(pages) - 1 else []
    fitting = units(id) <= ID_ROOM
    buttons = [ReadButton(label, id, number) for label, number in turned if fitting]
    row: list[Row] = [discord.ui.ActionRow(*buttons)] if buttons else []
    await finish(interaction, pages[page], rows=row)


class ReadButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"q:read:(?P<page>[0-9]{1,4}):(?P<id>(?s:.+))",
):
    """Turns to a page of an article."""

    def __init__(self, label: str, id: str, page: int) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"q:read:{page}:{id}"))
        self._article = id
        self._page = page

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls("", match["id"], int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Show the page in place of the one before."""
        try:
            await interaction.response.defer()
            await show_article(interaction, self._article, self._page)
        except Exception as error:
            await explain(interaction, error, "the pages of an article")


@app_commands.command(name="help")
async def help_me(interaction: Interaction) -> None:
    """Tell what Quoth does, and how to ask it"""
    await show_privately(interaction, notice(HELP))


# A subcommand has no permissions of its own: under /quoth, which only those who manage a server
# see, nobody else could have themselves forgotten.
@app_commands.command(name="forget-me")
async def forget_me(interaction: Interaction) -> None:
    """Delete what is kept of you: questions, votes and what you added, in every server"""
    services = services_of(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    count = await services.recorded(services.records.forget_user, interaction.user.id)
    kept = "Nothing of yours was kept" if not count else f"Deleted: {count:,} {_OF_A_PERSON}"
    await finish(
        interaction, notice(f"{kept}. The messages themselves are Discord's: Delete removes one.")
    )


_OF_A_PERSON = "answers, votes and notes of what you added"

HELP = """\
Quoth answers questions from articles, with quotes word for word and where they are from.
- `/ask` a question, with days or a publisher if you like; or mention me with it.
- Reply to an answer, or press **Follow up**, to ask on: “and in Bucharest?”
- Right-click a message, **Apps**, **Ask Quoth about this**.
- `/read` shows a whole article, `/forget-me` deletes what is kept of you.
Who manages the server adds articles with `/quoth add`. Where nobody invited me, you alone see my \
answers, and I know the articles that everybody may ask."""

ID_ROOM = 85
"""Units of an article's id that a button's id has room for."""

_Command = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu
COMMANDS: tuple[_Command, ...] = (ask, ask_about, read, help_me, forget_me)


async def article_choices(
    services: Services, tenant: int | None, typed: str, *, own: bool
) -> list[app_commands.Choice[str]]:
    """The choices to offer of articles, by words of their titles or ids."""
    found = await services.completed(uploads.titles, services, tenant, typed, CHOICES, own=own)
    named = [(cut(f"{title} ({id})", CHOICE_NAME), id) for title, id in found]
    return [
        app_commands.Choice(name=name, value=id) for name, id in named if units(id) <= CHOICE_NAME
    ]


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
