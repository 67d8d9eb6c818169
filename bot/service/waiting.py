"""Who waits for an answer: so that what a process was killed with is told by the next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.service.database import Database, stamp

TOLD_WITHIN = timedelta(minutes=15)
"""After that nobody is told any more, nor does Discord let us answer an interaction."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """A question that was acknowledged: the id of the interaction or message that asks it, where,
    and the ``token`` by which an interaction is answered. None: it is a message.
    """

    asked: int
    guild: int | None
    channel: int
    token: str | None = None


class Waiting:
    """All of them, in the records' database. Any thread may call; each may raise RecordsError.

    What this process notes is written with ``flush``, all that is new by then at once.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._new: dict[int, Waiter] = {}
        self._ended: list[tuple[int]] = []

    def begins(self, waiter: Waiter) -> None:
        """Note that somebody waits."""
        with self._lock:
            self._new[waiter.asked] = waiter

    def ends(self, asked: int) -> None:
        """Note that a question has come to its end."""
        with self._lock:
            if self._new.pop(asked, None) is None:
                self._ended.append((asked,))

    def flush(self) -> None:
        """Write what is new since the last time."""
        with self._lock:
            new, ended = self._new, self._ended
            self._new, self._ended = {}, []
        if not (new or ended):
            return
        since = stamp(self._now())
        rows = [(one.asked, one.guild, one.channel, one.token, since) for one in new.values()]
        with self._database.writing() as db:
            insert = "INSERT INTO waiting VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            db.executemany(insert, rows)
            db.executemany("DELETE FROM waiting WHERE asked = ?", ended)

    def take(self, asked: int) -> bool:
        """Let this caller alone tell that a question was interrupted; whether nobody had before."""
        with self._database.writing() as db:
            return db.execute("DELETE FROM waiting WHERE asked = ?", (asked,)).rowcount > 0

    def all(self) -> list[Waiter]:
        """Those who wait, the longest first."""
        sql = "SELECT asked, guild, channel, token FROM waiting WHERE since > ? ORDER BY asked"
        with self._database.reading() as db:
            rows = db.execute(sql, (stamp(self._now() - TOLD_WITHIN),)).fetchall()
        return [Waiter(*row) for row in rows]
