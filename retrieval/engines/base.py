"""The search port: what an index of passages does, wherever it lives.

The database is the truth and an index follows it: it is told of changes, finds ids, and may
be thrown away at any time. Passages go by their ids (int64, from the database). What an id
stands for never changes in its words and its vector (a passage that is cut anew gets a new
id), while the places that its article stands in come and go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NewType, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retrieval.engines.ids import Ids
from retrieval.store import Description
from retrieval.types import Scope

Vectors = NDArray[np.float32]

Cosine = NewType("Cosine", float)
"""A dense score, -1 to 1."""

Bm25 = NewType("Bm25", float)
"""A lexical score, above 0: BM25, or what an engine has in its place."""

Allowed = Callable[[Scope], Ids | None]
"""Gives the ids of a scope's passages, growing; None means all. For an engine beside the
database; one elsewhere filters by what ``Passages.descriptions`` tells."""

NEVER = -1
"""The generation of an index that holds nothing yet, or can't tell what it holds."""


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """The terms of one passage, indexed as they are; a term is a string without spaces."""

    id: int
    title: Sequence[str]
    body: Sequence[str]


class Passages(Protocol):
    """Gives what an index stores of passages, as long as the call lasts that was given it."""

    def vectors(self, ids: Ids) -> Vectors:
        """The unit vectors in the order of the ids, shape (len(ids), dimension)."""

    def documents(self, ids: Ids) -> Iterable[LexicalDocument]:
        """The folded terms, in any order; an id that is gone is left out."""

    def descriptions(self, ids: Ids) -> Iterable[Description]:
        """What a Scope asks, in any order; an id that is gone is left out."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What leads an index from one generation of the database to another.

    ``upserts`` (growing) are new, or their places have changed; ``deletes`` (growing) are gone.
    Applying them twice, or to an index that already knows some, does no harm. From NEVER, the
    upserts are all there is, and whatever else an index holds is to go. ``passages`` tells of
    the upserts, and of any other id that is held after them.
    """

    since: int
    generation: int
    upserts: Ids
    deletes: Ids
    passages: Passages
    has_been: Callable[[int], bool]
    """Tells whether the database ever stood at a generation. What an index held then still
    stands for the same, and may be kept when all there is comes."""

    @property
    def complete(self) -> bool:
        return self.since == NEVER

    def require_after(self, generation: int) -> None:
        """Raise ValueError where an index that stands at a generation lacks some before these."""
        if self.since > generation:
            raise ValueError(f"changes since generation {self.since} don't follow {generation}")

    def result(self, held: Ids) -> Ids:
        """Give the ids (growing) that are held afterwards by what now holds some."""
        if self.complete:
            return self.upserts
        return np.union1d(np.setdiff1d(held, self.deletes, assume_unique=True), self.upserts)


@dataclass(frozen=True, slots=True)
class Rankings:
    """The passages proposed by either kind of score, under both; the best first, ties by id.

    What holds none of the terms has no lexical score; an engine without lexical search gives
    none at all. What has one has a dense one too, also while the index changes.
    """

    dense: Mapping[int, Cosine]
    lexical: Mapping[int, Bm25]


class Index(Protocol):
    """The passages of one build. All methods may be called from several threads."""

    @property
    def generation(self) -> int:
        """The generation of the last changes that were taken in whole; NEVER before."""

    def apply(self, changes: Changes) -> None:
        """Take in changes; searches meanwhile see what was held before, or part of the new.

        An index that can't take them now (another process is writing) goes on with what it
        has and keeps its generation, so that it is given them again. One that is killed
        between ``apply`` and ``flush`` may have lost them, and then tells an older generation.
        Raises ValueError for changes since a later generation than it stands at.
        """

    def search(self, vector: Vectors, terms: Sequence[str], scope: Scope, k: int) -> Rankings:
        """Give the passages of the k best dense and the k best lexical scores in the scope.

        ``vector`` has length 1 and shape (dimension,); ``terms`` are folded as documents are.
        A term given twice counts once. A scope is exact, however little is in it.
        """

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """Give each term's inverse document frequency, as BM25 counts it (above 0).

        Equal numbers for all of them where that isn't known.
        """

    def words(self, prefix: str) -> Mapping[str, int]:
        """Give the terms that begin with a prefix, each with about how many passages hold it.

        They are those of all collections. Nothing where they aren't known.
        """

    def count(self) -> int:
        """Give how many passages are held."""

    def flush(self) -> None:
        """Make what was applied last. Raises OSError where it can't be written."""


@runtime_checkable
class Comparable(Protocol):
    """An index that can be compared with the database, as one in files should be."""

    def differences(self, generation: int, ids: Ids, passages: Passages) -> list[str]:
        """Tell in words what is kept otherwise than the database has it, nothing if all is sound.

        ``ids`` (growing) are the passages of this generation.
        """

    def forget(self) -> None:
        """Delete what is kept: all is to be applied again. Raises OSError."""


class Engine(Protocol):
    """Where indexes live: one of each build, by a name that no other build has."""

    def open(self, name: str, dimension: int, allowed: Allowed) -> Index:
        """Give the index of a name, new or as it was left; reading it may wait for ``apply``.

        A name is that of the database, a hyphen and the number of the build.
        """

    def describe(self, name: str) -> str:
        """Tell in a few words how the index of a name finds vectors, without opening it."""

    def keep(self, names: Collection[str]) -> None:
        """Delete all other indexes of the database that these names tell."""
