"""The short forms of what tries to break Quoth, and that they would notice."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks.abuse import fuzz, world
from benchmarks.abuse.processes import Done
from retrieval.types import Article

ARTICLE = Article("station-4", world.text(4), "", None, None, None, None, None, "")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser")
@pytest.mark.parametrize("target", [name for name, _, _ in fuzz.targets()])
def test_no_input_breaks_a_promise(target: str) -> None:
    (tried,) = fuzz.fuzz(100, seed=1, only=target)
    assert tried.inputs >= fuzz.ROUND
    assert tried.problems == {}, tried.first


def test_an_input_that_breaks_a_promise_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "fold", str.upper)
    (tried,) = fuzz.fuzz(100, seed=1, only="folding")
    assert tried.problems.total() > 10
    assert any("the map is of another text" in what for what in tried.problems)


def test_words_that_were_not_written_are_seen() -> None:
    assert world.told_of(ARTICLE) is None
    changed = replace(
        ARTICLE, text=ARTICLE.text.replace("104 mm", "105 mm", 1).replace("4", "5", 9)
    )
    assert world.told_of(changed) is not None
    assert world.told_of(replace(ARTICLE, id="station-5")) is not None


def test_quotes_that_do_not_stand_where_they_are_told_are_seen() -> None:
    place = {"id": "station-4", "path": None}
    quote = {"article": place, "start": 0, "end": 6, "text": ARTICLE.text[:6]}
    reply = {"answers": [{"quotes": [quote]}], "nearest": []}
    assert world.wrong_in(reply) == []
    for wrong in ({"start": 1, "end": 7}, {"text": "Rapport"}, {"text": "", "end": 0}):
        assert len(world.wrong_in({"answers": [], "nearest": [quote | wrong]})) == 1


@pytest.mark.parametrize(
    ("status", "err", "clear"),
    [
        (0, "", True),
        (1, "quoth: nothing", True),
        (2, "quoth: there is no index in x yet: make one", True),
        (2, "", False),
        (2, "quoth: unexpected KeyError: 'x' (--debug shows where)", False),
        (1, "Traceback (most recent call last):", False),
        (-11, "", False),
        (3, "quoth: what?", False),
    ],
)
def test_how_a_command_ends_is_judged(status: int, err: str, clear: bool) -> None:
    assert (Done(("ask",), status, "", err).unclear is None) is clear


@pytest.mark.slow
@pytest.mark.parametrize("part", ["kills", "damage", "starving", "askers"])
def test_the_short_form_finds_nothing_broken(part: str) -> None:
    command = [sys.executable, "-m", "benchmarks.abuse", part, "--short", "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
