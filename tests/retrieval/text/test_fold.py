from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.text import fold, fold_with_map

TEXTS = st.text() | st.text(alphabet="İıIiŞşéøßæﬁ…½e\u0301\u0307\u200d\u00adلا\u064e🎉🇹🇷 a")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Çavuşoğlu", "cavusoglu"),
        ("C\u0327avus\u0327og\u0306lu", "cavusoglu"),
        ("İSTANBUL ıstanbul Istanbul istanbul", "istanbul istanbul istanbul istanbul"),
        ("i\u0307", "i"),
        ("Straße", "strasse"),
        ("Søren Đinđić Łódź ǿ", "soren dindic lodz o"),
        ("Ingrid Sæther, Œuvre, Þór Guðrún", "ingrid saether, oeuvre, thor gudrun"),
        ("ﬁnal … ①²", "final ... 12"),
        ("ΆΣ άς", "ασ ασ"),
        ("co\u00adoperate e\u200bmail", "cooperate email"),
        ("سَلام", "سلام"),
        ("👩\u200d🚀", "👩🚀"),
        ("", ""),
    ],
)
def test_spellings_of_one_name_have_one_key(written: str, key: str) -> None:
    assert fold(written) == key


def test_every_code_point_folds_to_its_end() -> None:
    text = "".join(map(chr, range(sys.maxunicode + 1)))
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_the_map_belongs_to_the_key(text: str) -> None:
    folded = fold_with_map(text)
    assert folded.text == fold(text)
    assert len(folded.positions) == len(folded.text) + 1
    assert list(folded.positions) == sorted(folded.positions)


@given(TEXTS, st.data())
@example("İİİx", None)
def test_every_span_lies_in_the_text_and_holds_what_was_folded(
    text: str, data: st.DataObject | None
) -> None:
    folded = fold_with_map(text)
    size = len(folded.text)
    start = data.draw(st.integers(0, size)) if data else 0
    end = data.draw(st.integers(start, size)) if data else size
    first, last = folded.span(start, end)
    assert 0 <= first <= last <= len(text)
    assert (first == last) == (start == end)
    assert folded.text[start:end] in fold(text[first:last])


def test_dotted_capitals_move_nothing() -> None:
    text = "İİİİİ met Fidan"
    folded = fold_with_map(text)
    start = folded.text.index("fidan")
    assert text[slice(*folded.span(start, start + 5))] == "Fidan"


def test_a_span_takes_whole_characters_with_their_marks() -> None:
    text = "a ﬁre, e\u0301t"
    folded = fold_with_map(text)
    assert folded.text == "a fire, et"
    assert text[slice(*folded.span(3, 4))] == "ﬁ"
    assert text[slice(*folded.span(8, 9))] == "e\u0301"
    assert text[slice(*folded.span(8, 10))] == "e\u0301t"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (0, 4)])
def test_a_range_outside_the_key_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no range of 3 characters"):
        fold_with_map("abc").span(start, end)
