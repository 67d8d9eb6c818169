"""What may be searched, as SQL over the places that articles stand in."""

from __future__ import annotations

from collections.abc import Iterable

from retrieval.store.rows import marks
from retrieval.text import fold
from retrieval.types import Filters, Scope

Condition = tuple[str, list[object]]
"""A piece of SQL about a row ``s`` of sources, with the values for its placeholders."""


def publisher_key(name: str) -> str:
    """Give the spelling under which a publisher is stored."""
    return fold(name).strip()


def publisher_keys(name: str) -> tuple[str, str]:
    """Give the spellings that a filter's publisher may be stored under."""
    bare = publisher_key(name).removeprefix("the ")
    return bare, f"the {bare}"


def within(scope: Scope) -> Condition:
    """Give the condition that a place is in one of the collections and passes the filters."""
    filters = scope.filters
    given: list[Condition] = [
        (f"s.collection IN ({marks(scope.collections)})", [*scope.collections])
    ]
    if filters.dated:
        given.append(_dates(filters))
    if filters.publisher:
        given.append(("s.publisher_key IN (?, ?)", [*publisher_keys(filters.publisher)]))
    if filters.path:
        given.append(_path(filters.path))
    return _all(given)


def _dates(filters: Filters) -> Condition:
    bounds: list[Condition] = []
    if filters.since:
        bounds.append(("s.published >= ?", [filters.since.isoformat()]))
    if filters.until:
        bounds.append(("s.published <= ?", [filters.until.isoformat()]))
    sql, values = _all(bounds)
    undated = " OR s.published IS NULL" if filters.undated else ""
    return f"({sql}{undated})", values


def _path(path: str) -> Condition:
    """Give the condition for a path: a folder ends in a slash, a glob has a * or ?."""
    if "*" in path or "?" in path:
        return "glob(?, s.path)", [f"*{path}"]
    return "instr(s.path, ?) > 0", [path]


def _all(conditions: Iterable[Condition]) -> Condition:
    pieces, values = zip(*conditions, strict=True)
    return " AND ".join(pieces), [value for some in values for value in some]
