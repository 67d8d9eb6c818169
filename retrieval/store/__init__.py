"""The only truth: SQLite, or PostgreSQL. All else in the data folder is derived from it.

Reading order: base (what a database does), reading and writing (the SQL), database and mark
(SQLite), postgres and server (PostgreSQL).
"""

from retrieval.store.base import Backend
from retrieval.store.checking import problems_in
from retrieval.store.database import Database, connect, missing
from retrieval.store.filtering import publisher_key, publisher_keys
from retrieval.store.opening import open_database
from retrieval.store.rows import (
    Description,
    EmbeddedPassage,
    Fetched,
    Ids,
    Place,
    Recipe,
    Source,
    StoredPassage,
    Vectors,
    to_date,
    unpack,
)
from retrieval.store.writing import Store

__all__ = [
    "Backend",
    "Database",
    "Description",
    "EmbeddedPassage",
    "Fetched",
    "Ids",
    "Place",
    "Recipe",
    "Source",
    "Store",
    "StoredPassage",
    "Vectors",
    "connect",
    "missing",
    "open_database",
    "problems_in",
    "publisher_key",
    "publisher_keys",
    "to_date",
    "unpack",
]
