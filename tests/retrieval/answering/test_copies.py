from __future__ import annotations

from collections.abc import Callable

import pytest

from retrieval.answering import AS_READ, nearest, sentence_words
from retrieval.reader.base import Reading
from retrieval.types import Answer, Article

Read = Callable[..., Reading]
Ask = Callable[..., tuple[Answer, ...]]

SANK = "The ferry Ylva sank on Friday. Nobody was hurt."
SPELLED = "The FERRY Ylva sank on Friday! No one else knew."


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("He met Ada Brandt.", "he met ADA BRANDT", True),
        ("He met Çağla Şen.", "He met Cagla Sen.", True),
        ("The passengers were rescued.", "Passengers were rescued.", True),
        ("He met Ada Brandt.", "He met Ida Brandt.", False),
        ("Both sides send 40 officers to Tarn.", "Both sides send 60 officers to Tarn.", False),
        (
            "At least 17 people died in the crash.",
            "At least 17 people survived in the crash.",
            False,
        ),
        ("He accused the company.", "He did not accuse the company.", False),
        ("No passengers were killed.", "Forty passengers were killed.", False),
    ],
)
def test_same_sentence(first: str, second: str, same: bool) -> None:
    assert (sentence_words(first) == sentence_words(second)) is same


def test_the_same_sentence_in_two_articles_is_one_quote(read: Read, ask: Ask) -> None:
    readings = [read("one", SANK, {"Friday": 0.8}), read("two", SPELLED, {"Friday": 0.7})]
    (answer,) = ask("When did the ferry sink?", *readings)
    (quote,) = answer.quotes
    assert quote.text == "The ferry Ylva sank on Friday."
    assert quote.article.id == "one"
    assert [item.id for item in quote.also_in] == ["two"]
    assert answer.probability == 0.8


def test_near_duplicates_that_were_not_read_count_where_they_print_the_sentence(
    read: Read, ask: Ask
) -> None:
    printing = read("two", SPELLED, {}).hit.article
    silent = read("three", "The ferry left. Nobody knows more.", {}).hit.article

    def copies(item: Article) -> tuple[Article, ...]:
        return (printing, silent)

    reading = read("one", SANK, {"Friday": 0.8})
    (answer,) = ask("When did the ferry sink?", reading, copies=copies)
    assert [item.id for item in answer.quotes[0].also_in] == ["two"]


def test_an_article_indexed_twice_is_named_once_with_its_copy(read: Read, ask: Ask) -> None:
    first = read("one", SANK, {"Friday": 0.8}, sha256="same")
    second = read("two", SANK, {"Friday": 0.8}, sha256="same")
    (answer,) = ask("When did the ferry sink?", first, second)
    assert [[item.id for item in quote.also_in] for quote in answer.quotes] == [["two"]]


def test_other_articles_support_an_answer_but_copies_do_not(read: Read, ask: Ask) -> None:
    choice = {**AS_READ, "agreed": 0.5}
    one = read("one", "Storm Ylva hit the island on Friday.", {"Friday": 0.6})
    copy = read("two", "Storm Ylva hit the island on Friday!", {"Friday": 0.6})
    near = read("three", "On Friday the storm came over the sea.", {"Friday": 0.6})
    question = "When did the storm hit?"
    (alone,) = ask(question, one, choice=choice)
    (copied,) = ask(question, one, copy, choice=choice)
    (told_twice,) = ask(question, one, near, choice=choice)
    both = (one.hit.article, near.hit.article)
    (of_one_text,) = ask(question, one, near, copies=lambda item: both, choice=choice)
    assert alone.probability == copied.probability == of_one_text.probability
    assert alone.probability == pytest.approx(0.6)
    assert 0.6 < told_twice.probability < 0.75
    assert len(told_twice.quotes) == 2


def test_the_same_article_supports_nothing(read: Read, ask: Ask) -> None:
    text = "Storm Ylva came on Friday. It was Friday when the roofs flew."
    first = read("one", text, {"Friday": 0.6}, sentences=slice(0, 1))
    second = read("one", text, {"Friday when": 0.6}, sentences=slice(1, 2))
    (answer,) = ask("When did the storm hit?", first, second, choice={**AS_READ, "agreed": 0.5})
    assert answer.probability == pytest.approx(0.6)


def test_nearest_are_the_best_three_different_sentences(read: Read) -> None:
    readings = [
        read("four", "Nothing is known.", {}),
        read("three", "Harbour news. Nobody was hurt.", {"Nobody": 0.05}),
        read("two", SPELLED, {"Friday": 0.1}),
        read("one", SANK, {"Friday": 0.2}),
    ]
    found = nearest(readings, lambda item: ())
    assert [quote.text for quote in found] == [
        "The ferry Ylva sank on Friday.",
        "Nobody was hurt.",
        "Nothing is known.",
    ]
    assert [item.id for item in found[0].also_in] == ["two"]
    assert all(quote.answer is None for quote in found)
    assert len(nearest(readings * 3, lambda item: ())) == 3
    assert nearest([], lambda item: ()) == ()
