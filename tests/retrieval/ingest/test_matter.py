from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retrieval.errors import IngestError
from retrieval.ingest import read_file
from retrieval.types import Draft

BODY = "The kiln in Harn was lit again.\r\n\r\n+++\nIt burnt: 3 days. {}\n"


def read(text: str) -> Draft:
    (record,) = read_file(Path("a.md"), text.encode())
    assert record.draft
    return record.draft


KILN = Draft(BODY, title="Kiln: lit again", publisher="Harn Post", published=date(2024, 2, 29))


@pytest.mark.parametrize(
    "matter",
    [
        '---\ntitle: "Kiln: lit again"\nsource: {name: Harn Post}\npubDate: 2024-02-29\n---\n',
        "---\r\ntitle: 'Kiln: lit again'\r\npublisher: Harn Post\r\n"
        "date: 2024-02-29 08:00:00 +0200\r\n---\r\n",
        '+++\ntitle = "Kiln: lit again"\ndate = 2024-02-29T23:59:00-08:00\ntags = ["a"]\n'
        'publisher = "Harn Post"\n[params]\nmath = true\n+++\n\n',
        '+++ \r\ntitle = "Kiln: lit again"\r\npub_date = 2024-02-29\r\nsource = "Harn Post"\r\n'
        "+++\r\n",
        '{\n  "title": "Kiln: lit again",\n  "date": 1709200000,\n  "source": "Harn Post"\n}\n\n',
        '{"headline": "Kiln: lit again", "publishedAt": "29/02/2024", "publisher": "Harn Post"}\n',
    ],
)
def test_kinds_of_front_matter(matter: str) -> None:
    assert read(matter + BODY) == KILN


@pytest.mark.parametrize(
    "text",
    [
        "{% include head %}\n\nThe kiln was lit.\n",
        "+++ lit again +++\n\nThe kiln was lit.\n",
        "+++\nThe kiln was lit.\n",
        "{.lead}\nThe kiln was lit.\n",
        "---\nThe kiln was lit.\n",
    ],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert read(text) == Draft(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("+++\ntitle = Kiln\n+++\nLit.", r"is not TOML \(Invalid value \(at line 2, column 9\)\)"),
        ("+++\na = " + "[" * 9000 + "\n+++\nLit.", "is not TOML"),
        ('{\n "title": "Kiln",\n}\nLit.', r"is not JSON \(line 3\)"),
        ('{"title": ' + "[" * 90_000, "is not JSON"),
        (
            "---\ntitle: Kiln: lit\n---\nLit.",
            r"is not YAML \(line 2\): put values that hold a colon",
        ),
    ],
)
def test_front_matter_that_cannot_be_read(text: str, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        read(text)


def test_another_date_of_the_front_matter_tells_the_order() -> None:
    draft = read("---\ndate: 05/06/2024\nlastmod: 25/06/2024\n---\nLit.")
    assert (draft.published, draft.notes) == (date(2024, 6, 5), ())
    draft = read("---\ndate: 05/06/2024\n---\nLit.")
    assert draft.published is None
    assert draft.notes == (
        "'date' is “05/06/2024”, 2024-06-05 or 2024-05-06: left undated, write it so",
    )
