"""Which database holds the articles."""

from __future__ import annotations

from pathlib import Path

from retrieval.errors import SettingsError
from retrieval.store.base import Backend
from retrieval.store.database import Database


def open_database(file: Path, url: str | None) -> Backend:
    """Give the SQLite file, or the PostgreSQL database at an address; neither is read yet.

    Raises SettingsError for an address that isn't one, and without what PostgreSQL needs.
    """
    if not url:
        return Database(file)
    try:
        # Only here, as psycopg comes with an extra.
        from retrieval.store.postgres import PostgresDatabase
    except ImportError as error:
        raise SettingsError(
            f"a database in PostgreSQL needs psycopg ({error}): run "
            "`pip install 'psycopg[binary]'`, which is the extra postgres"
        ) from error
    return PostgresDatabase(url)
