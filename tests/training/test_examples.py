"""What the reader is trained on: made-up news whose spans are right, and word pieces that fit."""

from __future__ import annotations

from itertools import islice

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.examples import Example, best_place, places, written
from retrieval.encoder.bundled import bundled_folder, bundled_pieces
from retrieval.reader.spans import LONGEST
from training.batches import rows, tensors
from training.model import ReaderModel, loss_of, span_mask
from training.news import news

PIECES = bundled_pieces(bundled_folder())


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_made_up_news_tells_its_answers_word_for_word(seed: int) -> None:
    for example in islice(news(seed), 20):
        assert {example.text[a:b] for a, b in example.spans} <= set(example.answers)
        assert bool(example.spans) == bool(example.answers)
        assert "  " not in example.text
        assert ",." not in example.text


def test_the_same_seed_makes_the_same_news() -> None:
    assert list(islice(news(5), 50)) == list(islice(news(5), 50))
    assert list(islice(news(5), 50)) != list(islice(news(6), 50))


def test_a_meeting_is_mutual_and_the_third_person_met_nobody() -> None:
    asked = [e for e in islice(news(7), 3000) if "meet" in e.question and e.question[0] in "Ww"]
    assert sum(bool(e.spans) for e in asked) > 0.4 * len(asked)
    assert sum(not e.spans for e in asked) > 0.2 * len(asked)
    for example in asked:
        for start, end in example.spans:
            assert example.text[start:end].split()[-1].lower() not in example.question.lower()


def test_an_answer_is_looked_for_in_the_sentence_that_shares_most() -> None:
    text = "In 2008 the port opened. The lighthouse was built in 2008 by the council."
    assert best_place("When was the lighthouse built?", text, "2008") == (53, 57)
    assert best_place("When did the port open?", text, "2008") == (3, 7)
    assert best_place("When?", text, "2009") is None
    assert places("Rome and Romeo", "Rome") == [(0, 4)]


def test_tokens_are_written_as_people_write() -> None:
    tokens = "`` We did n't , '' said Dahl ( 34 ) -LRB- Oslo -RRB- ; it 's 3 % ."
    assert written(tokens) == "“We didn't,” said Dahl (34) (Oslo); it's 3%."


def test_spans_in_word_pieces_are_those_of_the_text() -> None:
    text = "Şükrü Çavuşoğlu met Elin Dahl in Nordøy."
    example = Example("who met?", "Storm", text, ((0, 15), (20, 29)))
    (row,) = rows(PIECES, [example])
    found = []
    for first, last in row.spans:
        start = row.input.offsets[first - row.input.text][0]
        end = row.input.offsets[last - row.input.text][1]
        found.append(text[start:end])
    assert found == ["Şükrü Çavuşoğlu", "Elin Dahl"]


def test_an_answer_that_is_cut_off_is_left_out() -> None:
    text = "rope " * 400 + "Elin Dahl"
    assert rows(PIECES, [Example("who?", "", text, ((2000, 2009),))]) == []


def test_the_right_spans_share_the_whole_and_may_be_chosen() -> None:
    examples = [
        Example("who met?", "", "Marta met Jonas and Elin.", ((10, 15), (20, 24))),
        Example("who won?", "A race", "Nobody knows.", ()),
    ]
    batch = tensors(rows(PIECES, examples))
    assert torch.allclose(batch.golds.sum((1, 2)), torch.ones(2))
    assert batch.golds[1, 0, 0] == 1
    assert bool((batch.mask[batch.golds > 0]).all())


def test_a_span_lies_in_the_text_and_is_not_too_long() -> None:
    mask = span_mask(torch.tensor([3]), torch.tensor([60]), 64)[0]
    for first, last in mask.nonzero().tolist():
        assert (first, last) == (0, 0) or 3 <= first <= last < min(59, first + LONGEST)
    assert mask[3, 3]
    assert mask[58, 58]


@pytest.mark.slow
def test_a_few_steps_lower_the_loss() -> None:
    torch.manual_seed(1)
    model = ReaderModel(bundled_folder())
    batch = tensors(rows(PIECES, list(islice(news(1), 8))))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    losses = []
    for _ in range(12):
        scores = model(batch.ids, batch.types, batch.attention)
        loss = loss_of(scores, batch.mask, batch.golds)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]
