"""Follow-ups asked of a real library."""

from __future__ import annotations

from retrieval import Library
from retrieval.types import Turn

MET = Turn("who did Marta Lindqvist meet?", ("Tomás Ferreira",))


def test_a_follow_up_is_searched_and_read_as_understood(filled: Library) -> None:
    reply = filled.ask("where?", previous=[MET])
    assert reply.question == "where?"
    assert reply.understood_as == "where did Marta Lindqvist meet Tomás Ferreira?"
    assert "Lisbon" in reply.answers[0].quotes[0].text


def test_a_search_follows_up_too(filled: Library) -> None:
    alone = filled.search("where did Marta Lindqvist meet Tomás Ferreira?", 3)
    result = filled.search("where?", 3, previous=[MET])
    assert result.understood_as == "where did Marta Lindqvist meet Tomás Ferreira?"
    assert [hit.passage for hit in result.hits] == [hit.passage for hit in alone.hits]


def test_the_latest_turn_comes_last(filled: Library) -> None:
    earlier = Turn("who did Elin Dahl meet?", ("Jonas Okafor",))
    reply = filled.ask("what did she say?", previous=[earlier, MET])
    assert reply.understood_as == "what did Marta Lindqvist say?"
