"""What each peer is run through, by its own Python: nothing but the standard library."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

TOP = 10


class Article(TypedDict):
    """An article as every peer gets it."""

    title: str
    text: str


Ask = Callable[[str], Sequence[str]]
"""Gives the texts of the TOP best passages for a question."""


def run(index: Callable[[Sequence[Article], str], Ask]) -> None:
    """Index the articles of the file that the command line names, ask, and write what was found.

    ``index`` takes the articles and the model's folder; what it takes to load the model counts.
    """
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    started = time.perf_counter()
    ask = index(task["articles"], task["model"])
    indexed = time.perf_counter() - started
    ask(task["questions"][0])
    found, took = [], []
    for question in task["questions"]:
        started = time.perf_counter()
        found.append(list(ask(question)))
        took.append(time.perf_counter() - started)
    report = {"indexed_s": indexed, "asked_s": took, "found": found}
    Path(sys.argv[2]).write_text(json.dumps(report), encoding="utf-8")
