"""Fetching one page from the public web, and nothing from any other network.

Whoever may add articles chooses the URL, so it must open no way to what only this machine can
reach. One place decides: where the socket is made. There the address is final, whatever the URL
was, a redirect or the name service said, and no second look-up can change it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path

import aiohttp
from yarl import URL

from bot.service.refusals import Refusal
from retrieval.ingest.formats import SUFFIXES, suffix_of

Address = IPv4Address | IPv6Address
MAX_REDIRECTS = 5

_PORTS = {80, 443}  # where articles are; other ports would make of us a scanner of services
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_CLOUDS = (  # what serves the machines inside of a cloud; not all Pythons count it as private
    IPv4Network("168.63.129.16"),  # Azure
    IPv4Network("192.0.0.0/24"),  # Oracle, and other protocols
)

_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "message/rfc822": ".eml",
}
_BY_NAME = {  # types that tell little: the ending of the URL tells more, else this one holds
    "text/plain": ".txt",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/octet-stream": None,
    "application/gzip": None,
    "application/x-gzip": None,
}
_HEADERS = {"User-Agent": "Quoth", "Accept": ", ".join([*_ENDINGS, *_BY_NAME])}


class Unfetchable(Refusal):
    """A page that can't be had; the message is for the person who named it."""


def is_public(address: Address, port: int) -> bool:
    """Whether anybody on the internet may reach this, so that we may for a stranger.

    An IPv4 address inside of an IPv6 one counts as itself.
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner, port)
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address in network for network in _CLOUDS):
        return False
    return address.is_global and not address.is_multicast and port in _PORTS


async def fetch(
    url: str,
    *,
    max_bytes: int,
    seconds: float = 20,
    may_reach: Callable[[Address, int], bool] = is_public,
) -> tuple[str, bytes]:
    """The page at an http or https URL: a file name for it with the right ending, and its bytes.

    The name is the URL's own, so that the same URL gives the same one. Up to five redirects are
    followed. ``may_reach`` is asked for each address and port before anything connects to it;
    proxies and cookies are never used.

    Raises:
        Unfetchable: not such a URL, not public, no such page, nothing that can be read, larger
            than ``max_bytes`` (unpacked) or not here within ``seconds``.
    """
    asked = _checked(url)
    try:
        async with asyncio.timeout(seconds), _session(may_reach) as session:
            suffix, data = await _follow(session, asked, max_bytes)
    except TimeoutError as error:
        raise Unfetchable(f"That page took longer than {seconds:g} seconds.") from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise Unfetchable("That site's certificate is not valid.") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Unfetchable("That page could not be fetched: check the address.") from error
    return _file_name(asked) + suffix, data


def _session(may_reach: Callable[[Address, int], bool]) -> aiohttp.ClientSession:
    def checked_socket(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, (host, port, *_) = info
        if not may_reach(ip_address(str(host)), int(port)):
            raise Unfetchable("That address is not on the public web, at port 80 or 443.")
        return socket.socket(family, kind, protocol)

    # One address after the other: side by side, the connector would swallow a refusal.
    connector = aiohttp.TCPConnector(
        socket_factory=checked_socket, happy_eyeballs_delay=None, force_close=True
    )
    return aiohttp.ClientSession(
        connector=connector,
        headers=_HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        # The time limit over all redirects is ours.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
        trust_env=False,
    )


def _checked(url: str | URL) -> URL:
    """The URL, if it is one to fetch from."""
    try:
        checked = URL(url)
    except ValueError as error:
        raise Unfetchable("That is not a web address.") from error
    if checked.scheme not in ("http", "https") or not checked.host:
        raise Unfetchable("Only addresses that begin with http:// or https:// can be fetched.")
    if checked.raw_user is not None or checked.raw_password is not None:
        raise Unfetchable("Addresses with a user name or password in them are not fetched.")
    return checked.with_fragment(None)


async def _follow(session: aiohttp.ClientSession, url: URL, max_bytes: int) -> tuple[str, bytes]:
    """The ending and the bytes of what the URL leads to."""
    for _ in range(MAX_REDIRECTS + 1):
        async with session.get(url, allow_redirects=False) as response:
            if response.status == 200:
                suffix = _suffix(response.content_type, url)
                return suffix, await _body(response, max_bytes)
            if response.status not in (301, 302, 303, 307, 308):
                raise Unfetchable(f"That site answered with status {response.status}.")
            url = _checked(url.join(URL(response.headers.get("Location", ""))))
    raise Unfetchable(f"That page leads on more than {MAX_REDIRECTS} times.")


async def _body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """All of it, unpacked; no length in a header is trusted, so each piece is counted."""
    data = bytearray()
    async for piece in response.content.iter_chunked(1 << 16):
        data += piece
        if len(data) > max_bytes:
            raise Unfetchable(f"That page is larger than {max_bytes / 1_000_000:.3g} MB.")
    return bytes(data)


def _suffix(content_type: str, url: URL) -> str:
    suffix = _ENDINGS.get(content_type)
    if suffix is None and content_type in _BY_NAME:
        suffix = suffix_of(Path(url.path)) or _BY_NAME[content_type]
    if suffix is None:
        raise Unfetchable(f"That is nothing that can be read: use one of {', '.join(SUFFIXES)}.")
    return suffix


def _file_name(url: URL) -> str:
    """Letters and digits of the URL, and a digest, as other URLs may have the same ones."""
    words = re.sub(r"\W+", "-", f"{url.host}{url.path}").strip("-")
    return f"{words[:50]}-{hashlib.sha256(str(url).encode()).hexdigest()[:8]}"
