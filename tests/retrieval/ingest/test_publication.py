from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from retrieval.ingest.publication import Order, is_ambiguous, order_of, parse_date, readings


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-05-14", date(2025, 5, 14)),
        ("2025-05-14T23:59:00-11:00", date(2025, 5, 14)),
        ("2018/03/10", date(2018, 3, 10)),
        ("20250514", date(2025, 5, 14)),
        ("May 14, 2025", date(2025, 5, 14)),
        ("Nov. 29, 2022", date(2022, 11, 29)),
        ("14 Mayıs 2025", date(2025, 5, 14)),
        ("6 novembre 2023", date(2023, 11, 6)),
        ("Wed, 30 Nov 2022 17:12:00 GMT", date(2022, 11, 30)),
        ("03.04.2022", date(2022, 4, 3)),
        ("30/11/2022", date(2022, 11, 30)),
        ("11/30/2022", date(2022, 11, 30)),
        ("03.04.22", date(2022, 4, 3)),
        ("20221130171200", date(2022, 11, 30)),
        (20221130, date(2022, 11, 30)),
        (1_669_828_320, date(2022, 11, 30)),
        (1_669_828_320_500, date(2022, 11, 30)),
        (1_669_828_320.5, date(2022, 11, 30)),
        ("1669828320", date(2022, 11, 30)),
        ("1669828320500", date(2022, 11, 30)),
        ("/Date(1669828320500+0100)/", date(2022, 11, 30)),
        (date(2020, 1, 2), date(2020, 1, 2)),
        (datetime(2020, 1, 2, 23, tzinfo=UTC), date(2020, 1, 2)),
    ],
)
def test_whole_dates(value: object, expected: date) -> None:
    assert parse_date(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "May 2025", "Nov. 3", "2022", "yesterday", "", "soon", "2022-02-30", "03/04/2022",
        "03-04-2022", "13/04/22", "00/04/2022", 2022, 0, -1_669_828_320, True, float("nan"),
        float("inf"), 10**30, None, ["2025-05-14"], "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_whole_date_is_none(value: object) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("order", "expected"), [("day", date(2022, 4, 3)), ("month", date(2022, 3, 4)), (None, None)]
)
def test_a_date_of_two_readings_needs_an_order(order: Order | None, expected: date | None) -> None:
    assert parse_date("03/04/2022 10:15", order) == expected
    assert is_ambiguous("03/04/2022 10:15")
    assert readings("03/04/2022 10:15") == (date(2022, 4, 3), date(2022, 3, 4))


@pytest.mark.parametrize("value", ["13/04/2022", "04/13/2022", "4/4/2022", "03.04.2022"])
def test_an_order_changes_no_date_of_one_reading(value: str) -> None:
    assert not is_ambiguous(value)
    assert parse_date(value, "day") == parse_date(value, "month") == parse_date(value) is not None


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["03/04/2022", "21/04/2022", "2022-04-30"], "day"),
        (["03/04/2022", "4/21/2022"], "month"),
        (["21/04/2022", "4/21/2022"], None),
        (["03/04/2022", "31/02/2022"], None),
        (["03/04/2022", "31/02/2022", "04-30-2022"], "month"),
        (["03/04/2022", "13.04.2022", "32/13/2022", 7, None], None),
    ],
)
def test_one_date_proves_the_order_of_all(values: list[object], order: Order | None) -> None:
    assert order_of(values) == order
