"""What stands below an answer. It works after a restart: the ids hold all that is needed."""

from __future__ import annotations

from typing import Any

import discord

from retrieval.types import Reply

LABELS = {
    "context": "Context",
    "sources": "Sources",
    "up": "👍",
    "down": "👎",
    "follow": "Follow up",
    "more": "More",
    "back": "Back",
    "nearest": "Nearest passages",
    "delete": "Delete",
}
"""What can be done with an answer; messages of earlier versions have a button for each."""

IN_ROW = ("context", "sources", "up", "down", "follow")
IN_MENU = ("more", "back", "nearest", "delete")
"""In the order in which they are shown: buttons in one row, the rest in a menu below it."""

ID = rf"q:(?P<action>{'|'.join(LABELS)}):(?P<key>[a-z0-9]+):(?P<page>[0-9]{{1,4}})"
"""A button's id, as a pattern: what it does, the reply's key, and a page of it."""

MENU_ID = r"q:menu:(?P<key>[a-z0-9]+):(?P<page>[0-9]{1,4})"
"""The menu's id: the reply's key, and the page of it that is shown."""


def button(action: str, key: str, page: int) -> discord.ui.Button[Any]:
    """A button of a kept reply. ``actions.Pressed`` does what it says."""
    return discord.ui.Button(label=LABELS[action], custom_id=f"q:{action}:{key}:{page}")


def menu(actions: list[str], key: str, page: int) -> discord.ui.Select[Any]:
    """The menu of a kept reply. ``actions.Chosen`` does what is chosen."""
    options = [discord.SelectOption(label=LABELS[one], value=one) for one in actions]
    return discord.ui.Select(custom_id=f"q:menu:{key}:{page}", placeholder="…", options=options)


def reply_rows(key: str, reply: Reply, page: int, pages: int) -> list[discord.ui.ActionRow[Any]]:
    """What stands below one page of a reply: only what has something to show."""
    shown = {
        "back": page > 0,
        "more": page < pages - 1,
        "nearest": not reply.found and len(reply.nearest) > 1,
        "context": reply.found,
        "sources": reply.found,
    }
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
        *(button(action, key, page) for action in IN_ROW if shown.get(action, True))
    )
    rest = [action for action in IN_MENU if shown.get(action, True)]
    return [row, discord.ui.ActionRow(menu(rest, key, page))]
