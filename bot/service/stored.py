"""A reply as JSON, to be shown again later: places in articles, never their text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from retrieval.errors import ArticleChanged, LibraryDamaged, NotFound
from retrieval.types import Answer, Article, Quote, Reply, Span

if TYPE_CHECKING:
    from retrieval import Library

_DETAILS = ("id", "title", "publisher", "language", "url", "path")
_Numbers = Mapping[Article, int]
_Json = dict[str, Any]


def dump(reply: Reply) -> str:
    """A reply as JSON; of its articles only what ``jsonable.article`` shows too, and the hash."""
    numbers = {article: number for number, article in enumerate(_articles(reply))}
    return json.dumps(
        {
            "question": reply.question,
            "understood_as": reply.understood_as,
            "elapsed_ms": reply.elapsed_ms,
            "answer_type": reply.answer_type,
            "list_question": reply.list_question,
            "topic": reply.topic,
            "undated": reply.undated,
            "changed": reply.changed,
            "none_passed": reply.none_passed,
            "publishers": reply.publishers,
            "articles": [_described(article) for article in numbers],
            "answers": [_answer(one, numbers) for one in reply.answers],
            "nearest": [_quote(one, numbers) for one in reply.nearest],
        }
    )


def load(text: str, library: Library) -> Reply:
    """The reply that was dumped, as far as its articles still are what they were.

    Quotes of an article whose text changed, or that ``library`` doesn't see, are left out, and
    answers without a quote too. Raises LibraryError.
    """
    try:
        values = json.loads(text)
        articles = [_found(one, library) for one in values["articles"]]
        answers = (_answer_of(one, articles) for one in values["answers"])
        return Reply(
            values["question"],
            values["understood_as"],
            tuple(one for one in answers if one),
            _quotes_of(values["nearest"], articles),
            values["elapsed_ms"],
            # Replies kept by earlier versions don't tell these.
            values.get("answer_type", "other"),
            values.get("list_question", True),
            values.get("topic", ""),
            values.get("undated", 0),
            tuple(values.get("changed", ())),
            values.get("none_passed", False),
            tuple(values.get("publishers", ())),
        )
    except (ValueError, TypeError, LookupError) as error:
        raise LibraryDamaged("this reply can't be read any more", "ask again") from error


def _articles(reply: Reply) -> dict[Article, None]:
    quotes = [*(quote for one in reply.answers for quote in one.quotes), *reply.nearest]
    return dict.fromkeys(article for one in quotes for article in (one.article, *one.also_in))


def _described(article: Article) -> _Json:
    published = article.published.isoformat() if article.published else None
    details = {name: getattr(article, name) for name in _DETAILS}
    place = {"collection": article.collection, "sha256": article.sha256}
    return {**place, **details, "published": published}


def _answer(answer: Answer, numbers: _Numbers) -> _Json:
    return {
        "kind": answer.kind,
        "words": _words(answer, numbers),
        "probability": float(answer.probability),
        "quotes": [_quote(one, numbers) for one in answer.quotes],
    }


def _words(answer: Answer, numbers: _Numbers) -> list[int | str] | None:
    """Where an answer's text stands: where its quotes mark it, else anywhere in the articles."""
    for quote in answer.quotes:
        if quote.answer and quote.answer.text == answer.text:
            place = quote.answer
            return [numbers[quote.article], place.start, place.end, place.field]
    for article, number in numbers.items():
        start = article.text.find(answer.text)
        if start >= 0:
            return [number, start, start + len(answer.text), "text"]
    return None


def _quote(quote: Quote, numbers: _Numbers) -> _Json:
    span = quote.answer
    return {
        "at": [numbers[quote.article], quote.start, quote.end],
        "answer": span and [span.start, span.end, float(span.probability)],
        "also_in": [numbers[article] for article in quote.also_in],
        "field": quote.field,
    }


def _found(described: _Json, library: Library) -> Article | None:
    """The article, told of as it was; as the library tells of it where it is another's copy."""
    try:
        found = library.article(described["id"])
    except (NotFound, ArticleChanged):
        return None
    if found.sha256 != described["sha256"]:
        return None
    if found.collection != described["collection"]:
        return found
    published = described["published"] and date.fromisoformat(described["published"])
    return replace(found, published=published, **{name: described[name] for name in _DETAILS})


def _answer_of(values: _Json, articles: Sequence[Article | None]) -> Answer | None:
    quotes = _quotes_of(values["quotes"], articles)
    if not quotes:
        return None
    number, start, end, *field = values["words"] or (None, 0, 0)
    article = None if number is None else articles[number]
    told = article.words(*field or ("text",)) if article else ""
    words = told[start:end] or (quotes[0].answer or quotes[0]).text
    return Answer(words, values["probability"], quotes, values.get("kind", "span"))


def _quotes_of(values: Sequence[_Json], articles: Sequence[Article | None]) -> tuple[Quote, ...]:
    found = (_quote_of(one, articles) for one in values)
    return tuple(one for one in found if one)


def _quote_of(values: _Json, articles: Sequence[Article | None]) -> Quote | None:
    number, start, end = values["at"]
    article = articles[number]
    if article is None:
        return None
    field = values.get("field", "text")
    span = None
    if values["answer"]:
        first, last, probability = values["answer"]
        span = Span(article, first, last, probability, field)
    others = (articles[number] for number in values["also_in"])
    return Quote(article, start, end, span, tuple(one for one in others if one), field)
