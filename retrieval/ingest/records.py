"""Articles as JSON, in any shape that programs give it, or one object a line, packed or not."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from retrieval.errors import IngestError
from retrieval.ingest.decode import decode
from retrieval.ingest.fields import Ordered, draft_of, kind_of, order_in
from retrieval.ingest.packing import most_unpacked
from retrieval.ingest.shapes import Shape, shape_of
from retrieval.types import Draft

_LONGEST_LINE = 256 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One article of a file, or why it can't be one: without a ``failure`` there is a ``draft``.

    With one there is a draft only where the file names an address that has the text.
    ``key`` tells it from the others of its file: "" for a file that is one article, else
    the number of its line or its place in the list, from 1. ``consumed`` is the share of
    the file (0 to 1) that is read when it comes.
    """

    key: str
    draft: Draft | None
    failure: str | None
    consumed: float


def read_json(data: bytes) -> Iterator[Record]:
    """The articles of a file of JSON, in whatever it packs them (shapes.py), or of JSON Lines.

    Raises IngestError when the bytes aren't such JSON as a whole.
    """
    text = decode(data)
    try:
        value = _loads(text)
    except IngestError:
        if not _is_lines(text):
            raise
        yield from read_jsonl(data, packed=False)
        return
    shape = shape_of(value)
    if shape is None:
        raise IngestError(f"must hold an object or a list of objects, not {kind_of(value)}")
    if not shape.records:
        raise IngestError("holds an empty list: there is no article in it")
    yield from _records(shape)


def read_jsonl(data: bytes, *, packed: bool) -> Iterator[Record]:
    """The articles of a file with one JSON object a line; ``packed`` by gzip.

    Raises IngestError, also midway, when packed data is damaged or unpacks to far more
    than articles do.
    """
    whole = data if packed else decode(data).encode()
    ordered = cache(lambda: order_in(_readable(_lines(whole, packed))))
    found = False
    for number, (line, consumed) in enumerate(_lines(whole, packed), 1):
        if line.strip():
            found = True
            yield _line_record(str(number), line, consumed, ordered)
    if not found:
        raise IngestError("is empty: there is no article in it")


def _records(shape: Shape) -> Iterator[Record]:
    ordered = cache(lambda: order_in(shape.records))
    for number, record in enumerate(shape.records, 1):
        key = str(number) if shape.several else ""
        yield _record(key, record, number / len(shape.records), ordered)


def _is_lines(text: str) -> bool:
    """Whether the first line with something on it is an object for itself."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    try:
        return isinstance(_loads(line), dict)
    except IngestError:
        return False


def _lines(data: bytes, packed: bool) -> Iterator[tuple[bytes, float]]:
    """The lines of a file, each with the share of the file that is read when it comes."""
    source = io.BytesIO(data)
    for line in _unpacked(source, len(data)) if packed else source:
        yield line, min(1.0, source.tell() / len(data))


def _readable(lines: Iterator[tuple[bytes, float]]) -> Iterator[object]:
    """What the lines hold, as far as they can be read."""
    with suppress(IngestError):
        for line, _ in lines:
            with suppress(IngestError):
                yield _loads(decode(line.rstrip(b"\r\n")))


def _unpacked(source: BinaryIO, size: int) -> Iterator[bytes]:
    most, total = most_unpacked(size), 0
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


def _line_record(key: str, line: bytes, consumed: float, ordered: Ordered) -> Record:
    try:
        value = _loads(decode(line.rstrip(b"\r\n")))
    except IngestError as error:
        return Record(key, None, str(error), consumed)
    shape = shape_of(value)
    alone = shape is not None and len(shape.records) == 1
    return _record(key, shape.records[0] if shape and alone else value, consumed, ordered)


def _record(key: str, value: object, consumed: float, ordered: Ordered) -> Record:
    try:
        if not isinstance(value, dict):
            raise IngestError(f"must be an object with a 'text', not {kind_of(value)}")
        return Record(key, draft_of(value, ordered), None, consumed)
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
