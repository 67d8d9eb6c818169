from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import IngestError
from retrieval.ingest import read_file
from retrieval.types import Draft

CELLS = st.text(st.sampled_from("ab,;|\t\"'\n é"), max_size=12)


def drafts(name: str, data: str) -> list[Draft]:
    return [one.draft for one in read_file(Path(name), data.encode()) if one.draft]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_row_is_an_article_where_a_column_holds_texts(delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["Headline", "Body", "Pub date", "Outlet", "Link"])
    burned = "It burned; all, even\ntwo cats, got out | safe."
    writer.writerow(["Mill", burned, "13/05/2024", "Orm Post", "https://orm.example.org/1"])
    writer.writerow(["Gate", "The gate is shut again.", "04/05/2024", "", ""])
    first, second = drafts("a.csv", "\ufeff" + out.getvalue())
    assert first == Draft(
        text=burned,
        title="Mill",
        publisher="Orm Post",
        published=date(2024, 5, 13),
        url="https://orm.example.org/1",
    )
    assert (second.title, second.published) == ("Gate", date(2024, 5, 4))


def test_a_column_of_long_texts_needs_no_known_name() -> None:
    row = "Mill," + "The mill of Orm burned again. " * 8
    (draft,) = drafts("a.csv", f"title,what was written\n{row}\n")
    assert (draft.title, draft.text.count("burned")) == ("Mill", 8)


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.csv", "Name,Gave\nKarl Pohl,300 euros\nIda,\"1,250\neuros\"\n",
         "Name | Gave\nKarl Pohl | 300 euros\nIda | 1,250 euros"),
        ("a.tsv", "Name\tGave\r\nKarl, Pohl\t300\r\n\r\n", "Name | Gave\nKarl, Pohl | 300"),
        ("a.csv", "Article,Price\nlamp,3\nbell,4\n", "Article | Price\nlamp | 3\nbell | 4"),
        ("a.csv", "Name;Gave\nPohl, Karl;3,50\nRask, Ida;1,00\n",
         "Name | Gave\nPohl, Karl | 3,50\nRask, Ida | 1,00"),
        ("a.csv", "one\ntwo\n", "one\ntwo"),
        ("a.csv", "a,\"b\" c\n1,2\n", "a | b c\n1 | 2"),
    ],
)  # fmt: skip
def test_any_other_table_is_an_article_of_rows(name: str, data: str, text: str) -> None:
    (draft,) = drafts(name, data)
    assert (draft.text, draft.title) == (text, "a")


@pytest.mark.parametrize(
    ("data", "reason"),
    [("", "is empty"), ("\n \n", "is empty"), ('a,"b\nc,d\n', "a quotation mark that doesn't")],
)
def test_tables_that_cannot_be_read(data: str, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        drafts("a.csv", data)


def test_rows_that_cannot_be_read_are_named() -> None:
    data = (
        "title,text\nMill,It burned again in May, and again.\nGate,It is shut as they say.\nWell,\n"
    )
    records = list(read_file(Path("a.csv"), data.encode()))
    assert [(one.key, one.failure) for one in records] == [
        ("1", "has 3 cells under 2 names: put its text in quotation marks"),
        ("2", None),
        (
            "3",
            "has no 'text' (nor 'content', 'body' or another name for it): its fields are 'title'",
        ),
    ]


def test_a_cell_may_be_as_long_as_an_article() -> None:
    (draft,) = drafts("a.csv", "title,text\nMill," + "It burned. " * 30_000)
    assert len(draft.text) == 30_000 * 11 - 1


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_all_that_a_table_holds_stands_in_its_rows(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows(rows)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    try:
        (record,) = read_file(Path("a.tsv"), out.getvalue().encode())
    except IngestError:
        assert not filled
        return
    assert record.draft
    lines = [" | ".join(" ".join(cell.split()) for cell in row) for row in filled]
    assert record.draft.text == "\n".join(lines)
