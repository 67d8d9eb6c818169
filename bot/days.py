"""Days as people type them: 2022, 2022-04 or 2022-04-06."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Literal

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
Edge = Literal["first", "last"]


def parse_day(text: str, edge: Edge) -> date:
    """The day that ``2022``, ``2022-04`` or ``2022-04-06`` means: its first or its last one.

    Raises:
        ValueError: with a message for the person who typed it.
    """
    match = _ISO.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        return _day(year or 0, month, day, edge)
    except ValueError:
        raise ValueError(f"{text!r} is not a date like 2022, 2022-04 or 2022-04-06") from None


def _day(year: int, month: int | None, day: int | None, edge: Edge) -> date:
    if month is None:
        month = 1 if edge == "first" else 12
    if day is None:
        day = 1 if edge == "first" else calendar.monthrange(date(year, month, 1).year, month)[1]
    return date(year, month, day)
