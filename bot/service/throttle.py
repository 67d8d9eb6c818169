"""How often one person may ask."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable


class Buckets:
    """A token bucket a user: ``burst`` questions at once, one more every ``refill_seconds``.

    It lives in this process: several processes each give a user their own bucket.
    """

    def __init__(
        self, burst: int, refill_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._spread = (burst - 1) * refill_seconds
        self._refill = refill_seconds
        self._clock = clock
        self._full_at: OrderedDict[int, float] = OrderedDict()

    def __len__(self) -> int:
        """The users whose buckets are kept: those who asked lately."""
        return len(self._full_at)

    def take(self, user: int) -> float:
        """Take one question: 0.0, or the seconds to wait for it, which take nothing.

        A bucket is the time at which it is full again. A full one is like none and is dropped,
        so no more are kept than people asked within the time that filling one takes.
        """
        now = self._clock()
        self._drop_full(now)
        full_at = max(self._full_at.get(user, now), now)
        wait = full_at - now - self._spread
        if wait > 0:
            return wait
        self._full_at[user] = full_at + self._refill
        self._full_at.move_to_end(user)
        return 0.0

    def _drop_full(self, now: float) -> None:
        """Drop from the front, where those stand who asked longest ago, up to one not yet full."""
        while self._full_at:
            user, full_at = next(iter(self._full_at.items()))
            if full_at > now:
                return
            del self._full_at[user]
