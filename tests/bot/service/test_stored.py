"""Replies as JSON, over real libraries: the same comes back, or less; never another server's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.service.stored import dump, load
from retrieval import Library
from retrieval.errors import LibraryDamaged, LibraryMissing
from retrieval.types import SHARED, Answer, AnswerType, Article, Filters, Quote, Reply, Span

ONE, TWO = "discord-1", "discord-2"
QUAY = (
    "🚢 The council of Veldmark voted for a second quay. "
    "Council head Marta Lindqvist met shipping minister Tomás Ferreira in Lisbon. "
    "The quay will cost 48 million euros.\n"
)
STORM = (
    "Storm Ylva damaged 212 houses on Nordøy. "
    "Marta Lindqvist also met Şükrü Çavuşoğlu of the rescue service on Friday.\n"
)
CLUB = "Our club's treasurer Jonas Okafor hid the key under the third oar.\n"
FILES: dict[str, dict[str, str]] = {
    SHARED: {
        "quay.md": f"---\ntitle: A vote\npublisher: Coast Desk\ndate: 2024-03-05\n---\n{QUAY}",
        "again.md": f"---\ntitle: A copy\npublisher: Inland Paper\ndate: 2024-03-06\n---\n{QUAY}",
        "storm.md": f"---\ntitle: After Ylva\nurl: https://example.org/ylva\n---\n{STORM}",
        "whale.md": "---\ntitle: At sea\n---\nA whale followed the ferry Elin for 40 minutes.\n",
    },
    ONE: {
        "club.md": f"---\ntitle: Minutes\nurl: https://one.example/secret\n---\n{CLUB}",
        "oars.md": "---\ntitle: Oars of ONE\n---\nThe club owns 17 oars and a red boat.\n",
    },
    TWO: {"oars.md": "---\ntitle: Boats of TWO\n---\nThe club owns 17 oars and a red boat.\n"},
}
FEWER = settings(max_examples=40)
QUESTIONS = [
    "who did Marta Lindqvist meet?",
    "what will the quay cost?",
    "who hid the key?",
    "how many houses did the storm damage?",
    "what happened on Nordøy?",
    "which comet did the violinist photograph?",
]


@dataclass(frozen=True)
class World:
    """Libraries by collection, and those of the same folder after articles have changed;
    every place of every article that the first server sees now, with its text."""

    now: dict[str, Library]
    later: dict[str, Library]
    places: list[Article]


def index(folder: Path, data: Path, files: dict[str, dict[str, str]]) -> None:
    for collection, texts in files.items():
        with Library.open(data, collection=collection) as library:
            for name, text in texts.items():
                path = folder / collection / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            library.index([folder / collection])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Later the storm is told in other words, and the whale is gone."""
    root = tmp_path_factory.mktemp("stored")
    index(root / "articles", root / "now", FILES)
    shutil.copytree(root / "now", root / "later")
    changed = FILES[SHARED]["storm.md"].replace("212", "213")
    index(root / "articles", root / "later", {SHARED: {"storm.md": changed}})
    with ExitStack() as stack:

        def opened(data: Path) -> dict[str, Library]:
            names = (SHARED, ONE, TWO, "discord-3")
            return {
                name: stack.enter_context(Library.open(data, collection=name)) for name in names
            }

        now, later = opened(root / "now"), opened(root / "later")
        whale = next(one for one in later[SHARED].articles() if one.title == "At sea")
        later[SHARED].remove([whale.id])
        copies = now[ONE].ask(QUESTIONS[1]).answers[0].quotes[0].also_in
        places = [now[ONE].article(one.id) for one in now[ONE].articles()]
        yield World(now, later, [*places, *copies])


@st.composite
def replies(draw: st.DrawFn, places: Sequence[Article]) -> Reply:
    """Replies with spans of these articles, however unlikely."""

    def span(article: Article) -> tuple[int, int]:
        start = draw(st.integers(0, len(article.text) - 1))
        return start, draw(st.integers(start + 1, len(article.text)))

    def quote() -> Quote:
        article = draw(st.sampled_from(places))
        start, end = span(article)
        marked = Span(article, start, end, draw(st.floats(0, 1))) if draw(st.booleans()) else None
        others = draw(st.lists(st.sampled_from(places), max_size=3))
        return Quote(article, start, end, marked, tuple(others))

    def answer() -> Answer:
        quotes = tuple(quote() for _ in range(draw(st.integers(1, 3))))
        article = draw(st.sampled_from([one.article for one in quotes]))
        start, end = span(article)
        return Answer(article.text[start:end], draw(st.floats(0, 1)), quotes)

    answers = tuple(answer() for _ in range(draw(st.integers(0, 3))))
    nearest = tuple(quote() for _ in range(draw(st.integers(0, 3))))
    return Reply(
        draw(st.text()),
        draw(st.text()),
        answers,
        nearest,
        draw(st.floats(0, 1e6)),
        draw(st.sampled_from(get_args(AnswerType))),
        draw(st.booleans()),
        draw(st.integers(0, 9)),
    )


def quotes_of(reply: Reply) -> list[Quote]:
    return [*(quote for one in reply.answers for quote in one.quotes), *reply.nearest]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("collection", [SHARED, ONE])
def test_what_was_answered_comes_back(world: World, collection: str, question: str) -> None:
    library = world.now[collection]
    reply = library.ask(question)
    assert load(dump(reply), library) == reply
    assert reply.found == (collection == ONE if "key" in question else "comet" not in question)


def test_a_reply_that_an_earlier_version_kept_comes_back(world: World) -> None:
    reply = world.now[SHARED].ask(QUESTIONS[1])
    values = json.loads(dump(reply))
    del values["answer_type"], values["list_question"]
    back = load(json.dumps(values), world.now[SHARED])
    assert back.answers == reply.answers
    assert not back.differ


def test_the_place_that_a_filter_chose_comes_back_with_its_copies(world: World) -> None:
    library = world.now[SHARED]
    reply = library.ask(QUESTIONS[1], filters=Filters(publisher="Inland Paper"))
    back = load(dump(reply), library)
    quote = back.answers[0].quotes[0]
    assert quote.text == "The quay will cost 48 million euros."
    assert quote.answer is not None
    assert quote.answer.text == "48 million euros"
    assert quote.article.title == "A copy"
    assert [one.publisher for one in quote.also_in] == ["Coast Desk"]
    assert back == reply


@FEWER
@given(data=st.data())
def test_any_reply_comes_back(world: World, data: st.DataObject) -> None:
    reply = data.draw(replies(world.places))
    assert load(dump(reply), world.now[ONE]) == reply


@FEWER
@given(data=st.data())
def test_no_text_of_an_article_is_dumped(world: World, data: st.DataObject) -> None:
    reply = replace(data.draw(replies(world.places)), question="?", understood_as="?")
    dumped = json.dumps(json.loads(dump(reply)), ensure_ascii=False)
    texts = [article.text for article in world.places]
    pieces = (text[at : at + 12] for text in texts for at in range(len(text) - 12))
    assert not [piece for piece in pieces if piece in dumped]


@FEWER
@given(data=st.data())
def test_articles_that_changed_or_vanished_take_their_quotes_along(
    world: World, data: st.DataObject
) -> None:
    reply = data.draw(replies(world.places))
    back = load(dump(reply), world.later[ONE])
    same = [one for one in world.places if one.title not in ("After Ylva", "At sea")]

    def left(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
        kept = [one for one in quotes if one.article in same]
        return tuple(
            replace(one, also_in=tuple(other for other in one.also_in if other in same))
            for one in kept
        )

    assert back.nearest == left(reply.nearest)
    answers = [one for one in reply.answers if left(one.quotes)]
    assert [one.quotes for one in back.answers] == [left(one.quotes) for one in answers]
    for one, before in zip(back.answers, answers, strict=True):
        assert one.probability == before.probability
        first = one.quotes[0].answer or one.quotes[0]
        assert one.text in (before.text, first.text)
        assert any(one.text in article.text for article in same)


@FEWER
@given(data=st.data())
@pytest.mark.parametrize("other", [TWO, "discord-3", SHARED])
def test_nothing_of_another_server_comes_back(
    world: World, data: st.DataObject, other: str
) -> None:
    reply = replace(data.draw(replies(world.places)), question="?", understood_as="?")
    back = load(dump(reply), world.now[other])
    told = [article for one in quotes_of(back) for article in (one.article, *one.also_in)]
    assert {one.collection for one in told} <= {SHARED, other}
    assert not {one.title for one in told} & {"Minutes", "Oars of ONE"}
    assert "one.example" not in repr(back)
    assert not [answer for answer in back.answers if answer.text in CLUB and len(answer.text) > 15]
    shared = [one for one in quotes_of(reply) if one.article.collection == SHARED]
    assert len(quotes_of(back)) >= len(shared)


def test_the_same_text_of_another_server_is_told_as_its_own(world: World) -> None:
    reply = world.now[ONE].ask("how many oars does the club own?")
    assert reply.answers[0].quotes[0].article.title == "Oars of ONE"
    back = load(dump(reply), world.now[TWO])
    quote = back.answers[0].quotes[0]
    assert (quote.text, quote.article.title) == (
        "The club owns 17 oars and a red boat.",
        "Boats of TWO",
    )
    assert load(dump(reply), world.now["discord-3"]).answers == ()


def test_without_an_index_that_is_said(world: World, tmp_path: Path) -> None:
    dumped = dump(world.now[SHARED].ask(QUESTIONS[1]))
    with Library.open(tmp_path / "none") as none, pytest.raises(LibraryMissing, match="no index"):
        load(dumped, none)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"articles": [{}]}', '{"articles": []}'])
def test_what_is_no_reply_is_refused(world: World, text: str) -> None:
    with pytest.raises(LibraryDamaged, match="ask again"):
        load(text, world.now[SHARED])


def test_words_that_stand_nowhere_are_not_kept(world: World) -> None:
    quote = world.now[SHARED].ask(QUESTIONS[1]).answers[0].quotes[0]
    answer = Answer("about fifty million", 0.5, (quote,))
    dumped = dump(Reply("?", "?", (answer,), (), 1.0))
    assert "fifty" not in dumped
    assert load(dumped, world.now[SHARED]).answers[0].text == "48 million euros"
