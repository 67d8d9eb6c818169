"""Progress of indexing: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
    track,
)
from rich.text import Text

from bot.terminal import console
from retrieval.types import Progress as Step

Listener = Callable[[Step], None]
SECONDS_BETWEEN_LINES = 5.0
_T = TypeVar("_T")


def counted(items: Sequence[_T]) -> Iterable[_T]:
    """The items, with a bar on standard error that counts them where that is a terminal."""
    target = console(sys.stderr)
    return track(items, "", console=target, transient=True, disable=not target.is_terminal)


@contextmanager
def following(target: Console) -> Iterator[Listener]:
    """A listener for ``Library.index`` that shows on ``target`` how far it is."""
    if target.is_terminal:
        with _bar(target) as listener:
            yield listener
    else:
        yield lines(lambda line: target.print(Text(line)))


def lines(write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> Listener:
    """A listener that writes a line every few seconds, whatever the number of articles."""
    started = last = clock()

    def listener(step: Step) -> None:
        nonlocal last
        now = clock()
        if now - last < SECONDS_BETWEEN_LINES:
            return
        last = now
        write(_line(step, now - started))

    return listener


def _line(step: Step, seconds: float) -> str:
    share = step.bytes_done / step.bytes_total if step.bytes_total else 0.0
    left = timedelta(seconds=round(seconds * (1 - share) / share)) if share else "unknown"
    rate = step.articles_done / seconds
    return f"{step.articles_done:,} articles, {share:.0%}, {rate:,.1f} articles/s, {left} left"


class _Rate(ProgressColumn):
    """Articles so far and articles a second."""

    def render(self, task: Task) -> Text:
        """The two figures, or nothing before the first article."""
        done = int(task.fields["articles"])
        rate = done / task.elapsed if task.elapsed else 0.0
        return Text(f"{done:,} articles, {rate:,.1f}/s" if done else "starting")


@contextmanager
def _bar(target: Console) -> Iterator[Listener]:
    percentage = TextColumn("{task.percentage:>3.0f} %")
    columns = (BarColumn(None), percentage, _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=target, transient=True, expand=True) as progress:
        task = progress.add_task("indexing", total=None, articles=0)

        def listener(step: Step) -> None:
            progress.update(
                task,
                total=step.bytes_total,
                completed=step.bytes_done,
                articles=step.articles_done,
            )

        yield listener
