"""PostgreSQL as the database of what a door keeps: a schema beside that of the articles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.service.database import RecordsError
from retrieval.errors import QuothError
from retrieval.store.base import Connection
from retrieval.store.server import Server

TABLES = Path(__file__).with_name("postgres.sql")
VERSION = 2
GROWS_FROM = 1


class PostgresSchema:
    """The schema of one door, made where it is missing. See Database."""

    def __init__(self, url: str, door: str) -> None:
        with self._translated():
            self._server = Server(url, f"quoth_{door}", TABLES, VERSION, GROWS_FROM)
            try:
                if not self._server.made():
                    self._server.make()
            except QuothError:
                self._server.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See Database.reading."""
        with self._translated(), self._server.reading() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See Database.writing."""
        with self._translated(), self._server.writing() as db:
            yield db

    def wipe_log(self) -> None:
        """See Database.wipe_log: the server overwrites what is deleted when it comes to it."""

    def close(self) -> None:
        """See Database.close."""
        self._server.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except RecordsError:
            raise
        except QuothError as error:
            raise RecordsError(f"what the bot keeps can't be used: {error}") from error
        except ValueError as error:
            raise RecordsError(
                f"what the bot keeps in {self._server.name} is damaged ({error}): restore what "
                "pg_dump saved"
            ) from error
