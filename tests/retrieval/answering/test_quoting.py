"""How much of an article is quoted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from retrieval.answering.quoting import refers_back
from retrieval.reader.base import Reading
from retrieval.types import Answer

Read = Callable[..., Reading]
Ask = Callable[..., tuple[Answer, ...]]


def quoted(found: tuple[Answer, ...]) -> list[str]:
    return [quote.text for answer in found for quote in answer.quotes]


def test_the_whole_sentence_is_quoted(read: Read, ask: Ask) -> None:
    text = "It rained. Elin Dahl met Amos Reed in Tarn. They talked."
    assert quoted(ask("Who did Dahl meet?", read("one", text, {"Amos Reed": 0.9}))) == [
        "Elin Dahl met Amos Reed in Tarn."
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "He also met Amos Reed.",
        "Later, the Norwegian official met his counterpart, Amos Reed.",
        "The minister met Amos Reed.",
        "After lunch they all met Amos Reed.",
    ],
)
def test_the_sentence_before_says_who_is_meant(read: Read, ask: Ask, sentence: str) -> None:
    text = f"Tarn was cold. Nils Dahl went to Tarn. {sentence} Snow fell."
    found = ask("Who did Dahl meet?", read("one", text, {"Amos Reed": 0.9}))
    assert quoted(found) == [f"Nils Dahl went to Tarn. {sentence}"]
    quote = found[0].quotes[0]
    assert quote.answer is not None
    assert quote.answer.text == "Amos Reed"


def test_a_quote_reaches_back_over_a_sentence_without_the_name(read: Read, ask: Ask) -> None:
    text = "Nils Dahl went to Tarn. It was cold. He met Amos Reed."
    found = ask("Who did Dahl meet?", read("one", text, {"Amos Reed": 0.9}))
    assert quoted(found) == [text]


@pytest.mark.parametrize("question", ["Who owns the goat?", "who owns the goat?"])
def test_the_sentence_before_says_what_is_meant_by_a_question_without_names(
    read: Read, ask: Ask, question: str
) -> None:
    text = "It was cold. A goat walked into a bank. Its owner, Sigrid Lien, paid."
    found = ask(question, read("one", text, {"Sigrid Lien": 0.9}))
    assert quoted(found) == ["A goat walked into a bank. Its owner, Sigrid Lien, paid."]


def test_a_quote_stays_short_where_nothing_is_gained(read: Read, ask: Ask) -> None:
    named = "Nils Dahl came. The minister Dahl met Amos Reed."
    found = ask("Who did Dahl meet?", read("one", named, {"Amos Reed": 0.9}))
    assert quoted(found) == ["The minister Dahl met Amos Reed."]
    nobody = "Tarn was cold. He met Amos Reed."
    found = ask("Who did Dahl meet?", read("one", nobody, {"Amos Reed": 0.9}))
    assert quoted(found) == ["He met Amos Reed."]
    place = "Tarn was cold. He met Amos Reed."
    found = ask("Who did Dahl meet in Tarn?", read("one", place, {"Amos Reed": 0.9}))
    assert quoted(found) == ["He met Amos Reed."]


def test_a_quote_does_not_reach_over_what_is_never_quoted(read: Read, ask: Ask) -> None:
    text = "Nils Dahl came to Tarn. Photo by the desk. He met Amos Reed."
    whole = read("one", text, {"Amos Reed": 0.9})
    kept = [whole.hit.passage.sentences[0], whole.hit.passage.sentences[2]]
    passage = type(whole.hit.passage)("one", 0, len(text), 0, tuple(kept))
    hit = type(whole.hit)(whole.hit.article, passage, 1, whole.hit.scores)
    found = ask("Who did Dahl meet?", Reading(hit, 0.9, whole.spans))
    assert quoted(found) == ["He met Amos Reed."]


def test_the_sentence_before_may_come_from_the_neighbouring_passage(read: Read, ask: Ask) -> None:
    text = "Nils Dahl went to Tarn. He met Amos Reed. Snow fell."
    first = read("one", text, {}, sentences=slice(0, 2))
    second = read("one", text, {"Amos Reed": 0.9}, sentences=slice(1, 3))
    assert quoted(ask("Who did Dahl meet?", first, second)) == [
        "Nils Dahl went to Tarn. He met Amos Reed."
    ]


def test_quotes_of_an_answer_come_best_first(read: Read, ask: Ask) -> None:
    readings = [
        read("one", "Dahl saw Amos Reed.", {"Amos Reed": 0.5}),
        read("two", "Dahl met Amos Reed.", {"Amos Reed": 0.9}),
        read("three", "Nobody but Amos Reed came.", {"Amos Reed": 0.1}),
    ]
    (answer,) = ask("Who did Dahl meet?", *readings)
    assert [quote.article.id for quote in answer.quotes] == ["two", "one"]


@pytest.mark.parametrize(
    ("sentence", "turkish", "back"),
    [
        ("He left.", False, True),
        ("In Tarn, the senior Norwegian official left.", False, True),
        ("The minister left.", False, True),
        ("Minister Dahl left.", False, False),
        ("The mayor Elin Dahl left.", False, False),
        ("The ferry left.", False, False),
        ("Bakan, Reed'le görüştü.", True, True),
        ("Tarn'da Reed'le görüştü.", True, True),
        ("Daha sonra İpek Işık geldi.", True, False),
    ],
)
def test_what_refers_back(sentence: str, turkish: bool, back: bool) -> None:
    assert refers_back(sentence, turkish=turkish) is back
