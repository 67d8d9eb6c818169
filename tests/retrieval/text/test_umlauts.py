from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import fold
from retrieval.text.umlauts import other_spellings, written_out


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("Moeller", ["Möller"]),
        ("Möller", ["Moeller"]),
        ("Uebersee", ["Übersee"]),
        ("AEGAEIS", ["AEGÄIS", "ÄGAEIS", "ÄGÄIS"]),
        ("Kjaer", ["Kjär"]),
        ("Lind", []),
        ("Größl", ["Groessl"]),
    ],
)
def test_other_spellings(word: str, others: list[str]) -> None:
    assert list(other_spellings(word)) == others


@given(st.text("abeouäöüøåßAEOUÄÖÜ", max_size=30))
def test_all_spellings_are_written_out_alike(word: str) -> None:
    key = written_out(word).casefold().replace("aa", "a")
    others = list(other_spellings(word))
    assert len(others) <= 16
    assert word not in others
    for other in others:
        assert written_out(other).casefold().replace("aa", "a") == key


def test_folding_alone_does_not_make_them_one() -> None:
    assert fold("Möller") != fold("Moeller")
