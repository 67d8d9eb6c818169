"""Progress of indexing: lines now and then, or a bar."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from bot.progress import following, lines
from retrieval.types import Progress


def step(articles: int, share: float) -> Progress:
    return Progress(Path("x.txt"), "added", articles, articles * 3, round(share * 1000), 1000)


def test_lines_come_every_few_seconds_and_not_for_each_article() -> None:
    now = 0.0
    written: list[str] = []
    listener = lines(written.append, lambda: now)
    for number in range(1, 101):
        now = number / 10
        listener(step(number, number / 200))
    assert written == [
        "50 articles, 25%, 10.0 articles/s, 0:00:15 left",
        "100 articles, 50%, 10.0 articles/s, 0:00:10 left",
    ]


def test_nothing_read_yet_leaves_the_time_unknown() -> None:
    now = 0.0
    written: list[str] = []
    listener = lines(written.append, lambda: now)
    now = 10.0
    listener(step(20, 0.0))
    listener(Progress(Path("x"), "failed", 20, 0, 0, 0))
    assert written == ["20 articles, 0%, 2.0 articles/s, unknown left"]


def test_a_terminal_gets_a_bar_with_rate_and_share() -> None:
    file = io.StringIO()
    terminal = Console(file=file, force_terminal=True, width=80)
    with following(terminal) as listener:
        listener(step(1234, 0.42))
    assert "42 %" in file.getvalue()
    assert "1,234 articles, " in file.getvalue()


def test_a_narrow_terminal_is_no_problem() -> None:
    file = io.StringIO()
    with following(Console(file=file, force_terminal=True, width=20)) as listener:
        listener(step(1234, 0.42))
    assert file.getvalue()


def test_elsewhere_there_are_no_control_characters() -> None:
    file = io.StringIO()
    with following(Console(file=file)) as listener:
        listener(step(1, 0.1))
    assert "\x1b" not in file.getvalue()
