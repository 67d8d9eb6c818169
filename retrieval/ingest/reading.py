"""One door to every format: a file's bytes to its articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from retrieval.errors import IngestError
from retrieval.ingest.formats import EMPTY, UNREADABLE, format_of, is_table
from retrieval.ingest.records import Record
from retrieval.types import MAX_ARTICLE_CHARS, Draft


def read_file(path: Path, data: bytes, *, max_chars: int = MAX_ARTICLE_CHARS) -> Iterator[Record]:
    """The articles that a file's bytes hold, one Record each.

    ``path`` tells the format by its ending and is not opened. A wrong record is a Record
    with its failure, and the others go on. Raises IngestError, at the first record or
    midway, when the file can't be read as a whole.
    """
    read = format_of(path)
    if read is None:
        raise IngestError(UNREADABLE)
    for record in map(partial(_named, path), read(data)):
        failure = None if record.failure else _unusable(record.draft, max_chars)
        if failure is None:
            yield record
        elif record.key:
            yield Record(record.key, None, failure, record.consumed)
        else:
            raise IngestError(failure)


def _named(path: Path, record: Record) -> Record:
    """The record; a table has no words that could be its title, only its file's name."""
    if record.draft is None or record.draft.title or not is_table(path) or record.key:
        return record
    stem = path.name.partition(".")[0] or path.name
    return replace(record, draft=replace(record.draft, title=stem))


def _unusable(draft: Draft | None, max_chars: int) -> str | None:
    if draft is None:
        return None
    if not draft.text.strip("\x00 \t\r\n\f\v\ufeff\xa0\u200b"):
        return EMPTY
    if len(draft.text) > max_chars:
        return (
            f"is {len(draft.text):,} characters long and the most is {max_chars:,}: "
            "split it, or raise index.max_article_chars"
        )
    return None
