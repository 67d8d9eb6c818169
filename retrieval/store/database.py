"""The SQLite connection: how it is opened, shared between threads, and how it fails."""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from retrieval.disk import sync
from retrieval.errors import (
    AGAIN,
    SAVE,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
    LibraryUnwritable,
    shortage,
)
from retrieval.store.checking import problems_in
from retrieval.store.mark import is_marked, mark, marked
from retrieval.store.migrations import (
    SCHEMA_VERSION,
    has_seals,
    make,
    migrate,
    stamp_first,
    version_of,
)
from retrieval.text import fold

logger = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 60.0
RETRY_S = 0.02
NO_ROOM = (
    "SQLITE_CANTOPEN",
    "SQLITE_FULL",
    "SQLITE_IOERR_SHMMAP",
    "SQLITE_IOERR_SHMOPEN",
    "SQLITE_IOERR_SHMSIZE",
    "SQLITE_IOERR_WRITE",
)
"""How SQLite says that it can't make or write a file beside the database."""
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

    name = "SQLite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._sealed = self._compared = False
        self.proved: set[tuple[int, str]] = set()
        """Keys and hashes of the articles whose texts were compared with these."""

    def exists(self) -> bool:
        """Tell whether an index has been made here. Raises LibraryDamaged where it was emptied."""
        # Looked at first: neither comes before the database.
        logged, noted = _pending(self.path), is_marked(self.path)
        if not self.path.exists():
            if logged:
                raise _damaged(self.path, "it is gone, and its log is there")
            if noted:
                raise _gone(self.path)
            return False
        with self.reading() as connection:
            self._require_tables(connection)
        if not self._compared:
            self._compared = True
            if problem := self.lost():
                logger.warning(problem)
        return True

    def lost(self) -> str | None:
        """Tell of changes that the database once held and holds no more, None if there are none."""
        with self.reading() as connection:
            identity, _ = _state(connection)
            known = marked(self.path, identity)  # before the database is asked: it may go on
            _, generation = _state(connection)
        if generation >= known:
            return None
        return (
            f"{self.path} has lost its last {known - generation:,} changes (damage, a power cut, "
            "or an older one in its place): run `quoth index` with the same paths again"
        )

    def missing(self) -> str:
        """Give the message for where there is no index."""
        return missing(self.path.parent)

    def create(self) -> None:
        """Make the folder and the tables where they are missing.

        What is made is for its owner alone; a folder that is there keeps its permissions. Raises
        LibraryUnwritable where the folder can't be written, LibraryMismatch where the tables are
        those of another version, and LibraryDamaged where there are none any more.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self.exists():
                self._make()
        except OSError as error:
            raise LibraryUnwritable(_unwritable(self.path, error.strerror)) from error
        with self.writing() as connection:
            self._require_tables(connection)
            state = _state(connection)
        mark(self.path, *state, anew=True)  # what was lost by now has been told

    def _make(self) -> None:
        """Put a new database in place whole, so that none is ever empty; one that came stays.

        It has no write-ahead log yet: nobody is told where that can't be moved into it.
        """
        new = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        new.touch(mode=0o600)
        try:
            with (
                self._translated(),
                closing(_opened(new, "mode=rw")) as connection,
                transaction(connection),
            ):
                make(connection)
                values = [("generation", "0"), ("identity", secrets.token_hex(4))]
                connection.executemany("INSERT INTO manifest VALUES (?, ?)", values)
                stamp_first(connection)
            _put(new, self.path)
            sync(self.path.parent)
        finally:
            new.unlink(missing_ok=True)
            new.with_name(f"{new.name}-journal").unlink(missing_ok=True)

    def _require_tables(self, connection: sqlite3.Connection) -> None:
        if version_of(connection) == 0:
            raise _damaged(self.path, "it has no tables")

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

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Give the rows of one state, one by one."""
        with self.reading() as connection:
            # `yield from` would close the cursor, which can't be done once its database is closed.
            for row in connection.execute(sql, values):  # noqa: UP028
                yield row

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection within one transaction: all of it is kept, or nothing."""
        with self._translated():
            with transaction(self._connection()) as connection:
                yield connection
            mark(self.path, *_state(connection))

    def sync(self) -> None:
        """Wait until all that was written is on the disk. Raises LibraryUnwritable.

        SQLite itself waits only before it moves what is in its log into the database.
        """
        try:
            with suppress(FileNotFoundError):  # the database has all of it
                sync(self.path.with_name(f"{self.path.name}-wal"))
            sync(self.path.parent)
        except OSError as error:
            raise LibraryUnwritable(_unwritable(self.path, error.strerror)) from error

    def sealed(self) -> bool:
        """Tell whether rows may have seals: in an index of an older Quoth none has."""
        if not self._sealed:
            with self.reading() as connection:
                self._sealed = has_seals(connection)
        return self._sealed

    def stamped(self) -> bool:
        """Tell whether generations have stamps: in an index that only an older Quoth wrote none
        has until the next change."""
        with self.reading() as connection:
            found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'generations'")
            return found.fetchone() is not None

    def problems(self) -> list[str]:
        """Give what is wrong with the file and its rows."""
        with self.reading() as connection:
            return problems_in(connection)

    def size(self) -> int:
        """Give how many bytes the file has."""
        return self.path.stat().st_size

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
        if self.path.is_dir():
            raise LibraryError(_folder(self.path))
        if self.path.exists() and not self.path.stat().st_size:
            raise _emptied(self.path)  # SQLite would make it a new one, and delete its log
        connection = connect(self.path)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.create_function("folded", 1, fold, deterministic=True)
            version = version_of(connection)
            if version > SCHEMA_VERSION:
                raise LibraryMismatch(_newer(self.path))
            if 0 < version < SCHEMA_VERSION:
                _modernize(connection, self.path)
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
    if folder.is_file():
        return f"{folder} is a file: name a folder (--data-dir)"
    return f"there is no index in {folder} yet: make one with `quoth index PATH…`"


def _state(connection: sqlite3.Connection) -> tuple[str, int]:
    """Give the identity and the generation."""
    told = dict(connection.execute("SELECT key, value FROM manifest").fetchall())
    return told.get("identity", ""), int(told.get("generation", 0))


def _put(new: Path, path: Path) -> None:
    """Give a file its name, unless another has it by now."""
    try:
        path.hardlink_to(new)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            new.rename(path)


def connect(path: Path) -> sqlite3.Connection:
    """Open a SQLite file, to read alone where its folder can't be written or is full.

    Raises LibraryUnwritable where too many files are open.
    """
    if not os.access(path.parent, os.W_OK):
        return _read_only(path)
    connection = _opened(path, "mode=rw")
    try:
        version_of(connection)  # the first look makes the files beside it
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.OperationalError as error:
        lacking = _shortage_at(path)  # closing gives some of it back
        connection.close()
        if lacking:
            raise LibraryUnwritable(f"can't open {path}: {lacking}") from error
        if error.sqlite_errorname not in NO_ROOM:
            raise
        return _read_only(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?{mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )


def _read_only(path: Path) -> sqlite3.Connection:
    """Open a file that can't be written.

    Without a write-ahead log nobody is writing, and nothing beside the file is needed. With one,
    its index is needed too: it is read from its file, or made in memory where that is empty.
    """
    if _pending(path):
        with suppress(OSError):
            path.with_name(f"{path.name}-shm").touch(mode=0o600)
        for mode in ("mode=ro", "mode=ro&readonly_shm=1"):
            connection = _opened(path, mode)
            try:
                version_of(connection)
                return connection
            except sqlite3.OperationalError:
                connection.close()
        logger.warning(
            "the last changes of %s, in its log, can't be read where nothing can be written",
            path,
        )
    return _opened(path, "immutable=1")


def _pending(path: Path) -> bool:
    """Tell whether a write-ahead log holds anything."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except OSError:
        return False


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


def _translate(path: Path, error: sqlite3.Error) -> LibraryError:
    if isinstance(error, sqlite3.IntegrityError):
        return LibraryUnwritable(
            f"another process changed {path} at the same moment ({error}): run the command again"
        )
    if isinstance(error, sqlite3.ProgrammingError):  # told by Python's module, never by the file
        return LibraryError(f"{path} was closed while it was read ({error}): open the library anew")
    if isinstance(error, sqlite3.OperationalError) and not _is_damage(error):
        if lacking := _shortage_at(path):
            return LibraryUnwritable(f"can't open {path}: {lacking}")
        return LibraryUnwritable(_unwritable(path, str(error)))
    return _damaged(path, str(error))


def _shortage_at(path: Path) -> str | None:
    """Give what the machine lacks to open a file: SQLite doesn't tell."""
    try:
        os.close(os.open(path.parent, os.O_RDONLY))
    except OSError as error:
        return shortage(error)
    return None


def _is_damage(error: sqlite3.Error) -> bool:
    return any(word in str(error) for word in DAMAGED)


def _damaged(path: Path, why: str) -> LibraryDamaged:
    return LibraryDamaged(f"the database {path} is damaged ({why})", SAVE)


def _emptied(path: Path) -> LibraryDamaged:
    if _pending(path):
        return _damaged(path, "it was emptied, and its log is there")
    return LibraryDamaged(
        f"the database {path} was emptied (0 bytes), and nothing can be saved of it", AGAIN
    )


def _gone(path: Path) -> LibraryDamaged:
    return LibraryDamaged(
        f"the database {path} is gone, and {path.name}-mark tells that there was one",
        "put it back, or restore a backup (`quoth restore BACKUP`), or delete that file and begin "
        "anew with `quoth index PATH…`",
    )


def _folder(path: Path) -> str:
    return (
        f"{path} is a folder, and the database is a file: move the folder away, then restore a "
        "backup (`quoth restore BACKUP`) or begin anew with `quoth index PATH…`; or name another "
        "--data-dir"
    )


def _unwritable(path: Path, why: str | None) -> str:
    return (
        f"can't write to {path.parent} ({why or 'no reason given'}): check the folder's "
        "permissions, the free disk space, and that no other process holds it for long"
    )


def _modernize(connection: sqlite3.Connection, path: Path) -> None:
    """Bring an index of an older Quoth to this one's form; where it can't be written it stays."""
    try:
        with transaction(connection):
            if version_of(connection) < SCHEMA_VERSION:  # nobody else did it meanwhile
                logger.warning("%s was made by an older Quoth, and is brought to this one's", path)
                migrate(connection)
    except sqlite3.OperationalError as error:
        if "readonly" not in str(error) and error.sqlite_errorname not in NO_ROOM:
            raise


def _newer(path: Path) -> str:
    return f"{path} was made by a newer Quoth: upgrade Quoth, or use another --data-dir"
