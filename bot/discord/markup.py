"""Text of articles as Discord's markdown that shows it word for word and does nothing else."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from bot.discord.limits import URL, cut, units
from bot.terminal import clean

# Each of these begins some markup, a mention, an emoji or a link somewhere in a line. A slash
# is one since Discord finds its own invitations without a scheme: discord.gg/abc.
_SPECIAL = re.compile(r"[\\*_~`|<>\[\]#@/]|:(?=\S|$)")
_AT_START = re.compile(r"^(\s*\d*)([-+.])")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_URL_CHARACTERS = "%/:=&?~#+!$,;@*._-"


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
    """Give an address that Discord takes as a link, None for any other, such as a file's.

    It may stand in ``[…](…)``: characters that would end it there are percent-encoded.
    """
    try:
        parts = urlsplit(clean(url or "").strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    rest = quote(f"{parts.path}{query}{fragment}", safe=_URL_CHARACTERS)
    link = f"{parts.scheme}://{host}{port}{rest}"
    return link if units(link) <= URL else None
