"""What a record tells of its article, whatever its fields are called.

The names are data (fields.toml). JSON, front matter and tables are all read through this.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from retrieval.errors import IngestError
from retrieval.ingest.language import language_code
from retrieval.ingest.markup import plain
from retrieval.ingest.publication import Order, is_ambiguous, order_of, parse_date, readings
from retrieval.types import Draft

Fields = Mapping[str, object]
"""What a record holds, by the names that it uses."""

Ordered = Callable[[], Order | None]
"""Tells whether the dates of the record's file have their day first; asked only in doubt."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"(?:https?:)?//\S+", re.I)
_CUT_MARK = re.compile(r"\[\+?\d{1,9} chars\]\s{0,9}\Z")
_KINDS = {"str": "string", "int": "number", "float": "number", "dict": "object", "bool": "boolean"}
_PLACEHOLDERS = frozenset(
    ("only available in paid plans", "[removed]", "[deleted]", "null", "none")
)
"""What services write where they keep a text to themselves."""

_NOTHING = frozenset(("", "-", "none", "null", "nan", "nat", "n/a", "unknown"))
_LONGEST_TOLD = 60

_DEEPEST = 3
_MOST_NAMES = 8

Told = tuple[str, object]
"""A field's name as its record writes it, and what stands in it."""


@cache
def names(kind: str) -> tuple[str, ...]:
    """The names of a kind of field, the likeliest first; see fields.toml."""
    text = Path(__file__).with_name("fields.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)[kind].split())


def by_name(record: Fields) -> dict[str, Told]:
    """The fields that hold something, by their names as fields.toml writes them.

    Of two that are one name there ("pub_date" and "pubDate") the first counts.
    """
    found: dict[str, Told] = {}
    for name, value in record.items():
        if not (value is None or value == "" or value != value):  # pandas writes NaN for nothing
            found.setdefault(re.sub(r"[\W_]+", "", str(name).casefold()), (str(name), value))
    return found


def has(record: object, kind: str) -> bool:
    """Whether a record has a field of a kind with something in it."""
    return isinstance(record, dict) and not by_name(record).keys().isdisjoint(names(kind))


def draft_of(record: Fields, ordered: Ordered = lambda: None, *, text: str | None = None) -> Draft:
    """The article that a record tells of, its text too unless that is given.

    HTML in its fields is turned into text. A date or title that can't be read is left out
    with a note. Raises IngestError, naming the field, where there is no text or no right id.
    """
    fields = by_name(record)
    notes: list[str] = []
    return Draft(
        text=_text(fields) if text is None else text,
        id=_id(fields),
        title=_line(fields, "title", notes),
        publisher=_line(fields, "publisher", notes),
        published=_published(fields, ordered, notes),
        language=_language(fields),
        url=_url(fields),
        notes=tuple(notes),
    )


def order_in(records: Iterable[object]) -> Order | None:
    """Whether records write the day of a date first, as far as one of theirs proves it."""
    return order_of(value for record in records for value in _strings(record))


def kind_of(value: object) -> str:
    """What JSON calls a value, with its article: "a list", "an object", "null"."""
    if value is None:
        return "null"
    name = _KINDS.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _strings(value: object) -> Iterator[str]:
    """The short strings of a record, those of the objects within it too."""
    for inner in value.values() if isinstance(value, dict) else ():
        if isinstance(inner, str):
            yield inner
        else:
            yield from _strings(inner)


def _values(fields: Mapping[str, Told], kind: str) -> Iterator[Told]:
    """What the fields of a kind hold, the likeliest first; of a list, its first item."""
    for name in names(kind):
        if name in fields:
            yield _inner(*fields[name])


def _inner(name: str, value: object, depth: int = 0) -> Told:
    """What an object is about: its "name", its "rendered" text, its "$date"."""
    if isinstance(value, list) and value and not isinstance(value[0], int):
        return _inner(name, value[0], depth + 1) if depth < _DEEPEST else (name, value)
    if isinstance(value, dict) and depth < _DEEPEST:
        within = by_name(value)
        for key in names("inner"):
            if key in within:
                return _inner(name, within[key][1], depth + 1)
    return name, value


def _text(fields: Mapping[str, Told]) -> str:
    blank: str | None = None
    wrong = ""
    for name in (*names("text"), *names("summary")):
        if name not in fields:
            continue
        written, value = fields[name]
        words = _paragraphs(value)
        if words is None:
            wrong = wrong or f"{written!r} must be a string, not {kind_of(value)}"
        elif words.strip():
            return words
        else:
            blank = words
    if wrong:
        raise IngestError(wrong)
    if blank is None:
        told = ", ".join(repr(written) for written, _ in list(fields.values())[:_MOST_NAMES])
        has = f": its fields are {told}" if told else ""
        raise IngestError(f"has no 'text' (nor 'content', 'body' or another name for it){has}")
    return blank


def _paragraphs(value: object, depth: int = 0) -> str | None:
    """The words of a text, of a list of its paragraphs, or of an object around them."""
    if isinstance(value, str):
        words = plain(_LONE_SURROGATE.sub("\ufffd", value))
        if cut := _CUT_MARK.search(words, max(0, len(words) - 40)):
            words = words[: cut.start()].rstrip()
        return "" if words.strip().casefold() in _PLACEHOLDERS else words
    if depth == _DEEPEST:
        return None
    if isinstance(value, list):
        parts = [_paragraphs(item, depth + 1) for item in value]
        return "\n\n".join(filter(None, parts)) if any(parts) else None
    if isinstance(value, dict):
        within = by_name(value)
        held = (within[key][1] for key in (*names("inner"), *names("text")) if key in within)
        return next(filter(None, (_paragraphs(one, depth + 1) for one in held)), None)
    return None


def _line(fields: Mapping[str, Told], kind: str, notes: list[str]) -> str | None:
    """The first of a kind of fields that holds words and no address."""
    wrong = None
    for name, value in _values(fields, kind):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            wrong = wrong or f"{name!r} is {kind_of(value)} and was left out: make it a string"
            continue
        words = plain(_LONE_SURROGATE.sub("\ufffd", str(value))).strip()
        if words and not _ADDRESS.match(words) and words.casefold() not in _PLACEHOLDERS:
            return words
    if wrong:
        notes.append(wrong)
    return None


def _published(fields: Mapping[str, Told], ordered: Ordered, notes: list[str]) -> date | None:
    doubt = None
    for name, value in _values(fields, "published"):
        if isinstance(value, list):
            value = "-".join(map(str, value[:3]))
        order = ordered() if is_ambiguous(value) else None
        found = parse_date(value, order)
        if found:
            return found
        if value and not (isinstance(value, str) and value.strip().casefold() in _NOTHING):
            doubt = doubt or _doubt(name, value)
    if doubt:
        notes.append(doubt)
    return None


def _doubt(name: str, value: object) -> str:
    told = value if isinstance(value, str | int | float) else kind_of(value)
    if isinstance(value, str) and is_ambiguous(value):
        one, other = readings(value)
        return f"{name!r} is “{told}”, {one} or {other}: left undated, write it so"
    shown = str(told)[:_LONGEST_TOLD]
    return f"{name!r} is “{shown}”, no date that can be read: write it like 2024-05-31"


def _language(fields: Mapping[str, Told]) -> str | None:
    return next(filter(None, (language_code(v) for _, v in _values(fields, "language"))), None)


def _url(fields: Mapping[str, Told]) -> str | None:
    found = [value for _, value in _values(fields, "url") if isinstance(value, str)]
    told = next((value for value in found if _ADDRESS.fullmatch(value)), None)
    return told or (str(fields["url"][1]) if "url" in fields and found else None)


def _id(fields: Mapping[str, Told]) -> str | None:
    for name, value in _values(fields, "id"):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise IngestError(f"{name!r} must be a string or a whole number, not {kind_of(value)}")
        if str(value).strip():
            return _LONE_SURROGATE.sub("\ufffd", str(value))
    return None
