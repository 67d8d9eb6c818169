"""What a door keeps between questions: replies, votes on them, and what it knows of tenants.

Questions are kept for ``keep_days``, and longer only while somebody's vote holds them. All of a
person or of a tenant can be forgotten; what is deleted is overwritten in the file too.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.service import stored
from bot.service.adders import Adders
from bot.service.database import Database, stamp
from bot.service.kept import COLUMNS, Feedback, Kept, link, packed, read
from bot.service.sqlite import SqliteFile
from bot.service.tenants import Tenants
from bot.service.waiting import TOLD_WITHIN, Waiting
from retrieval.store.base import Connection
from retrieval.types import Filters, Reply, Turn

KEY_BYTES = 10


def _utc() -> datetime:
    return datetime.now(UTC)


class Records:
    """All of it, in one SQLite file, or in memory without a path.

    With ``database``, a PostgreSQL database's address, a schema there that is named for the file
    takes its place. Any thread may call; each call may raise RecordsError.

    ``tenants`` knows what is set for whom, ``adders`` who added which article, ``waiting`` who has
    no answer yet.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        keep_days: int,
        now: Callable[[], datetime] = _utc,
        database: str | None = None,
    ) -> None:
        self._keep = timedelta(days=keep_days)
        self._now = now
        self._database = _opened(path, database)
        self.tenants = Tenants(self._database, lambda: self._now())
        self.adders = Adders(self._database, lambda: self._now())
        self.waiting = Waiting(self._database, lambda: self._now())

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Replies --------------------------------------------------------------------------

    def keep(
        self,
        *,
        tenant: int | None,
        channel: int,
        user: int,
        private: bool,
        question: str,
        filters: Filters,
        previous: Sequence[Turn],
        reply: Reply,
        generation: int,
    ) -> str:
        """Keep a reply, to show it again and for follow-ups; give the key to it."""
        key = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode("ascii").lower()
        given = asdict(filters)
        del given["spellings"]  # the library's, which may change
        places, turn = stored.dump(reply), packed(Turn.of(reply))
        with self._database.writing() as db:
            links = [link(db, tenant, one) for one in previous]
            db.execute(
                'INSERT INTO replies (key, guild, channel, "user", private, question, filters, '
                "previous, reply, turn, generation, asked) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(key, tenant, channel, user, private, json.dumps(question)),
                    *(json.dumps(given, default=date.isoformat), json.dumps(links)),
                    *(places, turn, generation, stamp(self._now())),
                ),
            )
        return key

    def get(self, key: str) -> Kept | None:
        """A reply by its key; None once its time is over, or when it was deleted."""
        return self._first("key = ?", key)

    def by_message(self, message: int) -> Kept | None:
        """The reply that a message shows; None for a private one."""
        return self._first("message = ? AND NOT private", message)

    def latest(self, channel: int) -> Kept | None:
        """The last reply in a channel or thread, private ones aside."""
        return self._first("channel = ? AND NOT private", channel)

    def shown_in(self, key: str, message: int) -> None:
        """Note which message shows a reply."""
        with self._database.writing() as db:
            db.execute("UPDATE replies SET message = ? WHERE key = ?", (message, key))

    def delete(self, key: str) -> None:
        """Forget a reply, its votes too."""
        with self._database.writing() as db:
            db.execute("DELETE FROM replies WHERE key = ?", (key,))
        self._database.wipe_log()

    def purge(self) -> int:
        """Forget the replies whose time is over and that no vote holds; how many."""
        with self._database.writing() as db:
            count = self._purge(db)
        self._database.wipe_log()
        return count

    def trim(self, most: int) -> None:
        """Keep the latest ``most`` replies only."""
        with self._database.writing() as db:
            sql = "DELETE FROM replies WHERE id <= (SELECT max(id) FROM replies) - ?"
            db.execute(sql, (most,))

    # Votes ----------------------------------------------------------------------------

    def vote(self, key: str, user: int, up: bool) -> bool:
        """Set a person's vote on a reply, or take it back when it is the same once more.

        Gives whether the vote stands; a reply whose time is over takes none.
        """
        with self._database.writing() as db:
            row = db.execute(
                "SELECT id, (SELECT up FROM votes WHERE about = id AND voter = ?) "
                "FROM replies WHERE key = ? AND asked > ?",
                (user, key, self._oldest()),
            ).fetchone()
            if row is None:
                return False
            reply, before = row
            db.execute("DELETE FROM votes WHERE about = ? AND voter = ?", (reply, user))
            stands = before is None or bool(before) != up
            if stands:
                values = (reply, user, up, stamp(self._now()))
                db.execute("INSERT INTO votes VALUES (?, ?, ?, ?)", values)
        return stands

    def feedback(self) -> list[Feedback]:
        """Every vote, the newest first."""
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT up, voted, {COLUMNS} FROM replies JOIN votes ON about = id "
                "ORDER BY voted DESC, id DESC, voter"
            ).fetchall()
            return [
                Feedback(bool(up), datetime.fromisoformat(voted), read(db, row))
                for up, voted, *row in rows
            ]

    # Forgetting -----------------------------------------------------------------------

    def forget_user(self, user: int) -> int:
        """Forget what a person asked, their votes and what they added; how many of all."""
        with self._database.writing() as db:
            count = db.execute("DELETE FROM votes WHERE voter = ?", (user,)).rowcount
            count += db.execute('DELETE FROM replies WHERE "user" = ?', (user,)).rowcount
            count += db.execute('DELETE FROM adders WHERE "user" = ?', (user,)).rowcount
            self._purge(db)  # what only these votes held
        self._database.wipe_log()
        return count

    def forget_tenant(self, tenant: int) -> None:
        """Forget all of a tenant: questions, votes, settings and who added what."""
        with self._database.writing() as db:
            for table in ("replies", "adders", "waiting"):
                db.execute(f"DELETE FROM {table} WHERE guild = ?", (tenant,))
        self.tenants.forget(tenant)
        self._database.wipe_log()

    # Rates ----------------------------------------------------------------------------

    def bucket(self, user: int, burst: int, refill_seconds: float) -> float:
        """Take one question as ``Buckets.take`` does, counted by all processes together.

        Their clocks should agree: one that is ahead gives as many seconds more, once.
        """
        now = self._now().timestamp()
        # One statement, and so a transaction: of two at once the second sees what the first did.
        with self._database.reading() as db:
            ((wait,),) = db.execute(
                'INSERT INTO buckets ("user", full_at, wait) VALUES (?, ?, 0) '
                'ON CONFLICT ("user") DO UPDATE SET '
                "wait = CASE WHEN buckets.full_at > ? THEN buckets.full_at - ? ELSE 0 END, "
                "full_at = CASE WHEN buckets.full_at > ? THEN buckets.full_at "
                "WHEN buckets.full_at > ? THEN buckets.full_at + ? ELSE excluded.full_at END "
                "RETURNING wait",
                (
                    *(user, now + refill_seconds),
                    *(latest := now + (burst - 1) * refill_seconds, latest),
                    *(latest, now, refill_seconds),
                ),
            ).fetchall()
        return float(wait)

    # Commands -------------------------------------------------------------------------

    def command_hash(self) -> str | None:
        """The hash of the commands that the platform was told last."""
        with self._database.reading() as db:
            row = db.execute("SELECT hash FROM commands").fetchone()
        return row[0] if row else None

    def set_command_hash(self, hash: str) -> None:
        """Note the hash of the commands that the platform was told."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO commands VALUES (1, ?) "
                "ON CONFLICT (one) DO UPDATE SET hash = excluded.hash",
                (hash,),
            )

    # Helpers --------------------------------------------------------------------------

    def _oldest(self) -> str:
        return stamp(self._now() - self._keep)

    def _first(self, where: str, value: object) -> Kept | None:
        sql = f"SELECT {COLUMNS} FROM replies WHERE {where} AND asked > ? ORDER BY id DESC LIMIT 1"
        with self._database.reading() as db:
            row = db.execute(sql, (value, self._oldest())).fetchone()
            return read(db, row) if row else None

    def _purge(self, db: Connection) -> int:
        db.execute("DELETE FROM buckets WHERE full_at <= ?", (self._now().timestamp(),))
        db.execute("DELETE FROM waiting WHERE since <= ?", (stamp(self._now() - TOLD_WITHIN),))
        sql = "DELETE FROM replies WHERE asked <= ? AND id NOT IN (SELECT about FROM votes)"
        return db.execute(sql, (self._oldest(),)).rowcount


def _opened(path: Path | None, url: str | None) -> Database:
    if not (path and url):
        return SqliteFile(path)
    # Only here, as psycopg comes with an extra; whoever opened the library has it.
    from bot.service.postgres import PostgresSchema

    return PostgresSchema(url, path.stem)
