"""The terminal: where text goes out, and what must never go out with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import IO

from rich.console import Console, RenderableType
from rich.pager import Pager, SystemPager

_UNWRAPPED = 1_000_000
_ABOVE = 3
_REORDERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def clean(text: str) -> str:
    """``text`` with as many code points, none of which can steer a terminal.

    White space becomes a space; control characters, lone surrogates and the marks that
    reorder a line become U+FFFD. Offsets into the text stay true.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_harmless, text))


def _harmless(char: str) -> str:
    if char.isspace():
        return " "
    forbidden = unicodedata.category(char) in ("Cc", "Cs")
    return "\ufffd" if forbidden or unicodedata.bidirectional(char) in _REORDERING else char


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Let the command line end, as for any other output."""
        raise


def console(file: IO[str] | None = None) -> Console:
    """A console on ``file`` (standard output unless given), which takes no markup.

    Lines are wrapped on a terminal only: what is piped keeps a quote on one line.
    """
    target = file or sys.stdout
    return _Console(
        file=target,
        width=None if target.isatty() else _UNWRAPPED,
        highlight=False,
        markup=False,
        emoji=False,
    )


def waiting(message: str) -> AbstractContextManager[object]:
    """A line on standard error that says what is waited for, where that is a terminal."""
    target = console(sys.stderr)
    return target.status(message) if target.is_terminal else nullcontext()


def page(target: Console, renderable: RenderableType, at: str = "") -> None:
    """Print, in the pager where there is a terminal that is too low.

    It opens at the first line that begins with ``at``, where it is less.
    """
    may_page = target.is_terminal and not target.is_dumb_terminal
    lines = target.render_lines(renderable, pad=False) if may_page else []
    if len(lines) < target.height:
        show(target, renderable)
        return
    begun = ("".join(segment.text for segment in line).startswith(at) for line in lines)
    first = next((number for number, begins in enumerate(begun, 1) if begins), 1)
    less = _less()
    pager = _Less(less, max(first - _ABOVE, 1)) if less else SystemPager()
    with target.pager(pager, styles=less is not None):
        show(target, renderable)


def show(target: Console, renderable: RenderableType) -> None:
    """Print all of it: where Rich takes a line for too long, it would cut off its end.

    It does with zero-width joiners beside marked words, which it counts in two ways.
    """
    target.print(renderable, crop=False)


def _less() -> str | None:
    """The less that people page with: theirs, unless PAGER names another program."""
    named = os.environ.get("PAGER", "less").split()
    return shutil.which("less") if named and Path(named[0]).name == "less" else None


class _Less(Pager):
    """less, which keeps styles and opens at a line."""

    def __init__(self, program: str, line: int) -> None:
        self._command = [program, "-R", f"+{line}"]

    def show(self, content: str) -> None:
        with subprocess.Popen(self._command, stdin=subprocess.PIPE, encoding="utf-8") as process:
            with suppress(OSError, KeyboardInterrupt):  # it was left before it had read all
                process.communicate(content)
            while process.poll() is None:
                with suppress(KeyboardInterrupt):  # Ctrl-C is for less
                    process.wait()


def stdin_lines() -> Iterator[str]:
    """The lines of standard input without their ends; bytes that aren't UTF-8 become U+FFFD."""
    for number, line in enumerate(sys.stdin.buffer if sys.stdin else ()):
        text = line.rstrip(b"\r\n").decode("utf-8", errors="replace")
        yield text.removeprefix("\ufeff") if number == 0 else text
