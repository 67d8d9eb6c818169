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


TODAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("last week", date(2024, 5, 6), date(2024, 5, 12)),
        ("Last  Week ", date(2024, 5, 6), date(2024, 5, 12)),
        ("Yesterday", date(2024, 5, 14), date(2024, 5, 14)),
        ("this month", date(2024, 5, 1), TODAY),
        ("the last 3 days", date(2024, 5, 12), TODAY),
        ("past 2 weeks", date(2024, 5, 1), TODAY),
        ("3 days ago", date(2024, 5, 12), date(2024, 5, 12)),
        ("June", date(2023, 6, 1), date(2023, 6, 30)),
        ("in May 2022", date(2022, 5, 1), date(2022, 5, 31)),
        ("May 3, 2022", date(2022, 5, 3), date(2022, 5, 3)),
        ("geçen hafta", date(2024, 5, 6), date(2024, 5, 12)),
        ("vor 2 Wochen", date(2024, 5, 1), date(2024, 5, 1)),
        ("il y a 2 mois", date(2024, 3, 15), date(2024, 3, 15)),
        ("hace 2 años", date(2022, 5, 15), date(2022, 5, 15)),
        ("3 gün önce", date(2024, 5, 12), date(2024, 5, 12)),
    ],
)
def test_words_of_time_mean_what_they_mean_in_a_question(
    text: str, first: date, last: date
) -> None:
    assert parse_day(text, "first", TODAY) == first
    assert parse_day(text, "last", TODAY) == last


def test_words_that_are_open_at_one_end_have_no_day_there() -> None:
    assert parse_day("since 2020", "first", TODAY) == date(2020, 1, 1)
    assert parse_day("before 2020", "last", TODAY) == date(2019, 12, 31)
    for text, edge in (("since 2020", "last"), ("before 2020", "first")):
        with pytest.raises(ValueError, match="is no time that can be read"):
            parse_day(text, edge, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "22",
        "last week in Tarn",
        "who met last week",
        "May 32",
        "0000",
        "2022-00",
        "2023-02-29",
        "２０２２",
        "2022-04-06T10",
        "x",
    ],
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    with pytest.raises(
        ValueError, match="a date like 2022, 2022-04 or 2022-04-06, or words like “May 2022”"
    ):
        parse_day(text, "last")


@given(st.dates())
def test_every_day_lies_in_its_month_and_year(day: date) -> None:
    iso = day.isoformat()
    assert parse_day(iso, "first") == parse_day(iso, "last") == day
    for part in (iso[:4], iso[:7]):
        assert parse_day(part, "first") <= day <= parse_day(part, "last")
