from __future__ import annotations

import pytest

from retrieval.text import question_before

TALK = (
    "Moe: When did you come?\n\nLund: By ship. In 1961.\n\nMoe: I see.\n\nLund: It rained.\n"
    "**And why did you stay?**\r\nFor the cod. It was good."
)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Moe: When", ""),
        ("Lund: By", "Moe: When did you come?"),
        ("In 1961", "Moe: When did you come?"),
        ("Moe: I see", ""),
        ("Lund: It", ""),
        ("For the", "**And why did you stay?**"),
        ("It was", "**And why did you stay?**"),
    ],
)
def test_the_question_that_a_paragraph_answers(sentence: str, question: str) -> None:
    assert question_before(TALK, TALK.index(sentence)) == question
