"""The command that keeps an archive fresh."""

from __future__ import annotations

import signal
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from bot.commands.indexing import parted, source, summarise
from bot.durations import parse_duration
from bot.options import FOUND, Run, common, emit, explain, say

if TYPE_CHECKING:
    from retrieval.types import IndexReport

_SHORTEST = timedelta(seconds=1)
_LONGEST = timedelta(days=30)


def _duration(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    try:
        found = parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if not _SHORTEST <= found <= _LONGEST:
        raise click.BadParameter(f"{value!r} is not between 1s and 30d")
    return found


@click.command()
@click.argument("sources", nargs=-1, type=source, required=True, metavar="PATH|URL…")
@click.option(
    "--every",
    default="10m",
    show_default=True,
    metavar="TIME",
    callback=_duration,
    help="How often addresses are looked at: 90s, 10m, 1h.",
)
@click.option("--prune", is_flag=True, help="Forget articles whose file has vanished.")
@common
def watch(run: Run, sources: tuple[Path | str, ...], every: timedelta, prune: bool) -> int:
    """Index files, folders and addresses, and go on with what is new until told to stop.

    A changed file is read when nobody has written to it for two seconds; pages and feeds are
    looked at again every TIME, later where they fail. Each round that changed something is told
    in a line. Ctrl-C and SIGTERM stop it: what is indexed by then is kept.
    """
    from bot.progress import following
    from bot.terminal import console
    from bot.watching import Watch

    paths, urls = parted(sources)
    progress = partial(following, console(sys.stderr))
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        with run.library() as library, run.web() as web:
            watched = Watch(library, web, paths, urls, every, prune=prune, progress=progress)
            _tell(run, watched.first())
            say("Watching; Ctrl-C stops it.")
            for news in watched.rounds():
                if isinstance(news, Exception):
                    say(f"quoth: {explain(news)}")
                else:
                    _tell(run, news)
    except KeyboardInterrupt:
        say("Stopped: what is indexed by now is kept.")
    finally:
        signal.signal(signal.SIGTERM, before)
    return FOUND


def _stop(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _tell(run: Run, report: IndexReport) -> None:
    from bot import jsonable

    if run.as_json:
        emit(jsonable.report(report))
    else:
        summarise(report, at=datetime.now())
