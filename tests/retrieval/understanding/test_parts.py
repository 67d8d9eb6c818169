"""Questions that ask two things."""

from __future__ import annotations

import pytest

from retrieval import Turn
from retrieval.types import Question
from retrieval.understanding import second_question, split_question, understand

TWO = [
    ("When and where was the Pohl mill founded?",
     "When was the Pohl mill founded?", "Where was the Pohl mill founded?"),
    ("In which city and on what day was the pact signed?",
     "In which city was the pact signed?", "On what day was the pact signed?"),
    ("Where was Novak caught and on what day?",
     "Where was Novak caught?", "On what day was Novak caught?"),
    ("Who won the contest and with which song?",
     "Who won the contest?", "With which song did Elin Dahl win the contest?"),
    ("Who won the contest and when?",
     "Who won the contest?", "When did Elin Dahl win the contest?"),
    ("Who bought the mill, and for how much?",
     "Who bought the mill?", "For how much did Elin Dahl buy the mill?"),
    ("How many people died in Tarn and how many were injured?",
     "How many people died in Tarn?", "How many people were injured in Tarn?"),
    ("What happened in Tarn and who was responsible?",
     "What happened in Tarn?", "Who was responsible in Tarn?"),
    ("Who won and who came second in the race?",
     "Who won in the race?", "Who came second in the race?"),
    ("Who is the mayor of Tarn and when was she elected?",
     "Who is the mayor of Tarn?", "When was she elected?"),
    ("Pohl değirmeni ne zaman ve nerede kuruldu?",
     "Pohl değirmeni ne zaman kuruldu?", "Pohl değirmeni nerede kuruldu?"),
    ("Elin Dahl nerede ve hangi yıl doğdu?",
     "Elin Dahl nerede doğdu?", "Elin Dahl hangi yıl doğdu?"),
    ("Yarışmayı kim kazandı ve hangi şarkıyla?",
     "Yarışmayı kim kazandı?", "Yarışmayı hangi şarkıyla kazandı?"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "first", "second"), TWO)
def test_both_parts_are_questions(question: str, first: str, second: str) -> None:
    asked, rest = split_question(question)
    assert (asked, second_question(rest, Turn(asked, ("Elin Dahl",)))) == (first, second)


@pytest.mark.parametrize(
    "question",
    [
        "Who met Dahl and Tamm?",
        "Why did Dahl travel to Oslo and Tarn?",
        "Who found out how and when he died?",
        "What did Dahl say about Tamm and what happened?",
        "How many people were killed and injured?",
        "Who, what and where?",
        "Tell me who won and who lost.",
        "Dahl ve Tamm nerede görüştü?",
        "and when?",
        "",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert split_question(question) == (question, "")


def test_a_follow_up_refers_to_the_first_part() -> None:
    turn = Turn(
        "When was the Pohl mill founded? Where was the Pohl mill founded?", ("1972", "Tarn")
    )
    assert understand(Question("and the Saar mill?", previous=(turn,))).whole == (
        "When was the Saar mill founded?"
    )
