"""How questions are taken apart."""

from __future__ import annotations

import pytest

from retrieval.understanding.clauses import parse
from retrieval.understanding.phrases import kind_of, phrases, place_names, times
from retrieval.understanding.tokens import is_cased, split
from retrieval.understanding.turkish import is_turkish, parts, suffixed
from retrieval.understanding.verbs import base_form


@pytest.mark.parametrize(
    ("question", "role", "subject", "verb", "rest"),
    [
        ("who did Dahl meet in Riga?", "object", "Dahl", "meet", "in Riga"),
        ("who did dahl greet in riga", "object", "dahl", "greet", "in riga"),
        ("who met Dahl?", "subject", "", "met", "Dahl"),
        ("who was hurt in the storm?", "subject", "", "hurt", "in the storm"),
        ("who has visited Riga?", "subject", "", "visited", "Riga"),
        ("who didn't sign the treaty?", "subject", "", "sign", "the treaty"),
        ("who is the Danish minister?", "predicate", "the Danish minister", None, ""),
        ("when did the grain deal collapse?", "adverb", "the grain deal", "collapse", ""),
        ("when did the talks in Riga end?", "adverb", "the talks in Riga", "end", ""),
        ("why did Dahl outlaw the sale of eels?", "adverb", "Dahl", "outlaw", "the sale of eels"),
        ("when was Elin Dahl born?", "adverb", "Elin Dahl", "born", ""),
        ("where is the fair being held?", "adverb", "the fair", "held", ""),
        ("from which port did the ships leave?", "adverb", "the ships", "leave", ""),
        ("what year did the storm hit Riga?", "adverb", "the storm", "hit", "Riga"),
        ("how many ships did Norway buy?", "object", "Norway", "buy", ""),
        ("which ministers signed the treaty?", "subject", "", "signed", "the treaty"),
        ("In May 2022, who did Dahl meet?", "object", "Dahl", "meet", ""),
        ("did Dahl and Okafor talk?", "truth", "Dahl and Okafor", "talk", ""),
    ],
)
def test_a_question_is_taken_apart(
    question: str, role: str, subject: str, verb: str | None, rest: str
) -> None:
    clause = parse(question)
    assert clause is not None
    assert clause.role == role
    assert clause.slice(*clause.subject) == subject
    assert (None if clause.verb is None else clause.words[clause.verb].text) == verb
    assert clause.slice(clause.rest) == rest


@pytest.mark.parametrize(
    "text", ["", "harbour treaty", "Dahl met who?", "tell me more", "who", "?"]
)
def test_what_is_no_question_is_no_clause(text: str) -> None:
    assert parse(text) is None


def test_phrases_tell_what_they_name() -> None:
    clause = parse("where did Elin Dahl talk about the storm with Norway at the summit in 2022?")
    assert clause is not None
    found = [(one.text, one.kind, one.preposition) for one in phrases(clause, cased=True)]
    assert found == [
        ("Elin Dahl", "person", ""),
        ("the storm", "thing", "about"),
        ("Norway", "country", "with"),
        ("the summit", "thing", "at"),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Dahl", "name"),
        ("Frans van Dalen", "person"),
        ("the Danish minister", "person"),
        ("president dahl", "person"),
        ("Dahl and Okafor", "group"),
        ("Türkiye", "country"),
        ("the Hague", "city"),
        ("NATO", "organisation"),
        ("Harbour Council", "thing"),
        ("the treaty", "thing"),
        ("fishing", "thing"),
    ],
)
def test_the_kind_of_a_name(text: str, kind: str) -> None:
    assert kind_of(text, cased=True) == kind


def test_a_word_in_lower_case_may_be_a_name_where_no_capitals_are_typed() -> None:
    assert kind_of("okafor", cased=False) == "unknown"
    assert kind_of("okafor", cased=True) == "thing"
    assert kind_of("okafor", cased=True, names=frozenset({"okafor"})) == "name"


def test_a_place_is_none_inside_a_longer_name() -> None:
    text = "did the Riga Tribune tell of Oslo and New York City?"
    words = split(text)
    assert is_cased(words)
    found = [one.text for one in place_names(text, words, cased=True)]
    assert found == ["Oslo", "New York City"]


@pytest.mark.parametrize(
    "words",
    ["in 2022", "on November 6", "since May", "last week", "between 2020 and 2022", "3 days ago"],
)
def test_words_of_time(words: str) -> None:
    text = f"who did Dahl meet {words} in Riga"
    assert [text[start:end] for start, end in times(text)] == [words]


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("signed", "sign"),
        ("wrote", "write"),
        ("met", "meet"),
        ("stopped", "stop"),
        ("carried", "carry"),
        ("has", "have"),
        ("hurt", "hurt"),
    ],
)
def test_forms_of_verbs(form: str, base: str) -> None:
    assert base_form(form) == base


@pytest.mark.parametrize(
    ("name", "case", "expected"),
    [
        ("Bükreş", "loc", "Bükreş'te"),
        ("Ankara", "loc", "Ankara'da"),
        ("İzmir", "abl", "İzmir'den"),
        ("Oslo", "dat", "Oslo'ya"),
        ("Çavuşoğlu", "gen", "Çavuşoğlu'nun"),
        ("Dahl", "acc", "Dahl'ı"),
        ("Güngör", "acc", "Güngör'ü"),
        ("Lindqvist", "with", "Lindqvist'le"),
        ("Riga", "", "Riga"),
    ],
)
def test_endings_follow_the_vowels(name: str, case: str, expected: str) -> None:
    assert suffixed(name, case) == expected


def test_names_in_turkish_are_told_apart_by_their_endings() -> None:
    found = parts("Elin Dahl Oslo'da 2022'de Jonas Okafor ile NATO'ya ne dedi")
    assert [(one.name, one.case) for one in found] == [
        ("Elin Dahl", ""),
        ("Oslo", "loc"),
        ("2022'de", "time"),
        ("Jonas Okafor", "with"),
        ("NATO", "dat"),
    ]


@pytest.mark.parametrize(
    ("text", "turkish"),
    [
        ("Dahl kiminle görüştü?", True),
        ("peki ya Oslo?", True),
        ("Nerede?", True),
        ("who did Çavuşoğlu meet?", False),
        ("Kim Jong Un", False),
        ("harbour treaty", False),
    ],
)
def test_turkish_is_known_by_its_words(text: str, turkish: bool) -> None:
    assert is_turkish(text) is turkish
