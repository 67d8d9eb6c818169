"""The desk: a few workers answer outside of the event loop, and the others wait in a fair queue."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from bot.service.refusals import Refusal

T = TypeVar("T")
_log = logging.getLogger(__name__)
_STOPPING = "Quoth is being restarted: ask again in a minute."


class Busy(Refusal):
    """A question that isn't taken now; the message is for the person who asked it."""


class Crowded(Busy):
    """A tenant has ``limit`` questions here already."""

    def __init__(self, tenant: int | None, limit: int) -> None:
        super().__init__(f"{limit} questions from here are waiting already: ask again in a moment.")
        self.tenant = tenant
        self.limit = limit


@dataclass(frozen=True, slots=True, eq=False)
class _Question(Generic[T]):
    tenant: int | None
    call: Callable[[], T]
    ended: asyncio.Future[Future[T]]  # the whole Future, as no asyncio one takes StopIteration


class Desk:
    """Answers ``workers`` questions at a time; up to ``queue`` more wait.

    Tenants take turns, so that one with many questions delays no other. A tenant has at most
    ``tenant_limit`` questions here, answered or waiting; those without one count as one.
    All of it but the calls themselves runs in one event loop.
    """

    def __init__(self, workers: int, queue: int, tenant_limit: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="answering")
        self._workers = workers
        self._queue = queue
        self._tenant_limit = tenant_limit
        self._here: set[_Question[Any]] = set()
        self._lines: dict[int | None, deque[_Question[Any]]] = {}  # the first is the next to serve
        self._draining = False

    @property
    def waiting(self) -> int:
        """The questions that wait for a worker."""
        return sum(map(len, self._lines.values()))

    @property
    def running(self) -> int:
        """The questions that are being answered."""
        return len(self._here) - self.waiting

    async def run(
        self,
        tenant: int | None,
        call: Callable[[], T],
        *,
        on_wait: Callable[[int], Awaitable[None]] | None = None,
    ) -> T:
        """What ``call`` returns in a worker's thread, or the exception that it raises.

        ``on_wait`` is told the question's place in the queue, from 1, if it has to wait; it has
        ended, or been cancelled, when this does. A question that is cancelled leaves the queue;
        once begun it keeps its worker until the call ends.

        Raises:
            Busy: the tenant has too many questions here, the queue is full, or draining began.
        """
        self._check(tenant)
        ended: asyncio.Future[Future[T]] = asyncio.get_running_loop().create_future()
        question = _Question(tenant, call, ended)
        self._here.add(question)
        if self.running <= self._workers:
            self._start(question)
            return (await ended).result()
        self._lines.setdefault(tenant, deque()).append(question)
        telling = asyncio.ensure_future(_tell(on_wait, self._place(question)))
        try:
            done = await ended
            await telling
        finally:
            telling.cancel()
            self._leave(question)
        return done.result()

    async def drain(self, seconds: float) -> None:
        """Take no more questions and end those that are here.

        Those that haven't ended after ``seconds`` are refused, though a call that has begun
        goes on in its thread.
        """
        self._draining = True
        if self._here:
            await asyncio.wait([question.ended for question in self._here], timeout=seconds)
        for question in self._here:
            if not question.ended.done():
                question.ended.set_exception(Busy(_STOPPING))
        self._here.difference_update(*self._lines.values())
        self._lines.clear()
        self._pool.shutdown(wait=False)

    def _check(self, tenant: int | None) -> None:
        if self._draining:
            raise Busy(_STOPPING)
        if sum(question.tenant == tenant for question in self._here) >= self._tenant_limit:
            raise Crowded(tenant, self._tenant_limit)
        if self.running >= self._workers and self.waiting >= self._queue:
            raise Busy(f"{self.waiting} questions are waiting already: ask again in a moment.")

    def _place(self, question: _Question[Any]) -> int:
        """The place of the newest question of its tenant: one round serves each tenant once."""
        rounds = len(self._lines[question.tenant])
        earlier = list(self._lines).index(question.tenant)
        return rounds + sum(
            min(len(line), rounds if index < earlier else rounds - 1)
            for index, line in enumerate(self._lines.values())
            if index != earlier
        )

    def _start(self, question: _Question[Any]) -> None:
        ended = partial(self._end_soon, question, question.ended.get_loop())
        self._pool.submit(question.call).add_done_callback(ended)

    def _end_soon(
        self, question: _Question[T], loop: asyncio.AbstractEventLoop, done: Future[T]
    ) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for it
            loop.call_soon_threadsafe(self._end, question, done)

    def _end(self, question: _Question[T], done: Future[T]) -> None:
        self._here.discard(question)
        if not question.ended.done():
            question.ended.set_result(done)
        while self._lines:
            following = self._next()
            if not following.ended.done():
                self._start(following)
                return
            self._here.discard(following)  # cancelled in this very round of the loop

    def _next(self) -> _Question[Any]:
        """The first of the tenant whose turn it is; that tenant's others wait for its next turn."""
        tenant = next(iter(self._lines))
        line = self._lines.pop(tenant)
        question = line.popleft()
        if line:
            self._lines[tenant] = line
        return question

    def _leave(self, question: _Question[Any]) -> None:
        """Take a question that is still waiting, as its asker was cancelled, out of the queue."""
        line = self._lines.get(question.tenant, deque())
        if question in line:
            line.remove(question)
            self._here.discard(question)
            if not line:
                del self._lines[question.tenant]


async def _tell(on_wait: Callable[[int], Awaitable[None]] | None, place: int) -> None:
    """Tell the place; an answer is worth having also when that failed."""
    try:
        if on_wait is not None:
            await on_wait(place)
    except Exception:
        _log.warning("could not tell the place in the queue", exc_info=True)
