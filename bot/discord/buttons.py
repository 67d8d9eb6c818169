"""The buttons below an answer. They work after a restart: their ids hold all that they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord

from retrieval.types import Reply

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

ID = rf"q:(?P<action>{'|'.join(LOOKS)}):(?P<key>[a-z0-9]+):(?P<page>[0-9]{{1,4}})"
"""A button's id, as a pattern: what it does, the reply's key, and a page of it."""


def button(action: str, key: str, page: int) -> discord.ui.Button[Any]:
    """A button of a kept reply. ``actions.Pressed`` does what it says."""
    look = LOOKS[action]
    return discord.ui.Button(
        label=look.label, style=look.style, row=look.row, custom_id=f"q:{action}:{key}:{page}"
    )


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
            view.add_item(button(action, key, turned.get(action, page)))
    view.stop()  # discord.py need not remember it: who presses a button is heard by its id
    return view
