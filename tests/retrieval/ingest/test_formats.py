"""The table of formats: what is in it is found and read, and a line more is a format more."""

from __future__ import annotations

import gzip
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


def read_texts(name: str, data: bytes) -> list[str]:
    return [record.draft.text for record in read_file(Path(name), data) if record.draft]


def read(path: Path) -> list[str]:
    return read_texts(path.name, path.read_bytes())


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
        ("a.json.gz", ".json.gz"),
        ("A.TXT.GZ", ".txt.gz"),
        ("a.tar.gz", None),
        ("a.gz", None),
        ("a.txt.gz.gz", None),
        ("txt", ""),
        ("README", ""),
        ("Speech of 3.4.", ""),
        ("minutes 3.4.2019", ""),
        ("a.txt.doc", None),
        ("song.mp3", None),
    ],
)
def test_the_longest_ending_tells_the_format(name: str, suffix: str | None) -> None:
    assert suffix_of(Path(name)) == suffix


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_refuses_an_empty_file(suffix: str) -> None:
    with pytest.raises(IngestError):
        list(read_file(Path(f"a{suffix}"), b""))
    with pytest.raises(IngestError):
        list(read_file(Path(f"a{suffix}.gz"), gzip.compress(b"", mtime=0)))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"The well of Brim is dry."),
        ("a", b"The well of Brim is dry."),
        ("a.text", b"The well of Brim is dry."),
        ("a.md", b"---\ntitle: A well\n---\nThe well of Brim is dry."),
        ("a.json", b'{"text": "The well of Brim is dry."}'),
        ("a.ndjson", b'{"text": "The well of Brim is dry."}\n'),
        ("a.html", b"<title>A well</title><p>The well of Brim is dry."),
    ],
)
def test_every_format_is_read_packed(name: str, data: bytes) -> None:
    packed = name if "." in name else f"{name}.txt"
    assert read_texts(name, data) == ["The well of Brim is dry."]
    assert read_texts(f"{packed}.gz", gzip.compress(data, mtime=0)) == ["The well of Brim is dry."]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no gzip", "is damaged"),
        (gzip.compress(b"The well of Brim is dry.", mtime=0)[:-9], "is damaged"),
        (gzip.compress(b" " * (1 << 25)), r"unpacks to more than 20,.* bytes: split it up"),
    ],
)
def test_packed_files_that_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        list(read_file(Path("a.txt.gz"), data))


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
