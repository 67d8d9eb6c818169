"""Whether a reply is right, and how many are, by the kind of question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.evaluation.scoring import exact
from retrieval.text import fold
from retrieval.types import Reply

ANSWERS_JUDGED = 3
UNANSWERABLE = "unanswerable"
_ENDS = " \n.,;:!?\"'“”‘’()[]"
NOTHING = Reply("", "", (), (), 0.0)
"""What a question got that found nothing."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A question, its kind, and what is right to answer; nothing: it is right to be silent.

    ``all_of`` must each be a part of some answer's text, ``any_of`` must be a part of one of
    the first three where there is no ``all_of``, ``none_of`` must not be a part of any, and
    ``quoted`` must stand in a quote. Spellings may differ, and punctuation at the ends; what
    SQuAD takes for the same words is the same.
    """

    question: str
    kind: str
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """Counts for one kind of question: asked, answered rightly, and left unanswered."""

    kind: str
    questions: int = 0
    right: int = 0
    abstained: int = 0


def is_right(expected: Expected, reply: Reply) -> bool:
    """Whether the answers are those expected, or rightly nothing was found."""
    if expected.kind == UNANSWERABLE:
        return not reply.found
    answers = [fold(answer.text) for answer in reply.answers]
    quotes = [fold(quote.text) for answer in reply.answers for quote in answer.quotes]
    if not all(_within(words, answers) for words in expected.all_of):
        return False
    if any(_within(words, answers) for words in expected.none_of):
        return False
    if not all(_within(words, quotes) for words in expected.quoted):
        return False
    first = answers[:ANSWERS_JUDGED]
    free = expected.all_of or expected.quoted or not expected.any_of
    return bool(free) or any(_within(words, first) for words in expected.any_of)


def _within(words: str, texts: Iterable[str]) -> bool:
    bare = fold(words).strip(_ENDS) or fold(words)
    return any(bare in text or exact(text, [words], folded=True) for text in texts)


def scores(judged: Iterable[tuple[str, bool, bool]]) -> list[Score]:
    """The score of each kind of question, in the order in which the kinds occur.

    A question is given by its kind, whether it was answered rightly and whether at all.
    """
    found: dict[str, Score] = {}
    for kind, right, answered in judged:
        score = found.setdefault(kind, Score(kind))
        found[kind] = replace(
            score,
            questions=score.questions + 1,
            right=score.right + right,
            abstained=score.abstained + (not answered),
        )
    return list(found.values())


def shaped(scores: Sequence[Score]) -> dict[str, Any]:
    """The scores as plain values, with totals."""
    answerable, other = parted(scores)
    return {
        "answerable": asdict(total("answerable", answerable)),
        "unanswerable": asdict(total(UNANSWERABLE, other)),
        "kinds": [asdict(one) for one in answerable],
    }


def parted(scores: Sequence[Score]) -> tuple[list[Score], list[Score]]:
    """The scores of answerable kinds, and that of unanswerable questions if there are any."""
    answerable = [one for one in scores if one.kind != UNANSWERABLE]
    return answerable, [one for one in scores if one.kind == UNANSWERABLE]


def total(kind: str, scores: Iterable[Score]) -> Score:
    """The sum of scores, as one kind."""
    rows = list(scores)
    return Score(
        kind,
        sum(one.questions for one in rows),
        sum(one.right for one in rows),
        sum(one.abstained for one in rows),
    )
