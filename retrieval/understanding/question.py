"""What is asked, once follow-ups stand alone and the words of time are a filter."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from retrieval.dates import find_date_range
from retrieval.errors import QuestionError
from retrieval.types import Filters, Question, Turn
from retrieval.understanding.followups import stand_alone

MAX_QUESTION_CHARS = 2_000

ANY_DATE = "any date"
"""Said of a question whose words of time don't limit the search."""

_RANGE = re.compile(rf" \((?:(?:\d{{4}}-\d\d-\d\d to|since|until) \d{{4}}-\d\d-\d\d|{ANY_DATE})\)$")

_TWO = re.compile(r"^(\w+ \w+ [^?]*\?(?: \([^()]*\))?) \S.*$")


@dataclass(frozen=True, slots=True)
class Understood:
    """A question ready to be searched.

    ``whole`` is all of it, ``searched`` is without its words of time, ``shown`` tells a
    person how it was understood, and ``years`` lets in passages that tell of these years.
    ``dated`` is true where the dates of the filter are the question's own words, and
    ``relative`` where these are like "last week". ``english`` is what is asked in English,
    roughly, where the question is Turkish; else it is "".
    """

    whole: str
    searched: str
    shown: str
    filters: Filters
    years: tuple[int, ...] = ()
    dated: bool = False
    relative: bool = False
    english: str = ""


def understand(question: Question) -> Understood:
    """Give what a question asks for. Filters that are set already are never overruled.

    Raises QuestionError where there is nothing that could be asked.
    """
    asked, filters = " ".join(question.text.split()), question.filters
    if not re.search(r"\w", asked):
        raise QuestionError("the question holds no words: ask something like “who met whom?”")
    if len(asked) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question is {len(asked):,} characters long and the most is "
            f"{MAX_QUESTION_CHARS:,}: ask for one thing at a time"
        )
    whole = stand_alone(asked, [without_range(turn) for turn in question.previous])
    asked = whole if len(whole) <= MAX_QUESTION_CHARS else asked
    limited = not question.any_date and not filters.dated
    found = find_date_range(asked, question.today or date.today()) if limited else None
    if found is None:
        return Understood(asked, asked, asked, filters)
    without = " ".join(asked.replace(found.words, " ").split())
    if not re.search(r"\w", without):
        return Understood(asked, asked, asked, filters)
    return Understood(
        asked,
        without,
        f"{asked} ({found})",
        replace(filters, since=found.since, until=found.until),
        found.years,
        dated=True,
        relative=found.relative,
    )


def without_range(turn: Turn) -> Turn:
    """Give a turn whose question is without the range that ``Understood.shown`` tells.

    Of two questions asked as one, the first.
    """
    question = _TWO.sub(r"\1", " ".join(turn.question.split()))
    return replace(turn, question=_RANGE.sub("", question))
