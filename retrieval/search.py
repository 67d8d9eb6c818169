"""Search: dense and lexical candidates, fused into one ranking, within the filters."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from itertools import islice
from typing import ParamSpec, TypeVar

import numpy as np

from retrieval.dates import tells_of
from retrieval.encoder import Encoder
from retrieval.engines import (
    Bm25,
    Comparable,
    Cosine,
    Engine,
    StoredPassages,
    changes_since,
)
from retrieval.errors import ArticleChanged, LibraryDamaged, LibraryUnwritable, shortage
from retrieval.once import Recent
from retrieval.store import Ids, Store
from retrieval.text import context_of, query_terms
from retrieval.types import Article, Filters, Hit, Scope, Scores

CANDIDATES = 100
"""Passages that each kind of score proposes."""

TRIES = 3
"""How often an index that another process changes meanwhile is told what it lacks."""

SCOPES = 4
"""Scopes whose passages and publishers are remembered, until anything is stored: 8 bytes a passage
each."""

LEXICAL_WEIGHT = 0.7
"""Share of the lexical score in the fused one; chosen with benchmarks/retrieval.py."""

ALL = Filters()

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """The id of a proposed passage with its scores."""

    id: int
    scores: Scores


def joining_errors(method: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let what engines raise where their files are damaged come out as LibraryDamaged, and where
    the machine lacks memory or open files as LibraryUnwritable.

    Tantivy's panics are no Exceptions, and nobody else would catch them.
    """

    @functools.wraps(method)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return method(*args, **kwargs)
        except BaseException as error:
            panic = type(error).__name__ == "PanicException"
            told = panic or isinstance(error, OSError | ValueError)
            if told and (lacking := shortage(error)):
                raise LibraryUnwritable(f"can't open the search index: {lacking}") from error
            faiss = isinstance(error, RuntimeError) and "faiss" in str(error)
            tantivy = isinstance(error, ValueError) and "corrupt" in str(error)
            if panic or faiss or tantivy:
                raise LibraryDamaged(
                    f"the search index is damaged ({error})",
                    "delete the files named vectors-… and lexical-… in the data folder, which are "
                    "made again",
                ) from error
            raise

    return wrapper


class Searcher:
    """Searches one build of the passages; catches up with the store before each search."""

    def __init__(self, store: Store, encoder: Encoder, build: int, engine: Engine) -> None:
        self._store = store
        self._encoder = encoder
        self._build = build
        self.index = engine.open(_name(store, build), encoder.dimension, self._allowed)
        self._lock = threading.Lock()
        self._scopes = Recent[tuple[int, Scope], Ids | None](SCOPES)
        self._publishers = Recent[tuple[int, Scope], Filters](SCOPES)
        self.changed: dict[str, ArticleChanged] = {}

    def seen_by(self, store: Store) -> Searcher:
        """Give a searcher of what another store sees, with the same index."""
        other = copy(self)
        other._store = store
        return other

    def for_one(self) -> Searcher:
        """Give a searcher of the same for one question: what it finds ``changed``, by the
        article's id, is left out of its hits.
        """
        other = copy(self)
        other.changed = {}
        return other

    @joining_errors
    def catch_up(self) -> None:
        """Bring the index to the store's present state."""
        with self._lock:
            made = False
            for _ in range(TRIES):
                stands = self.index.generation  # so that the snapshot is no older
                with self._store.snapshot():
                    if stands == self._store.revision():
                        break
                    changes = changes_since(self._store, self._build, stands)
                    self.index.apply(changes)
                made |= changes.complete
                if self.index.generation == changes.generation:
                    break
            if made:  # which no other process should have to do again
                with suppress(OSError):
                    self.index.flush()

    @joining_errors
    def differences(self) -> list[str]:
        """Tell what the index keeps otherwise than the store, as far as it can be compared."""
        if not isinstance(self.index, Comparable):
            return []
        with self._store.snapshot():
            ids, passages = self._store.passage_ids(self._build), StoredPassages(self._store)
            return self.index.differences(self._store.revision(), ids, passages)

    def renew(self) -> None:
        """Make the index anew, as far as it is one that can be compared. Raises OSError."""
        if isinstance(self.index, Comparable):
            with self._lock:
                self.index.forget()
        self.catch_up()
        self.save()

    def save(self) -> None:
        """Make what the index was told last. Raises OSError."""
        self.index.flush()

    def search(
        self,
        question: str,
        k: int,
        filters: Filters = ALL,
        years: Sequence[int] = (),
        *,
        telling: bool = False,
    ) -> list[Hit]:
        """Give the k best passages, best first; ``years`` as in Scope.

        With ``telling`` passages of undated articles pass the dates where they tell of them.
        """
        self.catch_up()
        wide = replace(filters, undated=filters.undated or telling)
        ranked = self.rank(
            question,
            Scope(self._store.collections, wide, tuple(years)),
            depth=max(CANDIDATES, k),
        )
        if wide == filters:
            return self.hits(ranked[:k], filters)
        told = (hit for hit in self.hits(ranked, filters) if _is_told(hit, filters, years))
        return [replace(hit, rank=rank) for rank, hit in enumerate(islice(told, k), 1)]

    @joining_errors
    def rank(
        self, question: str, scope: Scope | None = None, *, depth: int = CANDIDATES
    ) -> list[Candidate]:
        """Give the candidates of both kinds of score (``depth`` of each), the best first.

        Each has both scores, also the one that did not propose it.
        """
        vector = self._encoder.encode([question])[0]
        scope = scope or Scope(self._store.collections)
        words = query_terms(question, self._store.languages())
        found = self.index.search(vector, words, scope, depth)
        best = (
            max(found.dense.values(), default=Cosine(0.0)),
            max(found.lexical.values(), default=Bm25(0.0)),
        )
        candidates = []
        for id, cosine in found.dense.items():
            bm25 = found.lexical.get(id, Bm25(0.0))
            candidates.append(Candidate(id, Scores(fuse(cosine, bm25, *best), cosine, bm25)))
        return sorted(candidates, key=lambda item: (-item.scores.fused, item.id))

    def hits(self, ranked: Sequence[Candidate], filters: Filters = ALL) -> list[Hit]:
        """Give candidates as hits, in their order.

        One that is gone meanwhile is left out, and one whose article isn't as it was stored.
        """
        stored = self._store.passages([item.id for item in ranked])
        keys = {found.article_key for found in stored.values()}
        articles = {key: self._article(key, filters) for key in keys}
        hits: list[Hit] = []
        for item in ranked:
            found = stored.get(item.id)
            copies = articles.get(found.article_key) if found else None
            if found and copies:
                hits.append(Hit(copies[0], found.passage, len(hits) + 1, item.scores))
        return hits

    def _article(self, key: int, filters: Filters) -> list[Article]:
        try:
            return self._store.article(key, filters)
        except ArticleChanged as error:
            if error.id not in self.changed:
                logger.warning("left out: %s", error)
            self.changed[error.id] = error
            return []

    def newest(self, k: int, filters: Filters = ALL) -> list[Hit]:
        """Give the first passages of the k newest articles that have a date, the newest first."""
        found = self._store.newest(self._build, filters, k)
        return self.hits([Candidate(id, Scores(0.0)) for id in found], filters)

    def undated(self, filters: Filters) -> int:
        """Give how many articles the dates of filters leave out because they have none."""
        return self._store.undated(filters) if filters.dated and not filters.undated else 0

    def spelled(self, filters: Filters) -> Filters:
        """Give filters with their publisher as the articles spell it."""
        if not filters.publisher:
            return filters
        asked = self._store.revision(), Scope(self._store.collections, filters)
        return self._publishers.get(asked, lambda: self._store.spelled(filters))

    def none_pass(self, filters: Filters) -> bool:
        """Tell whether the filters leave no article of those that there are."""
        return filters != ALL and not self._store.passes(filters)

    def nearest_publishers(self, filters: Filters) -> tuple[str, ...]:
        """Give the publishers most like the one of filters, where no article is of that one."""
        unknown = filters.publisher and not filters.spellings
        return self._store.nearest_publishers(filters.publisher or "") if unknown else ()

    @joining_errors
    def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """Give each term's inverse document frequency (as BM25 counts it)."""
        return self.index.rarity(words)

    @joining_errors
    def telling(self, words: Sequence[str], k: int, filters: Filters = ALL) -> list[Hit]:
        """Give the k passages that tell these terms best, best first, as far as any does."""
        nothing = np.zeros(self._encoder.dimension, np.float32)  # only words count
        found = self.index.search(nothing, words, Scope(self._store.collections, filters), k)
        ranked = [
            Candidate(id, Scores(score, found.dense[id], score))
            for id, score in found.lexical.items()
        ]
        return self.hits(ranked[:k], filters)

    @joining_errors
    def count(self, word: str) -> int:
        """Give about how many passages hold a term, of all collections."""
        return self.index.words(word).get(word, 0)

    def languages(self) -> tuple[str | None, ...]:
        """Give the codes of the articles' languages; see Store.languages."""
        return self._store.languages()

    def _allowed(self, scope: Scope) -> Ids | None:
        """Give what a scope allows; the same is asked for again and again in a conversation."""
        asked = self._store.revision(), scope
        return self._scopes.get(asked, lambda: self._store.allowed_ids(self._build, scope))


def _is_told(hit: Hit, filters: Filters, years: Sequence[int]) -> bool:
    """Tell whether an article is dated, or its passage or title tells of the time itself."""
    if hit.article.published:
        return True
    words = f"{hit.article.title}\n{with_head(hit)}"
    return any(str(year) in words for year in years) or tells_of(
        words, filters.since, filters.until, hit.article.language
    )


def with_head(hit: Hit) -> str:
    """Give a passage's text with what its first row stands under."""
    above = context_of(hit.whole, hit.passage.start, hit.article.language)
    return f"{above} {hit.text}"


def fuse(cosine: Cosine, bm25: Bm25, best_cosine: Cosine, best_bm25: Bm25) -> float:
    """Give the score that ranks (0 to 1): a weighted mean of both scores.

    Each is divided by the best of the question's candidates; what is below 0 counts as 0.
    """
    dense = max(cosine, 0.0) / best_cosine if best_cosine > 0 else 0.0
    lexical = bm25 / best_bm25 if best_bm25 > 0 else 0.0
    return LEXICAL_WEIGHT * lexical + (1 - LEXICAL_WEIGHT) * dense


def drop_old_indexes(store: Store, engine: Engine) -> None:
    """Delete the indexes of builds that are no more."""
    builds = [found[0] for state in ("current", "building") if (found := store.build(state))]
    engine.keep([_name(store, build) for build in builds])


def described(store: Store, build: int, engine: Engine) -> str:
    """Tell in a few words how the vectors of a build are searched."""
    return engine.describe(_name(store, build))


def _name(store: Store, build: int) -> str:
    """Give the name of a build's index.

    A database made anew counts its passages from 1 again: its name keeps them apart.
    """
    return f"{store.identity()}-{build}"
