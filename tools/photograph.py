"""Photograph the page of `quoth serve`, over seeds/.

    python -m tools.photograph [FOLDER]

Serves an index of seeds/ from a temporary folder, asks it in headless Chromium, and keeps pictures,
light and dark, 400, 800 and 1,200 pixels wide, in FOLDER, a new one in the temporary folder unless
named. docs/serve.png is fidan-light-800.png.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image

from tests.browser import browsing
from tools.picture import COLOURS, SEEDS, THEMES

QUESTIONS = {
    "fidan": "who did Fidan meet?",
    "finland": "When did Finland join NATO?",
    "nothing": "Who captained the Razoni?",
}
ARTICLE = "/articles/f28d718b674763ec?start=46&end=141#quote"
WIDTHS = (400, 800, 1200)
HEIGHT = 760


async def photograph(folder: Path) -> None:
    """Make all of the pictures."""
    asked = {name: f"/?{urlencode({'question': one})}" for name, one in QUESTIONS.items()}
    pages = {"blank": "/", **asked, "article": ARTICLE}
    with tempfile.TemporaryDirectory() as made, serving(Path(made)) as address:
        async with browsing(Path(made) / "browser") as page:
            for name, place in pages.items():
                for theme in THEMES:
                    for width in WIDTHS:
                        await page.look(width, HEIGHT, dark=theme == "dark")
                        await page.open(f"{address}{place}")
                        picture = folder / f"{name}-{theme}-{width}.png"
                        await page.photograph(picture)
                        with Image.open(picture) as drawn:
                            drawn.convert("RGB").quantize(COLOURS).save(picture, optimize=True)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve an index of seeds/ that is made in a folder; give the address."""
    quoth = Path(sys.executable).with_name("quoth")
    data = ("--data-dir", str(folder / "index"))
    subprocess.run([quoth, "index", SEEDS, *data], check=True)
    command = [str(quoth), "serve", "--port", "0", *data]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        yield process.stderr.readline().split()[3].rstrip("/")
        process.terminate()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(photograph(target))
    print(target)
