"""The rows of a damaged database file that can still be read.

A table is read from its beginning up to the damage, from its end back to it, and, where rows have
numbers, each between by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from retrieval.errors import AGAIN, LibraryDamaged
from retrieval.store.migrations import has_seals
from retrieval.store.proof import any_text

Row = tuple[Any, ...]

KEYS = {
    "manifest": "key",
    "builds": "id",
    "articles": "key",
    "sources": "collection, path, record",
    "files": "collection, path",
    "passages": "id",
}
NUMBERED = ("builds", "articles", "passages")


class Torn:
    """A database file that nobody writes, with what is in its log; texts may be no UTF-8.

    ``lacking`` are the tables that could not be read whole.
    """

    def __init__(self, path: Path, of: Path) -> None:
        """Open the copy of a database. Raises LibraryDamaged where nothing of it can be read."""
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        self._db.text_factory = any_text
        self.lacking: set[str] = set()
        try:
            self._db.execute("PRAGMA writable_schema = ON")  # so a file that was cut off is read
            self.sealed = has_seals(self._db)
            self._db.execute("SELECT key FROM articles NOT INDEXED LIMIT 0").fetchall()
        except sqlite3.Error as error:
            self._db.close()
            raise LibraryDamaged(
                f"nothing can be saved of {of} ({error}), which is left as it was", AGAIN
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rows(self, table: str, columns: str) -> Iterator[Row]:
        """Give some columns of the rows of a table, each row once."""
        keys = KEYS[table].split(", ")
        select = f"SELECT {KEYS[table]}, {columns} FROM {table} NOT INDEXED ORDER BY "
        seen = set[Row]()
        try:
            for row in self._db.execute(select + KEYS[table]):
                seen.add(row[: len(keys)])
                yield row[len(keys) :]
            return
        except sqlite3.Error:
            self.lacking.add(table)
        with suppress(sqlite3.Error):
            for row in self._db.execute(select + ", ".join(f"{key} DESC" for key in keys)):
                if row[: len(keys)] in seen:
                    return
                seen.add(row[: len(keys)])
                yield row[len(keys) :]
        if table in NUMBERED:
            for number in range(1, self._most(table, seen) + 1):
                if (number,) not in seen:
                    yield from self.row(table, columns, number)

    def row(self, table: str, columns: str, number: int) -> list[Row]:
        """Give some columns of the row of this number, nothing where it can't be read."""
        try:
            sql = f"SELECT {columns} FROM {table} NOT INDEXED WHERE {KEYS[table]} = ?"
            return self._db.execute(sql, (number,)).fetchall()
        except sqlite3.Error:
            self.lacking.add(table)
            return []

    def _most(self, table: str, seen: set[Row]) -> int:
        """Give the greatest number that a row of a table may have."""
        known = max((row[0] for row in seen), default=0)
        with suppress(sqlite3.Error):
            sql = "SELECT seq FROM sqlite_sequence WHERE name = ?"
            for (number,) in self._db.execute(sql, (table,)):
                known = max(known, int(number))
        return known
