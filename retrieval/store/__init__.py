"""SQLite: the only truth. Everything else in the data folder is derived from it."""

from retrieval.store.checking import problems_in
from retrieval.store.database import Database, connect, missing
from retrieval.store.filtering import publisher_key, publisher_keys
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
    "problems_in",
    "publisher_key",
    "publisher_keys",
    "to_date",
    "unpack",
]
