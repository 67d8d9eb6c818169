from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retrieval import IngestError
from retrieval.ingest import read_file
from retrieval.types import Draft

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/">
<channel><title>Orm Post</title><language>en-gb</language><link>https://orm.example.org</link>
<item><title>Mill &amp;amp; gate</title><link>https://orm.example.org/1</link>
<pubDate>Fri, 03 May 2024 23:30:00 -0500</pubDate>
<description>&lt;p&gt;It burned.&lt;/p&gt;</description>
<c:encoded><![CDATA[<p>It burned.</p><p>All <b>got</b> out.</p><script>no()</script>]]></c:encoded>
</item>
<item><title>Empty</title></item>
<item><description>The gate is shut.</description>
<source url="https://brim.example.org/f">Brim News</source>
</item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Orm Post</title><entry xml:lang="de">
<title type="html">Die &lt;b&gt;Mühle&lt;/b&gt;</title><link href="https://orm.example.org/2"/>
<updated>2024-05-03T01:00:00+02:00</updated><content type="xhtml"><div
xmlns="http://www.w3.org/1999/xhtml"><p>Sie ist abgebrannt.</p></div></content></entry></feed>"""


def test_an_entry_of_rss_is_an_article() -> None:
    first, empty, last = read_file(Path("a.xml"), RSS.encode())
    assert first.draft == Draft(
        text="It burned.\n\nAll got out.",
        title="Mill & gate",
        publisher="Orm Post",
        published=date(2024, 5, 3),
        language="en",
        url="https://orm.example.org/1",
    )
    assert (empty.key, empty.failure) == ("2", "has neither content nor a summary")
    assert last.draft
    assert (last.draft.text, last.draft.title) == ("The gate is shut.", None)
    assert (last.draft.publisher, last.draft.published) == ("Brim News", None)


@pytest.mark.parametrize("name", ["a.atom", "a.XML", "a.rss"])
def test_an_entry_of_atom_is_an_article(name: str) -> None:
    (record,) = read_file(Path(name), ATOM.encode())
    assert record.draft == Draft(
        text="Sie ist abgebrannt.",
        title="Die Mühle",
        publisher="Orm Post",
        published=date(2024, 5, 3),
        language="de",
        url="https://orm.example.org/2",
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<doc><p>It burned.</p></doc>", "is no RSS or Atom feed"),
        ("It burned.", "is no RSS or Atom feed"),
        ("https://orm.example.org/feed.xml", "is no RSS or Atom feed"),
        ("<rss version='2.0'><channel><title>x</title></channel></rss>", "without entries"),
        ("<feed xmlns='a<p>'><entry><updated>&#xD800;</updated></entry></feed>", "no sound feed"),
    ],
)
def test_what_is_no_feed(data: str, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        list(read_file(Path("a.xml"), data.encode()))


@pytest.mark.parametrize(
    ("entry", "teaser"),
    [
        ("<link>/a</link><description>It burned.</description>", True),
        ("<description>It burned.</description>", False),
        ("<link>/a</link><c:encoded>It burned.</c:encoded>", False),
        ("<link>/a</link><c:encoded>It burned […]</c:encoded>", True),
        ("<link>/a</link><c:encoded>It burned… Continue reading →</c:encoded>", True),
        ("<link>/a</link><c:encoded>It burned… and then the rain came.</c:encoded>", False),
        (f"<link>/a</link><description>{'It burned. ' * 200}</description>", False),
    ],
)
def test_a_teaser_is_told_from_an_article(entry: str, teaser: bool) -> None:
    head, _, _ = RSS.partition("<item>")
    (record,) = read_file(Path("a.xml"), f"{head}<item>{entry}</item></channel></rss>".encode())
    assert record.draft
    assert record.draft.teaser is teaser


def test_an_entry_with_a_link_alone_fails_and_tells_it() -> None:
    head, _, _ = RSS.partition("<item>")
    feed = f"{head}<item><title>Mill</title><link>/a</link></item></channel></rss>"
    (record,) = read_file(Path("a.xml"), feed.encode())
    assert record.failure == "has neither content nor a summary"
    assert record.draft
    assert (record.draft.title, record.draft.url) == ("Mill", "/a")
