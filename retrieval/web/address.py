"""What is an address of the web, and how it is kept."""

from __future__ import annotations

import re

from retrieval.errors import Unfetchable

_ADDRESS = re.compile(r"https?://", re.I)


def is_address(value: str) -> bool:
    """Tell whether a word is an address of the web and no path of a file."""
    return bool(_ADDRESS.match(value))


def normal(url: str, base: str = "") -> str:
    """Give an address as it is kept, so that each page has one; ``base`` is where it stands.

    Raises Unfetchable for what is none.
    """
    from yarl import URL

    try:
        found = URL(base).join(URL(url.strip())).with_fragment(None)
    except ValueError as error:
        raise Unfetchable("That", "is not a web address") from error
    if is_address(str(found)) and not found.host:
        raise Unfetchable("That", "has no host in it: it is no web address")
    if not is_address(str(found)):
        raise Unfetchable("That", "does not begin with http:// or https://, as web addresses do")
    return str(found)


def site_of(url: str) -> str:
    """Give the host of an address, without "www."."""
    from yarl import URL

    return (URL(url).host or "").removeprefix("www.")
