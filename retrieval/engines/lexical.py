"""Lexical search: BM25 over prepared terms, in tantivy.

What a score depends on is only the documents held: not the order in which they were added, nor
the number of commits. With one exception: a removed document counts in the statistics until
tantivy merges its segment, which it may never do (with a tenth removed, scores moved by up to a
tenth and two of five top tens changed). So the index is built anew when more than MAX_DELETED
are such; below that, scores are off by about that share until the next such build.
"""

from __future__ import annotations

import logging
import math
import tempfile
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from retrieval.engines import lexical_folder
from retrieval.engines.atomic import locked
from retrieval.engines.ids import Ids, members
from retrieval.engines.lexical_folder import SCHEMA, Fetch

TITLE_BOOST = 0.2
"""Weight of a term found in the title; in the body it is 1. Chosen by benchmarks/retrieval.py: a
title that was made from the first sentence counts twice for the passage that holds it."""

WAIT_S = 5.0
"""How long a first sync waits for another process that writes; later ones don't wait."""

SPARE = 16
"""Hits asked for beyond k, so that a tie for the last place seldom needs a second search."""

HITS_PER_ALLOWED = 4
"""Hits that cost as much as one id in a filter, about (measured at 50,000 and 200,000)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _View:
    """A state of the index that never changes, with the ids it holds."""

    ids: Ids
    searcher: tantivy.Searcher


class LexicalIndex:
    """The terms of passages, in one folder (or in memory where that can't be written)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._generation = -1
        self._view: _View | None = None
        self._memory: tantivy.Index | None = None
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        """The generation last synced to; -1 before."""
        return self._generation

    @property
    def ids(self) -> Ids:
        """The ids held, growing."""
        return self._view.ids if self._view else np.empty(0, np.int64)

    def sync(self, generation: int, ids: Ids, fetch: Fetch) -> None:
        """Hold exactly ``ids`` (growing), opening the folder first if nothing is held yet.

        ``fetch`` gives the documents of some ids, in any order. While another process writes,
        the generation stays and searches go on with what is there, so sync again later. Raises
        whatever ``fetch`` raises.
        """
        with self._lock:
            view = self._view
            if view is None or not np.array_equal(view.ids, ids):
                try:
                    self._view = self._moved(ids.copy(), fetch)
                except BlockingIOError as error:
                    logger.info("%s: searching what it had written before", error)
                    self._view = view or self._as_it_is()
                    return
            self._generation = generation

    def search(
        self, terms: Sequence[str], k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """Give the k ids of highest BM25 score for any of the terms, best first, ties by id.

        A term given twice counts once, one in no document not at all; a document without any
        of them is never given. With ``allowed`` (sorted), only these ids are; their scores are
        the same as without.
        """
        view = self._view
        if view is None or k < 1 or not terms or not len(view.ids):
            return []
        query, reach = _any_of(terms), k + SPARE
        if allowed is not None:
            reach = math.ceil(1.5 * reach * len(view.ids) / max(1, len(allowed)))
        while True:
            if allowed is not None and reach > HITS_PER_ALLOWED * len(allowed):
                query, allowed, reach = _within(query, allowed), None, k + SPARE
            ids, scores = _hits(view.searcher, query, min(reach, len(view.ids) + 1))
            kept = np.ones(len(ids), bool) if allowed is None else members(ids, allowed)
            if len(ids) < reach or (kept.sum() >= k and scores[kept][k - 1] > scores[-1]):
                return _best(ids[kept], scores[kept], k)
            reach *= 8

    def rarity(self, terms: Iterable[str]) -> dict[str, float]:
        """Give each term's inverse document frequency, as BM25 counts it (above 0)."""
        view = self._view
        if view is None:
            return dict.fromkeys(terms, 0.0)
        return {term: _rarity(view.searcher, term) for term in terms}

    def words(self, prefix: str) -> dict[str, int]:
        """Give the terms that begin with a prefix, each with how many documents hold it.

        In the title or in the body, whichever are more; documents removed since count too.
        """
        found: dict[str, int] = {}
        if view := self._view:
            for field in ("title", "body"):
                for term, having in view.searcher.terms_with_prefix(field, _encodable(prefix)):
                    found[term] = max(having, found.get(term, 0))
        return found

    def _moved(self, ids: Ids, fetch: Fetch) -> _View:
        if self._memory is None:
            try:
                return self._from_folder(ids, fetch)
            except BlockingIOError:
                raise
            except (OSError, ValueError) as error:
                logger.info("%s can't be written: %s", self._folder, error)
        return self._from_copy(ids) or self._from_memory(ids, fetch)

    def _from_folder(self, ids: Ids, fetch: Fetch) -> _View:
        known = self._view or self._as_it_is()
        if known and np.array_equal(known.ids, ids):
            return known
        with locked(self._folder, 0.0 if self._view else WAIT_S):
            return self._written(ids, fetch, check=known is None)

    def _written(self, ids: Ids, fetch: Fetch, check: bool) -> _View:
        index = self._sound(check) or lexical_folder.created(self._folder)
        expected = self._caught_up(index, ids, fetch)
        if index.searcher().num_docs != len(expected):
            # Damage that no checksum covers: that of meta.json.
            logger.warning("%s miscounts its documents and is built anew", self._folder)
            index = lexical_folder.created(self._folder)
            expected = self._caught_up(index, ids, fetch)
        return _View(expected, index.searcher())

    def _caught_up(self, index: tantivy.Index, ids: Ids, fetch: Fetch) -> Ids:
        dead = lexical_folder.deleted(self._folder)
        return lexical_folder.catch_up(index, ids, fetch, dead)

    def _sound(self, check: bool) -> tantivy.Index | None:
        try:
            return lexical_folder.opened(self._folder, check)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            logger.warning("%s can't be used and is built anew: %s", self._folder, error)
            return None

    def _as_it_is(self) -> _View | None:
        """Give what is committed if that can be read without waiting for anybody."""
        with suppress(OSError, ValueError):
            return _view_of(lexical_folder.opened(self._folder, check=True))
        return None

    def _from_copy(self, ids: Ids) -> _View | None:
        """Give the folder's state from a copy, as tantivy needs to write even for reading."""
        with (
            suppress(OSError, ValueError),
            tempfile.TemporaryDirectory(prefix="lexical-") as copy,
        ):
            view = _view_of(lexical_folder.copied(self._folder, Path(copy)))
            return view if np.array_equal(view.ids, ids) else None
        return None

    def _from_memory(self, ids: Ids, fetch: Fetch) -> _View:
        index = self._memory
        if index is None:
            logger.warning("the lexical index is built in memory, for this process only")
            index = tantivy.Index(SCHEMA)
        dead = len(lexical_folder.held_ids(index))  # not told in memory: any removal builds anew
        expected = lexical_folder.catch_up(index, ids, fetch, dead)
        self._memory = index
        return _View(expected, index.searcher())


def _view_of(index: tantivy.Index) -> _View:
    return _View(lexical_folder.held_ids(index), index.searcher())


def _any_of(terms: Iterable[str]) -> tantivy.Query:
    clauses = [
        (tantivy.Occur.Should, _in_field(field, term))
        for term in dict.fromkeys(map(_encodable, terms))
        for field in ("title", "body")
    ]
    return tantivy.Query.boolean_query(clauses)


def _in_field(field: str, term: str) -> tantivy.Query:
    query = tantivy.Query.term_query(SCHEMA, field, term, "freq")
    if field == "title":
        query = tantivy.Query.boost_query(query, TITLE_BOOST)
    return query


def _encodable(term: str) -> str:
    """Replace what UTF-8 can't hold (command lines may), and so no document has."""
    return term.encode("utf-8", "replace").decode("utf-8")


def _within(query: tantivy.Query, allowed: Ids) -> tantivy.Query:
    """Give the query for the allowed ids alone, with the scores unchanged."""
    these = tantivy.Query.term_set_query(SCHEMA, "id", allowed.tolist())
    unscored = tantivy.Query.const_score_query(these, 0.0)
    must = tantivy.Occur.Must
    return tantivy.Query.boolean_query([(must, query), (must, unscored)])


def _hits(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int
) -> tuple[Ids, NDArray[np.float64]]:
    hits = searcher.search(query, limit, count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in hits])
    return np.array(ids, np.int64), np.array([score for score, _ in hits], np.float64)


def _best(ids: Ids, scores: NDArray[np.float64], k: int) -> list[tuple[int, float]]:
    order = np.lexsort((ids, -scores))[:k]
    return list(zip(ids[order].tolist(), scores[order].tolist(), strict=True))


def _rarity(searcher: tantivy.Searcher, term: str) -> float:
    term = _encodable(term)
    having = max(searcher.doc_freq(field, term) for field in ("title", "body"))
    lacking = max(0, searcher.num_docs - having)
    return math.log(1 + (lacking + 0.5) / (having + 0.5))
