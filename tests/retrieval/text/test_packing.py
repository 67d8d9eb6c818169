from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import split_long, split_passages
from retrieval.text.packing import Run


def pack(
    lengths: list[int], max_tokens: int, overlap: int, breaks: tuple[int, ...] = ()
) -> list[Run]:
    sentences = [(10 * i, 10 * i + 9) for i in range(len(lengths))]
    return split_passages(sentences, lengths, max_tokens=max_tokens, overlap=overlap, breaks=breaks)


@pytest.mark.parametrize(
    ("lengths", "overlap", "expected"),
    [
        ([], 1, []),
        ([5], 1, [(0, 1)]),
        ([5, 5], 1, [(0, 2)]),
        ([5, 5, 5], 0, [(0, 2), (2, 3)]),
        ([5, 5, 5], 1, [(0, 2), (1, 3)]),
        ([8, 8, 8], 1, [(0, 1), (1, 2), (2, 3)]),
        ([30, 2, 2], 1, [(0, 1), (1, 3)]),
        ([2, 30, 2], 1, [(0, 1), (1, 2), (2, 3)]),
        ([2, 2, 2, 2, 2, 1], 0, [(0, 3), (3, 6)]),
        ([2] * 11, 0, [(0, 5), (5, 8), (8, 11)]),
        ([3, 3, 3, 3], 5, [(0, 3), (1, 4)]),
        ([0, 0, 0], 1, [(0, 3)]),
    ],
)
def test_runs_of_at_most_ten_tokens(lengths: list[int], overlap: int, expected: list[Run]) -> None:
    assert pack(lengths, 10, overlap) == expected


def test_no_run_reaches_over_a_break() -> None:
    assert pack([2, 2, 2, 2], 10, 1, (1, 3)) == [(0, 1), (1, 3), (3, 4)]
    assert pack([2, 2], 10, 1, (0, 2, 99)) == [(0, 2)]


@pytest.mark.parametrize(("max_tokens", "overlap"), [(0, 1), (5, -1)])
def test_impossible_sizes_are_refused(max_tokens: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="no passages"):
        pack([1], max_tokens, overlap)


def test_a_length_for_every_sentence() -> None:
    with pytest.raises(ValueError, match="2 lengths for 1 sentences"):
        split_passages([(0, 1)], [1, 2], max_tokens=5, overlap=0)


LENGTHS = st.lists(st.integers(0, 40), max_size=60)
BREAKS = st.lists(st.integers(0, 60), max_size=4).map(tuple)


@given(LENGTHS, st.integers(1, 50), st.integers(0, 4), BREAKS)
def test_runs_cover_all_fit_and_none_lies_in_another(
    lengths: list[int], max_tokens: int, overlap: int, breaks: tuple[int, ...]
) -> None:
    runs = pack(lengths, max_tokens, overlap, breaks)
    assert {i for run in runs for i in range(*run)} == set(range(len(lengths)))
    for first, last in runs:
        assert last == first + 1 or sum(lengths[first:last]) <= max_tokens
        assert not any(first < edge < last for edge in breaks)
    for a, b in pairwise(runs):
        assert a[0] < b[0] <= a[1] < b[1]
        assert a[1] - b[0] <= overlap


@given(LENGTHS, st.integers(1, 50), st.integers(0, 4))
def test_neighbours_share_all_the_sentences_that_fit(
    lengths: list[int], max_tokens: int, overlap: int
) -> None:
    for a, b in pairwise(pack(lengths, max_tokens, overlap)):
        shared = a[1] - b[0]
        could_share = shared < min(overlap, a[1] - a[0] - 1)
        assert not could_share or sum(lengths[b[0] - 1 : a[1] + 1]) > max_tokens


@given(st.lists(st.integers(1, 9), min_size=2, max_size=80), st.integers(30, 90))
def test_the_last_passage_is_no_stub(lengths: list[int], max_tokens: int) -> None:
    runs = pack(lengths, max_tokens, 0)
    if len(runs) > 1:
        before, last = (sum(lengths[first:end]) for first, end in runs[-2:])
        assert abs(before - last) <= max(lengths)


def cut(text: str, ends: list[int], max_tokens: int) -> list[str]:
    return [text[a:b] for a, b in split_long(text, (0, len(text)), ends, max_tokens)]


def test_a_long_sentence_is_cut_at_white_space() -> None:
    text = "one two three, four five."
    ends = [3, 7, 13, 14, 19, 24, 25]
    assert cut(text, ends, 3) == ["one two", "three, four", "five."]
    assert cut(text, ends, 7) == [text]


def test_a_word_too_long_alone_is_cut_within() -> None:
    assert cut("abcdefgh xy", [2, 4, 6, 8, 11], 2) == ["abcd", "efgh", "xy"]
    assert cut("a" * 1000, list(range(1, 1001)), 256) == ["a" * 256] * 3 + ["a" * 232]


def test_a_character_of_several_pieces_stays_whole() -> None:
    assert cut("…ab", [1, 1, 1, 2, 3], 2) == ["…", "ab"]


def test_offsets_are_those_of_the_whole_text() -> None:
    text = "Before. one two"
    assert split_long(text, (8, 15), [11, 15], 1) == [(8, 11), (12, 15)]


def test_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="no pieces"):
        split_long("a b", (0, 3), [1, 3], 0)


@given(st.text(alphabet="ab  \n", min_size=1, max_size=60), st.integers(1, 7), st.data())
def test_pieces_hold_every_character_and_at_most_so_many_tokens(
    text: str, max_tokens: int, data: st.DataObject
) -> None:
    letters = [i + 1 for i, c in enumerate(text) if not c.isspace()]
    ends = sorted(data.draw(st.sets(st.sampled_from(letters)))) if letters else []
    pieces = split_long(text, (0, len(text)), ends, max_tokens)
    held = [i for a, b in pieces for i in range(a, b)]
    assert held == sorted(set(held))
    assert {i - 1 for i in letters} <= set(held)
    assert all(sum(a < end <= b for end in ends) <= max_tokens for a, b in pieces)
    assert all(text[a:b] == text[a:b].strip() for a, b in pieces)
