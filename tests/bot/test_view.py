"""What is shown of a reply: which answer comes first, which quote is which, and each but once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot import jsonable, view
from retrieval.types import Answer, Article, Quote, Reply, SearchResult

SIX, NINE = date(2024, 2, 6), date(2023, 2, 7)


def make_article(name: str, published: date | None = None, collection: str = "shared") -> Article:
    text = "The storm killed six people. It was seen from Veldmark."
    return Article(name, text, name, None, published, "en", None, None, "0" * 64, collection)


def make_reply(
    question: str, *answers: tuple[str, tuple[Quote, ...]], several: bool = False
) -> Reply:
    made = tuple(Answer(text, 0.9, quotes) for text, quotes in answers)
    return Reply(question, question, made, (), 1.0, list_question=several)


def test_answers_that_differ_come_newest_first_and_undated_last() -> None:
    told = [
        (name, (Quote(make_article(name, day), 0, 28),))
        for name, day in (("ten", None), ("nine", NINE), ("six", SIX))
    ]
    reply = make_reply("how many people died?", *told)
    assert reply.differ
    assert [one.text for one in view.answers(reply)] == ["six", "nine", "ten"]
    assert [quote.article.id for quote in view.quotes_of(reply)] == ["six", "nine", "ten"]
    assert [one.text for one, _ in view.numbered(reply, 3)] == ["six", "nine", "ten"]
    assert [one.quote.article.id for one in view.once(reply)] == ["six", "nine", "ten"]
    assert [one["text"] for one in jsonable.reply(reply)["answers"]] == ["six", "nine", "ten"]


def test_answers_to_a_question_that_wants_several_dont_differ() -> None:
    told = [
        (name, (Quote(make_article(name, day), 0, 28),)) for name, day in (("a", NINE), ("b", SIX))
    ]
    reply = make_reply("which people died?", *told, several=True)
    assert not reply.differ
    assert [one.text for one in view.answers(reply)] == ["a", "b"]
    assert not make_reply("how many people died?", told[0]).differ


def test_an_answer_is_as_new_as_its_newest_quote() -> None:
    quotes = tuple(Quote(make_article("a", day), 0, 28) for day in (NINE, None, SIX))
    assert view.newest(Answer("six", 0.9, quotes)) == SIX
    assert view.newest(Answer("six", 0.9, quotes[1:2])) is None


def test_a_quote_shown_before_is_known_by_its_first_number() -> None:
    one, other = Quote(make_article("a"), 0, 28), Quote(make_article("b"), 0, 28)
    foreign = Quote(make_article("a", collection="discord-1"), 0, 28)
    reply = make_reply(
        "who died?", ("A", (one, other, other)), ("B", (other, one)), ("C", (foreign,))
    )
    shown = [[(q.number, q.before) for q in quotes] for _, quotes in view.numbered(reply, 2)]
    assert shown == [[(1, None), (2, None)], [(4, 2), (5, 1)], [(6, None)]]
    assert [quote.article.id for quote in view.quotes_of(reply)] == ["a", "b", "b", "b", "a", "a"]


def test_a_quote_within_another_is_shown_there() -> None:
    article = make_article("a")
    longer, within = Quote(article, 0, 55), Quote(article, 0, 28)
    reply = make_reply("who died?", ("A", (within,)), ("B", (longer,)))
    (shown,) = view.once(reply)
    assert (shown.number, shown.quote) == (1, longer)
    assert [view.numbers(one, [shown]) for one in reply.answers] == [[1], [1]]


def test_sources_are_named_once_with_those_that_print_the_same() -> None:
    a, b = make_article("a"), make_article("b")
    quotes = (Quote(a, 0, 28, None, (b,)), Quote(b, 29, 55))
    assert view.sources(make_reply("who died?", ("A", quotes), ("B", quotes))) == [a, b]


def test_only_what_was_understood_otherwise_is_told() -> None:
    assert (
        view.understood(SearchResult("and there?", "who died there?", (), 1.0)) == "who died there?"
    )
    assert view.understood(make_reply("who died?")) is None


def test_a_day_without_a_year_counts_from_its_article() -> None:
    (answer, *_) = made = [
        Answer(words, 0.9, (Quote(make_article("a", day), 0, 28),))
        for words, day in (("on Tuesday", SIX), ("May 4, 2023", SIX), ("yesterday", None))
    ]
    reply = Reply("when was it?", "when was it?", tuple(made), (), 1.0, "date", list_question=True)
    assert [view.counted_from(reply, one) for one in made] == [SIX, None, None]
    other = Reply("who was it?", "who was it?", tuple(made), (), 1.0, "person")
    assert view.counted_from(other, answer) is None


def test_words_of_doubt_go_with_the_probabilities() -> None:
    quote = (Quote(make_article("a", SIX), 0, 28),)
    sure, unsure = Answer("six", view.SURE, quote), Answer("nine", view.SURE - 0.01, quote)
    made = Reply("who?", "who?", (sure, unsure), (), 1.0, list_question=True)
    assert view.introduction(made) is None
    assert [view.perhaps(made, one) for one in made.answers] == [False, True]
    assert view.introduction(replace(made, list_question=False)) == view.NEWEST_FIRST
    guesses = replace(made, answers=(unsure, unsure))
    assert view.introduction(guesses) == view.UNSURE
    assert [view.perhaps(guesses, one) for one in guesses.answers] == [False, False]
    assert view.introduction(replace(guesses, list_question=False)) == (
        "I am not sure, and the articles differ. The newest first:"
    )
    about = replace(guesses, topic="the storm")
    assert view.introduction(about) == "Passages about the storm:"
    assert view.introduction(replace(made, answers=())) is None


def test_a_time_of_which_no_article_is_is_told_as_that() -> None:
    asked = "What happened yesterday?"
    shown = f"{asked} (2026-11-30 to 2026-11-30)"
    near = (Quote(make_article("six", SIX), 0, 28),)
    assert view.no_answer(Reply(asked, shown, (), (), 1.0)) == view.NO_ARTICLE
    assert view.no_answer(Reply(asked, shown, (), near, 1.0)) == view.NO_ANSWER
    assert view.no_answer(make_reply(asked)) == view.NO_ANSWER
