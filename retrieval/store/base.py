"""The store port: the database that ``Store`` keeps articles in, whichever it is.

Both speak the SQL of reading.py and writing.py, with ? for values: what SQLite and PostgreSQL
understand alike, and the functions ``instr``, ``glob`` and ``folded``, which each is given where
it lacks them. What differs between them is here: how they are opened, lock, fail and grow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Rows(Protocol):
    """What a statement gives."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """The next row, None behind the last."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """The rows that are left, one by one."""


class Connection(Protocol):
    """One thread's way to the database."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, sql: str, values: Sequence[Any], /) -> object:
        """Run a statement for each of some rows of values."""


class Backend(Protocol):
    """A database. All methods may be called from several threads; foreign errors come out as
    LibraryError."""

    @property
    def name(self) -> str:
        """Which database it is, in a few words."""

    proved: set[tuple[int, str]]
    """Keys and hashes of the articles whose texts were compared with these."""

    def exists(self) -> bool:
        """Tell whether an index has been made here."""

    def missing(self) -> str:
        """Give the message for where there is none."""

    def create(self) -> None:
        """Make what is missing of it, all at once."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection to read from, or the one that is being written to."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Let all that this thread reads meanwhile come from one state of the database."""

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Give the rows of one state, many of which never are in memory at once."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a connection within one transaction: all of it is kept, or nothing.

        One writes at a time; others wait for it, for a minute at most.
        """

    def sync(self) -> None:
        """Make what was written last, power cuts included."""

    def sealed(self) -> bool:
        """Tell whether rows may have seals."""

    def stamped(self) -> bool:
        """Tell whether generations may have stamps."""

    def problems(self) -> list[str]:
        """Give what is wrong with the database and its rows."""

    def lost(self) -> str | None:
        """Tell of changes that the database once held and holds no more, None if there are none."""

    def size(self) -> int:
        """Give how many bytes it takes."""

    def close(self) -> None:
        """Close the connections of all threads."""
