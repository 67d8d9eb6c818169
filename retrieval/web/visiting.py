"""Visiting sites as a guest: one page at a time, with a pause, and not where it is unwelcome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from yarl import URL

from retrieval.errors import Unfetchable
from retrieval.web.fetching import Address, Page, Validators, fetch_if_changed, is_public

_TRIES = 3
"""Failures in a row after which a site is left alone for a while."""

_REST_S = 60.0


@dataclass(frozen=True, slots=True)
class WebConfig:
    """What a visit may take, and of what; ``loopback`` lets tests visit this machine itself."""

    max_mb: float = 10
    timeout_s: float = 20
    delay_s: float = 1
    max_pages: int = 50
    loopback: bool = False


WEB_DEFAULTS = WebConfig()


@dataclass(slots=True)
class _Site:
    """What is known of a host: when it may be asked next, and why not before."""

    next_at: float = 0.0
    failures: int = 0
    why_not: str = ""


class Web:
    """Fetches one page after the other. Use it in a ``with`` statement, from one thread."""

    def __init__(
        self,
        config: WebConfig = WEB_DEFAULTS,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.config = config
        self._clock = clock
        self._sleep = sleep
        self._sites: dict[str, _Site] = {}
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.close()

    def get(self, url: str, known: Validators) -> Page | None:
        """The page; None where it is still as the validators know it.

        Waits until its site may be asked again. Raises Unfetchable as ``fetch`` does, and
        without asking where the site wants to be left alone or failed three times in a row.
        """
        site = self._sites.setdefault(URL(url).host or "", _Site())
        if site.why_not and self._clock() < site.next_at:
            raise Unfetchable("That page", f"was not asked for: {site.why_not}", lasting=False)
        self._sleep(max(0.0, site.next_at - self._clock()))
        site.why_not = ""
        try:
            page = self._runner.run(self._fetch(url, known))
        except Unfetchable as error:
            self._failed(site, error)
            raise
        finally:
            site.next_at = max(site.next_at, self._clock() + self.config.delay_s)
        site.failures = 0
        return page

    async def _fetch(self, url: str, known: Validators) -> Page | None:
        most = round(self.config.max_mb * 1_000_000)
        return await fetch_if_changed(url, known, most, self.config.timeout_s, self._may_reach)

    def _may_reach(self, address: Address, port: int) -> bool:
        return is_public(address, port) or (self.config.loopback and address.is_loopback)

    def _failed(self, site: _Site, error: Unfetchable) -> None:
        site.failures = 0 if error.lasting else site.failures + 1
        if error.wait_s:
            site.why_not = f"its site asked for {error.wait_s:,} seconds of rest"
            site.next_at = self._clock() + error.wait_s
        elif site.failures >= _TRIES:
            site.why_not = (
                f"its site failed {_TRIES} times in a row, the last time it {error.reason}"
            )
            site.next_at = self._clock() + _REST_S
