"""The database of what a door keeps: what any does, and how it fails."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Protocol

from retrieval.errors import QuothError
from retrieval.store.base import Connection


class RecordsError(QuothError):
    """What a door keeps can't be read or written."""


class Database(Protocol):
    """A database. Any thread may call; foreign errors come out as RecordsError."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection to read from, or for one statement that is a transaction by itself."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a connection within one transaction: all of it is kept, or nothing."""

    def wipe_log(self) -> None:
        """Let nothing stay of what was just deleted, as far as that is ours to do."""

    def close(self) -> None:
        """Close it, unless a call that waits for another process doesn't end."""


def stamp(moment: datetime) -> str:
    """A moment as the text of a column: in UTC and always with microseconds, it sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
