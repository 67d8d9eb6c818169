"""Dates in questions: "in 2022", "last week", "since May" become a range of dates.

One grammar for all languages: what a date is made of stands here, the words, and the patterns
around a date, in each language's folder (months, time_words, ranges).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from retrieval.languages import Language, all_languages, find_language

_YEAR = r"(?:1[6-9]|20)\d\d"
_END = r"(?![\w-])"
_LONGEST_DATE = 24

Bounds = tuple[date | None, date | None]


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


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """How a language writes dates: its names, and patterns made of them.

    ``months`` gives the number of each name in lower case, ``units`` "day", "week", "month"
    or "year" by its words. No pattern captures.
    """

    months: dict[str, int]
    units: dict[str, str]
    month: str
    day: str
    link: str
    part: str
    bare: str
    """After a year: no noun that it would count ("in 2000 schools")."""

    @property
    def year(self) -> str:
        return f"{self.part}{_YEAR}"

    @property
    def month_year(self) -> str:
        return rf"{self.month}\.?,?{self.link} {_YEAR}"

    @property
    def whole_date(self) -> str:
        """A day with its year."""
        forms = (
            rf"{self.month}\.? {self.day},? {_YEAR}",
            rf"{self.day}{self.link} {self.month}\.?,?{self.link} {_YEAR}",
            rf"{_YEAR}-\d\d-\d\d",
        )
        return f"(?:{'|'.join(forms)})"

    @property
    def whole(self) -> str:
        """A day or a month with its year."""
        return f"(?:{self.whole_date}|{self.month_year})"

    @property
    def date(self) -> str:
        forms = (
            self.whole,
            rf"{self.month}\.? {self.day}(?!\w)",
            rf"{self.day}{self.link} {self.month}\b",
            self.year + self.bare,
            self.month,
        )
        return f"(?:{'|'.join(forms)})"


@cache
def grammar(known: Language) -> Grammar:
    """How dates are written in a language."""
    after = known.after_year or known.stop_words | known.question_words
    return Grammar(
        {name: number for number, names in enumerate(known.months, 1) for name in names},
        {word: unit.rstrip("s") for word, unit in known.time_words.items()},
        any_of(name for names in known.months for name in names),
        rf"\d{{1,2}}(?:{any_of(known.ordinal_endings)})?",
        f"(?: {any_of(known.date_links)})?" if known.date_links else "",
        f"(?:{any_of(known.part_of_year)})?",
        rf"(?-i:(?!\s+(?:GMT|UTC|(?!{any_of(after)}\b)[a-zà-öø-ÿ])))",
    )


def find_date_range(question: str, today: date) -> DateRange | None:
    """Give the range of dates that a question names, or None where it names none.

    Only words with a preposition count ("in 2022", not "the 2022 World Cup"). A day ("on
    November 6") or a bare month ("in May") is left to the words of the articles, which tell
    of it on other days too; after "since" and the like a month without a year is the latest
    one that has begun. Nobody knows what language a short question is in: all are tried.
    """
    for group in _GROUPS:
        for match, meaning, written in _found(question, group):
            bounds = meaning(match, written, today)
            if bounds is not None:
                since, until = bounds
                years = _years(match[0], since, until, today)
                return DateRange(match[0], since, until, years, group in _RELATIVE)
    return None


def find_day(question: str) -> DateRange | None:
    """Give the day that a question names whole ("on June 27, 2022"), or None where it names none.

    It limits nothing: a later article may tell of that day, and one of that day says "Monday".
    """
    for match, meaning, written in _found(question, {"on": _on}):
        bounds = meaning(match, written, date.max)
        if bounds is not None:
            return DateRange(match[0], *bounds)
    return None


def read_dates(words: str, today: date) -> Bounds | None:
    """Give the range that words are which tell a time and nothing else, or None.

    "last week" and "since May 2022" are read as in a question, and besides what is bare there:
    "2022", "May 2022", "May 3", "last 3 days", "3 days ago".
    """
    told = " ".join(words.lower().split())
    for known in all_languages():
        written = grammar(known)
        if re.fullmatch(written.date, told, re.I) and (bare := _range(told, written, today)):
            return bare
    for group in (*_GROUPS, _ALONE):
        for match, meaning, written in _found(told, group):
            bounds = meaning(match, written, today) if match[0] == told else None
            if bounds:
                return bounds
    return None


def tells_of(text: str, since: date | None, until: date | None, language: str | None) -> bool:
    """Whether a text names a day or month, with its year, that lies within the bounds."""
    for code in dict.fromkeys((language, None)):
        written = grammar(find_language(code))
        for match in _whole(find_language(code)).finditer(text):
            told = _range(match[0], written, date.max)
            if told and (not since or since <= told[0]) and (not until or told[1] <= until):
                return True
    return False


def whole_date(text: str, start: int, end: int, language: str | None) -> tuple[int, int]:
    """Give the date that a range of a text is a part of, with its day, month and year.

    "1" and "Juli" in "am 1. Juli" are "1. Juli". The range as it is where it is part of none.
    """
    first = max(start - _LONGEST_DATE, 0)
    near = text[first : end + _LONGEST_DATE]
    for match in _date(find_language(language)).finditer(near):
        a, b = match.start() + first, match.end() + first
        if a <= start and end <= b:
            return a, b
    return start, end


@cache
def _date(known: Language) -> re.Pattern[str]:
    return re.compile(rf"\b{grammar(known).date}{_END}", re.I)


@cache
def _whole(known: Language) -> re.Pattern[str]:
    return re.compile(rf"\b{grammar(known).whole}{_END}", re.I)


Meaning = Callable[[re.Match[str], Grammar, date], Bounds | None]


def _found(
    question: str, group: dict[str, Meaning]
) -> Iterator[tuple[re.Match[str], Meaning, Grammar]]:
    """The matches of a group's patterns in any language, by their places."""
    found = [
        (match, group[name], grammar(known))
        for known in all_languages()
        for name in group
        for pattern, meaning in known.ranges.items()
        if meaning == name and (match := _search(known, pattern, question))
    ]
    return iter(sorted(found, key=lambda item: item[0].start()))


def _search(known: Language, pattern: str, question: str) -> re.Match[str] | None:
    """The first match of a pattern, which is compiled whole only where it may match.

    All patterns together take a quarter of a second, as long as all else before a first answer.
    """
    return _compiled(known, pattern, _outline).search(question) and _compiled(
        known, pattern, _parts
    ).search(question)


@cache
def _compiled(
    known: Language, pattern: str, parts: Callable[[Language], dict[str, str]]
) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w['’])\b(?:{_filled(pattern, parts(known))}){_END}", re.I)


@cache
def _parts(known: Language) -> dict[str, str]:
    written = grammar(known)
    units = written.units.items()
    return {
        "date": f"({written.date})",
        "whole_date": f"({written.whole_date})",
        "year": f"({written.year})",
        "month_year": f"({written.month_year})",
        "number": r"(\d{1,3})",
        "unit": f"({any_of(word for word, _ in units if known.time_words[word][-1] != 's')})",
        "units": f"({any_of(word for word, _ in units)})",
        "bare": written.bare,
    }


@cache
def _outline(known: Language) -> dict[str, str]:
    """Parts that match all that ``_parts`` match, and more, but are compiled at once."""
    digit, month = r".*\d", rf".*(?:\d|{grammar(known).month}).*"
    numbers = dict.fromkeys(("whole_date", "year", "month_year", "number"), digit)
    return {**numbers, "date": month, "unit": ".+", "units": ".+", "bare": ""}


def _filled(pattern: str, parts: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda found: parts[found[1]], pattern)


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; for none, one that never matches."""
    longest_first = sorted(map(re.escape, words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(longest_first)})" if longest_first else "(?!)"


def _on(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    return _range(match[1], written, today)


def _between(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    first, last = _range(match[1], written, today), _range(match[2], written, today)
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _since(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    found = _range(match[1], written, today)
    return (found[0], None) if found else None


def _after(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    found = _range(match[1], written, today)
    return (found[1] + timedelta(days=1), None) if found else None


def _until(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    found = _range(match[1], written, today)
    return (None, found[1]) if found else None


def _before(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    found = _range(match[1], written, today)
    return (None, found[0] - timedelta(days=1)) if found else None


def _within(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    told = next(group for group in match.groups() if group)
    return _range(told, written, today)


def _past(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    return _ago(int(match[1]), _unit(match[2], written), today), today


def _days_ago(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    day = _ago(int(match[1]), _unit(match[2], written), today)
    return day, day


def _unit(word: str, written: Grammar) -> str:
    """Give the unit that a word names, also in Turkish capitals, whose i's differ ("YIL")."""
    wanted = word.lower().replace("ı", "i")
    return next(unit for name, unit in written.units.items() if name.replace("ı", "i") == wanted)


def _latest(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    return _ago(1, _unit(match[1], written), today), today


def _last(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    unit = _unit(match[1], written)
    last = _begin(unit, today) - timedelta(days=1)
    return (last, today) if unit == "day" else (_begin(unit, last), last)


def _this(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    unit = _unit(match[1], written)
    return (today - timedelta(days=1), today) if unit == "day" else (_begin(unit, today), today)


def _today(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    return today, today


def _yesterday(match: re.Match[str], written: Grammar, today: date) -> Bounds | None:
    return today - timedelta(days=1), today - timedelta(days=1)


_RELATIVE: tuple[dict[str, Meaning], ...] = (
    {"past": _past},
    {
        "last": _last,
        "this": _this,
        "latest": _latest,
        "today": _today,
        "yesterday": _yesterday,
    },
)
_GROUPS: tuple[dict[str, Meaning], ...] = (
    {"between": _between},
    {"since": _since},
    {"after": _after},
    {"until": _until},
    {"before": _before},
    *_RELATIVE,
    {"within": _within},
)

_ALONE: dict[str, Meaning] = {"on": _on, "lately": _past, "ago": _days_ago}
"""What is read only where it is all that is said."""


def _begin(unit: str, day: date) -> date:
    """The first day of the week, month or year that a day lies in; of a day, itself."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[unit]


def _ago(count: int, unit: str, today: date) -> date:
    if unit in ("day", "week"):
        return today - timedelta(days=count * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _range(words: str, written: Grammar, today: date) -> tuple[date, date] | None:
    """Give the first and last day of "2022", "May 2022", "May" or "May 3, 2022"."""
    plain = re.sub(f"^{written.part}", "", words.strip().lower())
    if re.fullmatch(_YEAR, plain):
        return date(int(plain), 1, 1), date(int(plain), 12, 31)
    month = re.fullmatch(rf"({written.month})(?:\.?,?{written.link} ({_YEAR}))?", plain)
    if month:
        number = written.months[month[1]]
        year = int(month[2]) if month[2] else today.year - (number > today.month)
        return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    day = _day(plain, written, today)
    return (day, day) if day else None


def _day(words: str, written: Grammar, today: date) -> date | None:
    """Give the day that is named; without a year, the latest one that has begun."""
    year, month = re.search(_YEAR, words), re.search(written.month, words)
    number = re.search(r"(?<!\d)\d{1,2}(?!\d)", words)
    if month and number:
        numbers = written.months[month[0]], int(number[0])
        years = (int(year[0]),) if year else (today.year, today.year - 1)
    elif iso := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", words):
        numbers, years = (int(iso[2]), int(iso[3])), (int(iso[1]),)
    else:
        return None
    for candidate in years:
        try:
            day = date(candidate, *numbers)
        except ValueError:
            continue
        if year or day <= today:
            return day
    return None


MONTHS = grammar(find_language("en")).months
"""The number of each English month by its names in lower case."""


def _years(words: str, since: date | None, until: date | None, today: date) -> tuple[int, ...]:
    """Give the whole years of a range that names one; an open range ends with the present."""
    if since is None or not re.search(_YEAR, words):
        return ()
    first = since.year + (since > date(since.year, 1, 1))
    last = today.year if until is None else until.year - (until < date(until.year, 12, 31))
    return tuple(range(first, last + 1))
