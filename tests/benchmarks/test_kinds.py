from __future__ import annotations

import pytest

from benchmarks.kinds import is_right, without


@pytest.mark.parametrize(
    ("text", "golds", "right"),
    [
        ("84", ["84-year-old"], True),
        ("seven", ["7"], True),
        ("85", ["84-year-old"], False),
        ("the mayor", ["mayor"], True),
        ("the mayor", ["84"], False),
    ],
)
def test_a_number_is_right_however_it_is_told(text: str, golds: list[str], right: bool) -> None:
    assert is_right(text, golds) is right


def test_a_text_is_left_without_what_tells_the_answer() -> None:
    text = "Ada Moe, 84, sailed. She is the mayor. The eighty-four year old won."
    assert without(text, ["84-year-old"]).strip() == "She is the mayor."
