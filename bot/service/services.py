"""What outlives a connection: the library, the records, the desk and the counters of one door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, Self, TypeVar

from bot.service.desk import Desk
from bot.service.door import Policy, file_of
from bot.service.health import Metrics
from bot.service.intake import Intake
from bot.service.publishers import Publishers
from bot.service.records import Records
from bot.service.throttle import Buckets
from bot.settings import Settings
from retrieval import Library
from retrieval.types import SHARED

P = ParamSpec("P")
T = TypeVar("T")

LAST_WORDS = 1.0
"""Seconds for those whose time is over to be told so."""


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads for each kind of work that may have to wait, so that no kind waits for another.

    Whoever waits for the network or only calculates takes asyncio's own threads.
    """

    records: ThreadPoolExecutor = field(default_factory=lambda: _pool(1, "records"))
    """One, as there is one connection to the file of what is kept."""
    rates: ThreadPoolExecutor = field(default_factory=lambda: _pool(1, "rates"))
    articles: ThreadPoolExecutor = field(default_factory=lambda: _pool(4, "articles"))
    completion: ThreadPoolExecutor = field(default_factory=lambda: _pool(1, "completion"))

    def end(self) -> None:
        """Begin nothing more."""
        for pool in (self.records, self.rates, self.articles, self.completion):
            pool.shutdown(wait=False, cancel_futures=True)


def _pool(threads: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix=name)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that answering needs besides the door itself. Make it within a running loop.

    ``door`` is the door's name: the names of its file and of its collections begin with it.
    ``alone`` is the collection that is asked, beside the shared one, by who belongs to no tenant.
    """

    door: str
    settings: Settings
    policy: Policy
    library: Library
    records: Records
    desk: Desk
    buckets: Buckets | None
    """None: several processes count in the records, together."""
    alone: str = SHARED
    publishers: Publishers = field(default_factory=Publishers)
    metrics: Metrics = field(default_factory=Metrics)
    intake: Intake = field(default_factory=Intake)
    busy: set[asyncio.Task[Any]] = field(default_factory=set)
    threads: Threads = field(default_factory=Threads)

    @classmethod
    def of(
        cls,
        door: str,
        settings: Settings,
        policy: Policy,
        library: Library,
        *,
        alone: str = SHARED,
    ) -> Self:
        """Make them as the door's policy says, in the folder that the settings name."""
        file = None if policy.in_memory else file_of(settings.data_dir, door)
        made = cls(
            door,
            settings,
            policy,
            library,
            Records(file, keep_days=policy.keep_days, database=settings.database_url),
            Desk(policy.workers, policy.queue, policy.tenant_limit),
            None if policy.several else Buckets(policy.burst, policy.refill_seconds),
            alone,
        )
        made.metrics.queue.set_function(lambda: made.desk.waiting)
        made.intake.pressing = lambda: made.desk.running > 0
        return made

    async def recorded(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a call of the records gives; they are called by one thread, in this order."""
        return await _run(self.threads.records, partial(call, *args, **kwargs))

    async def counted(self, user: int, burst: int, refill_seconds: float) -> float:
        """What ``Records.bucket`` gives."""
        call = partial(self.records.bucket, user, burst, refill_seconds)
        return await _run(self.threads.rates, call)

    async def looked_up(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a call gives that reads articles."""
        return await _run(self.threads.articles, partial(call, *args, **kwargs))

    async def completed(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a call gives that completes what is being typed, which can't wait for others."""
        return await _run(self.threads.completion, partial(call, *args, **kwargs))

    @contextmanager
    def working(self) -> Iterator[None]:
        """Have the present task finished before the process ends."""
        task = asyncio.current_task()
        assert task is not None
        inner = task in self.busy
        self.busy.add(task)
        try:
            yield
        finally:
            if not inner:
                self.busy.discard(task)

    async def close(self, seconds: float) -> None:
        """Take no more questions, finish those in flight if they need no longer, and close.

        Uploads end after the article in hand.
        """
        ends = time.monotonic() + seconds
        self.intake.close()
        await self.desk.drain(seconds)
        if self.busy:
            await asyncio.wait(self.busy, timeout=max(ends - time.monotonic(), LAST_WORDS))
        self.threads.end()
        self.records.close()


async def _run(pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, call)
