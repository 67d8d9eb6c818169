"""Articles as JSON: a list or one object, or one object a line, packed by gzip or not."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from retrieval.errors import IngestError
from retrieval.ingest.decode import decode
from retrieval.ingest.language import language_code
from retrieval.ingest.publication import parse_date
from retrieval.types import Draft

_TEXT = ("text", "content", "body")
_PUBLISHER = ("publisher", "source")
_DATE = ("date", "published")
_LONGEST_LINE = 256 << 20
_MOST_PACKED = 100
_SMALL = 16 << 20
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {"str": "string", "int": "number", "float": "number", "dict": "object", "bool": "boolean"}


@dataclass(frozen=True, slots=True)
class Record:
    """One article of a file, or why it can't be one: either ``draft`` or ``failure`` is None.

    ``key`` tells it from the others of its file: "" for a file that is one article, else
    the number of its line or its place in the list, from 1. ``consumed`` is the share of
    the file (0 to 1) that is read when it comes.
    """

    key: str
    draft: Draft | None
    failure: str | None
    consumed: float


def read_json(data: bytes) -> Iterator[Record]:
    """The articles of a list of objects, of ``{"articles": [...]}`` or of one object.

    Raises IngestError when the bytes aren't such JSON as a whole.
    """
    value = _loads(decode(data))
    if isinstance(value, dict) and "articles" not in value:
        yield _record("", value, 1.0)
        return
    items = value["articles"] if isinstance(value, dict) else value
    if not isinstance(items, list):
        raise IngestError(f"must hold an object or a list of objects, not {_kind(items)}")
    if not items:
        raise IngestError("holds an empty list: there is no article in it")
    for number, item in enumerate(items, 1):
        yield _record(str(number), item, number / len(items))


def read_jsonl(data: bytes, *, packed: bool) -> Iterator[Record]:
    """The articles of a file with one JSON object a line; ``packed`` by gzip.

    Raises IngestError, also midway, when packed data is damaged or unpacks to far more
    than articles do.
    """
    source = io.BytesIO(data if packed else decode(data).encode())
    size = source.getbuffer().nbytes
    lines = _unpacked(source, size) if packed else iter(source)
    found = False
    for number, line in enumerate(lines, 1):
        if line.strip():
            found = True
            yield _line_record(str(number), line, min(1.0, source.tell() / size))
    if not found:
        raise IngestError("is empty: there is no article in it")


def _unpacked(source: BinaryIO, size: int) -> Iterator[bytes]:
    most, total = _SMALL + _MOST_PACKED * size, 0
    with gzip.GzipFile(fileobj=source) as unpacked:
        while True:
            try:
                line = unpacked.readline(_LONGEST_LINE)
            except (OSError, EOFError, zlib.error) as error:
                raise IngestError(f"is damaged ({error}): fetch or pack it again") from error
            total += len(line)
            if total > most or len(line) == _LONGEST_LINE:
                raise IngestError(f"unpacks to more than {total:,} bytes: split it up")
            if not line:
                return
            yield line


def _line_record(key: str, line: bytes, consumed: float) -> Record:
    try:
        return _record(key, _loads(decode(line.rstrip(b"\r\n"))), consumed)
    except IngestError as error:
        return Record(key, None, str(error), consumed)


def _record(key: str, value: object, consumed: float) -> Record:
    try:
        return Record(key, _draft(value), None, consumed)
    except IngestError as error:
        return Record(key, None, str(error), consumed)


def _loads(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise IngestError("is nested too deeply to be an article") from error
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if "\n" in text else ""
        place = f"{line}column {error.colno}"
        raise IngestError(f"is not valid JSON: {error.msg} ({place})") from error
    except ValueError as error:
        raise IngestError(f"is not valid JSON: {error}") from error


def _draft(value: object) -> Draft:
    if not isinstance(value, dict):
        raise IngestError(f"must be an object with a 'text', not {_kind(value)}")
    text = _first_string(value, _TEXT)
    if text is None:
        raise IngestError("has no 'text' (nor 'content' or 'body')")
    return Draft(
        text=text,
        id=_id(value.get("id")),
        title=_first_string(value, ("title",)),
        publisher=_first_string(value, _PUBLISHER),
        published=parse_date(_first_string(value, _DATE)),
        language=language_code(_first_string(value, ("language",))),
        url=_first_string(value, ("url",)),
    )


def _first_string(value: dict[str, object], names: tuple[str, ...]) -> str | None:
    """The first of the fields that is there and not null; raises when it isn't a string."""
    for name in names:
        field = value.get(name)
        if isinstance(field, str):
            return _LONE_SURROGATE.sub("\ufffd", field)
        if field is not None:
            raise IngestError(f"{name!r} must be a string, not {_kind(field)}")
    return None


def _id(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise IngestError(f"'id' must be a string or a whole number, not {_kind(value)}")
    return _LONE_SURROGATE.sub("\ufffd", str(value))


def _kind(value: object) -> str:
    """What JSON calls a value, with its article: "a list", "an object", "null"."""
    if value is None:
        return "null"
    name = _KINDS.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
