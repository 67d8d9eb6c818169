"""What the bot keeps between questions: replies for their buttons, votes, servers' settings.

Questions are kept for ``keep_days``, and longer only while somebody's vote holds them. All of a
person or of a server can be forgotten; what is deleted is overwritten in the file too.
"""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from bot.discord import stored
from bot.discord.database import Database
from retrieval.types import Filters, Reply, Turn

FILE = "discord.db"
KEY_BYTES = 10
_KEPT = (
    "key, guild, channel, user, private, question, filters, previous, reply, turn, generation, "
    "asked FROM replies"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A question and the reply it got (``stored.load`` reads that). ``private``: only for
    ``user``; ``guild`` is None in a direct message."""

    key: str
    guild: int | None
    channel: int
    user: int
    private: bool
    question: str
    filters: Filters
    previous: tuple[Turn, ...]
    reply: str
    turn: Turn
    generation: int
    asked: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's vote on a reply."""

    up: bool
    voted: datetime
    kept: Kept


@dataclass(frozen=True, slots=True)
class Channels:
    """Where a server lets people ask: only in these, or anywhere but in these."""

    mode: Literal["allow", "deny"]
    ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server has set. ``private``: answers are shown to the asker alone."""

    caution: str | None = None
    private: bool = False


def _utc() -> datetime:
    return datetime.now(UTC)


class Records:
    """All of it, in one SQLite file. Any thread may call; each call may raise RecordsError."""

    def __init__(self, path: Path, *, keep_days: int, now: Callable[[], datetime] = _utc) -> None:
        self._keep = timedelta(days=keep_days)
        self._now = now
        self._database = Database(path)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Replies --------------------------------------------------------------------------

    def keep(
        self,
        *,
        guild: int | None,
        channel: int,
        user: int,
        private: bool,
        question: str,
        filters: Filters,
        previous: Sequence[Turn],
        reply: Reply,
        generation: int,
    ) -> str:
        """Keep a reply for its buttons and its follow-ups; give the key to it."""
        key = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode("ascii").lower()
        places, turn = stored.dump(reply), _packed(Turn.of(reply))
        with self._database.writing() as db:
            links = [_link(db, guild, one) for one in previous]
            db.execute(
                "INSERT INTO replies (key, guild, channel, user, private, question, filters, "
                "previous, reply, turn, generation, asked) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(key, guild, channel, user, private, json.dumps(question)),
                    *(json.dumps(asdict(filters), default=date.isoformat), json.dumps(links)),
                    *(places, turn, generation, _stamp(self._now())),
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
                values = (reply, user, up, _stamp(self._now()))
                db.execute("INSERT INTO votes VALUES (?, ?, ?, ?)", values)
        return stands

    def feedback(self) -> list[Feedback]:
        """Every vote, the newest first."""
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT up, voted, {_KEPT} JOIN votes ON about = id "
                "ORDER BY voted DESC, id DESC, voter"
            ).fetchall()
            return [
                Feedback(bool(up), datetime.fromisoformat(voted), _kept(db, row))
                for up, voted, *row in rows
            ]

    # Forgetting -----------------------------------------------------------------------

    def forget_user(self, user: int) -> int:
        """Forget what a person asked, and their votes; how many of both."""
        with self._database.writing() as db:
            count = db.execute("DELETE FROM votes WHERE voter = ?", (user,)).rowcount
            count += db.execute("DELETE FROM replies WHERE user = ?", (user,)).rowcount
            self._purge(db)  # what only these votes held
        self._database.wipe_log()
        return count

    def forget_guild(self, guild: int) -> None:
        """Forget all of a server: questions, votes and settings."""
        with self._database.writing() as db:
            for table in ("replies", "channels", "guilds"):
                db.execute(f"DELETE FROM {table} WHERE guild = ?", (guild,))
        self._database.wipe_log()

    # Servers --------------------------------------------------------------------------

    def channels(self, guild: int) -> Channels:
        """Where a server lets people ask: once one channel is allowed, only in allowed ones."""
        with self._database.reading() as db:
            rows = db.execute("SELECT channel, allowed FROM channels WHERE guild = ?", (guild,))
            known = rows.fetchall()
        allowed = frozenset(channel for channel, yes in known if yes)
        if allowed:
            return Channels("allow", allowed)
        return Channels("deny", frozenset(channel for channel, _ in known))

    def set_channel(self, guild: int, channel: int, allowed: bool | None) -> None:
        """Allow a channel or deny it; None: neither."""
        with self._database.writing() as db:
            db.execute("DELETE FROM channels WHERE guild = ? AND channel = ?", (guild, channel))
            if allowed is not None:
                db.execute("INSERT INTO channels VALUES (?, ?, ?)", (guild, channel, allowed))

    def guild_settings(self, guild: int) -> GuildSettings:
        """What a server has set."""
        with self._database.reading() as db:
            sql = "SELECT caution, private FROM guilds WHERE guild = ?"
            row = db.execute(sql, (guild,)).fetchone()
        return GuildSettings(row[0], bool(row[1])) if row else GuildSettings()

    def set_guild_settings(self, guild: int, settings: GuildSettings) -> None:
        """Set what holds for a server from now on."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO guilds (guild, caution, private) VALUES (?, ?, ?) ON CONFLICT "
                "DO UPDATE SET caution = excluded.caution, private = excluded.private",
                (guild, settings.caution, settings.private),
            )

    def left(self, guild: int) -> None:
        """Note that a server was left: its grace time begins, unless it has already."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO guilds (guild, gone) VALUES (?, ?) ON CONFLICT "
                "DO UPDATE SET gone = coalesce(gone, excluded.gone)",
                (guild, _stamp(self._now())),
            )

    def returned(self, guild: int) -> None:
        """Note that the bot is a member of a server again."""
        with self._database.writing() as db:
            db.execute("UPDATE guilds SET gone = NULL WHERE guild = ?", (guild,))

    def member_of(self, guilds: Collection[int]) -> None:
        """Note all servers that the bot is a member of; any other that it knew was left."""
        now = _stamp(self._now())
        with self._database.writing() as db:
            known = {guild for (guild,) in db.execute("SELECT guild FROM guilds")}
            there = [(guild,) for guild in guilds]
            gone = [(now, guild) for guild in known.difference(guilds)]
            db.executemany("INSERT OR IGNORE INTO guilds (guild) VALUES (?)", there)
            db.executemany("UPDATE guilds SET gone = NULL WHERE guild = ?", there)
            db.executemany("UPDATE guilds SET gone = coalesce(gone, ?) WHERE guild = ?", gone)

    def departed(self, grace_days: int) -> list[int]:
        """The servers that were left, and whose grace time is over."""
        until = _stamp(self._now() - timedelta(days=grace_days))
        with self._database.reading() as db:
            rows = db.execute("SELECT guild FROM guilds WHERE gone <= ? ORDER BY gone", (until,))
            return [guild for (guild,) in rows]

    # Commands -------------------------------------------------------------------------

    def command_hash(self) -> str | None:
        """The hash of the command tree that Discord was told last."""
        with self._database.reading() as db:
            row = db.execute("SELECT hash FROM commands").fetchone()
        return row[0] if row else None

    def set_command_hash(self, hash: str) -> None:
        """Note the hash of the command tree that Discord was told."""
        with self._database.writing() as db:
            db.execute("INSERT OR REPLACE INTO commands VALUES (1, ?)", (hash,))

    # Helpers --------------------------------------------------------------------------

    def _oldest(self) -> str:
        return _stamp(self._now() - self._keep)

    def _first(self, where: str, value: object) -> Kept | None:
        sql = f"SELECT {_KEPT} WHERE {where} AND asked > ? ORDER BY id DESC LIMIT 1"
        with self._database.reading() as db:
            row = db.execute(sql, (value, self._oldest())).fetchone()
            return _kept(db, row) if row else None

    def _purge(self, db: sqlite3.Connection) -> int:
        sql = "DELETE FROM replies WHERE asked <= ? AND id NOT IN (SELECT about FROM votes)"
        return db.execute(sql, (self._oldest(),)).rowcount


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _packed(turn: Turn) -> str:
    return json.dumps([turn.question, *turn.answers])


def _turn(values: Sequence[str]) -> Turn:
    return Turn(values[0], tuple(values[1:]))


def _link(db: sqlite3.Connection, guild: int | None, turn: Turn) -> object:
    """The key of the reply that a turn was, so that it is forgotten with it; else the turn."""
    packed = _packed(turn)
    sql = "SELECT key FROM replies WHERE turn = ? AND guild IS ? ORDER BY id DESC LIMIT 1"
    row = db.execute(sql, (packed, guild)).fetchone()
    return row[0] if row else json.loads(packed)


def _linked(db: sqlite3.Connection, links: Sequence[Any]) -> Iterator[Turn]:
    for link in links:
        if isinstance(link, list):
            yield _turn(link)
        elif row := db.execute("SELECT turn FROM replies WHERE key = ?", (link,)).fetchone():
            yield _turn(json.loads(row[0]))


def _kept(db: sqlite3.Connection, row: Sequence[Any]) -> Kept:
    key, guild, channel, user, private, question, filters, previous, reply, turn, *rest = row
    generation, asked = rest
    return Kept(
        key,
        guild,
        channel,
        user,
        bool(private),
        json.loads(question),
        _filters(json.loads(filters)),
        tuple(_linked(db, json.loads(previous))),
        reply,
        _turn(json.loads(turn)),
        generation,
        datetime.fromisoformat(asked),
    )


def _filters(values: dict[str, Any]) -> Filters:
    days = {name: date.fromisoformat(values[name]) for name in ("since", "until") if values[name]}
    return Filters(**(values | days))
