"""The table of formats: what is in it is found and read, and a line more is a format more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from retrieval import IngestError, Library
from retrieval.ingest import FORMATS, Record, find_files, read_file
from retrieval.ingest.formats import single, suffix_of
from retrieval.types import Draft

Write = Callable[[Mapping[str, str | bytes]], Path]


def read_backwards(data: bytes) -> Draft:
    if not data.endswith(b"."):
        raise IngestError("has no end")
    return Draft(data[:-1].decode()[::-1])


def read_pages(data: bytes) -> Iterator[Record]:
    pages = data.decode().split("\f")
    for number, page in enumerate(pages, 1):
        yield Record(str(number), Draft(page), None, number / len(pages))


@pytest.fixture
def more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(FORMATS, dict)
    monkeypatch.setitem(FORMATS, ".back", single(read_backwards))
    monkeypatch.setitem(FORMATS, ".pages.gz", read_pages)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.txt", ".txt"),
        ("A.MD", ".md"),
        ("a.jsonl", ".jsonl"),
        ("a.jsonl.gz", ".jsonl.gz"),
        ("a.json.gz", None),
        ("a.gz", None),
        ("txt", None),
        ("a.txt.doc", None),
    ],
)
def test_the_longest_ending_tells_the_format(name: str, suffix: str | None) -> None:
    assert suffix_of(Path(name)) == suffix


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_refuses_an_empty_file(suffix: str) -> None:
    with pytest.raises(IngestError):
        list(read_file(Path(f"a{suffix}"), b""))


@pytest.mark.usefixtures("more")
def test_a_line_more_is_a_format_more(library: Library, write: Write) -> None:
    folder = write(
        {
            "tower.back": "The tower of Brim is 61 metres high."[::-1] + ".",
            "wells.PAGES.gz": "The well of Brim is 18 metres deep.\fThe moat of Brim is dry.",
            "endless.back": "no end",
        }
    )
    assert [Path(str(one)).name for one in find_files([folder])] == [
        "endless.back",
        "tower.back",
        "wells.PAGES.gz",
    ]
    report = library.index([folder])
    assert report.added == 3
    assert [failure.reason for failure in report.failed] == ["has no end"]
    assert library.ask("How high is the tower of Brim?").answers[0].text == "61 metres"
    assert library.ask("How deep is the well of Brim?").answers[0].text == "18 metres"
