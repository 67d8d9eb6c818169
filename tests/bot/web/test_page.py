"""The page in a browser: typed into, looked at, and handed articles that mean harm."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.bot.conftest import HOSTILE, ODD_ID
from tests.browser import CHROMIUM, Page, browsing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"
    ),
]
Act = Callable[[Page], Awaitable[None]]
TEXT = "document.querySelector('.text').textContent"
MARKED = "[...document.querySelectorAll('mark')].map(one => one.textContent)"
FOCUSED = "document.activeElement.id"
IN_VIEW = """(() => {
  const box = document.querySelector('#quote').getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
})()"""


@pytest.fixture
def at(address: str, tmp_path: Path) -> Callable[[Act], None]:
    """Do something in a browser that has the page open; only that page's site may be asked."""

    def run(act: Act) -> None:
        async def acted() -> None:
            async with browsing(tmp_path / "browser") as page:
                await page.look(1200)
                await page.open(f"{address}/")
                await act(page)
                assert [one for one in page.requests if not one.startswith(address)] == []
                assert page.complaints == []
                assert await page.js("window.harm") is None

        asyncio.run(acted())

    return run


def asking(address: str, question: str, **more: str) -> str:
    return f"{address}/?{urlencode({'question': question, **more})}"


async def answers(page: Page) -> list[str]:
    found: list[str] = await page.js(
        "[...document.querySelectorAll('.answer strong')].map(one => one.textContent)"
    )
    return found


async def tab_to(page: Page, id: str) -> None:
    for _ in range(60):
        if await page.js(FOCUSED) == id:
            return
        await page.press("Tab")
    raise AssertionError(f"Tab never comes to {id}")


def test_a_question_is_asked_and_its_article_opened_without_a_mouse(
    at: Callable[[Act], None],
) -> None:
    async def act(page: Page) -> None:
        assert await page.js(FOCUSED) == "question"
        await page.type("When did Finland join NATO?")
        await page.press("Enter")
        await page.until("document.querySelector('.answer')")
        assert await answers(page) == ["April 4, 2023"]
        assert (await page.js(MARKED))[0] == "April 4, 2023"
        assert await page.js("document.title") == "1 answer: When did Finland join NATO? · Quoth"
        assert await page.js("document.getElementById('question').value") != ""

        await page.press("Tab")
        assert await page.js("document.activeElement.className") == "skip"
        await page.press("Enter")
        await page.until(f"{FOCUSED} === 'answers'")
        await page.press("Tab")
        assert await page.js("document.activeElement.textContent") == (
            "Finland becomes NATO's 31st member"
        )
        await page.press("Enter")
        await page.until("document.getElementById('quote')")
        assert await page.js(MARKED) == [
            "Finland joined NATO on Tuesday, April 4, 2023, exactly 74 years after the "
            "alliance was founded."
        ]
        await page.until(IN_VIEW)

        await page.press("Tab")
        assert await page.js("document.activeElement.textContent") != ""
        await page.js("document.querySelector('nav a').focus()")
        await page.press("Enter")
        await page.until("document.querySelector('.answer')")
        assert await answers(page) == ["April 4, 2023"]

    at(act)


def test_a_question_goes_on_from_the_one_before(at: Callable[[Act], None]) -> None:
    async def act(page: Page) -> None:
        await page.type("who did Fidan meet in Ankara?")
        await page.press("Enter")
        await page.until("document.querySelector('.answer')")
        assert (await answers(page))[0] == "Antony Blinken"
        await tab_to(page, "on")
        await page.type("and in Kyiv?")
        await page.press("Enter")
        await page.until("document.querySelector('.note')")
        assert await page.js("document.querySelector('.note').textContent") == (
            "→ who did Fidan meet in Kyiv?"
        )
        assert "Volodymyr Zelenskyy" in await answers(page)
        assert await page.js("document.getElementById('asked').textContent") == "and in Kyiv?"

    at(act)


def test_it_is_said_that_an_answer_is_on_its_way(at: Callable[[Act], None]) -> None:
    async def act(page: Page) -> None:
        said = await page.js(
            "(() => { const form = document.querySelector('form');"
            "form.question.value = 'who did Fidan meet?'; form.requestSubmit();"
            "const status = document.querySelector('[role=status]');"
            "return [status.textContent, form.querySelector('button').disabled]; })()"
        )
        assert said == ["Reading the articles…", True]
        await page.until("document.querySelector('.answer')")
        assert await page.js("document.querySelector('[role=status]').textContent") == ""

    at(act)


def test_the_page_needs_no_script(at: Callable[[Act], None]) -> None:
    async def act(page: Page) -> None:
        await page.call("Emulation.setScriptExecutionDisabled", value=True)
        await page.type("When did Finland join NATO?")
        await page.press("Enter")
        await page.until("document.querySelector('.answer')")
        assert await answers(page) == ["April 4, 2023"]

    at(act)


def test_what_is_not_found_and_what_cannot_be_asked_is_said(
    at: Callable[[Act], None], address: str
) -> None:
    async def act(page: Page) -> None:
        await page.open(asking(address, "Who captained the Razoni?"))
        assert await page.js("document.querySelector('.nothing').textContent") == (
            "I found no answer in these articles."
        )
        assert await page.js("document.querySelectorAll('.nearest figure').length") > 0
        assert await answers(page) == []
        await page.open(asking(address, "Who met whom?", since="someday"))
        said = await page.js("document.querySelector('[role=alert]').textContent")
        assert "'someday' is no time that can be read" in said
        assert await page.js("document.getElementById('since').value") == "someday"
        assert await page.js("document.querySelector('details').open")
        page.complaints.clear()  # Chromium's own, of the status 422

    at(act)


def test_an_article_that_means_harm_is_shown_and_does_none(
    at: Callable[[Act], None], address: str
) -> None:
    async def act(page: Page) -> None:
        await page.open(asking(address, "Who keeps the lamp of Vesk?"))
        assert await answers(page) == ["Dora Quill"]
        said = await page.js("document.querySelector('blockquote').textContent")
        assert '<img src="x" onerror="window.harm = 1">' in said
        assert await page.js("document.querySelectorAll('main script, main img').length") == 0
        assert await page.js("document.querySelectorAll('h1').length") == 1
        link = await page.js("document.querySelector('figcaption a').textContent")
        assert link.startswith("<script>window.harm = 1</script>")
        await page.open(await page.js("document.querySelector('figcaption a').href"))
        shown = HOSTILE.replace("\u202e", "\ufffd").replace("\u202c", "\ufffd")
        assert await page.js(TEXT) == shown
        assert await page.js("document.querySelectorAll('main script, main img').length") == 0

        await page.open(asking(address, '"><script>window.harm = 1</script> Vesk?'))
        value = await page.js("document.getElementById('question').value")
        assert value == '"><script>window.harm = 1</script> Vesk?'

    at(act)


def test_an_article_with_an_odd_id_and_a_harmful_address_opens(
    at: Callable[[Act], None], address: str
) -> None:
    async def act(page: Page) -> None:
        await page.open(asking(address, "What is the ferryman of Osk called?"))
        assert await answers(page) == ["Bram Tolle"]
        links = await page.js("[...document.querySelectorAll('main a')].map(one => one.href)")
        assert all(one.startswith(address) for one in links)
        await page.open(links[0])
        assert (await page.js(TEXT)).startswith("The ferryman of Osk is called Bram Tolle.")
        await page.open(f"{address}/articles/{quote(ODD_ID, safe='')}")
        assert await page.js("document.querySelector('h1').textContent") == "The ferry of Osk"

    at(act)


def test_a_long_article_opens_at_the_quote_and_is_read_on(
    at: Callable[[Act], None], address: str
) -> None:
    async def act(page: Page) -> None:
        await page.open(asking(address, "Who cast the bell of Tarn?"))
        assert await answers(page) == ["Odile Krag"]
        await page.open(await page.js("document.querySelector('figcaption a').href"))
        assert await page.js(MARKED) == ["The bell of Tarn was cast by Odile Krag."]
        await page.until(IN_VIEW)
        assert await page.js("scrollY") > 0
        assert len(await page.js(TEXT)) < 50_000
        read = await page.js(TEXT)
        while links := await page.js(
            "[...document.querySelectorAll('.turn a')].filter(a => a.textContent.includes('after'))"
            ".map(a => a.href)"
        ):
            await page.open(links[0])
            read += await page.js(TEXT)
        assert read.endswith("On day 1999 the bell was rung as ever in Tarn.\n")
        assert read.count("On day 7 the") == read.count("On day 1000 the") == 1

    at(act)


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("dark", [False, True])
def test_everything_has_room_and_contrast(
    at: Callable[[Act], None], address: str, width: int, dark: bool
) -> None:
    async def act(page: Page) -> None:
        await page.look(width, dark=dark)
        places = (
            f"{address}/",
            asking(address, "who did Fidan meet?", since="2020", undated="true"),
            asking(address, "Who captained the Razoni?"),
            asking(address, "Who keeps the lamp of Vesk?"),
            f"{address}/articles/f28d718b674763ec?start=46&end=141#quote",
        )
        for place in places:
            await page.open(place)
            assert await page.js("document.documentElement.scrollWidth") <= width
            faint = [one for one in await page.js(CONTRASTS) if one[1] < 4.5]
            assert faint == []
            unnamed = await page.js(UNNAMED)
            assert unnamed == []

    at(act)


CONTRASTS: Any = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((one) => {
    const c = one / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim()) continue;
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([walker.currentNode.textContent.slice(0, 30), contrast]);
  }
  return found;
})()"""
"""How each text stands out from what is behind it, by WCAG's measure: 4.5 is enough."""

UNNAMED = """[...document.querySelectorAll('input:not([type=hidden]), button, a')]
  .filter((one) => !(one.labels?.length || one.textContent.trim()))
  .map((one) => one.outerHTML)"""
"""What can be used and has no name that is read out."""
