"""What an index is told of the passages in the database."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from retrieval.engines.base import NEVER, Changes, LexicalDocument
from retrieval.store import Description, Ids, Store, Vectors
from retrieval.text import terms


class StoredPassages:
    """The passages of a store, as an index takes them in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def vectors(self, ids: Ids) -> Vectors:
        """See Passages.vectors."""
        return self._store.vectors(ids)

    def documents(self, ids: Ids) -> Iterator[LexicalDocument]:
        """See Passages.documents."""
        for id, title, text, language in self._store.passage_texts(ids):
            yield LexicalDocument(id, terms(title, language), terms(text, language))

    def descriptions(self, ids: Ids) -> list[Description]:
        """See Passages.descriptions."""
        return self._store.descriptions(ids)


def changes_since(store: Store, build: int, revision: int) -> Changes:
    """Give the changes that lead an index of a build from a revision to the store's present one.

    All there is, where the store has never been at that revision or no longer knows. They are
    read as they are applied, so both belong in one snapshot of the store.
    """
    now, passages = store.revision(), StoredPassages(store)
    if store.has_been(revision):
        return Changes(revision, now, *store.changes(build, revision), passages, store.has_been)
    nothing = np.empty(0, np.int64)
    return Changes(NEVER, now, store.passage_ids(build), nothing, passages, store.has_been)
