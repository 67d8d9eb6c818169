"""Dates of publication: whole ones only, or none at all."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(\d{4})(\d\d)(\d\d)(?!\d)")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_LONGEST = 80


def parse_date(value: object) -> date | None:
    """The day that a metadata value names, or None unless day, month and year are there.

    Takes dates and strings: ISO, or written out in any language that dateparser reads. The
    time of day is dropped, as is the zone. "03/04/2022" is None, as it may be either month;
    "03.04.2022" is the third of April.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _parse(value.strip()) if isinstance(value, str) and len(value) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _parse(text: str) -> date | None:
    if iso := _ISO.match(text):
        return _day(*(int(part) for part in iso.groups() if part))
    if numeric := _NUMERIC.match(text):
        first, second, year = int(numeric[1]), int(numeric[3]), int(numeric[4])
        if numeric[2] != "." and first <= 12 and second <= 12 and first != second:
            return None
        return _day(year, second, first) or _day(year, first, second)
    return _written_out(text) if re.search(r"\d", text) else None


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
