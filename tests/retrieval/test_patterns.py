"""How long every pattern of the package takes grows with what it searches as a low power."""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

import bot
import retrieval

PUMPS = (
    "a", "A", "aA", "1", " ", ".", ",", "-", '"', "(", "/", "#", "A ", "A.", "A. ", "1,", "Ab/",
    "Ab, ", "Ab | ", "](", "de ", "\u0301",
)  # fmt: skip
STARTS = ("", "By ")
ENDS = ("!", "/")

LENGTHS = (16, 24, 32, 48, 64, 96, 160)
"""Characters of a line; close to each other, so that what doubles with each is stopped early."""

FLOOR_S = 0.03
"""Processor time below which growth can't be told from noise."""

MOST = 4.0
"""A line is bounded, so a cube of its length is fine; what explodes has no such power."""

MOST_OF_A_TEXT = 1.6
"""Articles aren't bounded: what searches all of one must be linear."""


def patterns(package: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern for text that the modules of a package hold, by its name."""
    path, prefix = package.__path__, f"{package.__name__}."  # type: ignore[attr-defined]
    for module in pkgutil.walk_packages(path, prefix):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{module.name}.{name}", value


def whole(pattern: re.Pattern[str], text: str) -> None:
    pattern.fullmatch(text)
    within(pattern, text)


def within(pattern: re.Pattern[str], text: str) -> None:
    for _ in pattern.finditer(text):
        pass


def spent(
    way: Callable[[re.Pattern[str], str], None], pattern: re.Pattern[str], text: str
) -> float:
    """The processor time of this thread, whatever else runs."""
    started = time.thread_time()
    way(pattern, text)
    return time.thread_time() - started


def power(
    way: Callable[[re.Pattern[str], str], None], pattern: re.Pattern[str], texts: list[str]
) -> float:
    """The power of the length with which the search of longer and longer texts grows.

    0 where even the longest takes too little time to tell. Measured anew where it is much.
    """
    for shorter, longer in pairwise(texts):
        if spent(way, pattern, longer) < FLOOR_S:
            continue
        before = max(min(spent(way, pattern, shorter) for _ in range(3)), FLOOR_S / 100)
        now = min(spent(way, pattern, longer) for _ in range(2))
        return math.log(now / before) / math.log(len(longer) / len(shorter))
    return 0.0


def pumped(start: str, pump: str, end: str, length: int) -> str:
    return start + pump * (length // len(pump)) + end


@pytest.mark.slow
def test_no_pattern_explodes() -> None:
    worst = {
        f"{name} on {start!r} + {pump!r} * n + {end!r}": grown
        for package in (retrieval, bot)
        for name, pattern in patterns(package)
        for start in STARTS
        for pump in PUMPS
        for end in ENDS
        if (
            grown := power(whole, pattern, [pumped(start, pump, end, length) for length in LENGTHS])
        )
        > MOST
    }
    assert worst == {}


@pytest.mark.slow
def test_what_searches_whole_articles_is_linear() -> None:
    worst = {
        f"{name} on {pump!r} * n": grown
        for name, pattern in patterns(retrieval.text)
        for pump in PUMPS
        if (
            grown := power(
                within, pattern, [pumped("", pump, "!", length) for length in (4_000, 16_000)]
            )
        )
        > MOST_OF_A_TEXT
    }
    assert worst == {}
