"""``/quoth``: what the people who manage a server set and add. All of it is answered privately."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, Self

import discord
from discord import app_commands

from bot.discord.commands import article_choices
from bot.discord.errors import explain
from bot.discord.interactions import Interaction, is_member, services_of, tenant_of
from bot.discord.messages import (
    NO_ARTICLES,
    Page,
    article_pages,
    notice,
    progress_page,
    report_page,
)
from bot.discord.sending import Row, Untold, edit, finish, may_be_public
from bot.service import uploads
from bot.service.adders import Adder
from bot.service.intake import Upload
from bot.service.places import library_of
from bot.service.refusals import Refusal
from bot.service.services import Services
from bot.service.tenants import TenantSettings
from retrieval.errors import NotFound
from retrieval.types import Article
from retrieval.web.fetching import fetch

_log = logging.getLogger(__name__)

CANCELLED = "Cancelled: what was added stays."
PROGRESS_SECONDS = 2.0
"""Between two edits of a reply that tells how far a file is."""

MANAGE = discord.Permissions(manage_guild=True)
Caution = Literal["cautious", "balanced", "eager", "as the operator set it"]


class _Channel(app_commands.Transformer):
    """A channel of any kind in which somebody could ask, as its id; a thread's too."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        threads = [kinds.public_thread, kinds.private_thread, kinds.news_thread]
        return [kinds.text, kinds.news, kinds.voice, kinds.stage_voice, kinds.forum, *threads]

    async def transform(  # type: ignore[override]
        self, interaction: Interaction, value: app_commands.AppCommandChannel, /
    ) -> int:
        """The channel's id."""
        return value.id


Channel = app_commands.Transform[int, _Channel]


class _Managing(app_commands.Group):
    """Commands for those who manage the server. Discord hides them from all others, unless a
    server's settings hand them out; as what is added is quoted to everybody there, we look too.
    """

    async def interaction_check(self, interaction: Interaction) -> bool:  # type: ignore[override]
        """Tell whether the person may manage the server, and that has invited the bot."""
        if tenant_of(interaction) is None or not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True


quoth = _Managing(
    name="quoth",
    description="Articles and settings of this server",
    allowed_contexts=app_commands.AppCommandContext(
        guild=True, dm_channel=False, private_channel=False
    ),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    default_permissions=MANAGE,
)
channels = _Managing(name="channels", description="Where Quoth answers", parent=quoth)
roles = _Managing(name="roles", description="Who may ask", parent=quoth)


@quoth.command()
@app_commands.describe(
    file="Text, Markdown, HTML, PDF, JSON or JSON Lines, with one article or several",
    url="Address of an article, where the operator of this bot allows it",
)
async def add(
    interaction: Interaction, file: discord.Attachment | None = None, url: str | None = None
) -> None:
    """Add articles that only this server sees"""
    services, guild = _at(interaction)
    if (file is None) == (url is None):
        raise Refusal("Give either a file or a url.")
    if url is not None and not services.settings.discord.allow_urls:
        raise Refusal("Articles can't be added by url here: attach a file.")
    if file is not None:
        uploads.check(services, file.filename, file.size)
    may_be_public(interaction)  # it takes long, and the server sees what comes of it in any case
    await interaction.response.defer(ephemeral=True, thinking=True)
    name = file.filename if file else url or ""

    async def read() -> tuple[str, bytes]:
        if file is not None:
            return file.filename, await file.read()
        most = services.policy.max_upload_mb * uploads.MEGABYTE
        page = await fetch(name, max_bytes=most)
        return page.name, page.data

    added = await uploads.add(
        services,
        guild,
        interaction.user.id,
        name,
        read,
        watch=partial(_show_progress, interaction),
    )
    page = report_page(added.report, name, added.stopped)
    if not is_member(interaction):
        page = replace(page, content=f"{page.content}\n{_no_member(services)}")
    try:
        await finish(interaction, page)
    except Untold:
        _log.warning("nobody could be told what was added to server %d: %s", guild, page.text)


async def _show_progress(interaction: Interaction, upload: Upload) -> None:
    """Tell how far an upload is, with a button to cancel it, until this task is cancelled.

    It ends by itself where that can't be told any more: the report finds another way.
    """
    shown = None
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        page = progress_page(upload.name, sum(upload.counts.values()), upload.share)
        if page != shown and not upload.stopped:
            row: Row = discord.ui.ActionRow(CancelButton(upload.key))
            editing = asyncio.ensure_future(edit(interaction, page, rows=[row]))
            try:
                await asyncio.shield(editing)
            except asyncio.CancelledError:
                # Let go on its way, it might arrive behind the report and take its place.
                await asyncio.gather(editing, return_exceptions=True)
                raise
            shown = page


@quoth.command()
@app_commands.describe(article="Which one: /quoth articles lists the ids")
async def remove(interaction: Interaction, article: str) -> None:
    """Remove an article that this server has added"""
    services, guild = _at(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        await uploads.remove(services, guild, article)
    except NotFound:
        raise Refusal(
            "This server has added no article with that id: /quoth articles lists them."
        ) from None
    await finish(interaction, notice("Removed."))


@remove.autocomplete("article")
async def _articles_to_remove(
    interaction: Interaction, current: str
) -> list[app_commands.Choice[str]]:
    services, guild = _at(interaction)
    return await article_choices(services, guild, current, own=True)


@quoth.command(name="articles")
async def list_articles(interaction: Interaction) -> None:
    """List the articles that this server sees"""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await _show_articles(interaction, 0)


@quoth.command()
async def status(interaction: Interaction) -> None:
    """Tell what this server sees, and how it is set"""
    services, guild = _at(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await finish(interaction, notice(await services.looked_up(_status, services, guild)))


@quoth.command()
@app_commands.describe(
    caution="When to say nothing rather than answer",
    private="Whether /ask shows its answer to the asker alone unless told otherwise",
)
async def settings(
    interaction: Interaction, caution: Caution | None = None, private: bool | None = None
) -> None:
    """Show how this server is set, or set it"""
    services, guild = _at(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    said = await services.recorded(_set, services, guild, caution, private)
    await finish(interaction, notice(said))


@channels.command()
async def allow(interaction: Interaction, channel: Channel) -> None:
    """Answer in this channel, and nowhere else but in others that are allowed"""
    await _set_channel(interaction, channel, True)


@channels.command()
async def deny(interaction: Interaction, channel: Channel) -> None:
    """Don't answer in this channel"""
    await _set_channel(interaction, channel, False)


@channels.command()
async def reset(interaction: Interaction, channel: Channel) -> None:
    """Forget that this channel was allowed or denied"""
    await _set_channel(interaction, channel, None)


@roles.command(name="allow")
async def allow_role(interaction: Interaction, role: discord.Role) -> None:
    """Let people with this role ask, and nobody else but with others that are allowed"""
    await _set_role(interaction, role.id, True)


@roles.command(name="deny")
async def deny_role(interaction: Interaction, role: discord.Role) -> None:
    """Don't let people with this role ask"""
    await _set_role(interaction, role.id, False)


@roles.command(name="reset")
@app_commands.describe(role="Which one; all of them unless you say so")
async def reset_roles(interaction: Interaction, role: discord.Role | None = None) -> None:
    """Forget that a role was allowed or denied"""
    await _set_role(interaction, role.id if role else None, None)


class ArticlesButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"q:articles:(?P<page>[0-9]{1,4})"
):
    """Turns to a page of the list of articles."""

    def __init__(self, label: str, page: int) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"q:articles:{page}"))
        self._page = page

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls("", int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Show the page in place of the one before."""
        try:
            await quoth.interaction_check(interaction)
            await interaction.response.defer()
            await _show_articles(interaction, self._page)
        except Exception as error:
            await explain(interaction, error, "the list of articles")


class CancelButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"q:cancel:(?P<key>[0-9a-f]+)"
):
    """Ends an upload after the article in hand."""

    def __init__(self, key: str) -> None:
        super().__init__(discord.ui.Button(label="Cancel", custom_id=f"q:cancel:{key}"))
        self._key = key

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["key"])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Stop what is being added here; its own reply tells how far it came."""
        try:
            await quoth.interaction_check(interaction)
            services, guild = _at(interaction)
            await interaction.response.defer()
            if not services.intake.stop(guild, self._key, CANCELLED):
                raise Refusal("That file is not being added any more.")
        except Exception as error:
            await explain(interaction, error, "the button that cancels")


async def _show_articles(interaction: Interaction, page: int) -> None:
    services, guild = _at(interaction)
    adders = await services.recorded(services.records.adders.of, guild)
    pages = await services.looked_up(_article_pages, services, guild, adders)
    page = min(page, len(pages) - 1)
    back = [ArticlesButton("Back", page - 1)] if page > 0 else []
    more = [ArticlesButton("More", page + 1)] if page < len(pages) - 1 else []
    row: list[Row] = [discord.ui.ActionRow(*back, *more)] if back or more else []
    await finish(interaction, pages[page], rows=row)


def _article_pages(services: Services, guild: int, adders: Mapping[str, Adder]) -> Sequence[Page]:
    library = library_of(services, guild)
    found: list[Article] = library.articles() if library.exists() else []
    return article_pages(found, adders) if found else (notice(NO_ARTICLES),)


async def _set_channel(interaction: Interaction, channel: int, allowed: bool | None) -> None:
    services, guild = _at(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await services.recorded(services.records.tenants.set_channel, guild, channel, allowed)
    await finish(interaction, notice(_where(services, guild)))


async def _set_role(interaction: Interaction, role: int | None, allowed: bool | None) -> None:
    services, guild = _at(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    tenants = services.records.tenants
    if role is None:  # one that was deleted since can't be named
        await services.recorded(tenants.reset_roles, guild)
    else:
        await services.recorded(tenants.set_role, guild, role, allowed)
    await finish(interaction, notice(_who(services, guild)))


def _set(services: Services, guild: int, caution: Caution | None, private: bool | None) -> str:
    now = services.records.tenants.settings(guild)
    if caution is not None:
        now = replace(now, caution=None if caution == "as the operator set it" else caution)
    if private is not None:
        now = replace(now, private=private)
    services.records.tenants.set_settings(guild, now)
    return _told(services, now)


def _status(services: Services, guild: int) -> str:
    library = library_of(services, guild)
    own = len(uploads.own_articles(services, guild))
    seen = library.status().articles if library.exists() else 0
    return "\n".join(
        (
            f"Articles: {own:,} of this server, {seen - own:,} shared.",
            f"Questions: {services.desk.running} being answered, {services.desk.waiting} waiting.",
            _told(services, services.records.tenants.settings(guild)),
            _where(services, guild),
            _who(services, guild),
        )
    )


def _told(services: Services, settings: TenantSettings) -> str:
    caution = settings.caution or f"{services.settings.answer.caution}, as the operator set it"
    private = "the asker alone" if settings.private else "everybody"
    return f"Caution: {caution}.\nAnswers to /ask are shown to {private}, unless told otherwise."


def _no_member(services: Services) -> str:
    return (
        "Quoth has only its commands here: invite it as a bot too, or what was added is forgotten "
        f"when nobody uses it for {services.policy.grace_days} days."
    )


def _where(services: Services, guild: int) -> str:
    found = services.records.tenants.channels(guild)
    listed = ", ".join(f"<#{id}>" for id in sorted(found.ids))
    if found.mode == "allow":
        return f"Quoth answers only in {listed}."
    return f"Quoth answers everywhere but in {listed}." if listed else "Quoth answers everywhere."


def _who(services: Services, guild: int) -> str:
    found = services.records.tenants.roles(guild)
    allowed, denied = (
        ", ".join(f"<@&{id}>" for id in sorted(ids)) for ids in (found.allowed, found.denied)
    )
    if allowed:
        but = f", but not {denied}" if denied else ""
        return f"Only {allowed} and who manages the server may ask{but}."
    return f"Everybody may ask but {denied}." if denied else "Everybody may ask."


def _at(interaction: Interaction) -> tuple[Services, int]:
    guild = tenant_of(interaction)
    assert guild is not None, "these commands exist in servers only, which were checked to be one"
    return services_of(interaction), guild
