"""How Discord counts, and where a text is cut that is too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.limits import cut, units


@pytest.mark.parametrize(("text", "counted"), [("", 0), ("quote", 5), ("İ…“", 3), ("😀a", 3)])
def test_units_are_those_of_utf_16(text: str, counted: int) -> None:
    assert units(text) == counted


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("two words", 9, "two words"),
        ("two words", 8, "two…"),
        ("two words", 4, "two…"),
        ("two words", 3, "tw…"),
        ("Istanbul", 5, "Ista…"),
        ("😀😀😀", 4, "😀…"),
        ("word", 1, "…"),
    ],
)
def test_a_text_is_cut_between_words_where_it_can_be(text: str, most: int, shown: str) -> None:
    assert cut(text, most) == shown


@given(st.text(), st.integers(1, 20))
def test_what_is_cut_begins_the_text_and_fits(text: str, most: int) -> None:
    shown = cut(text, most)
    assert units(shown) <= most
    if shown != text:
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])
        assert units(text) > most
