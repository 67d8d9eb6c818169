"""What a scope asks of a passage, as rows of Milvus and as a filter over them.

A row is a passage at one of its places, as a scope wants one place to pass all of its filters:
places that differ in nothing but the path are one. Paths aren't kept: no version of Milvus
compares them as exactly as the database, which lies beside and gives the ids of a path's passages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b

from retrieval.engines.ids import Ids
from retrieval.store import Description, publisher_keys
from retrieval.types import Filters, Scope

SLOTS = 1 << 10
"""Rows that a passage may have: its articles may stand under so many publishers and days."""

KEY_LENGTH = 32
UNDATED = 0

Place = tuple[str, int]
"""A publisher's key and a day."""


def key(name: str) -> str:
    """Give the digest that stands for a name: nothing in it can be taken for a filter's words."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=KEY_LENGTH // 2).hexdigest()


def day(told: date | None) -> int:
    """Give a day as a number that grows: 20220406."""
    return UNDATED if told is None else told.year * 10_000 + told.month * 100 + told.day


def places(told: Description) -> list[Place]:
    """Give the places that a passage stands in, each once."""
    found = {(key(each.publisher or ""), day(each.published)) for each in told.places}
    return sorted(found)[:SLOTS]


def row(id: int, slot: int = 0) -> int:
    """Give the primary key of a passage at one of its places."""
    return id * SLOTS + slot


def among(field: str, ids: Ids | Iterable[int]) -> str:
    """Give the filter for rows whose number is one of these."""
    return f"{field} in [{','.join(map(str, ids))}]"


def within(scope: Scope) -> str:
    """Give the filter that lets a scope's rows through, its path left aside."""
    return " and ".join(_conditions(scope))


def _conditions(scope: Scope) -> Iterator[str]:
    yield _one_of("collection", scope.collections)
    filters = scope.filters
    if filters.publisher:
        yield _one_of("publisher", publisher_keys(filters))
    if filters.dated:
        yield f"({' or '.join(_times(filters, scope.years))})"


def _times(filters: Filters, years: Iterable[int]) -> Iterator[str]:
    first, last = filters.since or date.min, filters.until or date.max
    yield f"(day >= {day(first)} and day <= {day(last)})"
    if filters.undated:
        yield f"day == {UNDATED}"
    if told := sorted(set(years)):
        yield f"array_contains_any(years, {told})"


def _one_of(field: str, names: Iterable[str]) -> str:
    quoted = ", ".join(f'"{key(name)}"' for name in names)
    return f"{field} in [{quoted}]"
