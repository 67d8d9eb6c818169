"""The table of formats: what is in it is found and read, and a line more is a format more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from retrieval import IngestError
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


def read(path: Path) -> list[str]:
    return [record.draft.text for record in read_file(path, path.read_bytes()) if record.draft]


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
def test_a_line_more_is_a_format_more(write: Write) -> None:
    folder = write(
        {
            "tower.back": "The tower of Brim is 61 metres high."[::-1] + ".",
            "wells.PAGES.gz": "The well of Brim was dug in 1742.\fThe moat of Brim is dry.",
            "endless.back": "no end",
        }
    )
    assert [Path(str(one)).name for one in find_files([folder])] == [
        "endless.back",
        "tower.back",
        "wells.PAGES.gz",
    ]
    texts = [text for name in ("tower.back", "wells.PAGES.gz") for text in read(folder / name)]
    assert texts == [
        "The tower of Brim is 61 metres high.",
        "The well of Brim was dug in 1742.",
        "The moat of Brim is dry.",
    ]
    with pytest.raises(IngestError, match="has no end"):
        read(folder / "endless.back")
