"""SQLite: the only truth. Everything else in the data folder is derived from it."""

from retrieval.store.database import Database, missing
from retrieval.store.rows import (
    EmbeddedPassage,
    Ids,
    Recipe,
    Source,
    StoredPassage,
    Vectors,
)
from retrieval.store.writing import Store

__all__ = [
    "Database",
    "EmbeddedPassage",
    "Ids",
    "Recipe",
    "Source",
    "Store",
    "StoredPassage",
    "Vectors",
    "missing",
]
