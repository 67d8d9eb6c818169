from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retrieval import IngestError
from retrieval.ingest import read_file
from retrieval.types import Draft

HEAD = r"{\rtf1\ansi\ansicpg1254\deff0{\fonttbl{\f0\fnil\fcharset162 Arial;}}"


def read(rich: str) -> Draft:
    (record,) = read_file(Path("a.rtf"), rich.encode("latin-1"))
    assert record.draft
    return record.draft


def test_a_rich_text() -> None:
    draft = read(
        HEAD
        + r"{\info{\title De\'f0irmen yand\u305?}{\author Eline Vos}{\creatim\yr2024\mo5\dy3\hr10}}"
        + "\n"
        + r"\pard\f0 The {\b mill} of Orm burned{\footnote not so} on Friday.\par"
        + r" De\'f0irmen \u-10179?\u-8704? yand\u305?.\par"
        + r"\trowd\cellx1 Name\cell Gave\cell\row\trowd Karl\cell 300 euros\cell\row"
        + r"\pard So{\deleted  no} said {\field{\*\fldinst{HYPERLINK "
        + '"https://orm.example.org"'
        + r"}}{\fldrslt{Ida Rask}}}.\line Nothing else.\par}"
    )
    assert draft == Draft(
        text="The mill of Orm burned on Friday.\n\nDeğirmen 😀 yandı.\n\nName | Gave\n"
        "Karl | 300 euros\n\nSo said Ida Rask.\n\nNothing else.",
        title="Değirmen yandı",
        publisher="Eline Vos",
        published=date(2024, 5, 3),
    )


def test_what_is_not_told_is_none() -> None:
    assert read(HEAD + r" It burned.\par}") == Draft("It burned.")
    assert read(HEAD + r"{\info{\creatim\yr0\mo0\dy0}} It burned.}").published is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"It burned.", "is not Rich Text"),
        (HEAD.encode() + b"}", "is empty"),
        (HEAD.encode() + rb"\u99999999999999999999 ?}", "is damaged"),
        (HEAD.encode() + rb"\u9999999 ?}", "is damaged"),
    ],
)
def test_what_is_no_rich_text(data: bytes, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        list(read_file(Path("a.rtf"), data))
