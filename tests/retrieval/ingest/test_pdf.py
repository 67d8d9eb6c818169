from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from retrieval.errors import IngestError
from retrieval.ingest import read_file
from retrieval.ingest.pdf import _accented
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


def printed(*pages: list[tuple[float, float, float, str]]) -> bytes:
    """A PDF of lines, each at a place (from the left, from below) and of a size."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800), invariant=1)
    for lines in pages:
        for left, bottom, size, line in lines:
            canvas.setFont("Helvetica", size)
            canvas.drawString(left, bottom, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_words_broken_at_a_line_end_are_joined() -> None:
    found = " ".join(draft(pdf(PAGES)).text.split())
    assert found.startswith(
        "The foreign ministers met in the capital to speak of a long-term plan for the sea. "
        "The long-term plan is old. Nobody signed it on Tuesday evening. On the third page"
    )


LEFT = [
    "The harbour office of Skarv took",
    "the licences of eleven skippers on",
    "Monday. They had sold cod for had-",
    "dock, said inspector Ada Moe.",
]
RIGHT = [
    "Skipper Olav Lie defended them.",
    "Without the cod nobody could live",
    "on the island, he told the paper.",
    "A court hears the case in May.",
]


def test_columns_are_read_one_after_the_other() -> None:
    lines = [(60.0, 740.0, 16.0, "Skippers of Skarv lose licences")]
    for row, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        lines += [(60, 700 - 13 * row, 10, left), (320, 700 - 13 * row, 10, right)]
    found = draft(printed(lines))
    assert found.title == "Skippers of Skarv lose licences"
    assert found.text == (
        "Skippers of Skarv lose licences\n\n"
        "The harbour office of Skarv took the licences of eleven skippers on Monday. They had "
        "sold cod for haddock, said inspector Ada Moe.\n\n"
        "Skipper Olav Lie defended them. Without the cod nobody could live on the island, he told "
        "the paper. A court hears the case in May."
    )


def test_a_sentence_goes_on_over_the_page_and_running_lines_are_dropped() -> None:
    pages = [
        [
            (60.0, 770.0, 8.0, "THE ISLAND PAPER - SPRING"),
            (500, 770, 8, str(number)),
            *((60.0, 700.0 - 13 * row, 10.0, line) for row, line in enumerate(lines)),
            (60, 30, 8, "Subscribe: 9 euros"),
        ]
        for number, lines in ((14, LEFT[:2]), (15, LEFT[2:]))
    ]
    assert draft(printed(*pages)).text == (
        "The harbour office of Skarv took the licences of eleven skippers on Monday. They had "
        "sold cod for haddock, said inspector Ada Moe."
    )


def test_lines_that_are_not_full_stay_lines() -> None:
    rows = ["Given for the bell of Skarv by all", "Ada Moe, 40", "Siv Lund, 9", "Olav Lie, 125"]
    found = draft(printed([(60, 700 - 13 * row, 10, line) for row, line in enumerate(rows)]))
    assert found.text.split("\n")[-3:] == rows[1:]


def test_page_boilerplate_is_dropped() -> None:
    pages = [
        [f"The Daily Example, page {number}", *page, f"- {number} -"]
        for number, page in enumerate(PAGES, 1)
    ]
    assert draft(pdf(pages)).text == draft(pdf(PAGES)).text


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("Herr M¨uller und Frau Ga¸con", "Herr Müller und Frau Gaçon"),
        ("Sra. Mar´\u0131a Nu˜nez", "Sra. María Nuñez"),
        ("der Fl\u0308oßer aus K\u0308oln", "der Flößer aus Köln"),
        ("Gu\u0308nther O\u0308ztu\u0308rk", "Günther Öztürk"),
        ("it´s 5´ x ¨8 and ¨Olaf¨ d´un ´", "it´s 5´ x ¨8 and ¨Olaf¨ d´un ´"),
    ],
)
def test_accents_in_front_of_their_letters_are_put_on_them(told: str, read: str) -> None:
    assert normalize("NFC", _accented(told)) == read


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
