"""Indexes that search passages: caches of the database, rebuilt whenever in doubt.

Reading order: base (the port), local (the engine that ships), vectors and lexical (its two
halves), segments, segment_files and ivf (what vectors consist of), changes (what an index is
told), milvus (an engine that lives in a server). The halves hold passages by their ids and
follow the same rules. ``sync`` makes one hold exactly the given ids, from its files, from what
it held, or from the database, and never fails for the state of a file; ``change`` moves it on by
what came and went. ``search`` may go on in other threads meanwhile, and is exact, also within a
set of allowed ids; among more vectors than segments.LARGE nearly so.
"""

from retrieval.engines.base import (
    NEVER,
    Allowed,
    Bm25,
    Changes,
    Comparable,
    Cosine,
    Engine,
    Index,
    LexicalDocument,
    Passages,
    Rankings,
)
from retrieval.engines.changes import StoredPassages, changes_since
from retrieval.engines.lexical import LexicalIndex
from retrieval.engines.local import LocalEngine, LocalIndex
from retrieval.engines.vectors import VectorIndex

__all__ = [
    "NEVER",
    "Allowed",
    "Bm25",
    "Changes",
    "Comparable",
    "Cosine",
    "Engine",
    "Index",
    "LexicalDocument",
    "LexicalIndex",
    "LocalEngine",
    "LocalIndex",
    "Passages",
    "Rankings",
    "StoredPassages",
    "VectorIndex",
    "changes_since",
]
