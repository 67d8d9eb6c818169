"""Draw example replies as Discord shows them, and photograph them.

    python -m tools.picture [FOLDER]

Makes an index of seeds/ in a temporary folder, asks it, and draws the very pages and buttons
that the bot sends in FOLDER/discord.html (dark; light with #light), which headless Chromium
photographs 400 and 900 pixels wide. FOLDER is a new one in the temporary folder unless named.
The README's picture is dark-900.png, kept as docs/discord.png.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import discord
from PIL import Image

from bot.discord.buttons import reply_rows
from bot.discord.cards import Card
from bot.discord.messages import Page, answer_pages
from retrieval import Library
from tools.discord_markdown import Block, Node, parse

SEEDS = Path(__file__).parents[1] / "seeds"
QUESTIONS = ("when did Finland join NATO?", "who did Fidan meet?", "who won the World Cup?")
WIDTHS = (400, 900)
THEMES = ("dark", "light")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SCALE = 2
COLOURS = 128
"""Enough for what is drawn, and a third of the bytes."""

STYLE = """
html { --back: #313338; --card: #2b2d31; --text: #dbdee1; --strong: #f2f3f5; --small: #949ba4;
  --link: #00a8fc; --quote: #4e5058; --grey: #4e5058; --label: #fff; --edge: #2b2d31 }
html:target { --back: #fff; --card: #f2f3f5; --text: #313338; --strong: #060607; --small: #5c5e66;
  --link: #006ce7; --quote: #c4c9ce; --grey: #e3e5e8; --label: #2e3338; --edge: #e3e5e8 }
* { box-sizing: border-box; margin: 0 }
body { background: var(--back); color: var(--text); padding: 20px 16px 24px; overflow: hidden;
  font: 16px/1.375 "gg sans", "Noto Sans", "Helvetica Neue", Helvetica, Arial, sans-serif }
a { color: var(--link); text-decoration: none }
b { font-weight: 700; color: var(--strong) }
.message { position: relative; padding-left: 56px; margin-top: 24px }
.message:first-child { margin-top: 0 }
.used { display: flex; gap: 4px; align-items: center; color: var(--small); font-size: 14px;
  margin: 0 0 4px 0; position: relative }
.used::before { content: ""; position: absolute; left: -36px; top: 9px; width: 32px; height: 14px;
  border: 2px solid var(--quote); border-width: 2px 0 0 2px; border-top-left-radius: 6px }
.used i { width: 16px; height: 16px; border-radius: 50%; background: #6d8b74 }
.used b { font-weight: 600; color: var(--text) }
.used span { color: var(--link) }
.avatar { position: absolute; left: 0; width: 40px; height: 40px; border-radius: 50%;
  background: linear-gradient(145deg, #2aa198, #14645e); color: #fff; text-align: center;
  font: 600 24px/38px Georgia, "Noto Serif", serif }
.name { font-weight: 600; color: var(--strong) }
.app { background: #5865f2; color: #fff; font-size: 10.5px; font-weight: 600; border-radius: 3px;
  padding: 1px 5px; margin: 0 6px; vertical-align: 2px }
.time { color: var(--small); font-size: 12px }
.small { color: var(--small); font-size: 13px }
.item { padding-left: 22px; position: relative }
.item::before { content: "•"; position: absolute; left: 6px }
.quote { border-left: 4px solid var(--quote); border-radius: 4px; padding: 0 8px 0 12px }
.card { background: var(--card); border-left: 4px solid; border-radius: 8px; max-width: 600px;
  padding: 12px 16px 12px 12px; margin-top: 8px; overflow-wrap: anywhere }
.card .small { margin-top: 6px }
.menu { background: var(--edge); border: 1px solid var(--quote); border-radius: 8px; width: 400px;
  color: var(--small); padding: 6px 12px; font-size: 14px }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px }
.button { background: var(--grey); color: var(--label); border-radius: 8px; padding: 0 14px;
  font-size: 14px; font-weight: 500; line-height: 32px }
"""


def main() -> None:
    """Make the page and its photographs, or say what is missing."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="picture-"))
    folder.mkdir(parents=True, exist_ok=True)
    page = folder.resolve() / "discord.html"
    page.write_text(asyncio.run(drawn(QUESTIONS)), encoding="utf-8")
    print(page)
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        sys.exit("No photographs: Chromium is missing (Debian: apt-get install chromium).")
    for theme in THEMES:
        for width in WIDTHS:
            photograph = page.with_name(f"{theme}-{width}.png")
            take(chromium, f"{page.as_uri()}#{theme}", width, photograph)
            print(photograph)


def take(chromium: str, url: str, width: int, path: Path) -> None:
    """Photograph a page as high as it is at this width."""
    common = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]

    def run(*arguments: str) -> str:
        done = subprocess.run([*common, *arguments, url], capture_output=True, check=True)
        return done.stdout.decode()

    found = re.search(r'data-height="(\d+)"', run(f"--window-size={width},600", "--dump-dom"))
    height = found[1] if found else "2000"
    run(
        f"--window-size={width},{height}",
        f"--force-device-scale-factor={SCALE}",
        f"--screenshot={path}",
    )
    with Image.open(path) as taken:
        few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


async def drawn(questions: Iterable[str]) -> str:
    """Ask an index of the seeds and give the page; async, since a view needs a loop."""
    with tempfile.TemporaryDirectory() as data, Library.open(Path(data)) as library:
        library.index([SEEDS])
        replies = [library.ask(question) for question in questions]
    shown = []
    for reply in replies:
        pages = answer_pages(reply)
        shown.append(message(pages[0], reply_rows("key", reply, 0, len(pages))))
    script = "document.body.dataset.height = document.documentElement.offsetHeight"
    return (
        '<!doctype html><html id="light" lang="en"><meta charset="utf-8"><title>Quoth</title>'
        f"<style>{STYLE}</style><body>{''.join(shown)}<script>{script}</script></body></html>"
    )


def message(page: Page, rows: Iterable[discord.ui.ActionRow[Any]]) -> str:
    """Give a message of the bot, an answer to /ask."""
    drawn_rows = ["".join(map(component, row.children)) for row in rows]
    return (
        '<div class="message"><div class="used"><i></i><b>reader</b> used <span>/ask</span></div>'
        '<div class="avatar">Q</div><span class="name">Quoth</span><span class="app">APP</span>'
        f'<span class="time">Today at 09:41</span>{lines(page.content)}'
        f"{''.join(map(card, page.cards))}"
        + "".join(f'<div class="row">{row}</div>' for row in drawn_rows)
        + "</div>"
    )


def component(item: Any) -> str:
    """Give a button, or a menu that is closed."""
    if isinstance(item, discord.ui.Select):
        return element("div", "menu", item.placeholder)
    return element("div", f"button {item.style.name}", item.label)


def card(value: Card) -> str:
    """Give a card with its coloured bar."""
    return f'<div class="card" style="border-color: #{value.colour:06x}">{lines(value.text)}</div>'


def lines(text: str) -> str:
    """Give the lines of a message or a description."""
    return "".join(map(block, parse(text)))


def block(value: Block) -> str:
    return f'<div class="{value.kind}">{"".join(map(html, value.nodes))}</div>'


def html(node: Node) -> str:
    """Give a node; what the bot never sends is drawn as the text that it is."""
    inner = "".join(map(html, node.children)) or escape(node.text)
    if node.kind == "strong":
        return f"<b>{inner}</b>"
    return f'<a href="{escape(node.target)}">{inner}</a>' if node.kind == "link" else inner


def element(name: str, kind: str, text: str | None) -> str:
    return f'<{name} class="{kind}">{escape(text or "")}</{name}>'


if __name__ == "__main__":
    main()
