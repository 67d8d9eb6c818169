"""PostgreSQL as the database: a schema of its own, which several machines may read and write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from retrieval.errors import LibraryMissing
from retrieval.store.base import Connection
from retrieval.store.checking import changes_in
from retrieval.store.server import Server

SCHEMA = "quoth"
TABLES = Path(__file__).with_name("postgres.sql")
VERSION = 1


class PostgresDatabase:
    """The schema ``quoth`` of the database at an address. See Backend."""

    def __init__(self, url: str) -> None:
        self._server = Server(url, SCHEMA, TABLES, VERSION)
        self.proved: set[tuple[int, str]] = set()

    @property
    def name(self) -> str:
        """See Backend.name."""
        return self._server.name.removeprefix("the ")

    def exists(self) -> bool:
        """See Backend.exists. Raises LibraryMismatch where another Quoth made it."""
        return self._server.made()

    def missing(self) -> str:
        """See Backend.missing."""
        return f"there is no index in {self._server.name} yet: make one with `quoth index PATH…`"

    def create(self) -> None:
        """See Backend.create. Raises LibraryMismatch where the database can't hold one."""
        self._server.make()

    def reading(self) -> AbstractContextManager[Connection]:
        """See Backend.reading."""
        return self._server.reading()

    def snapshot(self) -> AbstractContextManager[None]:
        """See Backend.snapshot."""
        return self._server.snapshot()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """See Backend.stream."""
        return self._server.stream(sql, values)

    def writing(self) -> AbstractContextManager[Connection]:
        """See Backend.writing."""
        return self._server.writing()

    def sync(self) -> None:
        """See Backend.sync: what was committed is."""

    def sealed(self) -> bool:
        """See Backend.sealed: all rows are."""
        return True

    def stamped(self) -> bool:
        """See Backend.stamped: all generations are."""
        return True

    def problems(self) -> list[str]:
        """Give what isn't as it was stored; the pages are the server's to check."""
        if not self.exists():
            raise LibraryMissing(self.missing())
        return list(changes_in(self.stream))

    def lost(self) -> str | None:
        """See Backend.lost: a server answers for what it has committed."""
        return None

    def size(self) -> int:
        """See Backend.size."""
        with self.reading() as db:
            row = db.execute(
                "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = to_regnamespace(?)",
                (SCHEMA,),
            ).fetchone()
        return int(row[0])

    def close(self) -> None:
        """See Backend.close."""
        self._server.close()
