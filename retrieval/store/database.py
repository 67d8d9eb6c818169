"""The SQLite connection: how it is opened, shared between threads, and how it fails."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import (
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
    LibraryUnwritable,
)

SCHEMA_VERSION = 1
SCHEMA = Path(__file__).with_name("schema.sql")
BUSY_TIMEOUT_S = 60.0
RETRY_S = 0.02
DAMAGED = ("malformed", "not a database", "no such", "Could not decode")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Keep all that is written meanwhile, or nothing of it when an error ends the block."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class Database:
    """One SQLite file (WAL), a connection for each thread.

    Reading never waits for writing. Writers of several processes take turns: each waits
    up to a minute for the other's short transaction.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def exists(self) -> bool:
        """Tell whether an index has been made here (a file without a schema doesn't count)."""
        if not self.path.exists():
            return False
        with self.reading() as connection:
            return _schema_version(connection) != 0

    def create(self) -> None:
        """Make the folder and the tables where they are missing.

        Raises LibraryUnwritable where the folder can't be written and LibraryMismatch where
        the tables are those of another version.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryUnwritable(_unwritable(self.path, error.strerror)) from error
        with self.writing() as connection:
            for statement in _statements():  # an older index may lack a table
                connection.execute(statement)
            if _schema_version(connection) == 0:
                values = [("generation", "0"), ("identity", secrets.token_hex(4))]
                connection.executemany("INSERT INTO manifest VALUES (?, ?)", values)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute(  # of a database from before generations had stamps
                "INSERT OR IGNORE INTO generations "
                "SELECT CAST(value AS INTEGER), 0 FROM manifest WHERE key = 'generation'"
            )

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection to read from; foreign errors come out as LibraryError."""
        with self._translated():
            yield self._connection()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that this thread reads meanwhile come from one state of the database."""
        with self.reading() as connection:
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection within one transaction: all of it is kept, or nothing."""
        with self._translated(), transaction(self._connection()) as connection:
            yield connection

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection

    def _connect(self) -> sqlite3.Connection:
        if not self.path.parent.is_dir():
            raise LibraryMissing(missing(self.path.parent))
        writable = os.access(self.path.parent, os.W_OK)
        mode = "mode=rwc" if writable else _read_only(self.path)
        connection = sqlite3.connect(
            f"{self.path.resolve().as_uri()}?{mode}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            version = _schema_version(connection)
            if version not in (0, SCHEMA_VERSION):
                raise LibraryMismatch(_other_schema(self.path, version))
            if writable:
                _use_wal(connection)
                connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _translate(self.path, error) from error


def missing(folder: Path) -> str:
    """Give the message for a data folder without an index."""
    return f"there is no index in {folder} yet: make one with `quoth index PATH…`"


def _statements() -> Iterator[str]:
    # executescript would commit, and the tables must appear all at once.
    statement = ""
    for line in re.sub(r"--.*", "", SCHEMA.read_text(encoding="utf-8")).splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _read_only(path: Path) -> str:
    """Give how to open a file that can't be written.

    Without a write-ahead log nobody is writing, and nothing beside the file is needed.
    """
    log = path.with_name(f"{path.name}-wal")
    return "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"


def _use_wal(connection: sqlite3.Connection) -> None:
    # Changing the mode doesn't wait for another process that is doing just that.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_S)


def _schema_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _translate(path: Path, error: sqlite3.Error) -> LibraryError:
    if isinstance(error, sqlite3.IntegrityError):
        return LibraryUnwritable(
            f"another process changed {path} at the same moment ({error}): run the command again"
        )
    if isinstance(error, sqlite3.OperationalError) and not _is_damage(error):
        return LibraryUnwritable(_unwritable(path, str(error)))
    return LibraryDamaged(
        f"the database {path} is damaged ({error}): put a backup in its place, or move the "
        f"folder away and index again with `quoth index PATH…`"
    )


def _is_damage(error: sqlite3.Error) -> bool:
    return any(word in str(error) for word in DAMAGED)


def _unwritable(path: Path, why: str | None) -> str:
    return (
        f"can't write to {path.parent} ({why or 'no reason given'}): check the folder's "
        "permissions, the free disk space, and that no other process holds it for long"
    )


def _other_schema(path: Path, version: int) -> str:
    if version > SCHEMA_VERSION:
        return f"{path} was made by a newer Quoth: upgrade Quoth, or use another --data-dir"
    return (
        f"{path} was made by an older Quoth: move the folder away and index again "
        "with `quoth index PATH…`"
    )
