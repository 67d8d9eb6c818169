from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import asked_in_english, matches, query_terms, terms


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who did Fidan meet?", ["fidan", "meet"]),
        ("What did the US send us?", ["us", "send"]),
        ("Tell us what happened in the US", ["us"]),
        ("Did the U.S. and the US agree?", ["us", "agre"]),
        ("What may it be? In May?", ["may"]),
        ("May he go?", ["go"]),
        ("Did Kim Jong Un visit Will Smith?", ["kim", "jong", "un", "visit", "will", "smith"]),
        ("Is WHO right about who won?", ["who", "right", "win"]),
        ("How many F-35s and S-400s?", ["f35", "s400"]),
        ("How many US 100 notes?", ["us100", "us", "100", "note"]),
        ("Who won't come?", ["come"]),
        ("Fidan Fidan FIDAN", ["fidan"]),
        ("Fidan kiminle görüştü?", ["fidan", "gorustu"]),
        ("Fidan Ankara'da kimle buluştu", ["fidan", "ankara", "bulustu"]),
        ("Çavuşoğlu'nun toplantısı ne zaman?", ["cavusoglu", "toplantisi"]),
        ("when did Erdoğan'ın party win", ["erdogan", "parti", "win"]),
    ],
)
def test_a_question_without_its_function_words(question: str, expected: list[str]) -> None:
    assert query_terms(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [("Who are you?", ["who", "are", "you"]), ("WHAT IS IT", ["what", "is", "it"])],
)
def test_function_words_alone_are_kept(question: str, expected: list[str]) -> None:
    assert query_terms(question) == expected


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("de", "Wen hat die Ministerin in Kiew getroffen?", ["minist", "kiev", "treff"]),
        ("de", "Was will der Papst?", ["papst"]),
        ("fr", "Qui a rencontré Macron à l'ONU ?", ["rencontr", "macron", "onu"]),
        ("fr", "Où est né le président ?", ["naitr", "president"]),
        ("es", "¿Con quién se reunió Sánchez?", ["reun", "sanchez"]),
        ("es", "Con quien se reunieron los ministros", ["reun", "ministr"]),
    ],
)
def test_function_words_of_the_language_that_asks(
    language: str, question: str, expected: list[str]
) -> None:
    assert query_terms(question, (language,)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was the war about?", ["war"]),
        ("Who hat a hut?", ["hat", "hut"]),
        ("Die another day", ["die", "anoth", "day"]),
    ],
)
def test_an_english_question_keeps_words_that_are_nothing_elsewhere(
    question: str, expected: list[str]
) -> None:
    assert query_terms(question) == expected


def test_a_word_gives_its_term_in_each_language_of_the_texts() -> None:
    asked = query_terms("who did Blinken meet?", (None, "en", "de", "tr"))
    assert asked == ["blinken", "blink", "meet"]


@pytest.mark.parametrize("question", ["", "   ", "?!… -- “”", '"*" () : ^ ~ -'])
def test_no_words_no_terms(question: str) -> None:
    assert query_terms(question) == []


def test_query_syntax_is_only_text() -> None:
    question = 'NEAR("Fidan" *) title:x -Blinken ^2'
    assert query_terms(question) == ["near", "fidan", "titl", "x", "blinken", "2"]


def test_a_very_long_question() -> None:
    assert query_terms("Fidan met? " * 1_000) == ["fidan", "meet"]
    assert len(query_terms("x" * 10_000)) == 2


@given(st.text())
def test_any_text_is_a_question(question: str) -> None:
    asked = query_terms(question)
    assert len(asked) == len(set(asked))
    assert set(asked) <= set(terms(question))


def test_matches_are_the_words_that_were_asked_for() -> None:
    text = "The U.S. gave F-35s to them, they told us. Türkiye's minister bought F35 jets."
    found = matches("Did the US sell the F 35 to Turkey?", text)
    assert [text[a:b] for a, b in found] == ["U.S.", "F-35s", "Türkiye", "F35"]


def test_matches_find_a_name_however_it_is_spelled() -> None:
    text = "ÇAVUŞOĞLU, Cavusoglu ve Çavuşoğlu'nun"
    found = matches("where is Çavuşoğlu", text)
    assert [text[a:b] for a, b in found] == ["ÇAVUŞOĞLU", "Cavusoglu", "Çavuşoğlu"]


@given(st.text(), st.text())
def test_matches_are_sorted_disjoint_and_in_bounds(question: str, text: str) -> None:
    edges = [edge for span in matches(question, text + question) for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text + question) for edge in edges)


def test_matches_in_a_text_of_another_language() -> None:
    text = "Die Ministerin traf Blinken in den Häusern."
    found = matches("Wen hat Blinken im Haus getroffen?", text, "de")
    assert [text[a:b] for a, b in found] == ["traf", "Blinken", "Häusern"]


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("Wann tritt Dahl zurück?", "when tritt Dahl zurück?"),
        ("Wie viele Boote sind gesunken?", "how many Boote sind gesunken?"),
        ("Wo wohnt die Bürgermeisterin?", "where wohnt die Bürgermeisterin?"),
        ("¿Quién ganó la regata de Vik?", "who ganó la regata de Vik?"),
        ("Pourquoi est-ce que le pont est fermé ?", "why le pont est fermé ?"),
        ("D’où vient le bateau ?", "where vient le bateau ?"),
        ("Wer ist die Bürgermeisterin?", "who is the Bürgermeisterin?"),
        ("¿Quién es la alcaldesa?", "who is the alcaldesa?"),
        ("Qui était le maire ?", "who was the maire ?"),
        ("Seit wann ist die Brücke zu?", "since when ist die Brücke zu?"),
        ("When did Dahl resign?", "When did Dahl resign?"),
        ("Who is Wen Jiabao?", "Who is Wen Jiabao?"),
        ("Dahl ne zaman istifa etti?", "Dahl ne zaman istifa etti?"),
        ("Rücktritt der Bürgermeisterin", "Rücktritt der Bürgermeisterin"),
    ],
)
def test_what_asks_is_read_in_english(question: str, read: str) -> None:
    assert asked_in_english(question) == read
