"""What a question asks for, with and without turns before it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dates import find_date_range
from retrieval.errors import QuestionError
from retrieval.types import NO_FILTERS, Answer, Filters, Question, Reply, Turn
from retrieval.understanding import MAX_QUESTION_CHARS, Understood, understand

TODAY = date(2026, 11, 22)
IN_2022 = Filters(since=date(2022, 1, 1), until=date(2022, 12, 31))
MET_IN_2022 = "who did Lindqvist meet in 2022? (2022-01-01 to 2022-12-31)"


def understood(
    question: str, *previous: Turn, filters: Filters = NO_FILTERS, any_date: bool = False
) -> Understood:
    return understand(Question(question, filters, previous, TODAY, any_date))


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=120),
    st.booleans(),
)
def test_without_turns_a_question_is_taken_as_it_is(question: str, any_date: bool) -> None:
    asked = " ".join(question.split())
    try:
        found = understood(question, any_date=any_date)
    except QuestionError:
        assert not any(one.isalnum() or one == "_" for one in asked)
        return
    if found.shown != asked:
        told = find_date_range(asked, TODAY)
        assert not any_date
        assert told is not None
        assert found.shown == f"{asked} ({told})"
    else:
        assert found == Understood(asked, asked, asked, Filters())


def test_a_date_that_comes_with_a_follow_up_is_a_filter() -> None:
    found = understood("and in 2022?", Turn("who did Lindqvist meet?"))
    assert found.shown == MET_IN_2022
    assert found.filters == IN_2022
    assert found.years == (2022,)
    assert "2022" not in found.searched


def test_the_range_shown_with_the_previous_question_is_not_repeated() -> None:
    turn = Turn(MET_IN_2022, ())
    assert understood("and in Riga?", turn).shown == (
        "who did Lindqvist meet in Riga in 2022? (2022-01-01 to 2022-12-31)"
    )
    assert understood("and in 2023?", turn).shown == (
        "who did Lindqvist meet in 2023? (2023-01-01 to 2023-12-31)"
    )
    assert understood("what did she say?", turn).shown == "what did Lindqvist say?"


@pytest.mark.parametrize("words", ["since 2022", "before 2020", "last week"])
def test_every_range_that_is_shown_is_known_again(words: str) -> None:
    first = understood(f"who did Lindqvist meet {words}?")
    assert first.shown.endswith(")")
    again = understood("where?", Turn(first.shown))
    assert again.shown == first.shown.replace("who did", "where did")


def test_set_filters_hold_for_follow_ups() -> None:
    filters = Filters(since=date(2024, 1, 1))
    found = understood("and in 2022?", Turn("who did Lindqvist meet?"), filters=filters)
    assert found.filters == filters
    assert found.searched == found.shown == "who did Lindqvist meet in 2022?"


def test_a_turn_is_made_of_a_reply() -> None:
    answers = (Answer("Tomás Ferreira", 0.9, ()), Answer("Elin Dahl", 0.5, ()))
    reply = Reply("and in 2022?", MET_IN_2022, answers, (), 1.0)
    assert Turn.of(reply) == Turn(MET_IN_2022, ("Tomás Ferreira", "Elin Dahl"))


def test_what_is_understood_never_grows_too_long() -> None:
    long = "x" * (MAX_QUESTION_CHARS - 20)
    found = understood("and in Bucharest?", Turn(f"who did Lindqvist meet at {long}?"))
    assert found.searched == "and in Bucharest?"


@pytest.mark.parametrize(
    ("asked", "filters"),
    [
        ("who did\0 Lindqvist meet?", Filters()),
        ("who?", Filters(publisher="Coast\0Desk")),
        ("who?", Filters(path="\0")),
    ],
)
def test_a_nul_character_is_refused(asked: str, filters: Filters) -> None:
    with pytest.raises(QuestionError, match="NUL character"):
        understand(Question(asked, filters))


def test_no_words_are_no_question_whatever_came_before() -> None:
    with pytest.raises(QuestionError):
        understood("?!", Turn("who did Lindqvist meet?"))


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("I would like to know who sank the ferry.", "Who sank the ferry."),
        ("Can you tell me, please, when it sank?", "When it sank?"),
        ("Hi, could you tell me why Dahl left?", "Why Dahl left?"),
        ("i’d like to know how many died", "How many died"),
        (
            "I'm writing about a quay and I would like to know, if you can tell me, who built it?",
            "Who built it?",
        ),
        (
            "I hope to learn what sank and I want to know why",
            "I hope to learn what sank and I want to know why",
        ),
        ("Give me the name of the skipper.", "Who is the skipper?"),
        ("What were the names of the ministers?", "Who were the ministers?"),
        ("Tell me the name of the ferry", "What is the name of the ferry?"),
        ("What was the name of the ferry?", "What was the name of the ferry?"),
        ("Tell me about the ferry", "Tell me about the ferry"),
        ("Do you know Elin Dahl?", "Do you know Elin Dahl?"),
    ],
)
def test_what_politeness_puts_before_a_question_is_not_asked(asked: str, understood: str) -> None:
    found = understand(Question(asked))
    assert (found.searched, found.shown) == (understood, understood)
