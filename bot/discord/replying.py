"""From a question to the reply that is shown: what interactions and messages have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.discord.buttons import reply_rows
from bot.discord.errors import explain
from bot.discord.interactions import Interaction, is_brought_along, place_of, services_of
from bot.discord.messages import Page, answer_pages
from bot.discord.promises import Promise, promising, queue_page
from bot.discord.sending import Row, finish, may_be_public
from bot.service.places import kept_for
from bot.service.questions import NO_FILTERS, Answered, Request, admit, answer, handling
from bot.service.services import Services
from bot.service.tenants import TenantSettings
from bot.service.turns import turns_after
from bot.service.waiting import Waiter
from retrieval.types import Filters

Show = Callable[[Page, Sequence[Row]], Awaitable[int]]
"""Shows a page where the answer belongs, in place of what it showed before; the message's id."""


async def ask_here(
    interaction: Interaction,
    text: str,
    *,
    private: bool | None = None,
    filters: Filters = NO_FILTERS,
    after: str | None = None,
) -> None:
    """Answer an interaction; ``private=None`` means as the server has set it. Where nobody has
    invited the bot, it is private in any case.

    ``after`` is the key of the kept reply that the question follows up on, within its filters.
    What goes wrong is explained, and nothing raised.
    """
    services, channel = services_of(interaction), interaction.channel_id or 0
    waiter = Waiter(interaction.id, interaction.guild_id, channel, interaction.token)
    async with promising(services, waiter) as promise:
        try:
            await _ask(services, interaction, promise, text, private, filters, after)
        except Exception as error:
            await explain(interaction, error, "a question")


async def _ask(
    services: Services,
    interaction: Interaction,
    promise: Promise,
    text: str,
    private: bool | None,
    filters: Filters,
    after: str | None,
) -> None:
    place = place_of(interaction)

    async def show(page: Page, rows: Sequence[Row]) -> int:
        return await finish(interaction, page, rows=rows)

    with handling(services):
        settings = admit(services, place, text)
        private = settings.private if private is None else private
        private = private or is_brought_along(interaction)
        if not private:
            may_be_public(interaction)
        await promise.give()
        await interaction.response.defer(ephemeral=private, thinking=True)
        request = Request(text.strip(), place, private, filters)
        if after is not None:
            kept = await kept_for(services, place, after)
            request = replace(request, filters=kept.filters, previous=turns_after(kept))
        await reply_to(services, request, settings, show)


async def reply_to(
    services: Services, request: Request, settings: TenantSettings, show: Show
) -> None:
    """Answer a question that was admitted, with buttons that a restart doesn't end."""

    async def wait_at(number: int) -> None:
        await show(queue_page(number), ())

    async def show_answer(answered: Answered) -> int:
        reply = answered.reply
        pages = await asyncio.to_thread(answer_pages, reply)
        key = answered.key
        rows = () if key is None else reply_rows(key, reply, 0, len(pages))
        return await show(pages[0], rows)

    await answer(services, request, settings, on_wait=wait_at, show=show_answer)
