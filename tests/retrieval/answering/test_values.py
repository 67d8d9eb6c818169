from __future__ import annotations

import pytest

from retrieval.answering.values import Amount, Moment


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,611", (1611,)),
        ("1611 civilians", (1611,)),
        ("six", (6,)),
        ("at least six people", (6,)),
        ("twenty-four", (24,)),
        ("a hundred and five", (105,)),
        ("two hundred", (200,)),
        ("two and a half hours", (2.5,)),
        ("more than 4.3 million", (4.3e6,)),
        ("$4.3bn", (4.3e9,)),
        ("two and a half million", (2.5e6,)),
        ("half a million", (0.5e6,)),
        ("three dozen", (36,)),
        ("between 10 and 12", (10, 12)),
        ("10-12", (10, 12)),
        ("ten or twelve", (10, 12)),
        ("2.5", (2.5,)),
        ("32,9", (32.9,)),
        ("hundreds of people", ()),
        ("no one", ()),
        ("", ()),
    ],
)
def test_amounts(text: str, values: tuple[float, ...]) -> None:
    assert Amount.of(text).values == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("altı kişi", (6,)),
        ("1.611", (1611,)),
        ("32,9 milyon ton", (32.9e6,)),
        ("2 bin 500", (2500,)),
        ("iki buçuk saat", (2.5,)),
        ("yüz yirmi", (120,)),
    ],
)
def test_turkish_amounts(text: str, values: tuple[float, ...]) -> None:
    assert Amount.of(text, turkish=True).values == values


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("six", "6 people", True),
        ("1,611", "1611", True),
        ("24 percent", "24%", True),
        ("24 percent", "24", True),
        ("24 percent", "24 dollars", False),
        ("10 days", "10 weeks", False),
        ("six", "seven", False),
    ],
)
def test_same_amount(first: str, second: str, same: bool) -> None:
    assert Amount.of(first).same(Amount.of(second)) is same


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        ("Feb. 24", "February 24", True),
        ("24 February 2022", "Feb. 24", True),
        ("2022-02-24", "24 February 2022", True),
        ("2022", "24 February 2022", True),
        ("June 24-25", "June 24 and 25", True),
        ("3 Haziran akşamı", "June 3", True),
        ("05.06.2023", "5 June", True),
        ("at 4:17 in the morning", "4:17 a.m.", True),
        ("Feb. 24", "Feb. 25", False),
        ("24 February 2022", "24 February 2023", False),
        ("Tuesday", "November 29", False),
        ("soon", "later", False),
    ],
)
def test_moments_that_fit(first: str, second: str, fits: bool) -> None:
    assert Moment.of(first).fits(Moment.of(second)) is fits
    assert Moment.of(second).fits(Moment.of(first)) is fits


def test_dates_that_share_no_part_contradict_nothing() -> None:
    assert Moment.of("Feb. 24").contradicts(Moment.of("Feb. 25"))
    assert not Moment.of("Tuesday").contradicts(Moment.of("November 29"))
