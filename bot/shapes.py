"""The objects of JSON that Quoth gives, whichever way: ``--json``, HTTP or MCP.

Offsets are half-open ranges ``[start, end)`` in Unicode code points of the article's text, or of
its title where ``field`` says so: ``text`` is always exactly what stands there.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict  # pydantic takes typing's from Python 3.12 on

_told = with_config(ConfigDict(use_attribute_docstrings=True))


@_told
class Article(TypedDict):
    """Where a text is from; its own words come by its id."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    """the day of publication, as 2022-04-06; null where it isn't known"""
    language: str | None
    url: str | None
    path: str | None
    """the file it was read from"""


@_told
class Place(TypedDict):
    """A stretch of an article and its words."""

    start: int
    end: int
    text: str


@_told
class Quote(TypedDict):
    """Words of an article, exactly as they stand there from start to end."""

    article: Article
    start: int
    end: int
    text: str
    answer: Place | None
    """the few words of the quote that answer; null where the sentences themselves do"""
    also_in: list[Article]
    """other articles that print the same words"""
    field: NotRequired[Literal["title"]]
    """there where the offsets count in the article's title"""


@_told
class Answer(TypedDict):
    """One answer with the quotes that hold it."""

    kind: Literal["span", "quote"]
    """span: a few words within its quotes; quote: whole sentences, the text of its quote"""
    text: str
    probability: float
    """how sure it is, 0 to 1; below 0.5 most are wrong"""
    quotes: list[Quote]


@_told
class Reply(TypedDict):
    """What a question got."""

    question: str
    understood_as: str
    """the question as it was understood, with the dates that limit it"""
    found: bool
    """false: these articles hold no answer"""
    answers: list[Answer]
    """the most probable first or, where the articles differ, the newest"""
    nearest: list[Quote]
    """where nothing was found, passages that are near to the question but no answer to it"""
    undated_left_out: NotRequired[int]
    """articles that were left out by the dates as they have none"""
    changed_left_out: NotRequired[list[str]]
    """ids of articles that were left out as they aren't as they were stored"""
    none_passed: NotRequired[bool]
    """true: the filters left no article to ask"""
    elapsed_ms: float


@_told
class Scores(TypedDict):
    """The scores of a passage; null where that ranking didn't find it. Kinds don't compare."""

    fused: float
    dense: float | None
    lexical: float | None
    reader: float | None


@_told
class Hit(TypedDict):
    """A passage that a search found."""

    rank: int
    article: Article
    start: int
    end: int
    text: str
    scores: Scores


@_told
class SearchResult(TypedDict):
    """The passages that a search found, the best first."""

    question: str
    hits: list[Hit]
    changed_left_out: NotRequired[list[str]]
    """as in Reply"""
    elapsed_ms: float


@_told
class Pages(TypedDict):
    """Some of the articles that were asked for, the newest first and undated ones last."""

    articles: list[Article]
    offset: int
    """how many stand before these"""
    total: int
    """how many there are in all"""


@_told
class Reading(TypedDict):
    """An article's text, or a stretch of it."""

    article: Article
    text: str
    start: int
    end: int
    length: int
    """characters of the whole text: there is more where end is less"""


@_told
class Problem(TypedDict):
    """Why something isn't answered by HTTP."""

    error: str
    """what is wrong, and what to do next"""
