from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from retrieval.errors import IngestError
from retrieval.ingest import read_file
from retrieval.types import Draft

PAGES = [
    ["The foreign ministers met in the capi-", "tal to speak of a long-term", "plan for the"],
    ["sea. The long-", "term plan is old.", "Nobody signed it on Tuesday evening."],
    ["On the third page Fidan spoke of", "ports and of the", "ships that wait there for weather."],
    ["The last page tells how the delegations", "went home by train,", "and who paid the fare."],
]  # fmt: skip


def pdf(pages: list[list[str]], title: str | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    if title:
        canvas.setTitle(title)
    for lines in pages:
        for row, line in enumerate(lines):
            canvas.drawString(72, 800 - 16 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def changed(data: bytes, password: str | None = None, **metadata: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.add_metadata({f"/{key}": value for key, value in metadata.items()})
    if password is not None:
        writer.encrypt(password, "owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def draft(data: bytes) -> Draft:
    (record,) = read_file(Path("a.pdf"), data)
    assert record.draft is not None
    return record.draft


def test_words_broken_at_a_line_end_are_joined() -> None:
    assert draft(pdf(PAGES)).text == (
        "The foreign ministers met in the capital to speak of a long-term\n"
        "plan for the\n"
        "sea. The long-term plan is old.\n"
        "Nobody signed it on Tuesday evening.\n\n"
        "On the third page Fidan spoke of\nports and of the\nships that wait there for weather.\n\n"
        "The last page tells how the delegations\nwent home by train,\nand who paid the fare."
    )


def test_page_boilerplate_is_dropped() -> None:
    pages = [
        [f"The Daily Example, page {number}", *page, f"- {number} -"]
        for number, page in enumerate(PAGES, 1)
    ]
    assert draft(pdf(pages)).text == draft(pdf(PAGES)).text


def test_sensible_metadata() -> None:
    found = draft(changed(pdf(PAGES), Title="Grain and ships", CreationDate="D:20250514120000Z"))
    assert (found.title, found.published) == ("Grain and ships", date(2025, 5, 14))


@pytest.mark.parametrize("title", ["Microsoft Word - talks.doc", "untitled", "scan0001.pdf", " - "])
def test_titles_that_programs_leave(title: str) -> None:
    found = draft(changed(pdf(PAGES), Title=title, CreationDate="D:nonsense"))
    assert (found.title, found.published) == (None, None)


def test_a_password_is_told() -> None:
    with pytest.raises(IngestError, match="protected by a password"):
        draft(changed(pdf(PAGES), password="secret"))


def test_an_empty_user_password_opens() -> None:
    assert draft(changed(pdf(PAGES), password="")).text == draft(pdf(PAGES)).text


def test_no_text_layer_asks_for_ocr() -> None:
    with pytest.raises(IngestError, match="run OCR on it first"):
        draft(pdf([[], []]))


@pytest.mark.parametrize("data", [b"%PDF-1.4 junk", b"no pdf", pdf(PAGES)[:300]])
def test_damaged_files(data: bytes) -> None:
    with pytest.raises(IngestError, match="is not a PDF that can be read"):
        draft(data)
