"""What is asked, once follow-ups stand alone and the words of time are a filter."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from retrieval.answering import wanted
from retrieval.dates import DateRange, find_date_range, find_day
from retrieval.errors import QuestionError
from retrieval.languages import find_language, in_all
from retrieval.types import Filters, Question, Turn
from retrieval.understanding.followups import stand_alone

MAX_QUESTION_CHARS = 2_000

NUL = "\0"

ANY_DATE = "any date"
"""Said of a question whose words of time don't limit the search."""

_EN = find_language("en").lists
_ASKING = rf"(?:{'|'.join(sorted(_EN['question_words']))})\b"
_LEADING = "|".join(sorted(map(re.escape, _EN["polite"]), key=len))
_POLITE = re.compile(
    rf"(?:(?:hi|hello|please),? )*(?:i(?:'m)? (?:(?!{_ASKING})[^?.;])*\b(?:and|but|so),? )?"
    rf"(?:{_LEADING})(?:,? if [^,?]+)?,? (?:please,? )?(?={_ASKING})",
    re.I,
)
_NAMING = re.compile(r"(?:please )?(?:give|tell) (?:me|us) the (names? of .*)", re.I)
_NAME_OF = re.compile(r"what (is|was|are|were) the names? of (.*)", re.I)
_RANGE = re.compile(rf" \((?:(?:\d{{4}}-\d\d-\d\d to|since|until) \d{{4}}-\d\d-\d\d|{ANY_DATE})\)$")

_TWO = re.compile(r"^(\w+ \w+ [^?]*\?(?: \([^()]*\))?) \S.*$")


@dataclass(frozen=True, slots=True)
class Understood:
    """A question ready to be searched.

    ``whole`` is all of it, ``searched`` is without its words of time, ``shown`` tells a
    person how it was understood, and ``years`` lets in passages that tell of these years.
    ``dated`` is true where the dates of the filter are the question's own words, and
    ``relative`` where these are like "last week". ``english`` is what is asked in English,
    roughly, where the question is Turkish; else it is "". ``day`` is one that the question
    names, and ``undated`` what it asks without it. ``news`` is the filter for a question that
    asks for nothing but what is new; else it is None.
    """

    whole: str
    searched: str
    shown: str
    filters: Filters
    years: tuple[int, ...] = ()
    dated: bool = False
    relative: bool = False
    english: str = ""
    day: date | None = None
    undated: str = ""
    news: Filters | None = None

    @property
    def answered(self) -> str:
        """What the answers are chosen for: the whole question, but for a day that it names."""
        return self.undated or self.whole


def understand(question: Question) -> Understood:
    """Give what a question asks for. Filters that are set already are never overruled.

    Raises QuestionError where there is nothing that could be asked.
    """
    asked, filters = " ".join(question.text.split()), question.filters
    if not re.search(r"\w", asked):
        raise QuestionError("the question holds no words: ask something like “who met whom?”")
    if NUL in f"{asked}{filters.publisher}{filters.path}":
        raise QuestionError(
            "the question, or what limits it, holds a NUL character, which is no text: type it anew"
        )
    if len(asked) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question is {len(asked):,} characters long and the most is "
            f"{MAX_QUESTION_CHARS:,}: ask for one thing at a time"
        )
    asked = _direct(asked)
    whole = stand_alone(asked, [without_range(turn) for turn in question.previous])
    asked = whole if len(whole) <= MAX_QUESTION_CHARS else asked
    limited = not question.any_date and not filters.dated
    found = find_date_range(asked, question.today or date.today()) if limited else None
    day = None if found else find_day(asked)
    time = found or (day if limited else None)
    news = None
    if _asks_for_news(asked, time) and (time or filters.dated or not question.previous):
        news = replace(filters, since=time.since, until=time.until) if time else filters
    if found is None:
        return _on_its_day(Understood(asked, asked, asked, filters, news=news), day)
    without = _without(asked, found.words)
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
        news=news,
    )


def _direct(asked: str) -> str:
    """Give a question without what politeness puts before it: "Can you tell me who …?".

    "Give me the name of the skipper" asks who the skipper is.
    """
    found = _POLITE.match(asked.replace("’", "'"))
    if found:
        asked = asked[found.end()].upper() + asked[found.end() + 1 :]
    naming = _NAMING.fullmatch(asked)
    if naming:
        verb = "are" if naming[1].lower().startswith("names") else "is"
        asked = f"What {verb} the {naming[1].rstrip('.')}?"
    name = _NAME_OF.fullmatch(asked)
    if name and wanted(asked).kind == "person":
        asked = f"Who {name[1].lower()} {name[2]}"
    return asked


def _asks_for_news(asked: str, time: DateRange | None) -> bool:
    """Tell whether a question asks for all that is new and has no content but its time.

    Nobody knows what language a short question is in: all are tried.
    """
    without = _without(asked, time.words) if time else asked
    return _news_questions().fullmatch(without.lower().replace("’", "'")) is not None


@cache
def _news_questions() -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(sorted(in_all('news_questions')))})\W*")


def _on_its_day(asked: Understood, found: DateRange | None) -> Understood:
    """Give a question with the day that it names, if it asks for anything else."""
    undated = _without(asked.whole, found.words) if found else ""
    if not found or not re.search(r"\w", undated):
        return asked
    return replace(asked, day=found.since, undated=undated)


def _without(asked: str, words: str) -> str:
    return re.sub(r" (?=[?.!,])", "", " ".join(asked.replace(words, " ").split()))


def without_range(turn: Turn) -> Turn:
    """Give a turn whose question is without the range that ``Understood.shown`` tells.

    Of two questions asked as one, the first.
    """
    question = _TWO.sub(r"\1", " ".join(turn.question.split()))
    return replace(turn, question=_RANGE.sub("", question))
