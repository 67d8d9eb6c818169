from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from retrieval import IngestError
from retrieval.ingest import read_file
from retrieval.types import Draft

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f"""<w:styles {W}>
<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Liste1"><w:name w:val="List Bullet"/></w:style>
<w:style w:styleId="Verz1"><w:name w:val="toc 1"/></w:style>
</w:styles>"""
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
)


def packed(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def docx(body: str, core: str = "", main: str = "word/document.xml") -> bytes:
    relations = (
        f'<Relationships><Relationship Type="x/officeDocument" Target="{main}"/></Relationships>'
    )
    return packed(
        **{
            "_rels/.rels": relations,
            main: f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": STYLES,
            "docProps/core.xml": f'<c xmlns:dc="dc" xmlns:t="t">{core}</c>',
        }
    )


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, meta: str = "", **more: str) -> bytes:
    return packed(
        **{
            "content.xml": f"<office:document-content {ODF}><office:body><office:text>{body}"
            "</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {ODF}><office:meta>{meta}</office:meta>"
            "</office:document-meta>",
        },
        **more,
    )


def read(name: str, data: bytes) -> Draft:
    (record,) = read_file(Path(name), data)
    assert record.draft
    return record.draft


def test_a_word_document() -> None:
    cell = "<w:tc>{}</w:tc>".format
    rows = [("Name", "Gave"), ("Karl &amp; Ida", "300 euros")]
    table = "".join(
        f"<w:tr>{''.join(cell(paragraph(text)) for text in row)}</w:tr>" for row in rows
    )
    draft = read(
        "a.docx",
        docx(
            paragraph("The mill of Orm", "Titel")
            + paragraph("The mill ... 3", "Verz1")
            + paragraph("It burned on Friday.")
            + paragraph("two wheels", "Liste1")
            + "<w:p><w:pPr><w:numPr><w:numId w:val='4'/></w:numPr></w:pPr>"
            "<w:r><w:t>one  stone</w:t></w:r></w:p>"
            + f"<w:tbl>{table}</w:tbl>"
            + "<w:p><w:r><w:t xml:space='preserve'>Nobody </w:t></w:r><w:del><w:r>"
            "<w:delText>some</w:delText></w:r></w:del><w:ins><w:r><w:t>was hurt</w:t></w:r></w:ins>"
            "<w:r><w:instrText>PAGE</w:instrText><w:t>.</w:t><w:br/><w:t>So</w:t><w:noBreakHyphen/>"
            "<w:t>so.</w:t></w:r></w:p>",
            "<dc:title>Another title</dc:title><dc:creator>Eline Vos</dc:creator>"
            "<t:created>2024-05-03T22:00:00Z</t:created><t:modified>2024-06-01T00:00:00Z</t:modified>",
        ),
    )
    assert draft == Draft(
        text="The mill of Orm\n\nIt burned on Friday.\n\n- two wheels\n- one stone\n\n"
        "Name | Gave\nKarl & Ida | 300 euros\n\nNobody was hurt.\nSo-so.",
        title="The mill of Orm",
        publisher="Eline Vos",
        published=date(2024, 5, 3),
    )


@pytest.mark.parametrize(
    ("told", "title"),
    [("The mill", "The mill"), ("Word Document", None), ("Dokument1", None), ("a.docx", None)],
)
def test_titles_that_programs_write_are_none(told: str, title: str | None) -> None:
    core = f"<dc:title>{told}</dc:title>"
    assert read("a.docx", docx(paragraph("It burned."), core)).title == title


def test_a_template_tells_nothing_of_its_documents() -> None:
    core = "<dc:creator>python-docx</dc:creator><t:created>2013-12-23T23:15:00Z</t:created>"
    draft = read("a.docx", docx(paragraph("It burned."), core))
    assert (draft.publisher, draft.published) == (None, None)


@pytest.mark.parametrize(
    ("modified", "published"),
    [("2013-12-23T23:15:00Z", None), ("2024-05-14T08:00:00Z", date(2024, 5, 14)), ("", None)],
)
def test_a_date_of_the_template_tells_nothing(modified: str, published: date | None) -> None:
    core = (
        "<dc:creator>Jo Tarn</dc:creator><t:created>2013-12-23T23:15:00Z</t:created>"
        f"<t:modified>{modified}</t:modified>"
    )
    draft = read("a.docx", docx(paragraph("It burned."), core))
    assert (draft.publisher, draft.published) == ("Jo Tarn", published)


def test_the_main_part_may_have_another_name() -> None:
    assert read("a.docx", docx(paragraph("It burned."), main="word/doc2.xml")).text == "It burned."


def test_an_open_document() -> None:
    draft = read(
        "a.odt",
        odt(
            "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
            "<text:table-of-content><text:p>The mill 3</text:p></text:table-of-content>"
            "<text:h>The mill\n  of Orm</text:h>"
            "<text:p>It burned<text:note><text:note-citation>1</text:note-citation><text:note-body>"
            "<text:p>or not</text:p></text:note-body></text:note> on<text:s/>"
            "Friday,<text:line-break/>at <text:span>noon</text:span>.</text:p>"
            "<text:list><text:list-item><text:p>two wheels</text:p></text:list-item>"
            "<text:list-item><text:p>one stone</text:p></text:list-item></text:list>"
            "<table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell>"
            "<table:table-cell><text:p>Gave</text:p></table:table-cell></table:table-row>"
            "<table:table-row><table:table-cell><text:p>Karl</text:p></table:table-cell>"
            "<table:table-cell><text:p>300</text:p></table:table-cell></table:table-row></table:table>"
            "<text:p>So it was.</text:p>",
            "<dc:title>The mill</dc:title><meta:initial-creator>Eline Vos</meta:initial-creator>"
            "<dc:date>2024-06-01T10:00:00</dc:date>"
            "<meta:creation-date>2024-05-03T10:00:00</meta:creation-date><dc:language>nl-NL</dc:language>",
        ),
    )
    assert draft == Draft(
        text="The mill of Orm\n\nIt burned on Friday,\nat noon.\n\n- two wheels\n- one stone\n\n"
        "Name | Gave\nKarl | 300\n\nSo it was.",
        title="The mill",
        publisher="Eline Vos",
        published=date(2024, 5, 3),
        language="nl",
    )


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", b"PK\x03\x04", "is damaged"),
        ("a.docx", b"no zip", "is damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0" * 200, "is protected by a password"),
        ("a.docx", packed(a="b"), "is no Word document"),
        ("a.docx", docx("<w:p>"), "is damaged"),
        ("a.docx", docx(""), "is empty"),
        ("a.odt", packed(a="b"), "is no OpenDocument text"),
        ("a.odt", odt("", META__INF="x"), "is empty"),
        ("a.odt", odt("x", **{"META-INF__manifest.xml": "<m:encryption-data/>"}), "is protected"),
        ("a.odt", packed(**{"content.xml": " " * (20 << 20)}), "unpacks to more than"),
    ],
)
def test_documents_that_cannot_be_read(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        list(read_file(Path(name), data))


def epub(spine: str, items: str, **chapters: str) -> bytes:
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>The mills of Orm</dc:title><dc:creator>Eline Vos</dc:creator>"
        "<dc:publisher>Orm Press</dc:publisher><dc:language>en-GB</dc:language>"
        f"<dc:date>2019-05-01</dc:date></metadata><manifest>{items}</manifest>"
        f"<spine>{spine}</spine></package>"
    )
    container = '<c><rootfiles><rootfile full-path="book/a.opf"/></rootfiles></c>'
    return packed(**{"META-INF/container.xml": container, "book/a.opf": book}, **chapters)


def test_a_book() -> None:
    page = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>'
    page += "<style>p {{}}</style></head><body>{}</body></html>"
    data = epub(
        '<itemref idref="n"/><itemref idref="b"/><itemref idref="a"/>'
        '<itemref idref="z" linear="no"/>',
        '<item id="a" href="text/one%20a.xhtml"/><item id="b" href="text/two.xhtml#x"/>'
        '<item id="n" href="nav.xhtml" properties="nav"/><item id="z" href="text/two.xhtml"/>',
        **{
            "book/text/one a.xhtml": page.format("<h1>Two</h1><p>It burned<br/>at noon.</p>"),
            "book/text/two.xhtml": page.format("<p>The mill of Ørm\n stood <i>here</i>.</p>"),
            "book/nav.xhtml": page.format("<p>Contents</p>"),
        },
    )
    assert read("a.epub", data) == Draft(
        text="The mill of Ørm stood here.\n\nTwo\n\nIt burned\nat noon.",
        title="The mills of Orm",
        publisher="Orm Press",
        published=date(2019, 5, 1),
        language="en",
    )


@pytest.mark.parametrize("data", [packed(a="b"), epub("", ""), epub('<itemref idref="a"/>', "")])
def test_books_without_chapters(data: bytes) -> None:
    with pytest.raises(IngestError, match="is no EPUB that can be read"):
        list(read_file(Path("a.epub"), data))


def test_entities_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    document = packed(
        **{
            "word/document.xml": f'<!DOCTYPE w [<!ENTITY x SYSTEM "{tmp_path}/secret">]>'
            f"<w:document {W}><w:body>{paragraph('It burned, &x;.')}</w:body></w:document>"
        }
    )
    assert "secret" not in read("a.docx", document).text


def test_a_member_that_stands_before_the_file_begins_is_damage() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("content.xml", "<a/>")
    content = bytearray(packed.getvalue())
    at = len(content) - 6  # where its list of members begins, as its end tells
    content[at : at + 4] = (int.from_bytes(content[at : at + 4], "little") + 1).to_bytes(
        4, "little"
    )
    with pytest.raises(IngestError, match="is damaged"):
        list(read_file(Path("a.odt"), bytes(content)))
