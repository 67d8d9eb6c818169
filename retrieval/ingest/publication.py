"""Dates of publication: whole ones only, or none at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal

Order = Literal["day", "month"]
"""What stands first where a file writes its dates in numbers with the year last."""

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(\d{4})(\d\d)(\d\d)(?:\d{4}(?:\d\d)?)?(?!\d)"
)
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d\d)(?!\d)")
_EPOCH = re.compile(r"(?:/Date\()?(\d{9,19})(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/)?")
_UNITS = (
    (10**8, 10**10, 1),
    (10**11, 10**13, 10**3),
    (10**14, 10**16, 10**6),
    (10**17, 10**19, 10**9),
)
"""From, to, and how many a second has: seconds, milliseconds and so on of 1973 to 2286."""

_LONGEST = 80


def parse_date(value: object, order: Order | None = None) -> date | None:
    """The day that a metadata value names, or None unless day, month and year are there.

    Takes dates, strings and numbers: ISO, written out in any language that dateparser reads,
    or counted in seconds (or thousandths) since 1970, UTC. The time of day is dropped, as is
    the zone. "03.04.2022" is the third of April; "03/04/2022" may be either month, and is
    None unless ``order`` tells; so is "13/02/24", of which the year may stand first.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = value.strip()
    return _either(text, order) if is_ambiguous(text) else _parse(text)


def is_ambiguous(value: object) -> bool:
    """Whether a value is a date of which the day may be the month: "03/04/2022"."""
    found = _slashed(value)
    return found is not None and found[0] != found[1] and max(found[:2]) <= 12


def order_of(values: Iterable[object]) -> Order | None:
    """What stands first in the dates among the values: one like "13/02/2022" proves it.

    None where none does, or some prove one order and some the other. "31/02/2022" is no date, and
    proves nothing: what is wrong with it isn't known.
    """
    proven = {_proven(value) for value in values} - {None}
    return proven.pop() if len(proven) == 1 else None


def readings(value: str) -> tuple[date, date]:
    """The two days that an ambiguous date may be, the day first and the month first."""
    first, second, year = _slashed(value) or (1, 1, 1)
    return date(year, second, first), date(year, first, second)


def _proven(value: object) -> Order | None:
    found = _slashed(value)
    if found is None or max(found[:2]) <= 12 or not _day(found[2], min(found[:2]), max(found[:2])):
        return None
    return "day" if found[0] > 12 else "month"


def _slashed(value: object) -> tuple[int, int, int] | None:
    """The numbers of "3/4/2022" or "3-4-2022"; with full stops they tell no order."""
    text = value.strip() if isinstance(value, str) and len(value) <= _LONGEST else ""
    found = _NUMERIC.match(text)
    if not found or found[2] == "." or not (int(found[1]) and int(found[3]) and int(found[4])):
        return None
    return int(found[1]), int(found[3]), int(found[4])


def _either(text: str, order: Order | None) -> date | None:
    day_first, month_first = readings(text)
    return {"day": day_first, "month": month_first, None: None}[order]


@lru_cache(maxsize=4096)
def _parse(text: str) -> date | None:
    if iso := _ISO.match(text):
        return _day(*(int(part) for part in iso.groups() if part))
    if numeric := _NUMERIC.match(text):
        first, second, year = int(numeric[1]), int(numeric[3]), int(numeric[4])
        return _day(year, second, first) or _day(year, first, second)
    if short := _SHORT_YEAR.match(text):
        day, month, year = int(short[1]), int(short[3]), int(short[4])
        return _day(year + (2000 if year < 70 else 1900), month, day) if short[2] == "." else None
    if epoch := _EPOCH.fullmatch(text):
        return _number(int(epoch[1]))
    return _written_out(text) if re.search(r"\d", text) else None


def _number(value: float) -> date | None:
    """The day of a number: 20240503, or what has passed since 1970."""
    if not 10**7 <= value < 10**19:
        return None
    whole = int(value)
    if iso := _ISO.fullmatch(str(whole)):
        told = _day(*(int(part) for part in iso.groups() if part))
        if told and 1600 <= told.year < 2200:
            return told
    for least, most, unit in _UNITS:
        if least <= whole < most:
            return datetime.fromtimestamp(whole / unit, UTC).date()
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written_out(text: str) -> date | None:
    import dateparser

    found = dateparser.parse(
        text,
        settings={
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
        },
    )
    return found.date() if found else None
