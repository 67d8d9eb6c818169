"""What may be searched, as SQL over the places that articles stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher

from retrieval.store.rows import marks
from retrieval.text import fold
from retrieval.types import Filters, Scope

_SITE = re.compile(
    r"(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)*?)(?:\.(?:com?|org|net|gov|edu|ac))?\.[a-z]{2,}/?"
)
_NO_LETTERS = re.compile(r"[\W_]+")
_NAMED = 3

Condition = tuple[str, list[object]]
"""A piece of SQL about a row ``s`` of sources, with the values for its placeholders."""


def publisher_key(name: str) -> str:
    """Give the spelling under which a publisher is stored."""
    return fold(name).strip()


def publisher_keys(filters: Filters) -> tuple[str, ...]:
    """Give the spellings that a filter's publisher may be stored under."""
    bare = publisher_key(filters.publisher or "").removeprefix("the ")
    return filters.spellings or (bare, f"the {bare}")


def spelled(filters: Filters, publishers: Iterable[str]) -> Filters:
    """Give filters with all spellings of their publisher among those of a library."""
    asked = _bare(filters.publisher or "")
    same = {publisher_key(each) for each in publishers if _bare(each) == asked}
    return replace(filters, spellings=tuple(sorted(same)))


def nearest_publishers(name: str, publishers: Iterable[str]) -> tuple[str, ...]:
    """Give the publishers of a library whose names are most like one, the likest first."""
    like = SequenceMatcher(b=_bare(name), autojunk=False)

    def likeness(each: str) -> float:
        like.set_seq1(_bare(each))
        return like.ratio()

    return tuple(sorted(publishers, key=likeness, reverse=True)[:_NAMED])


def _bare(name: str) -> str:
    """Give what "The Coast Desk", "CoastDesk" and "www.coastdesk.co.uk" have in common."""
    key = publisher_key(name)
    site = _SITE.fullmatch(key)
    letters = _NO_LETTERS.sub("", site[1] if site else key)
    return letters.removeprefix("the") or letters or key


def within(scope: Scope) -> Condition:
    """Give the condition that a place is in one of the collections and passes the filters."""
    filters = scope.filters
    given: list[Condition] = [
        (f"s.collection IN ({marks(scope.collections)})", [*scope.collections])
    ]
    if filters.dated:
        given.append(_dates(filters))
    if filters.publisher:
        keys = publisher_keys(filters)
        given.append((f"s.publisher_key IN ({marks(keys)})", [*keys]))
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
