"""Who added a tenant's articles, and when."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from bot.service.database import Database
from retrieval.types import Article


@dataclass(frozen=True, slots=True)
class Adder:
    """Who added an article, and on which day (UTC)."""

    user: int
    day: date


class Adders:
    """All of them, in the records' database. Any thread may call; each may raise RecordsError."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def note(
        self, tenant: int, user: int, added: Collection[Article], own: Collection[Article]
    ) -> None:
        """Note that a person has added articles; an unchanged one stays who added it first.

        ``own`` are all that the tenant has by now: nothing is kept of others.
        """
        day = self._now().date().isoformat()
        ids = {article.id for article in own}
        with self._database.writing() as db:
            rows = db.execute("SELECT article FROM adders WHERE guild = ?", (tenant,))
            gone = [(tenant, id) for (id,) in rows if id not in ids]
            db.executemany("DELETE FROM adders WHERE guild = ? AND article = ?", gone)
            db.executemany(
                "INSERT INTO adders VALUES (?, ?, ?, ?, ?) ON CONFLICT (guild, article) DO UPDATE "
                'SET sha256 = excluded.sha256, "user" = excluded."user", day = excluded.day '
                "WHERE adders.sha256 != excluded.sha256",
                [(tenant, article.id, article.sha256, user, day) for article in added],
            )

    def of(self, tenant: int) -> dict[str, Adder]:
        """Who added each of a tenant's articles, by its id, where that is known."""
        sql = 'SELECT article, "user", day FROM adders WHERE guild = ?'
        with self._database.reading() as db:
            rows = db.execute(sql, (tenant,)).fetchall()
        return {id: Adder(user, date.fromisoformat(day)) for id, user, day in rows}

    def removed(self, tenant: int, article: str) -> None:
        """Forget who added an article that is gone."""
        with self._database.writing() as db:
            sql = "DELETE FROM adders WHERE guild = ? AND article = ?"
            db.execute(sql, (tenant, article))
        self._database.wipe_log()
