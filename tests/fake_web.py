"""A web site on this machine: pages by their paths, and what was asked for."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers; ``delay`` seconds lie between the pieces of its body."""

    body: bytes = b""
    type: str = "text/html"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(slots=True)
class Site:
    """Set ``pages``; ``asked`` tells the paths in their order, with their status."""

    url: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def page(self, path: str, *paragraphs: str, title: str = "", head: str = "") -> str:
        """Put an article of some paragraphs at a path; its address."""
        words = "".join(f"<p>{one}</p>" for one in paragraphs)
        body = f"<html><head><title>{title}</title>{head}</head><body><article>{words}</article>"
        self.pages[path] = Answer(f"{body}</body></html>".encode())
        return self.url + path

    def feed(self, path: str, *items: str, title: str = "Orm Post") -> str:
        """Put an RSS feed of these items at a path; its address."""
        whole = "".join(f"<item>{item}</item>" for item in items)
        text = (
            '<?xml version="1.0"?><rss version="2.0" '
            'xmlns:c="http://purl.org/rss/1.0/modules/content/">'
            f"<channel><title>{title}</title>{whole}</channel></rss>"
        )
        self.pages[path] = Answer(text.encode(), "application/rss+xml")
        return self.url + path

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer as a server with ETags does."""
        self.times.append(time.monotonic())
        self.agents.add(request.headers.get("User-Agent", ""))
        answer = self.pages.get(request.path, Answer(status=404))
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:8]}"'
        whole = answer.status == 200
        same = whole and request.headers.get("If-None-Match") == etag
        status = 304 if same else answer.status
        self.asked.append((request.path, status))
        headers = {"Content-Type": answer.type, **({"ETag": etag} if whole else {})}
        response = web.StreamResponse(status=status, headers=headers | answer.headers)
        await response.prepare(request)
        body = b"" if same else answer.body
        step = 10 if answer.delay else max(len(body), 1)
        with suppress(ConnectionError):  # whoever asked has had enough
            for start in range(0, len(body), step):
                await response.write(body[start : start + step])
                await asyncio.sleep(answer.delay)
            await response.write_eof()
        return response

    def paths(self) -> list[str]:
        """The paths that were asked for since the last time."""
        paths = [path for path, _ in self.asked]
        self.asked.clear()
        return paths


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[Site]:
    """A site that answers in a thread of its own."""
    site, loop = Site(), asyncio.new_event_loop()

    async def start() -> web.ServerRunner:
        runner = web.ServerRunner(web.Server(site.handle), shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, host, 0).start()
        site.url = f"http://{host}:{runner.addresses[0][1]}"
        return runner

    runner = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield site
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
