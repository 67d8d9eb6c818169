"""PDF to text, by pdfminer: its lines with their places; printed.py makes a text of them."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from retrieval.errors import IngestError
from retrieval.ingest.printed import Block, PrintedLine, headline, printed_text
from retrieval.types import Draft

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

_LOCKED = "is protected by a password: save a copy without one (for example: qpdf --decrypt)"
_NO_TEXT = "has no text layer (it is scanned): run OCR on it first (for example: ocrmypdf)"
_NO_TITLE = re.compile(
    r"\s*(?:untitled|microsoft \w+ - .*|.*\.(?:docx?|pdf|indd|tmp|rtf|odt|qxd)|document\d*|\W*)\s*",
    re.I,
)
_DAY = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_ACCENTS = str.maketrans(
    "¨´ˇ˘˝˙ˆ˜˚¸˛", "\u0308\u0301\u030c\u0306\u030b\u0307\u0302\u0303\u030a\u0327\u0328"
)
_ACCENT_FIRST = re.compile(
    "(\\w)([¨ˇ˘˝˙ˆ˜˚¸˛\u0301-\u0308\u030a-\u030c\u0327\u0328]|´(?=ı))([A-Za-zı])"
)
"""Inside a word, where no quotation begins; ´ before ı alone: people type it as an apostrophe."""


def read_pdf(data: bytes) -> Draft:
    """The article of a PDF: its text layer, column by column, without running heads and feet.

    Its title and date of creation are taken if they are sensible, else the title is what is
    printed largest. Raises IngestError for a damaged or protected file, and for one without a
    text layer.
    """
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = [list(page) for page in _pages(document)]
        title, published = _title(document), _published(document)
    except PDFPasswordIncorrect as error:
        raise IngestError(_LOCKED) from error
    except Exception as error:  # a damaged PDF makes pdfminer raise nearly anything
        raise IngestError(f"is not a PDF that can be read ({error}): save it anew") from error
    text = printed_text(pages)
    if not text.strip():
        raise IngestError(_NO_TEXT)
    return Draft(
        _LONE_SURROGATE.sub("\ufffd", text), title=title or headline(pages), published=published
    )


def _pages(document: PDFDocument) -> Iterator[Iterator[Block]]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams, LTTextBox
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams())
    interpreter = PDFPageInterpreter(resources, device)
    for page in PDFPage.create_pages(document):
        interpreter.process_page(page)
        layout: Any = device.get_result()
        height = layout.height or 1.0
        yield (
            Block(tuple(_lines(box, layout.y0, height)))
            for box in layout
            if isinstance(box, LTTextBox)
        )


def _lines(box: Any, bottom: float, height: float) -> Iterator[PrintedLine]:
    from pdfminer.layout import LTChar

    for line in box:
        text = _accented(" ".join(line.get_text().translate(_LIGATURES).split()))
        if text:
            size = max((char.size for char in line if isinstance(char, LTChar)), default=0.0)
            yield PrintedLine(text, line.x0, line.x1, (line.y0 - bottom) / height, round(size, 1))


def _accented(text: str) -> str:
    """Put an accent that is printed in front of its letter, as TeX does, on it: "M¨uller"."""

    def joined(found: re.Match[str]) -> str:
        before, accent, letter = found[1], found[2].translate(_ACCENTS), found[3].replace("ı", "i")
        if accent == found[2] and _composed(before, accent):
            return found[0]  # it stands behind its letter already
        return f"{before}{made}" if (made := _composed(letter, accent)) else found[0]

    return _ACCENT_FIRST.sub(joined, text)


def _composed(letter: str, accent: str) -> str:
    """Give a letter with its accent as one character, "" where there is none."""
    made = unicodedata.normalize("NFC", letter + accent)
    return made if len(made) == 1 else ""


def _info(document: PDFDocument, name: str) -> str | None:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    values = (resolve1(info.get(name)) for info in document.info)
    return next((decode_text(value) for value in values if isinstance(value, bytes)), None)


def _title(document: PDFDocument) -> str | None:
    title = _info(document, "Title")
    if title is None or _NO_TITLE.fullmatch(title):
        return None
    return _LONE_SURROGATE.sub("\ufffd", title)


def _published(document: PDFDocument) -> date | None:
    found = _DAY.match(_info(document, "CreationDate") or "")
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
