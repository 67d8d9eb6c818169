"""What is an address of the web, and how it is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.errors import Unfetchable

if TYPE_CHECKING:
    from yarl import URL

_ADDRESS = re.compile(r"https?://", re.I)


def is_address(value: str) -> bool:
    """Tell whether a word is an address of the web and no path of a file."""
    return bool(_ADDRESS.match(value))


def normal(url: str, base: str = "") -> str:
    """Give an address as it is kept, so that each page has one; ``base`` is where it stands.

    Raises Unfetchable for what is none to fetch from.
    """
    return str(checked(url.strip(), base))


def checked(url: str | URL, base: str = "") -> URL:
    """Give an address, without what stands behind "#", if it is one to fetch from.

    Raises Unfetchable.
    """
    from yarl import URL

    try:
        found = URL(base).join(URL(url)).with_fragment(None)
    except ValueError as error:
        raise Unfetchable("That", "is not a web address") from error
    if not is_address(str(found)):
        raise Unfetchable("That", "does not begin with http:// or https://, as web addresses do")
    if not found.host:
        raise Unfetchable("That", "has no host in it: it is no web address")
    if found.raw_user is not None or found.raw_password is not None:
        raise Unfetchable("That address", "has a user name or password in it: leave them out")
    return found


def site_of(url: str) -> str:
    """Give the host of an address, without "www."."""
    from yarl import URL

    return (URL(url).host or "").removeprefix("www.")
