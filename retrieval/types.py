"""The values that everything passes around.

All offsets are half-open ranges ``[start, end)`` counted in Unicode code points of
``Article.text``, so ``article.text[start:end]`` is always the exact text meant; where ``field``
is ``title``, of ``Article.title``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

Offsets = tuple[int, int]
"""A half-open range ``[start, end)`` of one article's text."""

AnswerType = Literal["person", "place", "date", "number", "description", "other"]
"""What kind of thing answers a question."""

Field = Literal["text", "title"]
"""Which words of an article offsets count in."""

Outcome = Literal["added", "updated", "unchanged", "duplicate", "failed"]
"""What became of one article while indexing."""

SHARED = "shared"

COLLECTION = re.compile(r"(?!\.+\Z)[^/\\]+")
"""What a collection may be called: it may become part of a file's name."""
"""The collection that every audience sees."""

MAX_ARTICLE_CHARS = 10_000_000
"""The longest article unless told otherwise, in characters: several long novels."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as a file tells it, before anything is derived from its text.

    ``notes`` say what the file tells that could not be read, such as its date. The text of a
    ``teaser`` is but the beginning or a summary of what stands at ``url``.
    """

    text: str
    id: str | None = None
    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    language: str | None = None
    url: str | None = None
    notes: tuple[str, ...] = ()
    teaser: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article. ``text`` is never rewritten, so offsets into it stay true."""

    id: str
    text: str = field(repr=False)
    title: str
    publisher: str | None
    published: date | None
    language: str | None
    url: str | None
    path: str | None
    sha256: str
    collection: str = SHARED

    def words(self, field: Field) -> str:
        """Give the text, or the title."""
        return self.title if field == "title" else self.text


@dataclass(frozen=True, slots=True)
class Entry:
    """An article at one of its places, with all that can't be made again: what is exported.

    ``path`` and ``record`` (within a file of several, else "") are the place; ``boilerplate``
    are the ranges of the text that are never quoted.
    """

    id: str
    title: str
    publisher: str | None
    published: date | None
    language: str | None
    url: str | None
    path: str
    record: str
    collection: str
    boilerplate: tuple[Offsets, ...]
    sha256: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring whole sentences of one article: the unit that is embedded and searched.

    One of the field ``title`` is the article's title, which is read where its text tells nothing.
    """

    article_id: str
    start: int
    end: int
    ordinal: int
    sentences: tuple[Offsets, ...]
    field: Field = "text"


@dataclass(frozen=True, slots=True)
class Scores:
    """Every score a passage got, by kind; scores of different kinds never compare.

    ``dense`` is a cosine (-1 to 1), ``lexical`` a BM25 score (0 and up), ``fused`` the
    score that ranks (0 to 1), ``reader`` a probability (0 to 1). None: not scored so.
    """

    fused: float
    dense: float | None = None
    lexical: float | None = None
    reader: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found, with its place in the ranking (from 1)."""

    article: Article
    passage: Passage
    rank: int
    scores: Scores

    @property
    def whole(self) -> str:
        """The words that the offsets count in."""
        return self.article.words(self.passage.field)

    @property
    def text(self) -> str:
        return self.whole[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article that answers a question, with its probability (0 to 1)."""

    article: Article
    start: int
    end: int
    probability: float
    field: Field = "text"

    @property
    def whole(self) -> str:
        """The words that the offsets count in."""
        return self.article.words(self.field)

    @property
    def text(self) -> str:
        return self.whole[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article. The text is derived from the article: it can't be invented.

    Those of the field ``title`` are of its title, and so is their answer.
    """

    article: Article
    start: int
    end: int
    answer: Span | None = None
    also_in: tuple[Article, ...] = ()
    field: Field = "text"

    @property
    def whole(self) -> str:
        """The words that the offsets count in."""
        return self.article.words(self.field)

    @property
    def text(self) -> str:
        return self.whole[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its words, how sure it is (0 to 1), and the quotes that hold it.

    A ``span`` is a few words inside its quotes, which mark them; a ``quote`` is the sentences
    themselves, of the one quote that it has.
    """

    text: str
    probability: float
    quotes: tuple[Quote, ...]
    kind: Literal["span", "quote"] = "span"


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be searched. ``since`` and ``until`` are inclusive dates of publication.

    Articles without a date pass a date filter only when ``undated`` is true.
    ``publisher`` matches however it is spelled, as a site's address too; ``path`` is a part of the
    path or a glob. ``spellings`` are the publisher's in a library, which fills them in.
    """

    since: date | None = None
    until: date | None = None
    publisher: str | None = None
    path: str | None = None
    undated: bool = False
    spellings: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        return self.since is not None or self.until is not None


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with all that its meaning depends on.

    ``previous``, the latest last, are the turns that "and in Bucharest?" refers to; ``today``
    (None: the day it is) is what "last week" counts from. With ``any_date`` words of time like
    "in 2022" don't limit the search.
    """

    text: str
    filters: Filters = NO_FILTERS
    previous: tuple[Turn, ...] = ()
    today: date | None = None
    any_date: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Which passages a search may find: those of the collections that pass the filters.

    One place that the article stands in must pass all of them. A passage that tells of one of
    the ``years`` need not pass the dates.
    """

    collections: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question got. No answers means that none was found: a value, not an error.

    ``answer_type`` is what the question was taken to ask for; with ``list_question`` it may
    have several answers, all of them right. ``topic`` is what a search of words, or "tell me
    about", wants passages about; else it is "". ``undated`` counts the articles that a filter of
    dates left out because they have none; ``changed`` are the ids of those that were left out
    because they aren't as they were stored. ``none_passed`` tells that the filters left no article;
    ``publishers`` are those nearest in spelling to one of whom there is none.
    """

    question: str
    understood_as: str
    answers: tuple[Answer, ...]
    nearest: tuple[Quote, ...]
    elapsed_ms: float
    answer_type: AnswerType = "other"
    list_question: bool = False
    topic: str = ""
    undated: int = 0
    changed: tuple[str, ...] = ()
    none_passed: bool = False
    publishers: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        return bool(self.answers)

    @property
    def differ(self) -> bool:
        """Tell whether the answers contradict each other, since the question wants but one."""
        return len(self.answers) > 1 and not self.list_question


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The ranked passages that a question found; ``changed`` as in Reply."""

    question: str
    understood_as: str
    hits: tuple[Hit, ...]
    elapsed_ms: float
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or record that could not be indexed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """What an indexed file tells that could not be read, such as a date; ``path`` as in Failure.

    ``more`` counts the other notes on the same file.
    """

    path: str
    text: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Told after every article while indexing; bytes count what was read of the files.

    An address of the web stands for as many bytes as ``retrieval.addresses.SIZE`` says.
    """

    path: Path | str
    outcome: Outcome
    articles_done: int
    passages_done: int
    bytes_done: int
    bytes_total: int


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run of indexing did, in articles (``files_read`` in files, ``pages_read`` in
    pages and feeds of the web).

    ``skipped`` counts the files of folders that are of no kind that is read, by their endings
    (or what else they are); ``rebuilt`` the articles whose passages were made anew.
    """

    files_read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    removed: int = 0
    failed: tuple[Failure, ...] = ()
    elapsed_s: float = 0.0
    notes: tuple[Note, ...] = ()
    pages_read: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    rebuilt: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation, for the questions that come after it.

    ``question`` is as it was understood (``Reply.understood_as``), with its words of time;
    ``answers`` are the texts of its answers, the best first; ``articles`` are the ids of the
    articles that its quotes are from, in which the next question is likely to be answered too.
    ``typed`` is the question as it was asked, for whom it called "she"; it makes no other turn.
    """

    question: str
    answers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    typed: str = field(default="", compare=False)

    @classmethod
    def of(cls, reply: Reply) -> Turn:
        """Give the turn that a question and its reply make.

        Sentences that answer name nothing that a later question could mean.
        """
        named = (answer.text for answer in reply.answers if answer.kind == "span")
        quoted = (quote.article.id for answer in reply.answers for quote in answer.quotes)
        articles = tuple(dict.fromkeys(quoted))
        return cls(reply.understood_as, tuple(named), articles, reply.question)
