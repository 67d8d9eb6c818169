"""What is being added: whose turn it is, how far each file is, and how it is stopped.

Files of several tenants are read side by side, and their articles stored one at a time, in turns:
who adds one article waits for one of each other, not for all of them.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

from bot.service.refusals import Refusal
from retrieval.errors import Stopped
from retrieval.types import Outcome, Progress

T = TypeVar("T")

OPEN = 8
"""Files read at the same time: each holds a thread, and may hold a process that reads it."""

WAITING = 5
"""Files of one tenant, being added or waiting for that."""

GIVE_WAY_SECONDS = 2.0
"""How long an article waits at most for the questions that are being answered."""

RESTARTING = "Quoth is being restarted: add the file again in a minute, and it goes on from there."


@dataclass(eq=False)
class Upload:
    """A file that a tenant adds; any thread may look how far it is."""

    tenant: int
    name: str
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    counts: Counter[Outcome] = field(default_factory=Counter)
    share: float = 0.0
    """How much of the file is read, from 0 to 1."""
    stopped: str | None = None
    """Why it ends before the file does, for the person who adds it."""

    def went_on(self, step: Progress) -> None:
        """Count an article, and raise Stopped if no other is to follow."""
        self.counts[step.outcome] += 1
        self.share = step.bytes_done / step.bytes_total if step.bytes_total else 1.0
        self.check()

    def check(self) -> None:
        """Raise Stopped if it was told to end."""
        if self.stopped:
            raise Stopped(self.stopped)


class Intake:
    """All uploads of this process. A tenant's own come one after the other."""

    def __init__(self) -> None:
        self._uploads: dict[str, Upload] = {}
        self._lines: dict[int, asyncio.Lock] = {}
        self._room = asyncio.Semaphore(OPEN)
        self._threads = _Daemons(OPEN)
        self._turns: deque[Upload] = deque()
        self._moved = threading.Condition()
        self._closed = False
        self.pressing: Callable[[], bool] = lambda: False
        """Whether somebody waits for an answer: an article then waits for that a while."""

    @contextmanager
    def uploading(self, tenant: int, name: str) -> Iterator[Upload]:
        """Have an upload known meanwhile. Raises Refusal where a tenant has too many."""
        if self._closed:
            raise Refusal(RESTARTING)
        if sum(one.tenant == tenant for one in self._uploads.values()) >= WAITING:
            raise Refusal(f"{WAITING} files are being added here already: wait for one to end.")
        upload = Upload(tenant, name)
        self._uploads[upload.key] = upload
        try:
            yield upload
        finally:
            del self._uploads[upload.key]

    @asynccontextmanager
    async def opened(self, upload: Upload) -> AsyncIterator[None]:
        """Wait until a file may be read: its tenant's others are done, and there is room."""
        line = self._lines.setdefault(upload.tenant, asyncio.Lock())
        async with line, self._room:
            upload.check()
            yield

    async def run(self, call: Callable[[], T]) -> T:
        """What a call gives in a thread that keeps no process from ending."""
        return await asyncio.wrap_future(self._threads.submit(call))

    @contextmanager
    def turn(self, upload: Upload) -> Iterator[None]:
        """Wait, in a thread, until an upload may store an article; Stopped if it may no more."""
        with self._moved:
            self._turns.append(upload)
            self._moved.wait_for(lambda: self._turns[0] is upload or upload.stopped)
            if upload.stopped:
                self._leave(upload)
                upload.check()
        try:
            self._give_way(upload)
            upload.check()
            yield
        finally:
            with self._moved:
                self._leave(upload)

    def stop(self, tenant: int, key: str, why: str) -> bool:
        """Have a tenant's upload end after the article in hand; whether there is such a one."""
        upload = self._uploads.get(key)
        if upload is None or upload.tenant != tenant:
            return False
        self._stop(upload, why)
        return True

    def close(self) -> None:
        """Take no more, and have each end after the article in hand."""
        self._closed = True
        for upload in self._uploads.values():
            self._stop(upload, RESTARTING)

    def _stop(self, upload: Upload, why: str) -> None:
        with self._moved:
            upload.stopped = upload.stopped or why
            self._moved.notify_all()

    def _give_way(self, upload: Upload) -> None:
        ends = time.monotonic() + GIVE_WAY_SECONDS
        while self.pressing() and not upload.stopped and time.monotonic() < ends:
            time.sleep(0.02)

    def _leave(self, upload: Upload) -> None:
        self._turns.remove(upload)
        self._moved.notify_all()


class _Daemons:
    """A few threads that are used again (each keeps a connection to the database open).

    A file may be read for minutes, and nothing ends a thread: these don't keep the process from
    ending, and what one had not committed by then was never there.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._started = 0
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()

    def submit(self, call: Callable[[], T]) -> Future[T]:
        done: Future[T] = Future()
        self._calls.put((done, call))
        if self._started < self._most:
            self._started += 1
            name = f"adding-{self._started}"
            threading.Thread(target=self._serve, name=name, daemon=True).start()
        return done

    def _serve(self) -> None:
        while True:
            done, call = self._calls.get()
            if not done.set_running_or_notify_cancel():
                continue
            try:
                done.set_result(call())
            except BaseException as error:
                done.set_exception(error)
