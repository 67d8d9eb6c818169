"""Which servers a process answers for, where several processes share a bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.settings import DiscordSettings


@dataclass(frozen=True, slots=True)
class Shards:
    """Some of ``count`` shards; direct messages are the first one's."""

    count: int
    ids: frozenset[int]

    @classmethod
    def of(cls, settings: DiscordSettings) -> Self:
        """Those of this process; one that answers for all has the whole of a single shard."""
        if settings.own_shards is None:
            return cls(1, frozenset({0}))
        assert settings.shards
        return cls(settings.shards, frozenset(settings.own_shards))

    def own(self, guild: int | None) -> bool:
        """Tell whether Discord tells this process of a server, or of direct messages (None)."""
        return ((guild or 0) >> 22) % self.count in self.ids
