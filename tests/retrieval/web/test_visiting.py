"""How sites are visited: with pauses, and not where that is unwelcome. The site is real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retrieval.errors import Unfetchable
from retrieval.web.fetching import Validators
from retrieval.web.visiting import Web, WebConfig
from tests.fake_web import Answer, Site, serving

NOTHING = Validators()


class Clock:
    """A time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def web(clock: Clock) -> Iterator[Web]:
    config = WebConfig(delay_s=3, loopback=True)
    with Web(config, clock=lambda: clock.now, sleep=clock.sleep) as web:
        yield web


def test_a_site_is_asked_with_pauses_and_another_at_once(
    web: Web, clock: Clock, site: Site
) -> None:
    a, b = site.page("/a", "One."), site.page("/b", "Two.")
    with serving("127.0.0.2") as other:
        for url in (a, b, other.page("/c", "Three.")):
            web.get(url, NOTHING)
    assert clock.slept == [0, 3, 0]


def test_a_site_that_failed_gets_its_pause_too(web: Web, clock: Clock, site: Site) -> None:
    with pytest.raises(Unfetchable, match="404"):
        web.get(f"{site.url}/none", NOTHING)
    web.get(site.page("/a", "One."), NOTHING)
    assert clock.slept == [0, 3]


def test_a_site_that_asks_for_rest_gets_it(web: Web, clock: Clock, site: Site) -> None:
    site.pages["/a"] = Answer(status=429, headers={"Retry-After": "600"})
    with pytest.raises(Unfetchable, match="asked too often"):
        web.get(f"{site.url}/a", NOTHING)
    with pytest.raises(Unfetchable, match="not asked for: its site asked for 600 seconds"):
        web.get(f"{site.url}/b", NOTHING)
    assert site.paths() == ["/a"]
    clock.now += 600
    assert web.get(site.page("/a", "One."), NOTHING)


def test_a_site_that_fails_again_and_again_is_left_alone(
    web: Web, clock: Clock, site: Site
) -> None:
    site.pages["/a"] = Answer(status=503)
    for _ in range(3):
        with pytest.raises(Unfetchable, match="503"):
            web.get(f"{site.url}/a", NOTHING)
    with pytest.raises(Unfetchable, match="not asked for: its site failed 3 times"):
        web.get(f"{site.url}/a", NOTHING)
    assert site.paths() == ["/a"] * 3
    clock.now += 60
    assert web.get(site.page("/a", "One."), NOTHING)


def test_missing_pages_are_no_failures_of_their_site(web: Web, site: Site) -> None:
    for _ in range(4):
        with pytest.raises(Unfetchable, match="404"):
            web.get(f"{site.url}/none", NOTHING)
    assert len(site.asked) == 4


def test_what_is_known_is_asked_with_condition(web: Web, site: Site) -> None:
    url = site.page("/a", "One.")
    page = web.get(url, NOTHING)
    assert page
    assert page.validators.etag
    assert web.get(url, page.validators) is None
    site.page("/a", "Two.")
    changed = web.get(url, page.validators)
    assert changed
    assert b"Two." in changed.data
