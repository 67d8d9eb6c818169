"""The indexes of builds in Milvus, two collections each: its passages, and its vocabulary."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from retrieval.engines.atomic import locked
from retrieval.engines.base import (
    NEVER,
    Allowed,
    Bm25,
    Changes,
    Cosine,
    Passages,
    Rankings,
    Vectors,
)
from retrieval.engines.bm25 import rarity
from retrieval.engines.ids import Ids, blocks
from retrieval.engines.milvus import scoping, weights
from retrieval.engines.milvus.passages import LISTS, Rows, ranked
from retrieval.engines.milvus.server import Gone, Server
from retrieval.engines.milvus.vocabulary import State, Vocabulary
from retrieval.errors import IndexUnreachable
from retrieval.types import Scope

PREFIX = "quoth"
WORDS = "words"

BATCH = 1_000
"""Passages sent at a time."""

FORGETTING_S = 5.0
"""How long forgetting waits for another process that writes."""

ALLOWED = 5_000
"""Ids that a filter names at most; more are searched in turns."""

_T = TypeVar("_T")


class MilvusIndex:
    """The passages of one build."""

    def __init__(
        self, server: Server, name: str, dimension: int, allowed: Allowed, lock: Path
    ) -> None:
        self._server = server
        self._rows = Rows(server, name)
        self._vocabulary = Vocabulary(server, f"{name}_{WORDS}")
        self._dimension = dimension
        self.allowed = allowed  # measuring puts a narrower one here
        self._lock_path = lock
        self._lock = threading.RLock()
        self._generation: int | None = None
        self._counted = 0
        self._having: dict[str, int] = {}
        self._unsaved = False

    @property
    def generation(self) -> int:
        """See Index.generation. Raises IndexUnreachable."""
        with self._lock:
            if self._generation is None:
                self._stands_at(self._state())
            assert self._generation is not None
            return self._generation

    def apply(self, changes: Changes) -> None:
        """See Index.apply. Raises IndexUnreachable."""
        with self._lock:
            changes.require_after(self.generation)
            if changes.generation == self.generation:
                return
            with ExitStack() as held:
                try:
                    held.enter_context(locked(self._lock_path, 0))
                except OSError:
                    return  # another process writes, or this one can't write here
                self._take(changes)

    def search(self, vector: Vectors, terms: Sequence[str], scope: Scope, k: int) -> Rankings:
        """See Index.search. Raises IndexUnreachable."""
        if k <= 0 or self.generation == NEVER:
            return Rankings({}, {})
        return self._reading(lambda: self._search(vector, terms, scope, k), Rankings({}, {}))

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """See Index.rarity. Raises IndexUnreachable."""
        having = self._told_of(terms)
        return {term: rarity(self._counted, having.get(term, 0)) for term in terms}

    def words(self, prefix: str) -> dict[str, int]:
        """See Index.words; passages removed since count too. Raises IndexUnreachable."""
        if self.generation == NEVER:
            return {}
        return self._reading(lambda: self._vocabulary.words(prefix), {})

    def count(self) -> int:
        """See Index.count. Raises IndexUnreachable."""
        return 0 if self.generation == NEVER else self._reading(self._rows.count, 0)

    def flush(self) -> None:
        """Note that what was applied last is whole. Raises OSError while another process writes."""
        with self._lock:
            if self._unsaved:
                with locked(self._lock_path, 0):
                    self._rows.flush()
                    self._vocabulary.note(whole=self.generation)
                self._unsaved = False

    def differences(self, generation: int, ids: Ids, passages: Passages) -> list[str]:
        """See Comparable.differences. Raises IndexUnreachable.

        That a file of Milvus Lite can't be read is one: to forget it mends that.
        """
        try:
            return self._differences(generation, ids, passages)
        except IndexUnreachable:
            if not self._server.released():
                raise
            return [f"the Milvus Lite file {self._server.uri} is damaged"]

    def _differences(self, generation: int, ids: Ids, passages: Passages) -> list[str]:
        if self.generation == NEVER:
            return []
        lacking, wrong = self._reading(lambda: self._rows.differences(ids, passages), (0, 0))
        told = {f"holds {wrong:,} passages otherwise than the database": wrong}
        if self.generation == generation:
            others = self.count() + lacking - len(ids)
            told[f"lacks {lacking:,} passages of the database"] = lacking
            told[f"holds {others:,} passages that the database hasn't"] = others
        return [f"the index in Milvus {problem}" for problem, count in told.items() if count]

    def forget(self) -> None:
        """See Comparable.forget. Raises IndexUnreachable.

        A file of Milvus Lite that can't be read is put aside, as others' indexes may be in it.
        """
        with self._lock, locked(self._lock_path, FORGETTING_S):
            try:
                self._vocabulary.drop()
                self._rows.drop()
            except IndexUnreachable:
                if not self._server.put_aside():
                    raise
            self._stands_at(State())

    # Changes --------------------------------------------------------------------------

    def _state(self) -> State:
        return self._vocabulary.state(self._dimension) if self._rows.load() else State()

    def _stands_at(self, state: State, generation: int | None = None) -> None:
        self._generation = state.whole if generation is None else generation
        self._counted = state.passages
        self._having = {}
        self._rows.changed()

    def _take(self, changes: Changes) -> None:
        """Take in changes, unless another process has, or they don't follow what there is."""
        state = self._state()
        if state.whole == changes.generation:
            self._stands_at(state)
        elif changes.complete:
            self._rows.create(self._dimension, len(changes.upserts))
            self._vocabulary.create(self._dimension, changes.generation)
            self._put(changes, State())
        elif state.begun != NEVER and not changes.has_been(state.begun):
            self._stands_at(State())  # what it holds may be of a time that never was
        elif changes.since > (held := max(state.whole, self._own(state))):
            self._stands_at(state, held)
        elif self._rows.outgrown(state.passages, len(changes.upserts)):
            self._stands_at(State())  # all are asked for, and stored in another way
        else:
            self._vocabulary.note(begun=changes.generation)
            self._put(changes, state)

    def _own(self, state: State) -> int:
        """Give the generation that this process has applied, unless something came between."""
        return self.generation if state.begun == self.generation else NEVER

    def _put(self, changes: Changes, state: State) -> None:
        self._rows.delete(changes.deletes)
        counts: Counter[str] = Counter()
        counted = 0
        again = state.begun == changes.generation  # by a process that was killed
        for ids in blocks(changes.upserts, BATCH):
            new, told = self._rows.put(ids, changes.passages, fresh=changes.complete)
            for id, words in told.items():
                if again or id in new:
                    counts.update(words)
                    counted += 1
        self._vocabulary.add(counts, anew=changes.complete)
        total = state.passages + counted
        self._vocabulary.note(passages=total)
        self._stands_at(State(passages=total), changes.generation)
        self._unsaved = True

    # Searching ------------------------------------------------------------------------

    def _search(self, vector: Vectors, terms: Sequence[str], scope: Scope, k: int) -> Rankings:
        filters = self._filters(scope)
        dense = self._rows.nearest(vector, filters, k) if vector.any() else {}
        lexical: dict[int, float] = {}
        if asked := self._asked(terms):
            lexical = self._rows.telling(asked, filters, k)
            lexical |= self._rows.words_of(asked, dense.keys() - lexical)
        dense |= self._rows.vectors_of(vector, lexical.keys() - dense)
        return Rankings(
            {id: Cosine(score) for id, score in ranked(dense)},
            {id: Bm25(score) for id, score in ranked(lexical) if id in dense},
        )

    def _filters(self, scope: Scope) -> list[str]:
        """Give the filters that let a scope's rows through, one after the other."""
        if scope.filters.path and (allowed := self.allowed(scope)) is not None:
            return [scoping.among("id", ids.tolist()) for ids in blocks(allowed, ALLOWED)]
        return [scoping.within(scope)]

    def _asked(self, terms: Sequence[str]) -> dict[int, float]:
        """Give the question's sparse vector; empty where none of its terms is a passage's."""
        if not self._server.sparse:
            return {}
        asked = {term for term in terms if term}
        return weights.of_question(self.rarity(sorted(asked)))

    def _told_of(self, terms: Sequence[str]) -> Mapping[str, int]:
        """Give about how many passages hold each term, once asked remembered."""
        if self.generation == NEVER:
            return {}
        having = self._having
        if lacking := [term for term in terms if term not in having]:
            nothing: dict[str, int] = {}
            having |= self._reading(lambda: self._vocabulary.having(lacking), nothing)
        return having

    def _reading(self, what: Callable[[], _T], nothing: _T) -> _T:
        """Give what is read; nothing while the collections are made, or where they are lost.

        Those that are lost are made anew with the next changes.
        """
        for _ in range(2):
            try:
                return what()
            except Gone:
                if not self._lock.acquire(blocking=False):
                    break  # they are being made
                try:
                    if not self._rows.load():
                        self._stands_at(State())
                        break
                finally:
                    self._lock.release()
        return nothing


class MilvusEngine:
    """The indexes of one data folder in Milvus; ``folder`` holds locks, so that one writes.

    ``uri`` is a server's address, or the path of a file of Milvus Lite, ending in .db.
    """

    def __init__(self, uri: str, folder: Path, token: str = "") -> None:
        self._server = Server(uri, token)
        self._folder = folder

    def open(self, name: str, dimension: int, allowed: Allowed) -> MilvusIndex:
        """See Engine.open. Connects to nothing yet."""
        lock = self._folder / f"milvus-{name}"
        return MilvusIndex(self._server, _collection(name), dimension, allowed, lock)

    def describe(self, name: str) -> str:
        """See Engine.describe."""
        if self._server.is_new:
            return f"by Milvus Lite in {self._server.uri}, which isn't there yet"
        try:
            known = self._server.sparse
            exact = Rows(self._server, _collection(name)).exact()
        except IndexUnreachable:
            return f"by Milvus at {self._server.uri}, which doesn't answer"
        how = "exact" if exact else f"nearly exact ({LISTS[0]})"
        told = f"{how}, by Milvus at {self._server.uri} ({self._server.version})"
        return told if known else f"{told}, without lexical search: that needs Milvus 2.4 or newer"

    def keep(self, names: Collection[str]) -> None:
        """See Engine.keep. Raises IndexUnreachable."""
        databases = {name.rpartition("-")[0] for name in names}
        kept = {_collection(name) for name in names}
        held: list[str] = self._server.call(lambda client: client.list_collections())
        for name in held:
            ours = re.fullmatch(rf"{PREFIX}_(\w+)_(\d+)(?:_{WORDS})?", name)
            if ours and ours[1] in databases and f"{PREFIX}_{ours[1]}_{ours[2]}" not in kept:
                self._server.call(partial(_drop, name=name))
                with suppress(OSError):
                    (self._folder / f"milvus-{ours[1]}-{ours[2]}.lock").unlink()


def _drop(client: Any, name: str) -> None:
    client.drop_collection(name)


def _collection(name: str) -> str:
    """Give the name in Milvus, of letters, digits and underscores."""
    return f"{PREFIX}_{name.replace('-', '_')}"
