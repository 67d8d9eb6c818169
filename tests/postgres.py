"""A PostgreSQL of the tests' own: started in a temporary folder, gone with it.

Where PostgreSQL isn't installed (Debian: apt install postgresql), its tests are skipped.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

PASSWORD = "9-secret-9"
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
DEADLINE_S = 60


def binaries() -> Path | None:
    """Where initdb and postgres are; None where they aren't."""
    found = shutil.which("initdb")
    return BINARIES[-1] if BINARIES else Path(found).parent if found else None


class Postgres:
    """A running server; each database is dropped with it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """The address of a database, through the server's socket."""
        return f"postgresql://quoth@/{database}?host={self.folder}&port={self.port}"

    def tcp(self, database: str, password: str = PASSWORD) -> str:
        """The address of a database, over the loopback, where the password counts."""
        return f"postgresql://quoth:{password}@127.0.0.1:{self.port}/{database}"

    def emptied(self) -> str:
        """Give the name of a database that holds nothing: the same each time."""
        name = "postgres"
        self.drop_connections(name)
        for (schema,) in self.run(
            name, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'quoth%'"
        ):
            self.run(name, f"DROP SCHEMA {schema} CASCADE")
        return name

    def database(self, options: str) -> str:
        """Make an empty database of another kind, which takes a second; give its name."""
        name = f"test{next(self._numbers)}"
        self.run("postgres", f"CREATE DATABASE {name} {options}")
        return name

    def run(self, database: str, statement: str) -> list[Any]:
        """Run a statement behind Quoth's back; give its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def tool(self, name: str, *arguments: str, told: bytes = b"") -> bytes:
        """Run one of PostgreSQL's programs; give what it prints."""
        found = binaries()
        assert found is not None
        done = subprocess.run(
            [found / name, *arguments], input=told, capture_output=True, check=True
        )
        return done.stdout

    def drop_connections(self, database: str) -> int:
        """End all connections to a database, as a restart does; give how many there were."""
        return len(
            self.run(
                "postgres",
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                f"WHERE datname = '{database}' AND pid != pg_backend_pid()",
            )
        )


@contextmanager
def started() -> Iterator[Postgres]:
    """Start a server as a person without rights, which PostgreSQL asks for."""
    found = binaries()
    if found is None:
        pytest.skip("PostgreSQL isn't installed (initdb isn't in /usr/lib/postgresql or on PATH)")
    with tempfile.TemporaryDirectory(prefix="quoth-pg-") as temporary:
        folder, port = Path(temporary), _free_port()
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        _run(
            folder,
            [
                *(
                    found / "initdb",
                    "-D",
                    folder / "data",
                    "-U",
                    "quoth",
                    "-E",
                    "UTF8",
                    "--no-sync",
                ),
                *("--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256"),
                f"--pwfile={password}",
            ],
        ).communicate()
        server = _run(
            folder,
            [
                *(found / "postgres", "-D", folder / "data", "-k", folder, "-p", port),
                *("-h", "127.0.0.1", "-F", "-c", "max_connections=60"),
            ],
        )
        try:
            yield _answering(Postgres(folder, port), server)
        finally:
            server.send_signal(signal.SIGINT)  # SIGTERM waits for those connected
            server.communicate()


def _run(folder: Path, command: Sequence[object]) -> subprocess.Popen[bytes]:
    as_nobody: dict[str, Any] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    log = (folder / "log").open("ab")
    with log:
        return subprocess.Popen(
            [str(word) for word in command], stdout=log, stderr=log, cwd=folder, **as_nobody
        )


def _answering(postgres: Postgres, server: subprocess.Popen[bytes]) -> Postgres:
    ends = time.monotonic() + DEADLINE_S
    while True:
        try:
            postgres.run("postgres", "SELECT 1")
            return postgres
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > ends:
                raise AssertionError((postgres.folder / "log").read_text()) from None
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
