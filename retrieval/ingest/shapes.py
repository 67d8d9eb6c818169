"""Where the articles stand in a JSON value: in a list, in an answer of an API, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from retrieval.ingest.fields import by_name, has, names

_DEEPEST = 4
_OF_FEEDS = ("items", "item", "entries")


@dataclass(frozen=True, slots=True)
class Shape:
    """The records of a value, unwrapped. ``several``: they stand in a list, however short."""

    records: Sequence[object]
    several: bool = True


def shape_of(value: object) -> Shape | None:
    """Find the records in a value; an object that holds no list of them is one itself.

    None where there is neither an object nor a list.
    """
    found = _list_in(value)
    if found is not None:
        return Shape([_unwrapped(record) for record in found])
    return Shape([_unwrapped(value)], several=False) if isinstance(value, dict) else None


def _list_in(value: object, depth: int = 0) -> Sequence[object] | None:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict) or depth == _DEEPEST:
        return None
    columns = _columns(value)
    if columns is not None or (has(value, "text") and "articles" not in value):
        return columns
    fields = by_name(value)
    for name in names("lists"):
        inner = fields[name][1] if name in fields else None
        if isinstance(inner, dict) or _are_objects(inner):
            found = _list_in(inner, depth + 1)
            if found is not None:
                return _signed(found, value) if name in _OF_FEEDS else found
    return _keyed(value)


def _are_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value[:1])


def _signed(records: Sequence[object], around: Mapping[str, object]) -> Sequence[object]:
    """The records of a feed with its name, for those that name no publisher themselves."""
    feed = around.get("feed")
    title = (feed if isinstance(feed, dict) else around).get("title")
    return [{**one, "feed title": title} if isinstance(one, dict) else one for one in records]


def _columns(value: Mapping[str, object]) -> list[object] | None:
    """The rows of a table that is written column by column, as pandas does."""
    header, rows = value.get("columns"), value.get("data")
    if isinstance(header, list) and isinstance(rows, list):
        named = [str(name) for name in header]
        return [dict(zip(named, row, strict=False)) for row in rows if isinstance(row, list)]
    columns = {name: _cells(cells) for name, cells in value.items()}
    cells = [column for column in columns.values() if column]
    if len(cells) < 2 or len(cells) < len(columns) or not has(value, "text"):
        return None
    return [dict(zip(columns, row, strict=True)) for row in zip_longest(*cells)]


def _cells(column: object) -> list[object] | None:
    if isinstance(column, list):
        return column
    numbered = isinstance(column, dict) and all(str(key).isdecimal() for key in column)
    return list(column.values()) if numbered and isinstance(column, dict) else None


def _keyed(value: Mapping[str, object]) -> list[object] | None:
    """Records that stand in an object by their ids."""
    records = list(value.values())
    whole = all(isinstance(one, dict) for one in records)
    return records if whole and any(has(_unwrapped(one), "text") for one in records) else None


def _unwrapped(record: object) -> object:
    """A record with the fields that stand in an object of their own: "_source", "fields"."""
    if not isinstance(record, dict):
        return record
    fields = by_name(record)
    for name in names("wrappers"):
        written, inner = fields.get(name, ("", None))
        if not isinstance(inner, dict) or not (has(inner, "text") or has(inner, "summary")):
            continue
        if has(inner, "title") or not has(record, "text"):
            return {**inner, **{k: v for k, v in record.items() if k not in inner and k != written}}
    return record
