"""Recall, MRR and nDCG against values worked out by hand, and what must always hold."""

from __future__ import annotations

import sys
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation import Outcome, Query
from bot.evaluation.ranking import rankings

IDS = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=14)


def ranked(relevant: dict[str, int], *ranking: str, evidence: int | None = None) -> Outcome:
    return Outcome(Query("1", "who?"), ranking=ranking, relevant=relevant, evidence_rank=evidence)


def test_articles_are_measured_as_trec_eval_does() -> None:
    outcomes = [
        ranked({"a": 1}, "a", "b", "c"),
        ranked({"b": 2, "z": 1}, "a", "b", "c"),
        ranked({"c": 1}),
        ranked({"k": 1}, *"abcdefghijk"),
    ]
    found = rankings(outcomes)
    graded = (2 / log2(3)) / (2 + 1 / log2(3))
    assert found == pytest.approx(
        {
            "recall@1": 1 / 4,
            "recall@4": (1 + 1 / 2) / 4,
            "recall@10": (1 + 1 / 2) / 4,
            "mrr@10": (1 + 1 / 2) / 4,
            "ndcg@10": (1 + graded) / 4,
        }
    )


def test_passages_are_found_or_not() -> None:
    ranks = [1, 4, 10, 11, 0]
    outcomes = [Outcome(Query("1", "who?"), evidence_rank=rank) for rank in ranks]
    assert rankings(outcomes) == pytest.approx(
        {
            "passage_recall@1": 1 / 5,
            "passage_recall@4": 2 / 5,
            "passage_recall@10": 3 / 5,
            "passage_mrr@10": (1 + 1 / 4 + 1 / 10) / 5,
        }
    )


def test_what_nobody_knows_is_not_measured() -> None:
    assert rankings([Outcome(Query("1", "who?"), ranking=("a",))]) == {}


def test_where_it_is_not_installed_rankings_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    assert rankings([ranked({"a": 1}, "a")]) == {}


@given(st.lists(st.tuples(IDS.filter(bool), IDS), min_size=1, max_size=5))
def test_measures_stay_within_bounds(told: list[tuple[list[str], list[str]]]) -> None:
    found = rankings([ranked(dict.fromkeys(right, 1), *ranking) for right, ranking in told])
    assert all(0 <= value <= 1 + 1e-9 for value in found.values())
    assert found["recall@1"] <= found["recall@4"] <= found["recall@10"]
    assert found["recall@1"] <= found["mrr@10"]


@given(IDS.filter(bool), IDS)
def test_the_rank_is_that_of_the_first_right_article(right: list[str], ranking: list[str]) -> None:
    rank = ranked(dict.fromkeys(right, 1), *ranking).rank
    places = [ranking.index(id) + 1 for id in right if id in ranking]
    assert rank == min(places, default=0)
