"""What outlives a connection to Discord: the library, the records, the desk and the counters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from bot.discord.desk import Desk
from bot.discord.health import Metrics
from bot.discord.records import FILE, Records
from bot.discord.throttle import Buckets

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval import Library


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that answering needs besides Discord. Make it within a running loop."""

    settings: Settings
    library: Library
    records: Records
    desk: Desk
    buckets: Buckets
    metrics: Metrics = field(default_factory=Metrics)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever changes the index: there is one writer at a time."""
    busy: set[asyncio.Task[Any]] = field(default_factory=set)

    @classmethod
    def of(cls, settings: Settings, library: Library) -> Self:
        """Make them as the settings say."""
        ours = settings.discord
        made = cls(
            settings,
            library,
            Records(settings.data_dir / FILE, keep_days=ours.keep_days),
            Desk(ours.workers, ours.queue, ours.guild_limit),
            Buckets(ours.burst, ours.refill_seconds),
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
