"""What outlives a connection: the library, the records, the desk and the counters of one door."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from bot.service.desk import Desk
from bot.service.door import Policy, file_of
from bot.service.health import Metrics
from bot.service.publishers import Publishers
from bot.service.records import Records
from bot.service.throttle import Buckets
from bot.settings import Settings
from retrieval import Library


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that answering needs besides the door itself. Make it within a running loop.

    ``door`` is the door's name: the names of its file and of its collections begin with it.
    """

    door: str
    settings: Settings
    policy: Policy
    library: Library
    records: Records
    desk: Desk
    buckets: Buckets
    publishers: Publishers = field(default_factory=Publishers)
    metrics: Metrics = field(default_factory=Metrics)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever changes the index: there is one writer at a time."""
    busy: set[asyncio.Task[Any]] = field(default_factory=set)

    @classmethod
    def of(cls, door: str, settings: Settings, policy: Policy, library: Library) -> Self:
        """Make them as the door's policy says, in the folder that the settings name."""
        made = cls(
            door,
            settings,
            policy,
            library,
            Records(file_of(settings.data_dir, door), keep_days=policy.keep_days),
            Desk(policy.workers, policy.queue, policy.tenant_limit),
            Buckets(policy.burst, policy.refill_seconds),
        )
        made.metrics.queue.set_function(lambda: made.desk.waiting)
        return made

    @contextmanager
    def working(self) -> Iterator[None]:
        """Have the present task finished before the process ends."""
        task = asyncio.current_task()
        assert task is not None
        self.busy.add(task)
        try:
            yield
        finally:
            self.busy.discard(task)

    async def close(self, seconds: float) -> None:
        """Take no more questions, finish those in flight if they need no longer, and close."""
        await self.desk.drain(seconds)
        if self.busy:
            await asyncio.wait(self.busy, timeout=seconds)
        self.records.close()
