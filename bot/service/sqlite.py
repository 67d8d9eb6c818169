"""The SQLite file of what a door keeps: how it is opened, shared between threads, and fails."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.service.database import RecordsError
from retrieval.store.database import DAMAGED, transaction
from retrieval.store.mark import is_marked, mark, marked

SCHEMA = Path(__file__).with_name("records.sql")
SCHEMA_VERSION = 4
BUSY_TIMEOUT_S = 5.0
CLOSING_S = 1.0
_RESTORE = "put a backup in its place if that holds more (questions, votes, settings of servers)"
_STATE = "SELECT identity, generation FROM state"
_ANEW = "move it away for a new one (old buttons then end, and feedback is lost)"

logger = logging.getLogger(__name__)


class SqliteFile:
    """One connection (WAL) that threads take in turns; foreign errors come out as RecordsError.

    What is deleted is overwritten in the file; ``wipe_log`` does so for the write-ahead log.
    Without a path all is kept in memory, and gone with the process.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._to_wipe = False
        with self._translated():
            self._connection, new = _opened(path)
            if path:
                self._tell_loss(path, new)

    def close(self) -> None:
        """Close the file, unless a call that waits for another process doesn't end."""
        if self._lock.acquire(timeout=CLOSING_S):
            self._connection.close()
            self._lock.release()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to read from."""
        with self._lock, self._translated():
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection within one transaction: all of it is kept, or nothing."""
        with self.reading() as connection:
            with transaction(connection):
                yield connection
                connection.execute("UPDATE state SET generation = generation + 1")
                state = connection.execute(_STATE).fetchone()
            if self._path:
                mark(self._path, *state)
        if self._to_wipe:
            self.wipe_log()

    def _tell_loss(self, path: Path, new: bool) -> None:
        """Tell, once, of what the file held and holds no more: SQLite says nothing of that."""
        identity, _ = self._connection.execute(_STATE).fetchone()
        known = marked(path, identity)  # before the file is asked: it may go on
        _, generation = self._connection.execute(_STATE).fetchone()
        if new and is_marked(path):
            logger.warning("%s was emptied or is gone, and begins anew: %s", path, _RESTORE)
        elif generation < known:
            lost = known - generation
            logger.warning("%s has lost its last %d changes: %s", path, lost, _RESTORE)
        else:
            return
        mark(path, identity, generation, anew=True)

    def wipe_log(self) -> None:
        """Empty the write-ahead log: it still holds what was just deleted.

        Nobody waits for it, nor does it for anybody: while another process reads, it is left
        to the next that writes.
        """
        if self._path is None:
            return
        with self._translated():
            connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
            try:
                row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                self._to_wipe = bool(row[0])
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                self._to_wipe = True
            finally:
                connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError) as error:
            raise RecordsError(_explained(self._path, error)) from error


def _opened(path: Path | None) -> tuple[sqlite3.Connection, bool]:
    """Give a connection to the file, made where it isn't there; whether nothing was in it."""
    if path and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # what people ask is nobody else's business on this machine
    connection = sqlite3.connect(
        path or ":memory:", timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if not 0 <= version <= SCHEMA_VERSION:
            raise RecordsError(
                f"{path} was made by another version of Quoth: use that one, or {_ANEW}"
            )
        if version < SCHEMA_VERSION:  # what it lacks is made, and nothing else changed
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"BEGIN IMMEDIATE; {SCHEMA.read_text(encoding='utf-8')} "
                f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT"
            )
    except BaseException:
        connection.close()
        raise
    return connection, version == 0


def _explained(path: Path | None, error: Exception) -> str:
    if isinstance(error, sqlite3.ProgrammingError):  # told by Python's module, never by the file
        return f"{path} was closed while it was used ({error}): start the bot again"
    in_use = isinstance(error, sqlite3.OperationalError | OSError)
    if in_use and not any(word in str(error) for word in DAMAGED):
        return (
            f"can't use {path} ({error}): check that the file and its folder may be written, "
            "the free disk space, and that no other process holds it for long"
        )
    return (
        f"{path}, which holds what the bot keeps, is damaged ({error}): "
        f"put a backup in its place, or {_ANEW}"
    )
