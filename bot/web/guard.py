"""What every request must be, and what every response says: this is a private archive.

A site that somebody visits can have their browser send requests to this machine, and may even have
its own name lead here (DNS rebinding) to read what comes back.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_STORED = "private, no-cache"
OTHER_SITE = "Quoth doesn't answer other sites."


class Guard:
    """Lets in what is addressed to this machine, and not sent by another site's page. What gives
    a page or an object (GET) gives its headers alone, too (HEAD).

    ``names`` are those by which the machine is addressed, besides localhost and any IP address:
    a name that somebody else made lead here is none of them.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self._app = app
        self._names = {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        head_alone = scope["method"] == "HEAD"
        if head_alone:
            scope = {**scope, "method": "GET"}

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", NOT_STORED)
            elif head_alone:
                message = {**message, "body": b""}
            await send(message)

        wrong = self._wrong(Headers(scope=scope))
        app = JSONResponse({"error": wrong}, 403) if wrong else self._app
        await app(scope, receive, send_guarded)

    def _wrong(self, headers: Headers) -> str | None:
        name = _host(headers.get("host", ""))
        if name is None or not (name in self._names or _is_address(name)):
            return "Quoth doesn't answer by this name: use localhost, or the machine's IP address."
        site, kind = headers.get("sec-fetch-site"), headers.get("sec-fetch-dest")
        if site in ("cross-site", "same-site") and kind != "document":
            return OTHER_SITE
        origin = headers.get("origin")  # a browser without Sec-Fetch headers tells this at least
        return OTHER_SITE if origin and _place(origin) != headers["host"].lower() else None


def _host(header: str) -> str | None:
    try:
        parts = urlsplit(f"//{header}")
        parts.port  # noqa: B018 - raises ValueError where it is none
    except ValueError:
        return None
    return parts.hostname if parts.netloc == header and "@" not in header else None


def _place(origin: str) -> str | None:
    """Give the host and port of an origin; None where it tells none ("null")."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
