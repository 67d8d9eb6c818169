"""Fetching one page from the public web, and nothing from any other network.

Whoever may add articles chooses the URL, so it must open no way to what only this machine can
reach. One place decides: where the socket is made. There the address is final, whatever the URL
was, a redirect or the name service said, and no second look-up can change it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from retrieval.errors import Unfetchable
from retrieval.ingest.decode import BROWSERS
from retrieval.ingest.formats import suffix_of
from retrieval.web.address import checked

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
    "application/feed+json": ".json",
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
_MARKUP = {".html", ".xml", ".rss", ".atom", ".txt"}  # what servers take for one another
_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf)[\s>]", re.I)
_HTML = re.compile(rb"<html[\s>]", re.I)
_SAID = {  # by the status: what to do, or what it means
    401: "it wants a password",
    402: "it wants to be paid for",
    403: "it lets no program read it",
    404: "there is no such page",
    410: "the page is gone",
    429: "it was asked too often",
    451: "it may not be shown here",
}
_PASSING = {408, 425, 429}  # of the 4xx, those that say nothing of the next time
_LONGEST_WAIT = 86_400
_HEAD = 1000
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MOST_VALIDATOR = 1000
_HEADERS = {
    "User-Agent": f"Quoth/{version('quoth')}",
    "Accept": ", ".join([*_ENDINGS, *_BY_NAME]),
}


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server calls this state of a page: the next time it tells only whether it changed."""

    etag: str | None = None
    modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Give the headers of a conditional request; none where nothing is known."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """A page: the URL that it came from in the end, a file name for it, its bytes.

    The name is of the URL that was asked for, so that the same URL gives the same one, with the
    ending that tells the format.
    """

    url: str
    name: str
    data: bytes
    validators: Validators


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
) -> Page:
    """The page at an http or https URL.

    Up to five redirects are followed. ``may_reach`` is asked for each address and port before
    anything connects to it; proxies and cookies are never used.

    Raises:
        Unfetchable: not such a URL, not public, no such page, nothing that can be read, larger
            than ``max_bytes`` (unpacked) or not here within ``seconds``.
    """
    page = await fetch_if_changed(url, Validators(), max_bytes, seconds, may_reach)
    if page is None:
        raise _answered(HTTPStatus.NOT_MODIFIED)
    return page


async def fetch_if_changed(
    url: str,
    known: Validators,
    max_bytes: int,
    seconds: float = 20,
    may_reach: Callable[[Address, int], bool] = is_public,
) -> Page | None:
    """The page as ``fetch`` gives it; None where it is still as the validators know it."""
    asked = checked(url)
    host = asked.host
    try:
        async with asyncio.timeout(seconds), _session(may_reach) as session:
            return await _follow(session, asked, known, max_bytes)
    except TimeoutError as error:
        reason = f"took longer than {seconds:g} seconds"
        raise Unfetchable("That page", reason, lasting=False) from error
    except aiohttp.ClientConnectorDNSError as error:
        reason = f"could not be fetched: no machine is called {host}, check the address"
        raise Unfetchable("That page", reason, lasting=False) from error
    except aiohttp.ClientConnectorCertificateError as error:
        reason = "could not be fetched: the certificate of its site is not valid"
        raise Unfetchable("That page", reason, lasting=False) from error
    except aiohttp.ClientSSLError as error:
        reason = "could not be fetched: no safe connection (TLS) to its site, check the address"
        raise Unfetchable("That page", reason, lasting=False) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        told = f" ({os.strerror(number)})" if number else ""
        reason = f"could not be fetched{told}: check the address"
        raise Unfetchable("That page", reason, lasting=False) from error


def _session(may_reach: Callable[[Address, int], bool]) -> aiohttp.ClientSession:
    def checked_socket(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, (host, port, *_) = info
        if not may_reach(ip_address(str(host)), int(port)):
            raise Unfetchable("That address", "is not on the public web, at port 80 or 443")
        return socket.socket(family, kind, protocol)

    # One address after the other: side by side, the connector would swallow a refusal.
    connector = aiohttp.TCPConnector(
        resolver=_Names(),
        socket_factory=checked_socket,
        happy_eyeballs_delay=None,
        force_close=True,
    )
    return aiohttp.ClientSession(
        connector=connector,
        headers=_HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        # The time limit over all redirects is ours.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
        trust_env=False,
    )


class _Names(AbstractResolver):
    """Looks names up in threads that nobody waits for: leaving doesn't wait for a name service."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses that the system gives for a name."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[ResolveResult]] = loop.create_future()

        def tell(error: Exception | None, results: list[ResolveResult]) -> None:
            if not found.done():
                found.set_exception(error) if error else found.set_result(results)

        def look_up() -> None:
            error: Exception | None = None
            results: list[ResolveResult] = []
            try:
                results = _addresses(host, port, family)
            except Exception as raised:  # told to the one who waits, whatever it is
                error = raised
            with suppress(RuntimeError):  # the loop is closed: nobody waits for it
                loop.call_soon_threadsafe(tell, error, results)

        threading.Thread(target=look_up, daemon=True).start()
        return await found

    async def close(self) -> None:
        """There is nothing to close."""


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    flags = socket.AI_ADDRCONFIG & getattr(socket, "AI_MASK", -1)  # macOS has fewer flags
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, flags)
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=int(address[1]),
            family=kind,
            proto=proto,
            flags=numeric,
        )
        for kind, _, proto, _, address in found
    ]


async def _follow(
    session: aiohttp.ClientSession, asked: URL, known: Validators, max_bytes: int
) -> Page | None:
    """What the URL leads to; None where that hasn't changed."""
    url, headers = asked, known.headers()
    for _ in range(MAX_REDIRECTS + 1):
        async with session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status == HTTPStatus.OK:
                suffix = _suffix(response.content_type, url)
                data = await _body(response, max_bytes)
                name = _file_name(asked) + _by_content(suffix, data)
                whole = _in_utf8(data, response.charset) if suffix in _MARKUP else data
                return Page(str(url), name, whole, _validators(response))
            if response.status == HTTPStatus.NOT_MODIFIED and headers:
                return None
            if response.status not in (301, 302, 303, 307, 308):
                raise _answered(response.status, response.headers.get("Retry-After", ""))
            url = checked(url.join(URL(response.headers.get("Location", ""))))
    raise Unfetchable("That page", f"leads on more than {MAX_REDIRECTS} times")


def _answered(status: int, retry_after: str = "") -> Unfetchable:
    said = f": {_SAID[status]}" if status in _SAID else ""
    return Unfetchable(
        "That site",
        f"answered with status {status}{said}",
        lasting=400 <= status < 500 and status not in _PASSING,
        gone=status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
        wait_s=min(int(retry_after), _LONGEST_WAIT) if retry_after.isdecimal() else 0,
    )


def _validators(response: aiohttp.ClientResponse) -> Validators:
    told = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
    return Validators(
        *(value if value and len(value) < _MOST_VALIDATOR else None for value in told)
    )


async def _body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """All of it, unpacked; no length in a header is trusted, so each piece is counted."""
    data = bytearray()
    async for piece in response.content.iter_chunked(1 << 16):
        data += piece
        if len(data) > max_bytes:
            raise Unfetchable("That page", f"is larger than {max_bytes / 1_000_000:.3g} MB")
    return bytes(data)


def _by_content(suffix: str, data: bytes) -> str:
    """The ending that the first words of markup tell, as servers often send another type."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if suffix in _MARKUP and head.startswith(b"<"):
        if suffix in (".html", ".txt") and _FEED.search(head) and not _HTML.search(head):
            return ".xml"
        if suffix != ".html" and _HTML.search(head) and not _FEED.search(head):
            return ".html"
    return suffix


def _in_utf8(data: bytes, charset: str | None) -> bytes:
    """The text in UTF-8, where the header tells its encoding, and tells it truly.

    The mark at its beginning goes before what the text itself says of its encoding.
    """
    if charset is None or data.isascii() or data.startswith(_MARKS):
        return data
    for encoding in ("utf-8", BROWSERS.get(charset.lower(), charset)):
        try:
            return _MARKS[0] + data.decode(encoding).encode()
        except (LookupError, UnicodeError):
            continue
    return data


def _suffix(content_type: str, url: URL) -> str:
    suffix = _ENDINGS.get(content_type)
    if suffix is None and content_type in _BY_NAME:
        suffix = suffix_of(Path(url.path)) or _BY_NAME[content_type]
    if suffix is None:
        raise Unfetchable("That", f"is {content_type}, which can't be read as an article or feed")
    return suffix


def _file_name(url: URL) -> str:
    """Letters and digits of the URL, and a digest, as other URLs may have the same ones."""
    words = re.sub(r"\W+", "-", f"{url.host}{url.path}").strip("-")
    return f"{words[:50]}-{hashlib.sha256(str(url).encode()).hexdigest()[:8]}"
