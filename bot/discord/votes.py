"""What votes assert of answers, as questions that ``quoth eval`` reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.discord import stored
from bot.discord.places import collection_of
from bot.discord.records import Feedback, Kept
from bot.evaluation import UNANSWERABLE, Expected
from retrieval import Library
from retrieval.errors import QuestionError
from retrieval.text import fold
from retrieval.types import SHARED, Filters, Question
from retrieval.understanding import understand

_GOOD, _BAD = "good", "bad"
_ANOTHER_DAY = timedelta(days=400)


def questions(votes: Sequence[Feedback], library: Library, collection: str) -> list[dict[str, Any]]:
    """What votes, the newest first, assert of the articles in a collection: a row a question.

    A 👍 asserts its answers, each with its first quote, or that nothing answers; a 👎 that the
    first answer is wrong. Where votes contradict, the newest holds. Nothing is asserted by a
    vote on a question that means something else when it is asked anew (narrowed by filters,
    or of "last week"), or on answers that the collection doesn't hold (any more).
    """
    claims: defaultdict[str, list[Expected]] = defaultdict(list)
    for vote in votes:
        if claim := _claim(vote, library, collection):
            claims[fold(claim.question)].append(claim)
    return [_row(about) for about in claims.values()]


def _claim(vote: Feedback, library: Library, collection: str) -> Expected | None:
    question = _alone(vote.kept)
    given = vote.kept.turn.answers
    if question is None:
        return None
    if not given:
        guild = vote.kept.guild
        own = SHARED if guild is None else collection_of(guild)
        searched = collection in (SHARED, own)  # all of it, at least
        return Expected(question, UNANSWERABLE) if vote.up and searched else None
    answers = stored.load(vote.kept.reply, library).answers
    if vote.up and answers:
        quotes = tuple(one.quotes[0].text for one in answers)
        texts = tuple(one.text for one in answers)
        return Expected(question, _GOOD, all_of=texts, quoted=quotes)
    if answers and answers[0].text == given[0]:
        return Expected(question, _BAD, none_of=given[:1])
    return None


def _alone(kept: Kept) -> str | None:
    """The question as it stands alone, if it would be understood as it was, on any day."""
    first = kept.asked.date()
    try:
        asked, later = (
            understand(Question(kept.question, kept.filters, kept.previous, day))
            for day in (first, first + _ANOTHER_DAY)
        )
    except QuestionError:
        return None
    same = asked.shown == later.shown == kept.turn.question
    return asked.whole if same and kept.filters == Filters() else None


def _row(claims: Sequence[Expected]) -> dict[str, Any]:
    good: Expected | None = None
    wrong: dict[str, None] = {}
    for claim in claims:
        if claim.kind == _BAD:
            if good is None or not _contradict(good.all_of, claim.none_of):
                wrong |= dict.fromkeys(claim.none_of)
        elif good is None and not _contradict(claim.all_of, tuple(wrong)):
            good = claim
    row: dict[str, Any] = {"question": claims[0].question}
    if good and good.kind == UNANSWERABLE:
        return row | {"unanswerable": True}  # so any answer is wrong
    if good:
        row |= {"all_of": list(good.all_of), "quote_contains": list(good.quoted)}
    return row | ({"none_of": list(wrong)} if wrong else {})


def _contradict(right: Sequence[str], wrong: Sequence[str]) -> bool:
    return any(fold(one) in fold(other) for one in wrong for other in right)
