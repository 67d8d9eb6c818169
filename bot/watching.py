"""Rounds of indexing that keep an archive fresh: what changed in folders, and what is due."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from watchfiles import Change, watch

from bot.progress import Listener
from retrieval import IngestError, Library, LibraryError
from retrieval.ingest import absent
from retrieval.types import IndexReport
from retrieval.web.address import is_address, normal
from retrieval.web.visiting import Web

QUIET_S = 2.0
"""Seconds without a change after which a file counts as written."""

LOOK_S = 0.5
RETRY_S = 60.0
LONGEST_S = 86_400.0
JITTER = 0.1


class Watch:
    """Indexes paths and addresses once, then round after round what has changed of them."""

    def __init__(
        self,
        library: Library,
        web: Web,
        paths: Sequence[Path],
        urls: Sequence[str],
        every: timedelta,
        *,
        prune: bool,
        progress: Callable[[], AbstractContextManager[Listener]],
    ) -> None:
        self._library = library
        self._web = web
        self._paths = paths
        self._prune = prune
        self._progress = progress
        self._changes = Changes(paths, library.data_dir)
        self._due = Due(dict.fromkeys(map(normal, urls)), every.total_seconds())
        self._told: dict[str, str] = {}

    def first(self) -> IndexReport:
        """Index all of it. Raises as ``Library.index`` and ``Changes.start`` do."""
        self._changes.start()
        return self._round(self._paths, self._due.now())

    def rounds(self) -> Iterator[IndexReport | LibraryError]:
        """Give what each further round did that did anything, or what it failed of; without end.

        A round that failed is tried again.
        """
        while True:
            changed = self._changes.quiet()
            due = self._due.now()
            if not (changed or due):
                continue
            try:
                report = self._round(self._paths if changed else (), due, changed)
            except LibraryError as error:
                self._changes.again(changed)
                yield error
            else:
                if _did_anything(report):
                    yield report

    def _round(
        self, paths: Sequence[Path], urls: Sequence[str], only: set[Path] | None = None
    ) -> IndexReport:
        # A folder that isn't mounted just now has lost no files.
        prune = self._prune and bool(paths) and all(path.exists() for path in paths)
        self._due.tried(urls)
        with self._progress() as listener:
            report = self._library.index(
                paths, urls=urls, web=self._web, only=only, prune=prune, on_progress=listener
            )
        failed = {failure.path for failure in report.failed}
        self._due.answered(url for url in urls if url not in failed)
        for url in set(urls) - failed:
            self._told.pop(url, None)
        return self._news(report)

    def _news(self, report: IndexReport) -> IndexReport:
        """The report without what was said of an address before."""
        failed = tuple(
            one
            for one in report.failed
            if not is_address(one.path) or self._told.get(one.path) != one.reason
        )
        self._told |= {one.path: one.reason for one in failed}
        return replace(report, failed=failed)


def _did_anything(report: IndexReport) -> bool:
    counts = (report.added, report.updated, report.duplicate, report.removed)
    return any(counts) or bool(report.failed)


class Changes:
    """What changed below paths. A file that is still being written hasn't changed yet."""

    def __init__(self, paths: Sequence[Path], without: Path) -> None:
        self._paths = paths
        self._without = without.resolve()
        self._pending: dict[Path, float] = {}
        self._files: dict[Path, object] = {}
        self._events: Iterator[set[tuple[Change, str]]] = iter(())

    def start(self) -> None:
        """Notice all changes from now on. Raises IngestError for what can't be watched."""
        for path in self._paths:
            if why := absent(path):
                raise IngestError(f"{why.path} {why.reason}")
        folders = [path.resolve() for path in self._paths if path.is_dir()]
        # A file is looked at itself: programs that save put another one in its place.
        self._files = {path: _state(path) for path in self._paths if not path.is_dir()}
        self._events = watch(
            *folders,
            watch_filter=None,
            rust_timeout=round(LOOK_S * 1000),
            yield_on_timeout=True,
            raise_interrupt=True,
        )
        try:
            next(self._events)
        except (OSError, RuntimeError) as error:
            raise IngestError(
                f"these folders can't be watched ({error}): name fewer, or let the system watch "
                "more (on Linux fs.inotify.max_user_watches)"
            ) from error

    def quiet(self) -> set[Path]:
        """Wait a moment; give the real paths that changed and then were left alone."""
        events = {Path(path).resolve() for _, path in next(self._events)}
        now = time.monotonic()
        for path, state in self._files.items():
            if (newer := _state(path)) != state:
                self._files[path] = newer
                events.add(path.resolve())
        for path in events:
            if not path.is_relative_to(self._without):
                self._pending[path] = now
        moving = [path for path, at in self._pending.items() if now - at < QUIET_S]
        above = {parent for path in moving for parent in (path, *path.parents)}
        ready = self._pending.keys() - above
        for path in ready:
            del self._pending[path]
        return ready

    def again(self, paths: Iterable[Path]) -> None:
        """Give paths once more, in a while."""
        self._pending |= dict.fromkeys(paths, time.monotonic() + RETRY_S - QUIET_S)


def _state(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


@dataclass(slots=True)
class _Turn:
    at: float = 0.0
    failures: int = 0


class Due:
    """When each address is looked at again: every so many seconds, ever later while it fails."""

    def __init__(
        self,
        urls: Iterable[str],
        every_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._every_s = every_s
        self._clock = clock
        self._spread = spread
        self._turns = {url: _Turn(clock()) for url in urls}

    def now(self) -> list[str]:
        """Give the addresses whose turn it is."""
        now = self._clock()
        return [url for url, turn in self._turns.items() if turn.at <= now]

    def tried(self, urls: Iterable[str]) -> None:
        """Note that these are being looked at; they count as failing until they answered."""
        for url in urls:
            self._turns[url].failures += 1
            self._plan(url)

    def answered(self, urls: Iterable[str]) -> None:
        """Note that these could be read."""
        for url in urls:
            self._turns[url].failures = 0
            self._plan(url)

    def _plan(self, url: str) -> None:
        turn = self._turns[url]
        wait = self._every_s * 2.0 ** min(turn.failures, 20)
        wait = max(self._every_s, min(wait, LONGEST_S))
        turn.at = self._clock() + wait * self._spread(1 - JITTER, 1 + JITTER)
