"""The two indexes that search passages: caches of the database, rebuilt whenever in doubt.

Both hold passages by their ids (int64, from SQLite) and follow the same rules. ``sync`` makes
one hold exactly the given ids, from its file, from what it held, or from the database, and
never fails for the state of a file. ``search`` is exact, also within a set of allowed ids, and
may go on in other threads meanwhile.
"""

from retrieval.engines.lexical import LexicalDocument, LexicalIndex
from retrieval.engines.vectors import VectorIndex

__all__ = ["LexicalDocument", "LexicalIndex", "VectorIndex"]
