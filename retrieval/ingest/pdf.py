"""PDF to text, by pypdf: headers and footers dropped, words broken at line ends joined."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.errors import IngestError
from retrieval.types import Draft

if TYPE_CHECKING:
    from pypdf import PdfReader

_LOCKED = "is protected by a password: save a copy without one (for example: qpdf --decrypt)"
_NO_TEXT = "has no text layer (it is scanned): run OCR on it first (for example: ocrmypdf)"
_EDGE = 2
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:(?:page|seite|sayfa|página|p\.)\s*)?\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—\s]*",
    re.I,
)
_NO_TITLE = re.compile(
    r"\s*(?:untitled|microsoft \w+ - .*|.*\.(?:docx?|pdf|indd|tmp|rtf|odt|qxd)|document\d*|\W*)\s*",
    re.I,
)
_BROKEN_WORD = re.compile(r"\b([^\W\d_]{1,40})[-‐\xad]\n([^\W\d_]{1,40})")
_HYPHENATED = re.compile(r"\b[^\W\d_]{1,40}-[^\W\d_]{1,40}\b")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def read_pdf(data: bytes) -> Draft:
    """The article of a PDF: its text layer, its title and date of creation if sensible.

    Raises IngestError for a damaged or protected file, and for one without a text layer.
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise IngestError(_LOCKED)
        pages = [page.extract_text() for page in reader.pages]
        title, published = _title(reader), _published(reader)
    except IngestError:
        raise
    except Exception as error:  # a damaged PDF makes pypdf raise nearly anything
        raise IngestError(f"is not a PDF that can be read ({error}): save it anew") from error
    text = _joined(_without_edges([page.splitlines() for page in pages]))
    if not text.strip():
        raise IngestError(_NO_TEXT)
    return Draft(text=_LONE_SURROGATE.sub("\ufffd", text), title=title, published=published)


def _title(reader: PdfReader) -> str | None:
    title = reader.metadata.title if reader.metadata else None
    if not isinstance(title, str) or _NO_TITLE.fullmatch(title):
        return None
    return _LONE_SURROGATE.sub("\ufffd", title)


def _published(reader: PdfReader) -> date | None:
    try:
        created = reader.metadata.creation_date if reader.metadata else None
    except ValueError:
        return None
    return created.date() if created else None


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """The pages without page numbers and the lines that most pages begin or end with."""
    pages = [[line for line in page if line.strip()] for page in pages]
    edges = Counter(chain.from_iterable({_shape(line) for line in _edges(page)} for page in pages))
    common = {shape for shape, count in edges.items() if count > max(2, len(pages) / 2)}
    return [_inner(page, common) for page in pages]


def _edges(page: list[str]) -> list[str]:
    return page if len(page) <= 2 * _EDGE else page[:_EDGE] + page[-_EDGE:]


def _shape(line: str) -> str:
    """The line with its numbers levelled, so that "3 | Title" equals "4 | Title"."""
    return re.sub(r"\d+", "0", " ".join(line.split()))


def _inner(page: list[str], common: set[str]) -> list[str]:
    last = len(page) - 1
    return [
        line
        for number, line in enumerate(page)
        if not (
            (number < _EDGE or number > last - _EDGE)
            and (_shape(line) in common or _PAGE_NUMBER.fullmatch(line))
        )
    ]


def _joined(pages: list[list[str]]) -> str:
    """One text: a page that ends within a sentence goes on in the next line."""
    parts: list[str] = []
    for page in filter(None, pages):
        if parts:
            parts.append("\n\n" if parts[-1].endswith((".", "!", "?", "”", '"')) else "\n")
        parts.append("\n".join(line.rstrip() for line in page))
    return _mended("".join(parts))


def _mended(text: str) -> str:
    """Words broken at a line end joined; a hyphen that the text writes elsewhere stays."""
    written = {word.lower() for word in _HYPHENATED.findall(text)}

    def mend(found: re.Match[str]) -> str:
        whole = f"{found[1]}-{found[2]}"
        keep = whole.lower() in written or not found[2][0].islower()
        return whole if keep else found[1] + found[2]

    return _BROKEN_WORD.sub(mend, text)
