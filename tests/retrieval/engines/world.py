"""A made-up database of passages: what an index is told, and what may be found in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

import numpy as np

from retrieval.engines import NEVER, Changes, LexicalDocument
from retrieval.store import Description, Ids, Place, publisher_key, publisher_keys
from retrieval.text import terms
from retrieval.types import Filters, Scope

DIMENSION = 4
SHARED = Scope(("shared",))


def unit(angle: float) -> np.ndarray:
    """Give a unit vector; two of them have the cosine of the difference of their angles."""
    return np.array([np.cos(angle), np.sin(angle), 0, 0], np.float32)


def ids(values: Sequence[int] | set[int]) -> Ids:
    return np.array(sorted(values), np.int64)


@dataclass(frozen=True)
class Made:
    """A passage: its vector, its words and what a scope asks of it."""

    vector: np.ndarray
    title: Sequence[str]
    body: Sequence[str]
    described: Description


def place(
    path: str = "news/a.txt", publisher: str | None = None, published: date | None = None
) -> Place:
    return Place(path, publisher_key(publisher) if publisher else None, published)


def passes(described: Description, scope: Scope) -> bool:
    """Tell whether a passage is in a scope."""
    undated = replace(scope.filters, since=None, until=None)
    told = set(described.years) & set(scope.years)
    return described.collection in scope.collections and any(
        _passes(each, scope.filters) or (bool(told) and _passes(each, undated))
        for each in described.places
    )


def _passes(each: Place, filters: Filters) -> bool:
    if filters.publisher and each.publisher not in publisher_keys(filters):
        return False
    if not _on_path(each.path, filters.path or ""):
        return False
    if not filters.dated:
        return True
    if each.published is None:
        return filters.undated
    since, until = filters.since or date.min, filters.until or date.max
    return since <= each.published <= until


def _on_path(path: str, asked: str) -> bool:
    return fnmatchcase(path, f"*{asked}") if set("*?") & set(asked) else asked in path


class World:
    """The passages, and what happened to them in each generation."""

    def __init__(self) -> None:
        self.held: dict[int, Made] = {}
        self._touched: list[set[int]] = []

    @property
    def generation(self) -> int:
        return len(self._touched)

    def put(
        self,
        id: int,
        text: str = "",
        *,
        title: str = "",
        angle: float | None = None,
        collection: str = "shared",
        places: Sequence[Place] | None = None,
        years: Sequence[int] = (),
    ) -> None:
        """Add a passage (in a generation of its own)."""
        vector = unit(id / 1000 if angle is None else angle)
        described = Description(id, collection, tuple(places or [place()]), tuple(years))
        self.add({id: Made(vector, terms(title), terms(text), described)})

    def add(self, made: dict[int, Made]) -> None:
        """Add some passages in one generation."""
        self.held = self.held | made
        self._touched.append(set(made))

    def move(self, id: int, *places: Place, collection: str | None = None) -> None:
        """Let the article of a passage stand elsewhere."""
        old = self.held[id]
        described = replace(
            old.described, places=places, collection=collection or old.described.collection
        )
        self.held = self.held | {id: replace(old, described=described)}
        self._touched.append({id})

    def drop(self, *gone: int) -> None:
        """Remove some passages in one generation."""
        self.held = {id: made for id, made in self.held.items() if id not in gone}
        self._touched.append(set(gone))

    def changes(self, since: int = NEVER) -> Changes:
        """Give what has changed since a generation; all there is since NEVER."""
        if since == NEVER:
            all = ids(set(self.held))
            return Changes(NEVER, self.generation, all, ids([]), Told(self.held), self.has_been)
        touched = set().union(*self._touched[since:])
        upserts, deletes = touched & set(self.held), touched - set(self.held)
        told = Told(self.held)
        return Changes(since, self.generation, ids(upserts), ids(deletes), told, self.has_been)

    def has_been(self, generation: int) -> bool:
        """Tell whether the world was in a generation."""
        return 0 <= generation <= self.generation

    def allowed(self, scope: Scope) -> Ids:
        """Give the ids of a scope."""
        return ids({id for id, made in self.held.items() if passes(made.described, scope)})


class Told:
    """What an index may read of a state of the world."""

    def __init__(self, held: dict[int, Made]) -> None:
        self._held = held

    def vectors(self, ids: Ids) -> np.ndarray:
        return np.array([self._held[id].vector for id in ids.tolist()], np.float32)

    def documents(self, ids: Ids) -> Iterator[LexicalDocument]:
        for id in ids.tolist():
            yield LexicalDocument(id, self._held[id].title, self._held[id].body)

    def descriptions(self, ids: Ids) -> Iterator[Description]:
        return (self._held[id].described for id in ids.tolist())
