"""Many ask for a long time while articles are added, changed, removed and all embedded anew.

The askers share one open library, as the bot's do. One thread beside them adds articles to it and
removes them; another process changes files and indexes them, prunes, rebuilds, checks and backs up.
"""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.abuse import world
from benchmarks.abuse.processes import command
from retrieval import Library
from retrieval.types import Hit, Quote

KEPT = 150
"""Articles that stay, and change."""

PASSING = 40
"""Articles that come and go beside them, at a time."""

SAMPLE_S = 5.0
SETTLING = 0.25
"""Part of the time that is left out of the slope of the memory: caches fill, threads start."""

QUESTIONS: tuple[Callable[[int], str], ...] = (
    world.question,
    lambda number: f"What did the keeper of station {number} say?",
    lambda number: f"Who is the keeper in {world.PLACES[number % len(world.PLACES)]}?",
    lambda number: "Who met the engineers?",
    lambda number: f"How long did the pumps of dam {number} run?",
    lambda number: "Who captained the Razoni?",
)


@dataclass(slots=True)
class Held:
    """What was seen: ``latencies`` in seconds, ``memory`` as (seconds, MB of its own)."""

    latencies: list[float] = field(default_factory=list)
    found: int = 0
    quotes: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)

    def slope(self) -> float:
        """Give by how many MB an hour the memory grew, after it had settled."""
        settled = self.memory[int(SETTLING * len(self.memory)) :]
        seconds, megabytes = np.array(settled).T
        return float(np.polyfit(seconds, megabytes, 1)[0] * 3600)

    def within_ms(self, part: float) -> float:
        """Give the time within which this part of the questions was answered."""
        return float(np.quantile(self.latencies, part) * 1000)

    def rows(self) -> list[tuple[str, str]]:
        """Give what is told of it, a row each."""
        changed = ", ".join(f"{number:,} {what}" for what, number in sorted(self.changes.items()))
        half = len(self.memory) // 2
        first, last = (
            statistics.mean(own for _, own in part)
            for part in (self.memory[half // 2 : half], self.memory[-half // 2 :])
        )
        return [
            ("questions", f"{len(self.latencies):,}, of which {self.found:,} got an answer"),
            ("quotes compared with what was written", f"{self.quotes:,}"),
            ("changes meanwhile", changed),
            ("errors, inexact quotes, quotes of removed articles", f"{self.problems.total()}"),
            ("a question, half of them within", f"{self.within_ms(0.5):,.0f} ms"),
            ("99 % within", f"{self.within_ms(0.99):,.0f} ms"),
            ("memory of its own, second quarter", f"{first:,.0f} MB"),
            ("last quarter", f"{last:,.0f} MB"),
            ("slope", f"{self.slope():+,.1f} MB an hour"),
        ]


class Crowd:
    """Those who ask and those who change, until ``end``."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._seed = seed
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._gone: dict[str, float] = {}
        self.held = Held()

    def run(self, askers: int, seconds: float) -> Held:
        """Let so many ask for so long."""
        _write(self._folder / "kept", 0)
        with Library.open(self._data) as library:
            library.index([self._folder / "kept"])
            library.warm()
            started = time.monotonic()
            works = [partial(self._ask, library, number) for number in range(askers)]
            works += [partial(self._come_and_go, library), partial(self._change_files)]
            threads = [threading.Thread(target=self._guarded, args=(work,)) for work in works]
            for thread in threads:
                thread.start()
            while time.monotonic() - started < seconds:
                self._ended.wait(SAMPLE_S)
                self.held.memory.append((time.monotonic() - started, own_memory()))
                self._tell()
            self._ended.set()
            for thread in threads:
                thread.join()
            self._problems(library.check())
        return self.held

    def _tell(self) -> None:
        seconds, own = self.held.memory[-1]
        asked, wrong = len(self.held.latencies), self.held.problems
        print(f"{seconds:6.0f} s {own:6.0f} MB {asked:6} questions {dict(wrong)}", file=sys.stderr)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self._problems([f"{type(error).__name__}: {error}"])

    def _problems(self, found: Iterable[str]) -> None:
        with self._lock:
            self.held.problems.update(found)

    def _ask(self, library: Library, number: int) -> None:
        chance = random.Random(self._seed + number)
        while not self._ended.is_set():
            began = time.monotonic()
            question = chance.choice(QUESTIONS)(chance.randrange(KEPT + PASSING))
            try:
                reply = library.ask(question)
            except Exception as error:
                self._problems([f"{type(error).__name__}: {error}"])
                continue
            took = time.monotonic() - began
            quotes = [*(one for each in reply.answers for one in each.quotes), *reply.nearest]
            wrong = [what for what in (self._wrong(one, began) for one in quotes) if what]
            with self._lock:
                self.held.latencies.append(took)
                self.held.found += reply.found
                self.held.quotes += len(quotes)
                self.held.problems.update(wrong)

    def _wrong(self, quote: Quote, began: float) -> str | None:
        article = quote.article
        if wrong := world.told_of(article):
            return wrong
        if self._gone.get(article.id, began) < began:
            return "a removed article is quoted"
        words = article.words(quote.field)
        if not quote.text or words[quote.start : quote.end] != quote.text:
            return f"{article.id} {quote.start}–{quote.end} isn't {quote.text!r}"
        return None

    def _come_and_go(self, library: Library) -> None:
        """Add articles to the library that is asked, and remove the oldest of them."""
        for number in count(KEPT):
            path = world.write(self._folder / f"passing-{number}.jsonl", [number])
            library.index([path])
            if not any(hit.article.id == world.name(number) for hit in _hits(library, number)):
                self._problems(["an article that was added isn't found"])
            path.unlink()
            self.held.changes["added"] += 1
            if number >= KEPT + PASSING:
                old = world.name(number - PASSING)
                library.remove([old])
                self._gone[old] = time.monotonic()
                self.held.changes["removed"] += 1
            if self._ended.wait(1.0):
                break

    def _change_files(self) -> None:
        """Change what is indexed in another process, in all ways that there are."""
        kept, backup = self._folder / "kept", self._folder / "backup"
        for version in count(1):
            _write(kept, version)
            self._command("updated", "index", kept)
            (kept / "high.jsonl").unlink()
            self._command("pruned", "index", kept, "--prune")
            _write(kept, version)
            self._command("brought back", "index", kept)
            self._command("rebuilt", "index", "--rebuild")
            self._command("checked", "check")
            self._command("backed up", "backup", backup)
            shutil.rmtree(backup, ignore_errors=True)
            if self._ended.is_set():
                break

    def _command(self, what: str, *words: str | Path) -> None:
        if self._ended.is_set():
            return
        done = command(*words, "--data-dir", self._data)
        self.held.changes[what] += 1
        if done.status or done.unclear:
            self._problems([f"quoth {words[0]}: {done.err[-300:] or done.out[-300:]}"])


def _write(folder: Path, version: int) -> None:
    folder.mkdir(exist_ok=True)
    world.write(folder / "low.jsonl", range(KEPT // 2), version)
    world.write(folder / "high.jsonl", range(KEPT // 2, KEPT), version)


def _hits(library: Library, number: int) -> list[Hit]:
    return [*library.search(f"station {number} dam {number}", 20).hits]


def own_memory() -> float:
    """Give the MB that this process has for itself: no mapped files, which others share."""
    with Path("/proc/self/status").open() as lines:
        told = dict(line.split(":", 1) for line in lines)
    return int(told["RssAnon"].split()[0]) / 1024
