"""Dates in questions: "in 2022", "last week", "since May" become a range of dates."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
} | {"sept": 9}

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:1[6-9]|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_BARE = (
    r"(?!\s+(?:GMT|UTC|(?!(?:and|or|but|who|what|when|where|which|whom|how|why|did|do|does|was|were|is"
    r"|are|has|have|had|will|would|by|at|in|on|with|as|to|the|a|an|from|for|about|after|before|that"
    r"|until|since|his|her|its|their|they|he|she|it)\b)[a-z]))"
)
"""After a year: no noun that it would count ("in 2000 schools")."""
_DATE = (
    rf"(?:(?:{_MONTH})\.? {_DAY},? {_YEAR}|{_DAY} (?:{_MONTH})\.?,? {_YEAR}|{_YEAR}-\d\d-\d\d"
    rf"|(?:{_MONTH})\.?,? {_YEAR}|(?:{_MONTH})\.? {_DAY}\b|{_DAY} (?:{_MONTH})\b"
    rf"|(?:early |late |mid-)?{_YEAR}(?-i:{_BARE})|{_MONTH})"
)
_UNIT = r"(?:day|week|month|year)"
_END = r"(?![\w-])"

_BETWEEN = re.compile(rf"\b(?:between|from) ({_DATE}) (?:and|to|until) ({_DATE}){_END}", re.I)
_SINCE = re.compile(rf"\bsince ({_DATE}){_END}", re.I)
_AFTER = re.compile(rf"\bafter ({_DATE}){_END}", re.I)
_UNTIL = re.compile(rf"\b(?:until|till|up to) ({_DATE}){_END}", re.I)
_BEFORE = re.compile(rf"\bbefore ({_DATE}){_END}", re.I)
_WITHIN = re.compile(
    rf"\b(?:(?:in|during) (?:the year )?((?:(?:{_MONTH})\.?,? |early |late |mid-)?{_YEAR})"
    rf"|of ((?:{_MONTH})\.?,? {_YEAR}|{_YEAR}(?=\W*$))){_END}(?-i:{_BARE})",
    re.I,
)
_RELATIVE = re.compile(rf"\b(?:(last|this|past) ({_UNIT})|(?-i:yesterday|today)){_END}", re.I)
_PAST = re.compile(
    rf"\b(?:in |over |during )?the (?:last|past) (\d{{1,3}}) ({_UNIT})s?{_END}", re.I
)
_TURKISH_YEAR = re.compile(rf"\b({_YEAR})(?:['’](?:de|da|te|ta)\b| yılında\b)", re.I)


@dataclass(frozen=True, slots=True)
class DateRange:
    """What a question's words of time mean: inclusive bounds and the words themselves.

    ``years`` are the whole years of the range where the words name one: passages that tell
    of these belong to the range whenever they were published. ``relative`` words ("last
    week") mean another range another day.
    """

    words: str
    since: date | None
    until: date | None
    years: tuple[int, ...] = ()
    relative: bool = False

    def __str__(self) -> str:
        if self.since and self.until:
            return f"{self.since} to {self.until}"
        return f"since {self.since}" if self.since else f"until {self.until}"


def find_date_range(question: str, today: date) -> DateRange | None:
    """Give the range of dates that a question names, or None where it names none.

    Only words with a preposition count ("in 2022", not "the 2022 World Cup"). A day ("on
    November 6") or a bare month ("in May") is left to the words of the articles, which tell
    of it on other days too; after "since" and the like a month without a year is the latest
    one that has begun.
    """
    for pattern, meaning in _MEANINGS:
        match = pattern.search(question)
        if match is None:
            continue
        bounds = meaning(match, today)
        if bounds is not None:
            since, until = bounds
            years = _years(match[0], since, until, today)
            return DateRange(match[0], since, until, years, pattern in (_RELATIVE, _PAST))
    return None


Bounds = tuple[date | None, date | None]


def _between(match: re.Match[str], today: date) -> Bounds | None:
    first, last = _range(match[1], today), _range(match[2], today)
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _since(match: re.Match[str], today: date) -> Bounds | None:
    found = _range(match[1], today)
    return (found[0], None) if found else None


def _after(match: re.Match[str], today: date) -> Bounds | None:
    found = _range(match[1], today)
    return (found[1] + timedelta(days=1), None) if found else None


def _until(match: re.Match[str], today: date) -> Bounds | None:
    found = _range(match[1], today)
    return (None, found[1]) if found else None


def _before(match: re.Match[str], today: date) -> Bounds | None:
    found = _range(match[1], today)
    return (None, found[0] - timedelta(days=1)) if found else None


def _within(match: re.Match[str], today: date) -> Bounds | None:
    return _range(match[1] or match[2], today)


def _relative(match: re.Match[str], today: date) -> Bounds | None:
    words = match[0].lower()
    if words in ("today", "yesterday"):
        day = today - timedelta(days=words == "yesterday")
        return day, day
    which, unit = match[1].lower(), match[2].lower()
    if which == "past":
        return _ago(1, unit, today), today
    if unit == "day":
        return today - timedelta(days=1), today
    first = {
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }[unit]
    if which == "this":
        return first, today
    last = first - timedelta(days=1)
    begin = {
        "week": last - timedelta(days=6),
        "month": last.replace(day=1),
        "year": last.replace(month=1, day=1),
    }[unit]
    return begin, last


def _past(match: re.Match[str], today: date) -> Bounds | None:
    return _ago(int(match[1]), match[2].lower(), today), today


_MEANINGS = (
    (_BETWEEN, _between),
    (_SINCE, _since),
    (_AFTER, _after),
    (_UNTIL, _until),
    (_BEFORE, _before),
    (_PAST, _past),
    (_RELATIVE, _relative),
    (_TURKISH_YEAR, _within),
    (_WITHIN, _within),
)


def _ago(count: int, unit: str, today: date) -> date:
    import dateparser

    base = datetime.combine(today, time())
    found = dateparser.parse(
        f"{count} {unit}s ago", languages=["en"], settings={"RELATIVE_BASE": base}
    )
    return found.date() if found else today


def _range(words: str, today: date) -> tuple[date, date] | None:
    """Give the first and last day of "2022", "May 2022", "May" or "May 3, 2022"."""
    plain = re.sub(r"^(?:early |late |mid-)", "", words.strip().lower())
    if re.fullmatch(_YEAR, plain):
        return date(int(plain), 1, 1), date(int(plain), 12, 31)
    month = re.fullmatch(rf"({_MONTH})\.?,?(?: ({_YEAR}))?", plain)
    if month:
        number = MONTHS[month[1]]
        year = int(month[2]) if month[2] else today.year - (number > today.month)
        return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    day = _day(plain, today)
    return (day, day) if day else None


def _day(words: str, today: date) -> date | None:
    import dateparser

    found = dateparser.parse(
        words,
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time()),
            "PREFER_DATES_FROM": "past",
            "REQUIRE_PARTS": ["day", "month"],
        },
    )
    return found.date() if found else None


def _years(words: str, since: date | None, until: date | None, today: date) -> tuple[int, ...]:
    """Give the whole years of a range that names one; an open range ends with the present."""
    if since is None or not re.search(_YEAR, words):
        return ()
    first = since.year + (since > date(since.year, 1, 1))
    last = today.year if until is None else until.year - (until < date(until.year, 12, 31))
    return tuple(range(first, last + 1))
