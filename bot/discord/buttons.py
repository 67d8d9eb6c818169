"""The buttons below an answer. They work after a restart: their ids hold all that they need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import discord

from retrieval.types import Reply

if TYPE_CHECKING:
    from bot.discord.sending import Interaction

_GREY = discord.ButtonStyle.secondary
_BLUE = discord.ButtonStyle.primary
_RED = discord.ButtonStyle.danger


@dataclass(frozen=True, slots=True)
class Look:
    """How a button looks, and in which row it stands."""

    label: str
    row: int
    style: discord.ButtonStyle = _GREY


LOOKS = {
    "back": Look("Back", 0),
    "more": Look("More", 0, _BLUE),
    "nearest": Look("Nearest passages", 0),
    "context": Look("Context", 0),
    "sources": Look("Sources", 0),
    "up": Look("👍", 1),
    "down": Look("👎", 1),
    "follow": Look("Follow up", 1),
    "delete": Look("Delete", 1, _RED),
}


class ReplyButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"q:(?P<action>{'|'.join(LOOKS)}):(?P<key>[a-z0-9]+):(?P<page>[0-9]{{1,4}})",
):
    """A button of a kept reply: what it does, the reply's key, and a page of it."""

    def __init__(self, action: str, key: str, page: int) -> None:
        look = LOOKS[action]
        super().__init__(
            discord.ui.Button(
                label=look.label,
                style=look.style,
                row=look.row,
                custom_id=f"q:{action}:{key}:{page}",
            )
        )
        self.action = action
        self.key = key
        self.page = page

    @classmethod
    async def from_custom_id(  # type: ignore[override]
        cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(match["action"], match["key"], int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Do what the button says."""
        await interaction.client.press(interaction, self.action, self.key, self.page)


def reply_view(key: str, reply: Reply, page: int, pages: int) -> discord.ui.View:
    """The buttons below one page of a reply: only those that have something to show."""
    shown = {
        "back": page > 0,
        "more": page < pages - 1,
        "nearest": bool(reply.nearest),
        "context": reply.found,
        "sources": reply.found,
    }
    turned = {"back": page - 1, "more": page + 1}
    view = discord.ui.View(timeout=None)
    for action in LOOKS:
        if shown.get(action, True):
            view.add_item(ReplyButton(action, key, turned.get(action, page)))
    return view
