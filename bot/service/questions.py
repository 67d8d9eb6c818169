"""From a question, wherever it was asked, to its kept reply: one path.

A door does ``with handling(services):``, then ``admit`` and ``answer``.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.days import Edge, parse_day
from bot.service.database import RecordsError
from bot.service.places import Place, library_of, settings_at
from bot.service.refusals import POLITE, NothingToAsk, Refusal, TooOften
from bot.service.services import Services
from bot.service.tenants import TenantSettings
from retrieval import Library
from retrieval.errors import LibraryMissing
from retrieval.types import Filters, Question, Reply, SearchResult, Turn

LONGEST = 500
"""The longest question, in characters."""

KEEP_SECONDS = 3.0
"""How long an answer that is there waits to be kept."""

NO_FILTERS = Filters()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, where, and after which turns. ``private``: only the asker sees the answer."""

    text: str
    place: Place
    private: bool = False
    filters: Filters = NO_FILTERS
    previous: tuple[Turn, ...] = ()
    any_date: bool = False

    @property
    def question(self) -> Question:
        """What the library is asked."""
        return Question(self.text, self.filters, self.previous, any_date=self.any_date)


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, and the key under which it is kept for votes, follow-ups and showing it again.

    None: it could not be kept, and can only be shown.
    """

    key: str | None
    reply: Reply


Show = Callable[[Answered], Awaitable[int]]
"""Shows a reply where it belongs; the id of the message that it stands in."""


@contextmanager
def handling(services: Services) -> Iterator[None]:
    """Have a question finished before the process ends, and counted if it gets no answer."""
    questions = services.metrics.questions
    with services.working():
        try:
            yield
        except POLITE as error:
            questions.labels("limited" if isinstance(error, TooOften) else "refused").inc()
            raise
        except Exception:
            questions.labels("failed").inc()
            raise


def admit(services: Services, place: Place, text: str) -> TenantSettings:
    """Let a question in and give the settings of its place, or raise Refusal.

    It waits for nothing, so that a door can acknowledge the question first.
    """
    if not text.strip():
        raise Refusal("There is no question: ask me, for example, “Who met whom in Ankara?”")
    if len(text) > LONGEST:
        raise Refusal(
            f"That question is {len(text):,} characters long, and the most is {LONGEST}: "
            "please shorten it."
        )
    settings = settings_at(services, place)
    if services.buckets is not None:
        _let_in(services.buckets.take(place.user))
    return settings


def _let_in(wait: float) -> None:
    if wait:
        raise TooOften(math.ceil(wait))


async def answer(
    services: Services,
    request: Request,
    settings: TenantSettings,
    *,
    on_wait: Callable[[int], Awaitable[None]] | None = None,
    show: Show | None = None,
) -> Answered:
    """Ask the library, when it is its turn; the reply is kept, if it can be, and shown.

    ``on_wait`` is told the question's place in the queue, if it has to wait. Raises
    ``desk.Busy``, NothingToAsk, QuestionError, LibraryError, what ``show`` raises, and, where
    several processes count together, TooOften and RecordsError.
    """
    place, started = request.place, time.monotonic()
    if services.buckets is None:  # it had to be acknowledged first, as this may take long
        policy = services.policy
        _let_in(await services.counted(place.user, policy.burst, policy.refill_seconds))
    library = library_of(services, place.tenant, settings)
    reply, generation = await services.desk.run(
        place.tenant, partial(_asked, library, request), on_wait=on_wait
    )
    answered = Answered(await _kept(services, request, reply, generation), reply)
    if show is not None:
        message = await show(answered)
        if answered.key is not None:
            with _logged("a follow-up by replying to this answer won't be understood"):
                await services.recorded(services.records.shown_in, answered.key, message)
    services.metrics.index_generation.set(generation)
    services.metrics.answered(reply.found, time.monotonic() - started)
    return answered


async def search(
    services: Services, request: Request, settings: TenantSettings, k: int
) -> SearchResult:
    """The ``k`` best passages, when it is the question's turn; nothing of it is kept.

    Raises ``desk.Busy``, NothingToAsk, QuestionError, LibraryError.
    """
    place = request.place
    library = library_of(services, place.tenant, settings)
    return await services.desk.run(place.tenant, partial(_searched, library, request, k))


def narrowed(
    since: str | None = None,
    until: str | None = None,
    publisher: str | None = None,
    path: str | None = None,
    undated: bool = False,
) -> Filters:
    """The filters of what a person gives, days as they are typed. Raises Refusal."""
    first, last = _day(since, "first"), _day(until, "last")
    if first and last and first > last:
        raise Refusal("Nothing lies between these days: since is after until.")
    return Filters(first, last, publisher or None, path or None, undated)


def _day(text: str | None, edge: Edge) -> date | None:
    try:
        return parse_day(text, edge) if text else None
    except ValueError as error:
        raise Refusal(f"{error}.") from None


async def _kept(services: Services, request: Request, reply: Reply, generation: int) -> str | None:
    """The key of a reply; None where it can't be kept, or only after a while."""
    place = request.place
    with _logged("an answer is shown without buttons"):
        async with asyncio.timeout(KEEP_SECONDS):
            return await services.recorded(
                services.records.keep,
                tenant=place.tenant,
                channel=place.channel,
                user=place.user,
                private=request.private,
                question=request.text,
                filters=request.filters,
                previous=request.previous,
                reply=reply,
                generation=generation,
            )
    return None


@contextmanager
def _logged(meaning: str) -> Iterator[None]:
    """Go on without what the records can't do, and have the log tell what that means."""
    try:
        yield
    except (RecordsError, TimeoutError) as error:
        _log.warning("%s: %s", meaning, str(error) or "the records take too long")


def _asked(library: Library, request: Request) -> tuple[Reply, int]:
    try:
        reply = library.ask(request.question)
    except LibraryMissing:
        raise NothingToAsk(request.place.tenant) from None
    if not (reply.found or reply.nearest or library.status().articles):
        raise NothingToAsk(request.place.tenant)
    return reply, library.generation()


def _searched(library: Library, request: Request, k: int) -> SearchResult:
    try:
        result = library.search(request.question, k)
    except LibraryMissing:
        raise NothingToAsk(request.place.tenant) from None
    if not (result.hits or library.status().articles):
        raise NothingToAsk(request.place.tenant)
    return result
