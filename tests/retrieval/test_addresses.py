"""Articles from the web: pages and feeds of a real server, read by the real library."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from retrieval import IndexReport, Library
from retrieval.web.visiting import Web, WebConfig
from tests.fake_web import Answer, Site, serving

FIRE = "The old mill of Orm burned down on Friday night after lightning had struck its roof."
CHIEF = "Nobody was hurt, said Ada Moe, who is the chief of the fire brigade of Orm."
BRIDGE = "The bridge over the Brim was opened by the mayor, Tomás Ferreira, at noon on Monday."
Visit = Callable[..., IndexReport]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def visit(library: Library) -> Visit:
    """Index addresses as `quoth index` does, but without pauses."""

    def visited(*urls: str, **config: float) -> IndexReport:
        settings = {"delay_s": 0, "timeout_s": 5, "loopback": True, **config}
        with Web(WebConfig(**settings)) as web:  # type: ignore[arg-type]
            return library.index([], urls=urls, web=web)

    return visited


def texts(library: Library) -> dict[str, str]:
    """The stored texts by the paths of their articles' places."""
    found = library.articles() if library.exists() else []
    return {urlsplit(one.path or "").path: library.article(one.id).text for one in found}


def reasons(report: IndexReport) -> dict[str, str]:
    return {urlsplit(one.path).path: one.reason for one in report.failed}


# Pages -----------------------------------------------------------------------------------


def test_a_page_is_an_article_with_all_that_it_tells(
    site: Site, visit: Visit, library: Library
) -> None:
    head = (
        '<meta property="og:site_name" content="Orm Post">'
        '<meta property="article:published_time" content="2024-05-03T10:00:00Z">'
        '<link rel="canonical" href="https://elsewhere.example.org/stolen">'
    )
    url = site.page("/mill", FIRE, CHIEF, title="The mill is gone", head=head)
    report = visit(f"{url}#top")
    assert (report.pages_read, report.files_read, report.added) == (1, 0, 1)
    (article,) = library.articles()
    assert (article.path, article.url) == (url, url)
    assert (article.title, article.publisher) == ("The mill is gone", "Orm Post")
    assert article.published == date(2024, 5, 3)
    answer = library.ask("Who is the chief of the fire brigade?").answers[0]
    assert "Ada Moe" in answer.text
    assert answer.quotes[0].text == CHIEF
    assert {agent.split("/")[0] for agent in site.agents} == {"Quoth"}


def test_an_unchanged_page_costs_a_conditional_request(site: Site, visit: Visit) -> None:
    url = site.page("/mill", FIRE, CHIEF)
    visit(url)
    report = visit(url)
    assert (report.pages_read, report.unchanged, report.added) == (1, 1, 0)
    assert site.asked == [("/mill", 200), ("/mill", 304)]


def test_a_changed_page_takes_the_place_of_the_old_one(
    site: Site, visit: Visit, library: Library
) -> None:
    url = site.page("/mill", FIRE, CHIEF)
    visit(url)
    site.page("/mill", FIRE, BRIDGE)
    assert visit(url).updated == 1
    assert texts(library) == {"/mill": f"{FIRE}\n{BRIDGE}"}


def test_a_removed_article_is_read_again(site: Site, visit: Visit, library: Library) -> None:
    url = site.page("/mill", FIRE, CHIEF)
    visit(url)
    library.remove([library.articles()[0].id])
    assert visit(url).added == 1
    assert site.asked == [("/mill", 200), ("/mill", 200)]


def test_what_one_collection_knows_is_not_known_to_another(
    site: Site, visit: Visit, library: Library
) -> None:
    url = site.page("/mill", FIRE, CHIEF)
    visit(url)
    with Web(WebConfig(delay_s=0, loopback=True)) as web:
        report = library.view("club").index([], urls=[url], web=web)
    assert report.added == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_vanished_is_told_and_its_article_stays(
    status: int, site: Site, visit: Visit, library: Library
) -> None:
    url = site.page("/mill", FIRE, CHIEF)
    visit(url)
    site.pages["/mill"] = Answer(status=status)
    report = visit(url)
    assert f"status {status}" in reasons(report)["/mill"]
    assert "the article stays" in reasons(report)["/mill"]
    assert texts(library) == {"/mill": f"{FIRE}\n{CHIEF}"}


def test_a_failing_address_says_why_and_stops_no_other(
    site: Site, visit: Visit, library: Library
) -> None:
    site.page("/mill", FIRE, CHIEF)
    site.pages |= {
        "/locked": Answer(status=403),
        "/busy": Answer(status=503),
        "/picture": Answer(b"\x89PNG", "image/png"),
        "/menu": Answer(b"<html><body><script>show()</script></body></html>"),
        "/huge": Answer(b"x" * 300_000),
        "/bomb": Answer(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"}),
        "/slow": Answer(b"x" * 1000, delay=0.1),
        "/inside": Answer(status=302, headers={"Location": "http://10.0.0.1/"}),
        "/no-feed": Answer(b"<?xml version='1.0'?><map/>", "application/xml"),
    }
    paths = [*site.pages, "/mill"]
    report = visit(*(site.url + path for path in paths), max_mb=0.2, timeout_s=1)
    assert report.added == 1
    told = reasons(report)
    assert told == {
        "/locked": "answered with status 403: it lets no program read it",
        "/busy": "answered with status 503",
        "/picture": "is image/png, which can't be read as an article or feed",
        "/menu": "has no article text in it (no body, only menus and scripts, or a paywall)",
        "/huge": "is larger than 0.2 MB",
        "/bomb": "is larger than 0.2 MB",
        "/slow": "took longer than 1 seconds",
        "/inside": "is not on the public web, at port 80 or 443",
        "/no-feed": told["/no-feed"],
    }
    assert told["/no-feed"].startswith("is no RSS or Atom feed")
    assert texts(library) == {"/mill": f"{FIRE}\n{CHIEF}"}


def test_without_the_setting_of_tests_this_machine_is_not_visited(site: Site, visit: Visit) -> None:
    report = visit(site.page("/mill", FIRE), loopback=False)
    assert reasons(report) == {"/mill": "is not on the public web, at port 80 or 443"}
    assert site.asked == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://", "has no host in it: it is no web address"),
        ("http://user:secret@example.org/", "has a user name or password in it: leave them out"),
    ],
)
def test_what_is_no_address_is_told(visit: Visit, url: str, reason: str) -> None:
    assert [one.reason for one in visit(url).failed] == [reason]


@pytest.mark.parametrize(
    ("charset", "declared", "encoding"),
    [
        ("windows-1254", "", "cp1254"),
        ("iso-8859-9", "", "cp1254"),
        ("utf-8", "", "cp1254"),
        ("windows-1254", "", "utf-8"),
        ("utf-8", '<meta charset="iso-8859-1">', "utf-8"),
        ("windows-1254", '<meta charset="utf-8">', "cp1254"),
    ],
)  # fmt: skip
def test_an_encoding_is_read_whoever_tells_it(
    charset: str, declared: str, encoding: str, site: Site, visit: Visit, library: Library
) -> None:
    words = "Değirmen cuma gecesi yandı; şef Ayşe Yıldız çatıya yıldırım düştüğünü söyledi."
    page = f"<html><head>{declared}</head><body><article><p>{words}</p></article></body></html>"
    site.pages["/a"] = Answer(page.encode(encoding), f"text/html; charset={charset}")
    visit(f"{site.url}/a")
    assert texts(library) == {"/a": words}


def test_pruning_spares_what_came_from_the_web(
    site: Site, visit: Visit, library: Library, tmp_path: Path
) -> None:
    visit(site.page("/mill", FIRE, CHIEF))
    folder = tmp_path / "folder"
    folder.mkdir()
    gone = folder / "gone.txt"
    gone.write_text(BRIDGE)
    library.index([folder])
    gone.unlink()
    assert library.index([], urls=[], prune=True).removed == 1
    assert library.index([folder], prune=True).removed == 0
    assert texts(library) == {"/mill": f"{FIRE}\n{CHIEF}"}


def test_pruning_with_addresses_alone_forgets_no_files(
    site: Site, library: Library, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.txt"
    gone.write_text(BRIDGE)
    library.index([gone])
    gone.unlink()
    with Web(WebConfig(delay_s=0, loopback=True)) as web:
        report = library.index([], urls=[site.page("/mill", FIRE)], web=web, prune=True)
    assert (report.added, report.removed) == (1, 0)


# Feeds -----------------------------------------------------------------------------------

TEASER = "<title>The mill</title><link>/mill</link><description>It burned…</description>"
WHOLE = (
    f"<title>The bridge</title><link>/bridge</link><c:encoded><![CDATA[<p>{BRIDGE}</p>]]>"
    "</c:encoded><pubDate>Mon, 06 May 2024 12:00:00 GMT</pubDate>"
)


def test_a_teaser_is_followed_and_content_is_taken(
    site: Site, visit: Visit, library: Library
) -> None:
    site.page("/mill", FIRE, CHIEF)
    feed = site.feed("/feed", TEASER, WHOLE)
    report = visit(feed)
    assert (report.pages_read, report.added) == (1, 2)
    assert site.paths() == ["/feed", "/mill"]
    assert texts(library) == {"/mill": f"{FIRE}\n{CHIEF}", "/bridge": BRIDGE}
    by_title = {one.title: one for one in library.articles()}
    bridge = by_title["The bridge"]
    assert bridge.url == f"{site.url}/bridge"
    assert (bridge.publisher, bridge.published) == ("Orm Post", date(2024, 5, 6))
    assert by_title["The mill"].publisher == "Orm Post"


def test_an_unchanged_feed_costs_one_request_and_a_new_entry_two(
    site: Site, visit: Visit, library: Library
) -> None:
    site.page("/mill", FIRE, CHIEF)
    visit(site.feed("/feed", TEASER))
    site.asked.clear()
    assert visit(f"{site.url}/feed").unchanged == 1
    assert site.asked == [("/feed", 304)]
    site.asked.clear()
    site.page("/quay", CHIEF)
    quay = "<title>The quay</title><link>/quay</link><description>It …</description>"
    report = visit(site.feed("/feed", quay, TEASER))
    assert (report.added, report.unchanged) == (1, 1)
    assert site.paths() == ["/feed", "/quay"]


def test_what_a_feed_no_longer_tells_of_stays(site: Site, visit: Visit, library: Library) -> None:
    visit(site.feed("/feed", WHOLE))
    quay = f"<title>Chief</title><link>/c</link><c:encoded>{CHIEF}</c:encoded>"
    assert visit(site.feed("/feed", quay)).removed == 0
    assert texts(library) == {"/bridge": BRIDGE, "/c": CHIEF}


def test_a_removed_entry_stays_removed_while_the_feed_says_the_same(
    site: Site, visit: Visit, library: Library
) -> None:
    visit(site.feed("/feed", WHOLE))
    library.remove([library.articles()[0].id])
    quay = f"<title>Chief</title><link>/c</link><c:encoded>{CHIEF}</c:encoded>"
    visit(site.feed("/feed", WHOLE, quay))
    assert texts(library) == {"/c": CHIEF}


def test_a_link_without_words_is_followed(site: Site, visit: Visit, library: Library) -> None:
    site.page("/mill", FIRE, CHIEF)
    visit(site.feed("/feed", "<title>The mill</title><link>/mill</link>"))
    assert texts(library) == {"/mill": f"{FIRE}\n{CHIEF}"}


def test_an_entry_without_a_link_stands_in_the_feed(
    site: Site, visit: Visit, library: Library
) -> None:
    feed = site.feed("/feed", f"<title>Note</title><description>{CHIEF}</description>")
    visit(feed)
    (article,) = library.articles()
    assert (article.path or "").startswith(f"{feed}#")
    assert library.article(article.id).text == CHIEF


def test_of_a_page_that_is_closed_the_teaser_is_kept(
    site: Site, visit: Visit, library: Library
) -> None:
    site.pages["/mill"] = Answer(status=403)
    teaser = f"<title>M</title><link>/mill</link><description>{FIRE}</description>"
    report = visit(site.feed("/feed", teaser))
    assert texts(library) == {"/mill": FIRE}
    assert [note.text for note in report.notes] == [
        "only what the feed tells of it is kept, as its page answered with status 403: it lets "
        "no program read it"
    ]
    visit(f"{site.url}/feed")
    assert site.paths() == ["/feed", "/mill", "/feed"]


def test_a_page_that_failed_for_now_is_tried_again(
    site: Site, visit: Visit, library: Library
) -> None:
    site.pages["/mill"] = Answer(status=500)
    feed = site.feed("/feed", TEASER)
    visit(feed)
    site.page("/mill", FIRE, CHIEF)
    visit(feed)
    assert texts(library) == {"/mill": f"{FIRE}\n{CHIEF}"}


def test_so_many_pages_are_followed_and_the_rest_waits(
    site: Site, visit: Visit, library: Library
) -> None:
    for number in range(5):
        site.page(f"/{number}", f"The ferry of quay number {number} sails to Orm at noon.")
    items = [f"<title>Quay {n}</title><link>/{n}</link>" for n in range(5)]
    feed = site.feed("/feed", *items)
    report = visit(feed, max_pages=3)
    assert report.added == 3
    assert report.notes[0].text == "has 2 more entries, read the next time (3 at a time)"
    assert visit(feed, max_pages=3).added == 2
    assert site.paths() == ["/feed", "/0", "/1", "/2", "/feed", "/3", "/4"]


def test_a_feed_cannot_put_words_into_the_pages_of_others(
    site: Site, visit: Visit, library: Library
) -> None:
    with serving("127.0.0.2") as other:
        other.page("/mill", FIRE, CHIEF)
        lie = f"<title>Lie</title><link>{other.url}/mill</link><c:encoded>{BRIDGE}</c:encoded>"
        gone = f"<title>Lie</title><link>{other.url}/gone</link><c:encoded>{BRIDGE}</c:encoded>"
        report = visit(site.feed("/feed", lie, gone))
    assert texts(library) == {"/mill": f"{FIRE}\n{CHIEF}"}
    assert list(reasons(report)) == ["/gone"]


def test_a_feed_leads_to_no_private_address(site: Site, visit: Visit) -> None:
    inside = "<title>Inside</title><link>http://169.254.169.254/latest</link>"
    report = visit(site.feed("/feed", inside))
    assert reasons(report) == {"/latest": "is not on the public web, at port 80 or 443"}


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/xml"])
def test_a_feed_is_known_by_its_words(
    kind: str, site: Site, visit: Visit, library: Library
) -> None:
    site.feed("/feed", WHOLE)
    site.pages["/feed"] = Answer(site.pages["/feed"].body, kind)
    visit(f"{site.url}/feed")
    assert texts(library) == {"/bridge": BRIDGE}


def test_a_page_named_beside_its_feed_keeps_what_the_feed_told(
    site: Site, visit: Visit, library: Library
) -> None:
    dated = TEASER + "<pubDate>Fri, 03 May 2024 10:00:00 GMT</pubDate>"
    page, feed = site.page("/mill", FIRE, CHIEF, title="Mill"), site.feed("/feed", dated)
    visit(feed)
    assert visit(page).unchanged == 1
    (article,) = library.articles()
    assert (article.publisher, article.published) == ("Orm Post", date(2024, 5, 3))


def test_several_articles_of_one_file_are_kept_apart(
    site: Site, visit: Visit, library: Library
) -> None:
    lines = f'{{"id": "a", "text": "{FIRE}"}}\n{{"id": "b", "text": "{BRIDGE}"}}\n'
    site.pages["/all"] = Answer(lines.encode(), "application/x-ndjson")
    assert visit(f"{site.url}/all").added == 2
    assert {one.id: library.article(one.id).text for one in library.articles()} == {
        "a": FIRE,
        "b": BRIDGE,
    }
