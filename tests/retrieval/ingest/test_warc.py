from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from retrieval import IngestError
from retrieval.ingest import read_file

MILL = """<html lang="en"><head><title>The mill of Örm burned</title>
<meta property="article:published_time" content="2024-05-03"></head><body><article>
<h1>The mill of Örm burned</h1><p>The old mill of Örm burned down in the night of Friday. Nobody was
hurt, and the miller Eline Vos said that she would build it again before the next harvest.</p>
<p>It had stood on the river for three hundred years and ground the corn of nine villages.</p>
</article></body></html>"""


def record(url: str, kind: str, content: bytes) -> bytes:
    """A record of a crawl: its own heads, and what was sent or received."""
    heads = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2026-01-05T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return heads.encode() + content + b"\r\n\r\n"


def crawl(*pages: tuple[str, str, str, bytes], packed: bool = False) -> bytes:
    """A crawl of pages, each its address, status, content type and bytes."""
    made = b""
    for url, status, kind, body in pages:
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        for one in (
            record(url, "request", b"GET / HTTP/1.1\r\nHost: orm.example.org\r\n\r\n"),
            record(url, "response", answer),
        ):
            made += gzip.compress(one, mtime=0) if packed else one
    return made


PAGES = (
    ("https://orm.example.org/gone", "404 Not Found", "text/html", MILL.encode()),
    ("https://orm.example.org/mill.jpg", "200 OK", "image/jpeg", b"\xff\xd8"),
    ("https://orm.example.org/menu", "200 OK", "text/html", b"<html><body></body></html>"),
    ("https://orm.example.org/mill", "200 OK", "text/html; charset=utf-8", MILL.encode()),
)


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_the_pages_of_a_crawl_are_articles(name: str) -> None:
    menu, mill = read_file(Path(name), crawl(*PAGES, packed=name.endswith(".gz")))
    assert menu.draft is None
    assert menu.failure is not None
    assert menu.failure.startswith("https://orm.example.org/menu has no article text in it")
    assert mill.draft is not None
    assert "she would build it again" in " ".join(mill.draft.text.split())
    assert mill.draft.title == "The mill of Örm burned"
    assert mill.draft.url == "https://orm.example.org/mill"
    assert mill.draft.published == date(2024, 5, 3)


def test_the_day_of_fetching_is_no_day_of_publication() -> None:
    undated = MILL.replace('content="2024-05-03"', 'content=""')
    pages = ("https://orm.example.org/mill", "200 OK", "text/html", undated.encode())
    (mill,) = read_file(Path("a.warc"), crawl(pages))
    assert mill.draft is not None
    assert mill.draft.published is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (crawl(*PAGES[:2]), "holds no page"),
        (b"this is no crawl at all\n", "is no file of a crawl"),
        (b"", "is no file of a crawl|is empty"),
    ],
)
def test_what_holds_no_page_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        list(read_file(Path("a.warc"), data))


def test_a_crawl_that_is_cut_off_keeps_what_came_before() -> None:
    whole = crawl(PAGES[3], PAGES[3])
    kept = []
    with pytest.raises(IngestError, match="is cut off"):
        kept.extend(record for record in read_file(Path("a.warc"), whole[:-150]))
    first, *_ = read_file(Path("a.warc"), whole[: len(whole) // 2])
    assert first.draft is not None
    assert first.draft.title == "The mill of Örm burned"
    with pytest.raises(IngestError, match="is damaged"):
        list(read_file(Path("a.warc.gz"), gzip.compress(whole)[: len(whole) // 20]))


def test_a_page_without_its_address_is_damage_and_one_without_its_length_is_read() -> None:
    (kept,) = [page for page in PAGES if page[0].endswith("/mill")]
    with pytest.raises(IngestError, match="is damaged"):
        list(read_file(Path("a.warc"), crawl(kept).replace(b"WARC-Target-URI:", b"WARC-:")))
    whole = crawl(kept)
    at = whole.rindex(b"Content-Length:")
    records = read_file(Path("a.warc"), whole[:at] + whole[whole.index(b"\r\n", at) + 2 :])
    assert "she would build it again" in str([record.draft for record in records])
