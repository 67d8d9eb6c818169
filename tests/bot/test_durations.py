from __future__ import annotations

from datetime import timedelta

import pytest

from bot.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("1h", 3600), ("1h30m", 5400), ("0.5h", 1800), (" 2 D ", 172_800)],
)
def test_a_stretch_of_time_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "10", "m", "ten minutes", "-1m", "10m!", "1y", "1e3s"])
def test_anything_else_says_how_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 90s, 10m, 1h or 1d"):
        parse_duration(text)
