"""Text of articles as Discord's markdown that shows it word for word and does nothing else."""

from __future__ import annotations

import re

from bot.discord.limits import URL, cut, units
from bot.links import web_address
from bot.terminal import clean

# Each of these begins some markup, a mention, an emoji or a link somewhere in a line. A slash
# is one since Discord finds its own invitations without a scheme: discord.gg/abc.
_SPECIAL = re.compile(r"[\\*_~`|<>\[\]#@/]|:(?=\S|$)")
_AT_START = re.compile(r"^(\s*\d*)([-+.])")


def escape(text: str) -> str:
    """Give a text as markdown that shows it verbatim, in one line.

    No mention, link, spoiler, heading, list, quote, code, emoji or time comes of it, and none
    is hidden in it. White space becomes a space; what could reorder a line becomes U+FFFD.
    """
    harmless = text if text.isprintable() else clean(text)
    return _AT_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", harmless))


def fitted(text: str, most: int) -> str:
    """Give ``escape(text)`` in at most ``most`` units, cut at a word where that is too long."""
    room = most
    while (over := units(shown := escape(cut(text, room))) - most) > 0:
        room -= max(1, over // 2)
    return shown


def linked(url: str | None) -> str | None:
    """Give an address that Discord takes as a link (see ``web_address``), None for any other."""
    link = web_address(url)
    return link if link and units(link) <= URL else None
