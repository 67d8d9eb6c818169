"""Tables (.csv, .tsv): a row an article where a column holds texts, else one article of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, zip_longest

from retrieval.errors import IngestError
from retrieval.ingest.decode import decode
from retrieval.ingest.fields import Ordered, draft_of, has, order_in
from retrieval.ingest.records import Record
from retrieval.types import Draft

_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 50
_WORDS = (("text", 4), ("summary", 8), ("", 35))
"""How many words the cells of a column must have on average to be articles' texts: fewer where
it is called so. An “article” at 3 euros is none."""

_UNCLOSED = "has a quotation mark that doesn't close: put it in, and double those within a cell"

Row = list[str]


def read_csv(data: bytes) -> Iterator[Record]:
    """The articles of a table; what stands between the cells is found out.

    The first row tells of the columns by the names that a JSON record's fields have. Raises
    IngestError when there is nothing in it, or its quotation marks don't close.
    """
    text = decode(data)
    yield from _read(text, _delimiter(text))


def read_tsv(data: bytes) -> Iterator[Record]:
    """The articles of a table with tabs between its cells, as ``read_csv`` gives them."""
    yield from _read(decode(data), "\t")


def _read(text: str, delimiter: str) -> Iterator[Record]:
    rows = _table(text, delimiter)
    if not rows:
        raise IngestError("is empty: there is no row in it")
    names = _names(rows)
    if names is None:
        yield Record("", Draft("\n".join(map(_line, rows))), None, 1.0)
        return
    records = [dict(zip(names, row, strict=False)) for row in rows[1:]]
    ordered = cache(lambda: order_in(records))
    for number, (row, record) in enumerate(zip(rows[1:], records, strict=True), 1):
        done = number / len(records)
        if len(row) > len(names):
            reason = (
                f"has {len(row)} cells under {len(names)} names: put its text in quotation marks"
            )
            yield Record(str(number), None, reason, done)
        else:
            yield _record(str(number), record, done, ordered)


def _table(text: str, delimiter: str) -> list[Row]:
    csv.field_size_limit(max(len(text), 1 << 17))  # else a long article is refused
    try:
        return list(_rows(text, delimiter, strict=True))
    except csv.Error as error:
        if "end of data" in str(error):
            raise IngestError(_UNCLOSED) from error
        return list(_rows(text, delimiter))


def _rows(text: str, delimiter: str, *, strict: bool = False) -> Iterator[Row]:
    """The rows in which something stands, without the spaces around their cells."""
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict):
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield cells


def _delimiter(text: str) -> str:
    """What cuts the first rows into the most cells, the same number each."""

    def cells(delimiter: str) -> tuple[int, int]:
        rows = list(islice(_rows(text[:100_000], delimiter), _LOOKED_AT))
        counts = [len(row) for row in rows[:-1] or rows]
        return (min(counts, default=0) if len(set(counts)) == 1 else 1, max(counts, default=0))

    return max(_DELIMITERS, key=cells)


def _names(rows: Sequence[Row]) -> Row | None:
    """What the columns are called, where one holds articles' texts; None where none does."""
    names, below = rows[0], rows[1 : 1 + _LOOKED_AT]
    if not below or len(names) < 2:
        return None
    columns = list(zip(names, zip_longest(*below, fillvalue=""), strict=False))
    for kind, fewest in _WORDS:
        for place, (name, column) in enumerate(columns):
            filled = [len(cell.split()) for cell in column if cell]
            wordy = sum(filled) >= max(1, fewest * len(filled))
            if wordy and (not kind or has({name: "words"}, kind)):
                return names if kind else [*names[:place], "text", *names[place + 1 :]]
    return None


def _record(key: str, record: dict[str, str], consumed: float, ordered: Ordered) -> Record:
    try:
        return Record(key, draft_of(record, ordered), None, consumed)
    except IngestError as error:
        return Record(key, None, str(error), consumed)


def _line(row: Row) -> str:
    """A row as one line: its cells with " | " between them."""
    return " | ".join(" ".join(cell.split()) for cell in row)
