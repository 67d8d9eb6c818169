"""Days as people type them: what a year, a month and a day mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.days import parse_day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2022-04", date(2022, 4, 1), date(2022, 4, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-04-06", date(2022, 4, 6), date(2022, 4, 6)),
        (" 2022 ", date(2022, 1, 1), date(2022, 12, 31)),
    ],
)
def test_a_year_or_month_means_its_first_or_last_day(text: str, first: date, last: date) -> None:
    assert parse_day(text, "first") == first
    assert parse_day(text, "last") == last


@pytest.mark.parametrize(
    "text", ["0000", "2022-00", "2023-02-29", "２０２２", "2022-04-06T10", "x"]
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date like 2022, 2022-04 or 2022-04-06"):
        parse_day(text, "last")


@given(st.dates())
def test_every_day_lies_in_its_month_and_year(day: date) -> None:
    iso = day.isoformat()
    assert parse_day(iso, "first") == parse_day(iso, "last") == day
    for part in (iso[:4], iso[:7]):
        assert parse_day(part, "first") <= day <= parse_day(part, "last")
