"""One door to every format: a file's bytes to its articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from retrieval.errors import IngestError
from retrieval.ingest.decode import decode
from retrieval.ingest.files import SUFFIXES, suffix_of
from retrieval.ingest.html import read_html
from retrieval.ingest.markdown import read_markdown
from retrieval.ingest.pdf import read_pdf
from retrieval.ingest.records import Record, read_json, read_jsonl
from retrieval.types import Draft

MAX_ARTICLE_CHARS = 10_000_000
"""The longest article unless told otherwise, in characters: several long novels."""


def read_file(path: Path, data: bytes, *, max_chars: int = MAX_ARTICLE_CHARS) -> Iterator[Record]:
    """The articles that a file's bytes hold, one Record each.

    ``path`` tells the format by its suffix and is not opened. A wrong record is a Record
    with its failure, and the others go on. Raises IngestError, at the first record or
    midway, when the file can't be read as a whole.
    """
    for record in _records(path, data):
        failure = _unusable(record.draft, max_chars)
        if failure is None:
            yield record
        elif record.key:
            yield Record(record.key, None, failure, record.consumed)
        else:
            raise IngestError(failure)


def _records(path: Path, data: bytes) -> Iterator[Record]:
    suffix = suffix_of(path)
    if suffix == ".json":
        return read_json(data)
    if suffix in (".jsonl", ".jsonl.gz"):
        return read_jsonl(data, packed=suffix == ".jsonl.gz")
    return iter([Record("", _draft(suffix, data), None, 1.0)])


def _draft(suffix: str | None, data: bytes) -> Draft:
    if not data.strip():
        raise IngestError(_EMPTY)
    if suffix == ".txt":
        return Draft(decode(data))
    if suffix in (".md", ".markdown"):
        return read_markdown(decode(data))
    if suffix in (".html", ".htm"):
        return read_html(data)
    if suffix == ".pdf":
        return read_pdf(data)
    raise IngestError(f"can't be read as an article: use one of {', '.join(SUFFIXES)}")


_EMPTY = "is empty: there is nothing to quote in it"


def _unusable(draft: Draft | None, max_chars: int) -> str | None:
    if draft is None:
        return None
    if not draft.text.strip("\x00 \t\r\n\f\v\ufeff\xa0\u200b"):
        return _EMPTY
    if len(draft.text) > max_chars:
        return (
            f"is {len(draft.text):,} characters long and the most is {max_chars:,}: "
            "split it, or raise index.max_article_chars"
        )
    return None
