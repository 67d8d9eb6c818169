"""Spans out of scores: whole words, none overlapping, the best ones first."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.encoder.bundled import bundled_folder, bundled_pieces
from retrieval.reader.inputs import MAX_QUESTION, MAX_TEXT, MAX_TITLE, SEP, make_input
from retrieval.reader.spans import LONGEST, MOST, best_spans, whole_words, windows
from retrieval.text import View

PIECES = bundled_pieces(bundled_folder())
TEXTS = st.text(min_size=1, max_size=120) | st.from_regex(r"([A-Za-zÇşı]{1,9}[ .,-]){3,15}")


@given(TEXTS, st.integers(0, 2**32 - 1))
def test_spans_are_disjoint_whole_words_within_the_text(text: str, seed: int) -> None:
    question, title, cut = PIECES.plain(["who?", "A title", text])
    row = make_input(question, title, cut)
    scores = np.random.default_rng(seed).normal(size=(len(row.ids),) * 2).astype(np.float32)
    found = best_spans(scores, row, View(text, range(len(text))))
    assert len(found) <= MOST
    assert [margin for _, margin in found] == sorted((m for _, m in found), reverse=True)
    taken: set[int] = set()
    for (start, end), _ in found:
        assert 0 <= start < end <= len(text)
        assert whole_words(text, (start, end)) == (start, end)
        assert taken.isdisjoint(range(start, end))
        taken.update(range(start, end))


@given(st.integers(0, 2**32 - 1))
def test_the_first_span_is_the_best_of_all(seed: int) -> None:
    text = "ships left the port of Veldmark for Lisbon with grain on Friday night " * 4
    question, title, cut = PIECES.plain(["what left?", "", text])
    row = make_input(question, title, cut)
    size = len(row.ids)
    scores = np.random.default_rng(seed).normal(size=(size, size)).astype(np.float32)
    last = row.text + len(row.offsets)
    best = max(
        (scores[i, j], i, j)
        for i in range(row.text, last)
        for j in range(i, min(i + LONGEST, last))
    )
    (span, margin), *_ = best_spans(scores, row, View(text, range(len(text))))
    start, end = row.offsets[best[1] - row.text][0], row.offsets[best[2] - row.text][1]
    assert span == whole_words(text, (start, end))
    assert margin == pytest.approx(float(best[0] - scores[0, 0]), abs=1e-5)


def test_no_span_reaches_over_a_paragraph() -> None:
    text = "A. The tower\n\nB. The bridge"
    question, title, cut = PIECES.plain(["which?", "", text])
    row = make_input(question, title, cut)
    scores = np.zeros((len(row.ids),) * 2, np.float32)
    scores[row.text, row.text + len(row.offsets) - 1] = 9
    for (start, end), _ in best_spans(scores, row, View(text, range(len(text)))):
        assert "\n\n" not in text[start:end]


def test_a_row_holds_question_title_and_text_in_this_order() -> None:
    question, title, text = PIECES.plain(["who met?", "Port", "Marta met Jonas."])
    row = make_input(question, title, text)
    assert row.ids == [101, *question[0], SEP, *title[0], SEP, *text[0], SEP]
    assert row.ids[row.first : row.first + 1] == title[0][:1]
    assert row.ids[row.text : row.text + len(text[0])] == text[0]
    assert row.offsets == text[1]


def test_a_long_question_keeps_its_beginning_and_its_end() -> None:
    question, title, text = PIECES.plain(["red " * 200 + "blue", "grey " * 99, "green " * 999])
    row = make_input(question, title, text)
    assert row.first == MAX_QUESTION + 2
    assert row.ids[row.first - 2] == question[0][-1]
    assert row.text == row.first + MAX_TITLE + 1
    assert len(row.offsets) == MAX_TEXT
    assert len(row.ids) == MAX_QUESTION + MAX_TITLE + MAX_TEXT + 4


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 20))
def test_windows_hold_every_sentence_once_in_order(sizes: list[int], most: int) -> None:
    sentences, pieces, at = [], [], 0
    for size in sizes:
        sentences.append((at, at + size))
        pieces += [(place, place + 1) for place in range(at, at + size)]
        at += size + 1
    made = windows(pieces, sentences, most)
    assert made[0][0] == 0
    assert made[-1][1] == sentences[-1][1]
    for (_, end), (start, _) in pairwise(made):
        assert start == end + 1
    for start, end in made:
        held = [s for s in sentences if start <= s[0] < end]
        assert len(held) == 1 or sum(b - a for a, b in held) <= most
