"""What is asked, once the words of time are understood as a filter."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from retrieval.dates import find_date_range
from retrieval.errors import QuestionError
from retrieval.types import Filters

MAX_QUESTION_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Understood:
    """A question ready to be searched.

    ``asked`` is the question without its words of time, ``shown`` tells a person how it was
    understood, and ``years`` lets in passages that tell of these years.
    """

    asked: str
    shown: str
    filters: Filters
    years: tuple[int, ...] = ()


def understand(
    question: str, filters: Filters, *, understand_dates: bool, today: date
) -> Understood:
    """Give what a question asks for. Filters that are set already are never overruled.

    Raises QuestionError where there is nothing that could be asked.
    """
    asked = " ".join(question.split())
    if not re.search(r"\w", asked):
        raise QuestionError("the question holds no words: ask something like “who met whom?”")
    if len(asked) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question is {len(asked):,} characters long and the most is "
            f"{MAX_QUESTION_CHARS:,}: ask for one thing at a time"
        )
    found = find_date_range(asked, today) if understand_dates and not filters.dated else None
    if found is None:
        return Understood(asked, asked, filters)
    without = " ".join(asked.replace(found.words, " ").split())
    if not re.search(r"\w", without):
        return Understood(asked, asked, filters)
    return Understood(
        without,
        f"{asked} ({found})",
        replace(filters, since=found.since, until=found.until),
        found.years,
    )
