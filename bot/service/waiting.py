"""Who waits for an answer: so that what a process was killed with is told by the next."""

from __future__ import annotations

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
    """All of them, in the records' database. Any thread may call; each may raise RecordsError."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def add(self, waiter: Waiter) -> None:
        """Note that somebody waits."""
        values = (waiter.asked, waiter.guild, waiter.channel, waiter.token, stamp(self._now()))
        with self._database.writing() as db:
            db.execute("INSERT INTO waiting VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", values)

    def take(self, asked: int) -> bool:
        """Note that a question has its answer, or that this caller alone is to tell that it gets
        none; whether nobody had before.
        """
        with self._database.writing() as db:
            return db.execute("DELETE FROM waiting WHERE asked = ?", (asked,)).rowcount > 0

    def all(self) -> list[Waiter]:
        """Those who wait, the longest first."""
        sql = "SELECT asked, guild, channel, token FROM waiting WHERE since > ? ORDER BY asked"
        with self._database.reading() as db:
            rows = db.execute(sql, (stamp(self._now() - TOLD_WITHIN),)).fetchall()
        return [Waiter(*row) for row in rows]
