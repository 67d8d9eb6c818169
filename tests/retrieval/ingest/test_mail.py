from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from retrieval import IngestError
from retrieval.ingest import read_file
from retrieval.types import Draft

HEAD = (
    b"From: Eline Vos <vos@orm.example.org>\nSubject: Mill\nDate: Fri, 3 May 2024 23:30:00 -0500\n"
)


def message(plain: str | None, page: str | None = None, **heads: str) -> EmailMessage:
    made = EmailMessage()
    made.set_content(plain or "", charset="iso-8859-1")
    if page:
        made.add_alternative(page, subtype="html")
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    return made


def read(data: bytes) -> Draft:
    (record,) = read_file(Path("a.eml"), data)
    assert record.draft
    return record.draft


def test_an_email_tells_its_sender_subject_and_day() -> None:
    made = message(
        "The mill of Örm burned.\n\nNobody was hurt.\n",
        "<p>The mill of Örm burned.</p>",
        From="Eline Vös <vos@orm.example.org>",
        Subject="Re: AW: Fire in the mill of Örm",
        Date="Fri, 03 May 2024 23:30:00 -0500",
        Content_Language="en-GB, de",
        Archived_At="<https://orm.example.org/7>",
    )
    assert read(made.as_bytes()) == Draft(
        text="The mill of Örm burned.\n\nNobody was hurt.",
        title="Fire in the mill of Örm",
        publisher="Eline Vös",
        published=date(2024, 5, 3),
        language="en",
        url="https://orm.example.org/7",
    )


def test_a_zone_beyond_all_numbers_leaves_an_email_undated() -> None:
    head = HEAD.replace(b"-0500", b"+0100000000000000000000")
    found = read(head + b"\nThe mill of Orm burned.\n")
    assert (found.text, found.published) == ("The mill of Orm burned.", None)


def test_html_is_read_where_it_says_more() -> None:
    page = (
        "<html><body><h1>Mill</h1><table><tr><td><p>It burned on Friday.</p>"
        "<p>All got out, and the cat too.</p></td></tr></table></body></html>"
    )
    words = "Mill\n\nIt burned on Friday.\n\nAll got out, and the cat too."
    assert read(message("See it online.", page, Subject="Mill").as_bytes()).text == words
    alone = EmailMessage()
    alone["Subject"] = "Mill"
    alone.set_content(page, subtype="html")
    assert read(alone.as_bytes()).text == words


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (b"Content-Type: text/plain; charset=x-none", b"It burned.", "It burned."),
        (b"Content-Type: text/plain; charset=utf-8", b"Das M\xfchlrad brannte.",
         "Das Mühlrad brannte."),
        (b"X: y", b"Das M\xfchlrad brannte.", "Das Mühlrad brannte."),
        (b"Content-Transfer-Encoding: base64", b"SXQgYnVybmVkLg==", "It burned."),
        (b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
         b"It burned in the mi=\nll of =C3=96rm.", "It burned in the mill of Örm."),
    ],
)  # fmt: skip
def test_bodies_in_any_encoding(head: bytes, body: bytes, text: str) -> None:
    assert read(HEAD + head + b"\n\n" + body + b"\n").text == text


def test_attachments_are_told_of() -> None:
    made = message("It burned.", Subject="Mill")
    made.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="report.pdf")
    draft = read(made.as_bytes())
    assert draft.text == "It burned."
    assert draft.notes == ("attachments are not read, save them as files: report.pdf",)


def test_heads_that_are_damaged_tell_nothing() -> None:
    draft = read(b"From: <\nSubject: =?x?q?\xff?=\nDate: some day\n\nIt burned.\n")
    assert (draft.text, draft.published, draft.publisher) == ("It burned.", None, None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"It burned on Friday.\n", "no head of an e-mail"), (HEAD + b"\n", "holds no text")],
)
def test_what_is_no_email(data: bytes, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        list(read_file(Path("a.eml"), data))


def test_a_box_of_emails() -> None:
    box = (
        b"From vos@orm.example.org Fri May  3 23:30:00 2024\n" + HEAD + b"\nIt burned.\n"
        b">From noon on it was dark.\n\nFrom the tower one saw it.\n\n"
        b"From x Sat May  4 00:00:00 2024\n" + HEAD + b"\n\n"
        b"From y Sat May  4 00:00:00 2024\nSubject: Two\n\nThe second.\n"
    )
    records = list(read_file(Path("a.mbox"), box))
    assert [(one.key, one.draft and one.draft.text, one.failure) for one in records] == [
        ("1", "It burned.\nFrom noon on it was dark.\n\nFrom the tower one saw it.", None),
        (
            "2",
            None,
            "holds no text of an e-mail: save the message itself, or its attachments as files",
        ),
        ("3", "The second.", None),
    ]
    assert records[-1].consumed == 1.0
    assert [one.draft.title for one in records if one.draft] == ["Mill", "Two"]
    with pytest.raises(IngestError, match="is no box of e-mails"):
        list(read_file(Path("a.mbox"), b"It burned."))
