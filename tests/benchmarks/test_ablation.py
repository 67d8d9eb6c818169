"""A module is left out for as long as it is measured, and each that is named is there."""

from __future__ import annotations

import pytest

from benchmarks.ablation import MODULES, without
from retrieval.answering import asked, wanted
from retrieval.types import Turn
from retrieval.understanding import question

MET = Turn("who did Lindqvist meet?")


def test_a_module_is_left_out_and_put_back() -> None:
    with without(MODULES["answer_type"]):
        assert asked.Asked.of("Where did Dahl land?").wanted.kind == "other"
    assert asked.Asked.of("Where did Dahl land?").wanted == wanted("Where did Dahl land?")
    with without(MODULES["followups"]):
        assert question.stand_alone("where?", [MET]) == "where?"
    assert question.stand_alone("where?", [MET]) == "where did Lindqvist meet?"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_left_out(name: str) -> None:
    with without(MODULES[name]):
        asked.Asked.of("Who did Dahl meet in Oslo?")
