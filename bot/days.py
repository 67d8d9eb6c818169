"""Days as people type them: 2022, 2022-04 or 2022-04-06, or words like "last week"."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Literal

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
Edge = Literal["first", "last"]


HINT = (
    "a date like 2022, 2022-04 or 2022-04-06, or words like “May 2022”, “last week”, "
    "“last 3 days” or “3 days ago”"
)


def parse_day(text: str, edge: Edge, today: date | None = None) -> date:
    """The first or the last day of the time that is meant: a date, or words as in questions.

    ``today`` (None: the day it is) is what "last week" counts from.

    Raises:
        ValueError: with a message for the person who typed it.
    """
    day = _written(text, edge) or _told(text, edge, today or date.today())
    if day is None:
        raise ValueError(f"{text!r} is no time that can be read: write {HINT}")
    return day


def _written(text: str, edge: Edge) -> date | None:
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        return _day(year or 0, month, day, edge)
    except ValueError:
        return None


def _told(text: str, edge: Edge, today: date) -> date | None:
    from retrieval.dates import read_dates  # the option's help needs nothing so heavy

    bounds = read_dates(text, today)
    return bounds and bounds[edge == "last"]


def _day(year: int, month: int | None, day: int | None, edge: Edge) -> date:
    if month is None:
        month = 1 if edge == "first" else 12
    if day is None:
        day = 1 if edge == "first" else calendar.monthrange(date(year, month, 1).year, month)[1]
    return date(year, month, day)
