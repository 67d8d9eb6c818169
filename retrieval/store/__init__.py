"""SQLite: the only truth. Everything else in the data folder is derived from it."""

from retrieval.store.database import Database, missing
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
    "missing",
    "publisher_key",
    "publisher_keys",
]
