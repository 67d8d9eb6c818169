"""The pager: it keeps what is set off, and opens where it is told to."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from bot.terminal import page


def tall() -> Text:
    lines = [*(f"line {number}" for number in range(40)), "| the quote", *("more",) * 40]
    text = Text("\n".join(lines))
    text.highlight_words(["the quote"], "bold")
    return text


def terminal(height: int) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=40, height=height)


@pytest.fixture
def paged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where a "less" writes down how it was called and what it was given."""
    less = tmp_path / "less"
    less.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/called\ncat > {tmp_path}/given\n')
    less.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.delenv("PAGER", raising=False)
    return tmp_path


def test_it_opens_at_the_line_and_keeps_styles(paged: Path) -> None:
    page(terminal(24), tall(), "| ")
    assert (paged / "called").read_text() == "-R +38\n"
    given = (paged / "given").read_text()
    assert "\x1b[1mthe quote\x1b[0m" in given
    assert given.splitlines()[0] == "line 0"


def test_it_begins_at_the_top_unless_told(paged: Path) -> None:
    for at in ("", "nowhere"):
        page(terminal(24), tall(), at)
        assert (paged / "called").read_text() == "-R +1\n"


def test_what_fits_is_not_paged(paged: Path) -> None:
    target = terminal(100)
    page(target, tall(), "| ")
    assert isinstance(target.file, io.StringIO)
    assert "line 39" in target.file.getvalue()
    assert not (paged / "called").exists()


def test_a_dumb_terminal_has_no_pager(paged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    target = terminal(24)
    page(target, tall(), "| ")
    assert isinstance(target.file, io.StringIO)
    assert "line 39" in target.file.getvalue()
    assert not (paged / "called").exists()


def test_another_pager_is_given_no_styles(paged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setenv("PAGER", "more")
    monkeypatch.setattr("pydoc.pager", lambda content, *_: shown.append(content))
    page(terminal(24), tall(), "| ")
    assert "| the quote" in shown[0]
    assert "\x1b" not in shown[0]
