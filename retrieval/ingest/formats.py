"""The formats that can be read: a new one is a module and a line here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from retrieval.errors import IngestError
from retrieval.ingest.decode import decode
from retrieval.ingest.epub import read_epub
from retrieval.ingest.feeds import read_feed
from retrieval.ingest.html import read_html
from retrieval.ingest.mail import read_eml, read_mbox
from retrieval.ingest.markdown import read_markdown
from retrieval.ingest.office import read_docx, read_odt
from retrieval.ingest.packing import unpacked
from retrieval.ingest.pdf import read_pdf
from retrieval.ingest.records import Record, read_json, read_jsonl
from retrieval.ingest.rtf import read_rtf
from retrieval.ingest.tables import read_csv, read_tsv
from retrieval.ingest.warc import read_warc
from retrieval.types import Draft

EMPTY = "is empty: there is nothing to quote in it"

Format = Callable[[bytes], Iterator[Record]]
"""Gives the articles that a file's bytes hold. Raises IngestError for what it can't read."""


def single(read: Callable[[bytes], Draft]) -> Format:
    """Make a format of files that are one article each."""

    def records(data: bytes) -> Iterator[Record]:
        if not data.strip():
            raise IngestError(EMPTY)
        yield Record("", read(data), None, 1.0)

    return records


def read_text(data: bytes) -> Draft:
    """Give the article that a plain text is."""
    return Draft(decode(data))


FORMATS: Mapping[str, Format] = {
    ".txt": single(read_text),
    ".text": single(read_text),
    ".md": single(read_markdown),
    ".markdown": single(read_markdown),
    ".html": single(read_html),
    ".htm": single(read_html),
    ".xhtml": single(read_html),
    ".pdf": single(read_pdf),
    ".docx": single(read_docx),
    ".odt": single(read_odt),
    ".rtf": single(read_rtf),
    ".epub": single(read_epub),
    ".eml": single(read_eml),
    ".mbox": read_mbox,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".xml": read_feed,
    ".rss": read_feed,
    ".atom": read_feed,
    ".warc": read_warc,
    ".json": read_json,
    ".jsonl": partial(read_jsonl, packed=False),
    ".ndjson": partial(read_jsonl, packed=False),
    ".jsonl.gz": partial(read_jsonl, packed=True),
}
"""The readers by the endings of the files, in lower case; files may have upper case.

Each is also read packed, with ``.gz`` behind its ending, and a name without an ending is text.
"""

SUFFIXES = tuple(FORMATS)

UNREADABLE = f"can't be read as an article: use one of {', '.join(SUFFIXES)}"

NO_SUFFIX = ""

_PACKED = ".gz"
_ENDING = re.compile(r"\.(?=\w*[^\W\d])\w{1,12}\Z")


def suffix_of(path: Path) -> str | None:
    """Give the ending of a path that tells its format, the longest; None if it can't be read.

    NO_SUFFIX, for plain text, is that of a name without an ending ("README", "Speech of 3.4.").
    """
    name = path.name.lower()
    known = _known(name)
    if known is None and name.endswith(_PACKED):
        inner = _known(name.removesuffix(_PACKED))
        known = inner and inner + _PACKED
    if known is None and not _ENDING.search(name):
        return NO_SUFFIX
    return known


def is_table(path: Path) -> bool:
    """Tell by a file's name whether it holds rows, not sentences."""
    return (suffix_of(path) or "").removesuffix(_PACKED) in (".csv", ".tsv")


def is_feed(path: Path) -> bool:
    """Tell by a file's name whether its entries lead to articles of their own."""
    return FORMATS.get((suffix_of(path) or "").removesuffix(_PACKED)) is read_feed


def format_of(path: Path) -> Format | None:
    """Give the reader of a file by its name; None if it can't be read."""
    suffix = suffix_of(path)
    if suffix is None:
        return None
    if suffix == NO_SUFFIX:
        return FORMATS[".txt"]
    return FORMATS.get(suffix) or _packed(FORMATS[suffix.removesuffix(_PACKED)])


def _known(name: str) -> str | None:
    _, *endings = name.rsplit(".", 2)
    made = ("." + ".".join(endings[first:]) for first in range(len(endings)))
    return next((suffix for suffix in made if suffix in FORMATS), None)


def _packed(read: Format) -> Format:
    return lambda data: read(unpacked(data))
