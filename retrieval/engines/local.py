"""The engine that ships: FAISS and tantivy in this process, their files in the data folder.

Each build has two, named for it, and they move apart from each other: either may be missing,
damaged or behind, and is then made again from the database.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np

from retrieval.engines import comparing, segment_files
from retrieval.engines.atomic import lock_of, locked
from retrieval.engines.base import Allowed, Bm25, Changes, Cosine, Passages, Rankings, Vectors
from retrieval.engines.ids import Ids
from retrieval.engines.lexical import LexicalIndex
from retrieval.engines.vectors import VectorIndex
from retrieval.types import Scope

VECTORS, LEXICAL = "vectors", "lexical"

WAIT_S = 5.0
"""How long forgetting waits for another process that writes."""

Found = tuple[int, float]


class LocalIndex:
    """The two indexes of one build, as one."""

    def __init__(self, folder: Path, name: str, dimension: int, allowed: Allowed) -> None:
        self._paths = folder / f"{VECTORS}-{name}", folder / f"{LEXICAL}-{name}"
        self._dimension = dimension
        self.allowed = allowed  # measuring puts a narrower one here
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        vectors, lexical = self._paths
        self._vectors = VectorIndex(vectors, self._dimension)
        self._lexical = LexicalIndex(lexical)

    @property
    def generation(self) -> int:
        """See Index.generation: that of the one which is behind."""
        return min(self._vectors.generation, self._lexical.generation)

    def apply(self, changes: Changes) -> None:
        """See Index.apply."""
        with self._lock:
            changes.require_after(self.generation)
            if changes.complete:
                self._take_all(changes)
            else:
                self._take(changes)

    def _take_all(self, told: Changes) -> None:
        anew = not told.has_been(self._vectors.generation)
        self._vectors.sync(told.generation, told.upserts, told.passages.vectors, anew=anew)
        self._lexical.sync(told.generation, told.upserts, told.passages.documents, told.has_been)

    def _take(self, told: Changes) -> None:
        upserts, deletes = told.upserts, told.deletes
        self._vectors.change(told.generation, upserts, deletes, told.passages.vectors)
        self._lexical.change(
            *(told.since, told.generation, upserts, deletes),
            told.passages.documents,
            told.has_been,
        )

    def search(self, vector: Vectors, terms: Sequence[str], scope: Scope, k: int) -> Rankings:
        """See Index.search."""
        allowed = self.allowed(scope)
        nearest = self._vectors.search(vector, k, allowed)
        telling = self._lexical.search(terms, k, allowed)
        dense = _completed(nearest, telling, partial(self._vectors.search, vector))
        lexical = _completed(telling, nearest, partial(self._lexical.search, terms))
        cosines = {id: Cosine(score) for id, score in dense}
        return Rankings(cosines, {id: Bm25(score) for id, score in lexical if id in cosines})

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """See Index.rarity."""
        return self._lexical.rarity(terms)

    def words(self, prefix: str) -> dict[str, int]:
        """See Index.words."""
        return self._lexical.words(prefix)

    def count(self) -> int:
        """See Index.count."""
        return len(self._vectors)

    def differences(self, generation: int, ids: Ids, passages: Passages) -> list[str]:
        """See Comparable.differences: the files are compared, not what is held in memory."""
        vectors, lexical = self._paths
        return [
            *comparing.vector_problems(vectors, self._dimension, generation, ids, passages),
            *comparing.lexical_problems(lexical, generation, ids, passages),
        ]

    def forget(self) -> None:
        """See Comparable.forget."""
        vectors, lexical = self._paths
        with self._lock, locked(vectors, WAIT_S), locked(lexical, WAIT_S):
            for path in vectors.parent.glob(f"{vectors.name}.*"):
                if path != lock_of(vectors):
                    path.unlink(missing_ok=True)
            if lexical.exists():
                shutil.rmtree(lexical)
            self._begin()

    def flush(self) -> None:
        """Write the vectors to their file (the terms are written as they come)."""
        self._vectors.save()


class LocalEngine:
    """The indexes in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str, dimension: int, allowed: Allowed) -> LocalIndex:
        """See Engine.open. Reads nothing yet."""
        with suppress(OSError):  # told when something is written there
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return LocalIndex(self._folder, name, dimension, allowed)

    def describe(self, name: str) -> str:
        """See Engine.describe."""
        lists = segment_files.lists(self._folder / f"{VECTORS}-{name}")
        if not lists:
            return "exact"
        return f"nearly exact: of the lists that vectors are sorted into, {lists} are read"

    def keep(self, names: Collection[str]) -> None:
        """Delete the files of all indexes but these; a folder is one database's.

        What can't be deleted now is left for the next time.
        """
        kept = {f"{kind}-{name}" for kind in (VECTORS, LEXICAL) for name in names}
        for path in self._folder.iterdir():
            index = path.name.removeprefix(".").split(".")[0]
            if index in kept or not index.startswith((f"{VECTORS}-", f"{LEXICAL}-")):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()


def _completed(
    found: Sequence[Found], others: Sequence[Found], search: Callable[[int, Ids], Sequence[Found]]
) -> list[Found]:
    """Give what was found, and the scores of what only others found, the best first."""
    lacking = {id for id, _ in others} - {id for id, _ in found}
    scored = search(len(lacking), np.array(sorted(lacking), np.int64))
    return sorted((*found, *scored), key=lambda each: (-each[1], each[0]))
