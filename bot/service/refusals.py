"""What isn't done, and what a person is told of an error: its message, or an id for the log."""

from __future__ import annotations

import logging
import secrets

from bot.service.health import Metrics
from retrieval.errors import LibraryMissing, QuestionError, QuothError, Unfetchable

NO_ARTICLES = "There are no articles yet."
_log = logging.getLogger(__name__)


class Refusal(QuothError):
    """What isn't done; the message is for the person who wanted it."""


class Denied(Refusal):
    """The tenant lets nobody ask in this channel, or not this person."""


class NothingToAsk(Refusal):
    """There are no articles that a tenant sees, or who speaks for themselves alone (None)."""

    def __init__(self, tenant: int | None) -> None:
        super().__init__(NO_ARTICLES)
        self.tenant = tenant


class TooOften(Refusal):
    """A person has asked a lot at once, and may ask again after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        unit = "second" if seconds == 1 else "seconds"
        super().__init__(f"You have asked a lot at once: ask again in {seconds} {unit}.")
        self.seconds = seconds


POLITE = (Refusal, QuestionError, Unfetchable)
"""Errors whose message is for the person, as it is."""


def told(error: Exception, doing: str, metrics: Metrics) -> str:
    """What a person is told of an error; what isn't theirs to mend gets an id, as in the log."""
    if isinstance(error, POLITE):
        return str(error)
    if isinstance(error, LibraryMissing):
        return NO_ARTICLES
    id = secrets.token_hex(4)
    metrics.errors.inc()
    _log.error("%s failed, error %s", doing, id, exc_info=error)
    return (
        "Something went wrong on our side, sorry. Please try again; if it stays so, tell whoever "
        f"runs Quoth here the number of this error: {id}"
    )
