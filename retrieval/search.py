"""Search: dense and lexical candidates, fused into one ranking, within the filters."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.encoder import Encoder
from retrieval.engines import LexicalDocument, LexicalIndex, VectorIndex
from retrieval.store import Ids, Store
from retrieval.text import query_terms, terms
from retrieval.types import Filters, Hit, Scores

CANDIDATES = 100
"""Passages that each engine proposes."""

LEXICAL_WEIGHT = 0.7
"""Share of the lexical score in the fused one; chosen with benchmarks/retrieval.py."""

ALL = Filters()

VECTORS, LEXICAL = "vectors", "lexical"


@dataclass(frozen=True, slots=True)
class Candidate:
    """The id of a proposed passage with its scores."""

    id: int
    scores: Scores


class Searcher:
    """Searches one build of the passages; catches up with the store before each search."""

    def __init__(self, store: Store, encoder: Encoder, build: int, folder: Path) -> None:
        self._store = store
        self._encoder = encoder
        self._build = build
        # A database made anew counts its passages from 1 again: its name keeps them apart.
        name = f"{store.identity()}-{build}"
        self._vectors = VectorIndex(folder / f"{VECTORS}-{name}.faiss", encoder.dimension)
        self._lexical = LexicalIndex(folder / f"{LEXICAL}-{name}")
        self._lock = threading.Lock()

    def seen_by(self, store: Store) -> Searcher:
        """Give a searcher of what another store sees, with the same indexes in memory."""
        other = copy(self)
        other._store = store
        return other

    def catch_up(self) -> None:
        """Bring both indexes to the store's present generation."""
        with self._lock, self._store.snapshot():
            generation = self._store.generation()
            if self._vectors.generation == generation == self._lexical.generation:
                return
            ids = self._store.passage_ids(self._build)
            self._vectors.sync(generation, ids, self._store.vectors)
            self._lexical.sync(generation, ids, self._documents)

    def save(self) -> None:
        """Write the vector index to its file (the lexical one writes as it catches up)."""
        self._vectors.save()

    def search(
        self, question: str, k: int, filters: Filters = ALL, years: Sequence[int] = ()
    ) -> list[Hit]:
        """Give the k best passages, best first; ``years`` as in Store.allowed_ids."""
        self.catch_up()
        allowed = self._store.allowed_ids(self._build, filters, years)
        ranked = self.rank(question, allowed, depth=max(CANDIDATES, k))
        return self.hits(ranked[:k], filters)

    def rank(
        self, question: str, allowed: Ids | None = None, *, depth: int = CANDIDATES
    ) -> list[Candidate]:
        """Give the candidates of both engines (``depth`` of each), the best first.

        Each has both scores, also of the engine that did not propose it.
        """
        vector = self._encoder.encode([question])[0]
        words = query_terms(question, self._store.languages())
        proposed = np.unique(
            [
                id
                for id, _ in (
                    *self._vectors.search(vector, depth, allowed),
                    *self._lexical.search(words, depth, allowed),
                )
            ]
        ).astype(np.int64)
        dense = dict(self._vectors.search(vector, len(proposed), proposed))
        if not dense:
            return []
        lexical = dict(self._lexical.search(words, len(proposed), proposed))
        best = max(dense.values()), max(lexical.values(), default=0.0)
        candidates = []
        for id, cosine in dense.items():
            bm25 = lexical.get(id, 0.0)
            candidates.append(Candidate(id, Scores(fuse(cosine, bm25, *best), cosine, bm25)))
        return sorted(candidates, key=lambda item: (-item.scores.fused, item.id))

    def hits(self, ranked: Sequence[Candidate], filters: Filters = ALL) -> list[Hit]:
        """Give candidates as hits, in their order; one that is gone meanwhile is left out."""
        stored = self._store.passages([item.id for item in ranked])
        keys = {found.article_key for found in stored.values()}
        articles = {key: self._store.article(key, filters) for key in keys}
        hits: list[Hit] = []
        for item in ranked:
            found = stored.get(item.id)
            copies = articles.get(found.article_key) if found else None
            if found and copies:
                hits.append(Hit(copies[0], found.passage, len(hits) + 1, item.scores))
        return hits

    def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """Give each term's inverse document frequency (as BM25 counts it)."""
        return self._lexical.rarity(words)

    def _documents(self, ids: Ids) -> list[LexicalDocument]:
        return [
            LexicalDocument(id, terms(title, language), terms(text, language))
            for id, title, text, language in self._store.passage_texts(ids)
        ]


def fuse(cosine: float, bm25: float, best_cosine: float, best_bm25: float) -> float:
    """Give the score that ranks (0 to 1): a weighted mean of both scores.

    Each is divided by the best of the question's candidates; what is below 0 counts as 0.
    """
    dense = max(cosine, 0.0) / best_cosine if best_cosine > 0 else 0.0
    lexical = bm25 / best_bm25 if best_bm25 > 0 else 0.0
    return LEXICAL_WEIGHT * lexical + (1 - LEXICAL_WEIGHT) * dense


def drop_others(folder: Path, identity: str, builds: Collection[int]) -> None:
    """Delete the index files of all builds but these."""
    keep = {f"{kind}-{identity}-{build}" for kind in (VECTORS, LEXICAL) for build in builds}
    for path in (*folder.glob(f"{VECTORS}-*"), *folder.glob(f"{LEXICAL}-*")):
        if path.name.split(".")[0] in keep:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
