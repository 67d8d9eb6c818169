"""One schema of a PostgreSQL database: how it is reached, shared between threads, and how it fails.

What is in it is the caller's: the articles are one schema, what a door keeps is another.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import conninfo, errors, sql

from retrieval.errors import (
    IngestError,
    LibraryDamaged,
    LibraryMismatch,
    LibraryUnreachable,
    LibraryUnwritable,
    QuothError,
    SettingsError,
)

OLDEST = 13
CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT_S = 60
ROWS_A_FETCH = 500

Connected = psycopg.Connection[tuple[Any, ...]]
_T = TypeVar("_T")


class Session:
    """A connection that takes ? for values.

    A statement outside of a transaction that fails because the connection was dropped is run
    once more, over a new one.
    """

    def __init__(self, connect: Callable[[], Connected]) -> None:
        self._connect = connect
        self._connection = connect()
        self._within = False
        self._streams = 0

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Run one statement."""

        def run(connection: Connected) -> psycopg.Cursor[Any]:
            return connection.cursor(binary=True).execute(_marked(statement), values)

        return self._retried(run)

    def run(self, script: str) -> None:
        """Run the statements of a script, as they are."""
        self._connection.execute(script.encode())

    def executemany(self, statement: str, values: Sequence[Any], /) -> None:
        """Run a statement for each of some rows of values."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_marked(statement), values)

    def stream(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Give the rows one by one; the server keeps those that weren't fetched yet."""
        self._streams += 1
        name = f"stream {self._streams}"

        def declared(connection: Connected) -> psycopg.ServerCursor[Any]:
            cursor = connection.cursor(name, withhold=True)
            try:
                return cursor.execute(_marked(statement), values, binary=True)
            except psycopg.Error:
                cursor.close()
                raise

        with self._retried(declared) as cursor:
            cursor.itersize = ROWS_A_FETCH
            yield from cursor

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """Keep all that is written meanwhile, or nothing of it when an error ends the block."""
        self.execute(begin)
        self._within = True
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if not self._connection.closed:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            self._within = False

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _retried(self, run: Callable[[Connected], _T]) -> _T:
        try:
            return run(self._connection)
        except psycopg.OperationalError:
            if self._within or not self._connection.closed:
                raise
        self._connection = self._connect()
        return run(self._connection)


class Server:
    """One schema, with a session for each thread.

    ``tables`` is the SQL that makes what is in it, a table ``form`` with ``version`` among it; and
    what is missing of it, where the form is an older one, from ``grows_from`` on.
    Raises SettingsError for an address that PostgreSQL doesn't take, and LibraryError where
    anything else fails; no message tells the password.
    """

    def __init__(
        self, url: str, schema: str, tables: Path, version: int, grows_from: int | None = None
    ) -> None:
        self._url = url
        self._schema = schema
        self._tables = tables
        self._version = version
        self._grows_from = version if grows_from is None else grows_from
        self.name = _named(url)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: dict[threading.Thread, Session] = {}
        self._made = False

    def made(self) -> bool:
        """Tell whether the schema is there, whole. Raises LibraryMismatch where it is another
        Quoth's.
        """
        if not self._made:
            with self.reading() as db:
                form = db.execute("SELECT to_regclass(?)", (f"{self._schema}.form",)).fetchone()
                if form == (None,):
                    return False
                ((version,),) = db.execute("SELECT version FROM form").fetchall()
            if self._grows_from <= version < self._version:
                return False
            if version != self._version:
                age = "a newer" if version > self._version else "an older"
                raise LibraryMismatch(
                    f"{self.name} was filled by {age} Quoth: use that one, or another database"
                )
            self._made = True
        return True

    def make(self) -> None:
        """Make the schema, all at once, unless another process has."""
        with self.writing() as db:
            if self.made():
                return
            self._require_fit(db)
            if db.execute("SELECT to_regnamespace(?)", (self._schema,)).fetchone() == (None,):
                db.execute(f"CREATE SCHEMA {self._schema}")
            db.run(self._tables.read_text(encoding="utf-8"))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give this thread's session."""
        with self.translated():
            yield self._session()

    @contextmanager
    def apart(self) -> Iterator[Session]:
        """Give a session that no thread has, until the block ends; its errors are PostgreSQL's."""
        with self.translated():
            session = Session(self._connect)
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that this thread reads meanwhile come from one state of the database."""
        with (
            self.reading() as session,
            session.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"),
        ):
            yield

    def stream(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Give the rows of one state, one by one."""
        with self.reading() as session:
            yield from session.stream(statement, values)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give this thread's session within one transaction, while nobody else writes."""
        # Each statement sees what was committed before it, so that the lock's owner is up to date.
        try:
            with (
                self.reading() as session,
                session.transaction("BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE"),
            ):
                key = zlib.crc32(self._schema.encode())
                session.execute("SELECT pg_advisory_xact_lock(CAST(? AS BIGINT))", (key,))
                yield session
        except LibraryUnreachable as error:
            raise LibraryUnreachable(f"{error}; what was being written is not stored") from error

    def close(self) -> None:
        """Close the sessions of all threads."""
        with self._lock:
            for session in self._opened.values():
                session.close()
            self._opened.clear()
        self._local = threading.local()

    def _session(self) -> Session:
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = Session(self._connect)
            with self._lock:
                for thread in [one for one in self._opened if not one.is_alive()]:
                    self._opened.pop(thread).close()
                self._opened[threading.current_thread()] = session
        return session

    def _connect(self) -> Connected:
        given: dict[str, Any] = conninfo.conninfo_to_dict(self._url)
        ours: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "quoth"}
        told = conninfo.make_conninfo("", **ours | given | {"client_encoding": "utf8"})
        connection = psycopg.connect(told, autocommit=True)
        connection.execute(
            sql.SQL("SET search_path TO {}; SET lock_timeout TO {}").format(
                sql.Identifier(self._schema), sql.Literal(f"{LOCK_TIMEOUT_S}s")
            )
        )
        return connection

    def _require_fit(self, db: Session) -> None:
        """Raise LibraryMismatch where the database can't hold what Quoth stores."""
        ((version, encoding),) = db.execute(
            "SELECT current_setting('server_version_num')::integer / 10000, "
            "current_setting('server_encoding')"
        ).fetchall()
        if version < OLDEST:
            raise LibraryMismatch(
                f"{self.name} is of PostgreSQL {version}: Quoth needs {OLDEST} or newer"
            )
        if encoding != "UTF8":
            raise LibraryMismatch(
                f"{self.name} is encoded in {encoding}: make one with CREATE DATABASE … ENCODING "
                "'UTF8' TEMPLATE template0"
            )

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Have errors of PostgreSQL come out as what Server raises."""
        try:
            yield
        except psycopg.Error as error:
            raise _translate(self.name, error) from error


def _marked(statement: str) -> bytes:
    return statement.replace("%", "%%").replace("?", "%s").encode()


def _named(url: str) -> str:
    """Give what an address names, without the password. Raises SettingsError."""
    try:
        given = conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        given = {"port": "none"}
    host = str(given.get("host") or given.get("hostaddr") or "this machine")
    port = str(given.get("port") or "")
    if "@" in host or (not port.replace(",", "").isdecimal() and port):
        # PostgreSQL's own words may hold a piece of the password.
        raise SettingsError(
            "database is no address that PostgreSQL takes: write it as "
            "postgresql://USER:PASSWORD@HOST:PORT/NAME, with %40 for an @ in the password, "
            "%2F for a /"
        )
    database = given.get("dbname") or given.get("user") or "of your own name"
    return f"the PostgreSQL database {database} on {host}{':' if port else ''}{port}"


def _translate(name: str, error: psycopg.Error) -> QuothError:
    reason = str(error).strip().replace("\n", " ")
    match error:
        case errors.DataError() | errors.ProgramLimitExceeded():
            return IngestError(f"PostgreSQL can't store it ({reason})")
        case errors.LockNotAvailable():
            return LibraryUnwritable(
                f"another process has been writing to {name} for {LOCK_TIMEOUT_S} seconds: run "
                "the command again when it is done"
            )
        case errors.DiskFull() | errors.InsufficientPrivilege() | errors.ReadOnlySqlTransaction():
            return LibraryUnwritable(f"can't write to {name} ({reason}): ask who runs it")
        case errors.IntegrityError() | errors.SerializationFailure() | errors.DeadlockDetected():
            return LibraryUnwritable(
                f"another process changed {name} at the same moment ({reason}): run the command "
                "again"
            )
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return LibraryUnreachable(
                f"can't reach {name}, or the connection was lost ({reason}): see that the server "
                "runs and lets you in, and run the command again"
            )
    return LibraryDamaged(
        f"{name} isn't as Quoth made it ({reason})",
        "restore what pg_dump saved, or drop the schema and index again",
    )
