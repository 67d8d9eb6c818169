"""Which questions compare two things, and which."""

from __future__ import annotations

import pytest

from retrieval.answering.comparison import compared


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Does Tarn spend more on schools than Lund?", {"tarn"}, {"lund"}),
        ("How much does Tarn spend compared with Lund?", {"tarn"}, {"lund"}),
        ("Was cod more expensive in Tarn or in Lund?", {"tarn"}, {"lund"}),
        ("Which is longer, the bridge or the tunnel?", {"bridg"}, {"tunnel"}),
        ("Who won more votes, Ada Brandt or Amos Reed?", {"ada", "brandt"}, {"amo", "reed"}),
        ("was brandt older than reed", {"brandt"}, {"reed"}),
    ],
)
def test_both_things_are_found(question: str, first: set[str], second: set[str]) -> None:
    assert compared(question) == (first, second)


@pytest.mark.parametrize(
    "question",
    [
        "Who met Brandt or Reed?",
        "Did Brandt or Reed sign?",
        "Which towns have more ships than Tarn?",
        "Who earned more than $1 million?",
        "Did more than 30 people die?",
        "Did more than a dozen boats sink?",
        "Who is the mayor?",
        "…",
        "",
    ],
)
def test_nothing_is_compared(question: str) -> None:
    assert compared(question) is None
