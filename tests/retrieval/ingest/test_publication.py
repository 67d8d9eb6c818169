from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from retrieval.ingest.publication import parse_date


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
        "1700000000", None, 20250514, ["2025-05-14"], "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_whole_date_is_none(value: object) -> None:
    assert parse_date(value) is None
