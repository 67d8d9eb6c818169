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
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from retrieval.engines import lexical_folder
from retrieval.engines.atomic import locked
from retrieval.engines.base import NEVER
from retrieval.engines.bm25 import TITLE_BOOST, rarity
from retrieval.engines.ids import Ids, members, minus
from retrieval.engines.lexical_folder import SCHEMA, UNTOLD, Fetch
from retrieval.errors import shortage

WAIT_S = 5.0
"""How long a first sync waits for another process that writes; later ones don't wait."""

SPARE = 16
"""Hits asked for beyond k, so that a tie for the last place seldom needs a second search."""

HITS_PER_ALLOWED = 4
"""Hits that cost as much as one id in a filter, about (measured at 50,000 and 200,000)."""

HasBeen = Callable[[int], bool]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Move:
    """A way to a generation: ``differ`` gives what is to go and to come, from ``since`` on."""

    generation: int
    since: int
    differ: Callable[[tantivy.Index], tuple[Ids, Ids]]
    fetch: Fetch
    has_been: HasBeen


class LexicalIndex:
    """The terms of passages, in one folder (or in memory where that can't be written).

    All processes that use a folder write to it, each what it is told that another hasn't yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = False
        self._checked = False
        self._generation = NEVER
        self._seen = NEVER
        self._searcher: tantivy.Searcher | None = None
        self._memory: tantivy.Index | None = None
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        """The generation that it stands at, read from the folder at first; NEVER for none."""
        with self._lock:
            self._open()
            return self._generation

    @property
    def ids(self) -> Ids:
        """The ids held, growing."""
        searcher = self._searcher
        return lexical_folder.held_ids(searcher) if searcher else np.empty(0, np.int64)

    def sync(
        self, generation: int, ids: Ids, fetch: Fetch, has_been: HasBeen = lambda _: True
    ) -> None:
        """Hold exactly ``ids`` (growing).

        ``fetch`` gives the documents of some ids, in any order. What was indexed at a generation
        that never has been is forgotten first. While another process writes, the generation
        stays and searches go on with what is there, so sync again later. Raises whatever
        ``fetch`` raises.
        """

        def differ(index: tantivy.Index) -> tuple[Ids, Ids]:
            held = lexical_folder.held_ids(index.searcher())
            return minus(held, ids), minus(ids, held)

        with self._lock:
            self._move(_Move(generation, NEVER, differ, fetch, has_been))

    def change(
        self,
        since: int,
        generation: int,
        upserts: Ids,
        deletes: Ids,
        fetch: Fetch,
        has_been: HasBeen,
    ) -> None:
        """Hold ``upserts`` besides, and no ``deletes`` (both growing), as ``sync`` does.

        Stands at NEVER afterwards if what is there doesn't reach the generation ``since``.
        """

        def differ(index: tantivy.Index) -> tuple[Ids, Ids]:
            held = lexical_folder.held_of(index, np.union1d(upserts, deletes))
            return np.intersect1d(deletes, held), minus(upserts, held)

        with self._lock:
            self._move(_Move(generation, since, differ, fetch, has_been))

    def search(
        self, terms: Sequence[str], k: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """Give the k ids of highest BM25 score for any of the terms, best first, ties by id.

        A term given twice counts once, one in no document not at all; a document without any
        of them is never given. With ``allowed`` (sorted), only these ids are; their scores are
        the same as without.
        """
        searcher = self._searcher
        if searcher is None or k < 1 or not terms or not searcher.num_docs:
            return []
        query, reach, count = _any_of(terms), k + SPARE, searcher.num_docs
        if allowed is not None:
            reach = math.ceil(1.5 * reach * count / max(1, len(allowed)))
        while True:
            if allowed is not None and reach > HITS_PER_ALLOWED * len(allowed):
                query, allowed, reach = _within(query, allowed), None, k + SPARE
            ids, scores = _hits(searcher, query, min(reach, count + 1))
            kept = np.ones(len(ids), bool) if allowed is None else members(ids, allowed)
            if len(ids) < reach or (kept.sum() >= k and scores[kept][k - 1] > scores[-1]):
                return _best(ids[kept], scores[kept], k)
            reach *= 8

    def rarity(self, terms: Iterable[str]) -> dict[str, float]:
        """Give each term's inverse document frequency, as BM25 counts it (above 0)."""
        searcher = self._searcher
        if searcher is None:
            return dict.fromkeys(terms, 0.0)
        return {term: _rarity(searcher, term) for term in terms}

    def words(self, prefix: str) -> dict[str, int]:
        """Give the terms that begin with a prefix, each with how many documents hold it.

        In the title or in the body, whichever are more; documents removed since count too.
        """
        found: dict[str, int] = {}
        if searcher := self._searcher:
            for field in ("title", "body"):
                for term, having in searcher.terms_with_prefix(field, encodable(prefix)):
                    found[term] = max(having, found.get(term, 0))
        return found

    def _open(self) -> None:
        """Take what lies in the folder, if that can be read without waiting for anybody."""
        if self._read:
            return
        self._read = True
        with suppress(OSError, ValueError):
            self._seen = lexical_folder.generation(self._folder)
            self._searcher = lexical_folder.searcher(self._folder)
            self._checked = True
            self._generation = max(self._seen, NEVER)

    def _move(self, move: _Move) -> None:
        self._open()
        if self._generation == move.generation:
            return
        try:
            if self._memory is None:
                self._in_folder(move)
            else:
                self._in_memory(self._memory, move)
        except BlockingIOError as error:
            logger.info("%s: searching what it had written before", error)
        except (OSError, ValueError) as error:
            if shortage(error):
                raise
            logger.info("%s can't be written: %s", self._folder, error)
            if move.since == NEVER:
                logger.warning("the lexical index is built in memory, for this process only")
                self._in_memory(tantivy.Index(SCHEMA), move)
            else:
                self._generation = NEVER

    def _in_folder(self, move: _Move) -> None:
        with locked(self._folder, 0.0 if self._searcher else WAIT_S):
            index, stands = self._sound()
            if index is None or stands != move.generation:
                index = self._written(index, stands, move)
            self._searcher = index.searcher()
            self._seen = self._generation = move.generation

    def _written(self, index: tantivy.Index | None, stands: int, move: _Move) -> tantivy.Index:
        known = stands != NEVER and (stands == UNTOLD or move.has_been(stands))
        if index and not known and stands not in (NEVER, self._seen):
            self._seen = stands
            raise BlockingIOError(f"another process knows more of {self._folder}")
        if move.since != NEVER and (not known or stands < move.since):
            self._generation = NEVER
            raise BlockingIOError(f"{self._folder} is behind")
        if index is None or not known:
            if index:
                logger.warning("%s is of another history and is built anew", self._folder)
            index, stands = lexical_folder.created(self._folder), NEVER
        gone, new = move.differ(index)
        lexical_folder.begin(self._folder, stands)
        dead = lexical_folder.deleted(self._folder)
        lexical_folder.change(index, gone, new, move.fetch, dead)
        lexical_folder.end(self._folder, move.generation)
        return index

    def _sound(self) -> tuple[tantivy.Index | None, int]:
        try:
            stands = lexical_folder.generation(self._folder)
            index = lexical_folder.opened(self._folder, check=not self._checked)
            self._checked = True
            return index, stands
        except FileNotFoundError:
            return None, NEVER
        except (OSError, ValueError) as error:
            if shortage(error):
                raise
            logger.warning("%s can't be used and is built anew: %s", self._folder, error)
            return None, NEVER

    def _in_memory(self, index: tantivy.Index, move: _Move) -> None:
        gone, new = move.differ(index)
        dead = index.searcher().num_docs  # not told in memory: any removal builds anew
        lexical_folder.change(index, gone, new, move.fetch, dead)
        self._memory, self._searcher = index, index.searcher()
        self._generation = move.generation


def _any_of(terms: Iterable[str]) -> tantivy.Query:
    clauses = [
        (tantivy.Occur.Should, _in_field(field, term))
        for term in dict.fromkeys(map(encodable, terms))
        for field in ("title", "body")
    ]
    return tantivy.Query.boolean_query(clauses)


def _in_field(field: str, term: str) -> tantivy.Query:
    query = tantivy.Query.term_query(SCHEMA, field, term, "freq")
    if field == "title":
        query = tantivy.Query.boost_query(query, TITLE_BOOST)
    return query


def encodable(term: str) -> str:
    """Replace what UTF-8 can't hold (command lines may), and so no document has."""
    return term.encode("utf-8", "replace").decode("utf-8")


def _within(query: tantivy.Query, allowed: Ids) -> tantivy.Query:
    """Give the query for the allowed ids alone, with the scores unchanged."""
    # One by one: a set of ids took tantivy half as long again, at 1,000,000 passages.
    each = (tantivy.Query.term_query(SCHEMA, "id", id) for id in allowed.tolist())
    these = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in each])
    unscored, must = tantivy.Query.const_score_query(these, 0.0), tantivy.Occur.Must
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
    term = encodable(term)
    having = max(searcher.doc_freq(field, term) for field in ("title", "body"))
    return rarity(searcher.num_docs, having)
