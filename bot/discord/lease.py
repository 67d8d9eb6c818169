"""One process a shard, on whatever machines: PostgreSQL knows who answers for which.

Its locks end with the connection of the process that holds them, however that ends, so that the
next need not wait for any time to pass.
"""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from bot.discord import DOOR
from bot.discord.shards import Shards
from bot.service.postgres import GROWS_FROM, TABLES, VERSION
from retrieval.errors import LibraryUnreachable, SettingsError
from retrieval.store.server import Server, Session

WAIT_SECONDS = 60.0
"""How long a process that is to end may take, while the next waits for its shards."""

LOOK_SECONDS = 5.0
"""Between two looks whether the shards are still ours, which a lost connection ends."""

NAMESPACE = zlib.crc32(f"quoth_{DOOR}".encode()) & 0x7FFF_FFFF
COUNT_BITS = 16
_KEEP_ALIVE = (
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)
_HELD = (
    "SELECT CAST(objid AS BIGINT), pid = pg_backend_pid() FROM pg_locks "
    "WHERE locktype = 'advisory' AND granted AND classid = CAST(CAST(? AS BIGINT) AS oid) "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_log = logging.getLogger(__name__)


class Lease:
    """The right to answer for some shards, which no other process has meanwhile."""

    def __init__(self, server: Server, session: Session, shards: Shards) -> None:
        self._server = server
        self._session = session
        self._count = shards.count
        self._ids = sorted(shards.ids)

    def refused(self) -> str | None:
        """Take what nobody holds; give who keeps us from having all of it, None if nobody does.

        Raises LibraryError.
        """
        with self._server.translated():
            return self._refused()

    def _refused(self) -> str | None:
        ours = {key for key, own in self._held() if own}
        for id in self._ids:
            if (key := self._count << COUNT_BITS | id) not in ours and not self._take(key):
                what = f"for shard {id} of {self._count}" if self._count > 1 else "with this bot"
                return f"another process answers {what} already"
        if others := {key >> COUNT_BITS for key, _ in self._held()} - {self._count}:
            return f"another process has shards of {min(others)}, and this one of {self._count}"
        return None

    def _held(self) -> list[tuple[int, bool]]:
        return self._session.execute(_HELD, (NAMESPACE,)).fetchall()

    def _take(self, key: int) -> bool:
        self._session.run(_KEEP_ALIVE)
        lock = "SELECT pg_try_advisory_lock(CAST(? AS INTEGER), CAST(? AS INTEGER))"
        ((taken,),) = self._session.execute(lock, (NAMESPACE, key)).fetchall()
        return bool(taken)

    async def lost(self) -> None:
        """Wait until the shards are no longer ours, and raise SettingsError then."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if refused := await asyncio.to_thread(self.refused):
                    raise SettingsError(f"{refused}: this one lost its connection to the database")
            except LibraryUnreachable as error:
                _log.warning("can't tell whether another process has taken our shards: %s", error)


@contextmanager
def leased(url: str, shards: Shards) -> Iterator[Lease]:
    """Have a lease, as soon as the processes end that hold some of it.

    Raises SettingsError where these don't, LibraryError where the database can't be used.
    """
    server = Server(url, f"quoth_{DOOR}", TABLES, VERSION, GROWS_FROM)
    with server.apart() as session:
        lease, told = Lease(server, session, shards), False
        ends = time.monotonic() + WAIT_SECONDS
        while refused := lease.refused():
            if time.monotonic() > ends:
                raise SettingsError(
                    f"{refused}: stop that one, or set discord.shard_ids to other shards here "
                    "and discord.shards to the same number everywhere"
                )
            if not told:
                _log.info("%s: waiting for it to end", refused)
                told = True
            time.sleep(0.2)
        yield lease
