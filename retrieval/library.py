"""The facade: open a folder's index, add articles to it, ask it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from retrieval import builds
from retrieval.answering import THRESHOLDS, Caution, answers, nearest
from retrieval.builds import OnProgress
from retrieval.errors import NotFound
from retrieval.indexing import Indexer
from retrieval.reader import Reading, reranked
from retrieval.search import drop_old_indexes
from retrieval.sessions import LibraryConfig, Session, Sessions
from retrieval.store import Database, Store
from retrieval.text import find_names
from retrieval.types import (
    SHARED,
    Article,
    Filters,
    Hit,
    IndexReport,
    Offsets,
    Quote,
    Reply,
    SearchResult,
    Turn,
)
from retrieval.understanding import ANY_DATE, Understood, understand

NO_FILTERS = Filters()
DEFAULTS = LibraryConfig()
NAMES_READ = 2_000
"""Articles whose names are offered for completion."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a library holds. ``collection`` limits the counts."""

    data_dir: str
    collection: str
    articles: int
    passages: int
    generation: int
    model: str
    fingerprint: str
    passage_tokens: int
    overlap: int
    database_bytes: int
    rebuilding: bool


class Library:
    """The articles of one data folder, as one collection (and ``shared``) sees them.

    Opening reads nothing; a library without an index can be opened, and its first
    ``index`` makes one. All methods may be called from several threads.
    """

    def __init__(self, data_dir: Path, collection: str, config: LibraryConfig) -> None:
        self.data_dir = data_dir
        self._collection = collection
        self._config = config
        self._database = Database(data_dir / "quoth.db")
        self._store = Store(self._database, (collection, SHARED))
        self._sessions = Sessions(data_dir, config, self._store, self._database)
        self._is_view = False

    @classmethod
    def open(
        cls,
        data_dir: Path,
        *,
        collection: str = SHARED,
        config: LibraryConfig = DEFAULTS,
    ) -> Library:
        """Open the index in a folder; the folder need not exist yet."""
        return cls(Path(data_dir), collection, config)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        if not self._is_view:
            self._database.close()

    def view(self, collection: str, *, caution: Caution | None = None) -> Library:
        """Give the library as another collection sees it: one database, one set of indexes.

        A view is good for as long as the library that it came from; closing it does nothing.
        """
        other = copy(self)
        other._is_view = True
        other._collection = collection
        other._store = Store(self._database, (collection, SHARED))
        other._config = replace(self._config, caution=caution or self._config.caution)
        return other

    def exists(self) -> bool:
        """Tell whether there is an index yet."""
        return self._database.exists() and self._store.build() is not None

    def warm(self) -> None:
        """Load the models and, where there is an index, the search indexes."""
        if self.exists():
            self.session().reader.warm()
            self.session().searcher.catch_up()
        else:
            self._sessions.encoder(self._config.model)

    def index(
        self,
        paths: Sequence[Path],
        *,
        prune: bool = False,
        rebuild: bool = False,
        on_progress: OnProgress | None = None,
    ) -> IndexReport:
        """Read files and folders; store and embed what is new or changed.

        ``prune`` forgets files below ``paths`` (all, without paths) that are gone from the
        disk; ``rebuild`` first cuts and embeds everything anew, while the old passages keep
        answering. Each article is one transaction: a kill loses the one in flight at most.
        Raises LibraryMismatch when the index was made by another recipe and ``rebuild`` is
        not set, LibraryUnwritable when the folder can't be written.
        """
        encoder = self._sessions.encoder(self._config.model)
        recipe = self._sessions.recipe()
        self._database.create()
        if rebuild:
            builds.rebuild(self._store, recipe, encoder, self._sessions.engine, on_progress)
        build = builds.current_build(self._store, recipe)
        indexer = Indexer(
            self._store,
            encoder,
            build,
            recipe,
            max_article_chars=self._config.max_article_chars,
            on_progress=on_progress,
        )
        report = indexer.run(paths, prune=prune, without=self.data_dir)
        builds.save_indexes(self.session().searcher)
        drop_old_indexes(self._store, self._sessions.engine)
        return report

    def ask(
        self,
        question: str,
        *,
        filters: Filters = NO_FILTERS,
        understand_dates: bool = True,
        today: date | None = None,
        previous: Sequence[Turn] = (),
    ) -> Reply:
        """Answer a question with quotes, or with none when the articles hold no answer.

        ``understand_dates`` takes "in 2022" in the question for a filter; ``previous``, the
        latest last, are the turns that "and in Bucharest?" refers to. Raises
        LibraryMissing without an index and QuestionError for what can't be asked.
        """
        started = time.perf_counter()
        asked, hits = self._found(
            question, filters, understand_dates, today, previous, self._config.read_passages
        )
        readings = self._read(asked, hits)
        found = answers(
            readings,
            asked.whole,
            threshold=THRESHOLDS[self._config.caution],
            most=self._config.max_answers,
            copies=self._copies,
        )
        near = () if found else nearest(readings, copies=self._copies)
        return Reply(question, asked.shown, found, near, _elapsed_ms(started))

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        filters: Filters = NO_FILTERS,
        understand_dates: bool = True,
        today: date | None = None,
        previous: Sequence[Turn] = (),
    ) -> SearchResult:
        """Give the k best passages for a question, each with its scores.

        As many as answering reads are ranked by the reader, any others after them.
        """
        started = time.perf_counter()
        depth = self._config.read_passages
        asked, hits = self._found(
            question, filters, understand_dates, today, previous, max(k, depth)
        )
        readings = self._read(asked, hits[:depth])
        ranked = _renumbered([*reranked(readings), *hits[depth:]])
        return SearchResult(question, asked.shown, ranked[:k], _elapsed_ms(started))

    def articles(self) -> list[Article]:
        """Give the visible articles in the order of their paths, with empty texts."""
        self._sessions.require()
        return self._store.articles()

    def article(self, id: str) -> Article:
        """Give one article with its text. Raises NotFound."""
        return self._store.article(self._key(id))[0]

    def remove(self, ids: Sequence[str]) -> int:
        """Forget articles of the own collection, all of them or none.

        Files that held them are read again by the next ``index``. Raises NotFound.
        """
        self._sessions.require()
        gone = self._store.remove(ids)
        if gone:
            raise NotFound(
                f"no article has the id {gone[0]!r} in the collection {self._collection!r}: "
                "`quoth articles` lists them"
            )
        return len(set(ids))

    def context(self, quote: Quote, sentences: int) -> tuple[Quote, ...]:
        """Give a quote with its neighbouring sentences, as one quote or several.

        There are several where something that is never quoted (a credit line) lies between.
        """
        session = self.session()
        key = self._key_of(quote.article)
        spans = sorted(
            {
                span
                for found in self._store.passages_of(session.build, key)
                for span in found.passage.sentences
            }
        )
        held = [
            index
            for index, (start, end) in enumerate(spans)
            if start < quote.end and end > quote.start
        ]
        if not held:
            return (quote,)
        window = spans[max(0, held[0] - sentences) : held[-1] + sentences + 1]
        return _joined(quote.article, window, self._store.furniture(key))

    def names(self) -> tuple[str, ...]:
        """Give names told in the articles, the most frequent first, for completion."""
        counts: Counter[str] = Counter()
        for article in self.articles()[:NAMES_READ]:
            for stored in self._store.article(self._key_of(article))[:1]:
                counts.update(set(find_names(stored.text)))
        return tuple(name for name, _ in counts.most_common())

    def publishers(self) -> tuple[str, ...]:
        """Give the publishers of the visible articles, sorted."""
        return tuple(sorted({item.publisher for item in self.articles() if item.publisher}))

    def status(self) -> Status:
        """Give what the library holds and how it was made."""
        build, recipe = self._sessions.require()
        articles, passages = self._store.counts(build)
        return Status(
            str(self.data_dir),
            self._collection,
            articles,
            passages,
            self._store.generation(),
            recipe.model,
            recipe.fingerprint,
            recipe.passage_tokens,
            recipe.overlap,
            self._database.path.stat().st_size,
            self._store.build("building") is not None,
        )

    def check(self) -> tuple[str, ...]:
        """Look the whole index through; give the problems found, none if it is sound."""
        session = self.session()
        problems = self._store.check()
        for article in self._store.articles():
            key = self._key_of(article)
            text = self._store.article(key)[0].text
            found = self._store.passages_of(session.build, key)
            if not found:
                problems.append(
                    f"article {article.id} has no passages: run `quoth index --rebuild`"
                )
            problems += [
                f"article {article.id}: passage {item.passage.ordinal} lies outside its text"
                for item in found
                if not _within(item.passage.sentences, len(text))
            ]
        session.searcher.catch_up()
        return tuple(problems)

    def session(self) -> Session:
        """Give what the current build answers with (for measuring; `ask` is the way to ask)."""
        session = self._sessions.current()
        if not self._is_view:
            return session
        return replace(session, searcher=session.searcher.seen_by(self._store))

    # Helpers --------------------------------------------------------------------------

    def _found(
        self,
        question: str,
        filters: Filters,
        understand_dates: bool,
        today: date | None,
        previous: Sequence[Turn],
        k: int,
    ) -> tuple[Understood, list[Hit]]:
        """Give how a question is understood, and its k best passages.

        Where no article is as young as "last week" says, the words don't limit the search.
        """
        searcher = self.session().searcher
        asked = self._understand(question, filters, understand_dates, today, previous)
        hits = searcher.search(asked.searched, k, asked.filters, asked.years)
        if hits or not asked.relative:
            return asked, hits
        unlimited = self._understand(question, filters, False, today, previous)
        shown = f"{unlimited.shown} ({ANY_DATE})"
        asked = replace(unlimited, searched=asked.searched, shown=shown)
        return asked, searcher.search(asked.searched, k, asked.filters)

    def _read(self, asked: Understood, hits: Sequence[Hit]) -> list[Reading]:
        """Read passages, in their order.

        The question's words of time are left out, since most passages of an article of 2022
        don't tell the year; one that tells it is asked both ways.
        """
        reader = self.session().reader
        readings = reader.read(asked.searched, hits)
        dated = [
            place
            for place, hit in enumerate(hits)
            if any(str(year) in hit.text for year in asked.years)
        ]
        again = reader.read(asked.whole, [hits[place] for place in dated])
        for place, reading in zip(dated, again, strict=True):
            readings[place] = max(readings[place], reading, key=attrgetter("probability"))
        return readings

    def _understand(
        self,
        question: str,
        filters: Filters,
        understand_dates: bool,
        today: date | None,
        previous: Sequence[Turn],
    ) -> Understood:
        if filters.path and os.path.exists(filters.path):  # noqa: PTH110 (never raises)
            real = Path(filters.path).resolve()
            filters = replace(filters, path=f"{real}/" if real.is_dir() else str(real))
        return understand(
            question,
            filters,
            understand_dates=understand_dates,
            today=today or date.today(),
            previous=previous,
        )

    def _key(self, id: str, collection: str | None = None) -> int:
        self._sessions.require()
        key = self._store.find(id, collection)
        if key is None:
            raise NotFound(f"no article has the id {id!r}: `quoth articles` lists them")
        return key

    def _key_of(self, article: Article) -> int:
        return self._key(article.id, article.collection)

    def _copies(self, article: Article) -> list[Article]:
        key = self._store.find(article.id, article.collection)
        if key is None:  # removed since it was found
            return []
        copies = [item for item in self._store.article(key) if item != article]
        for other in self._store.near_duplicates(key):
            copies += self._store.article(other)
        return copies


def _joined(
    article: Article, spans: Sequence[Offsets], furniture: Sequence[Offsets]
) -> tuple[Quote, ...]:
    quotes: list[Quote] = []
    for start, end in spans:
        last = quotes[-1] if quotes else None
        if last and not any(a < start and b > last.end for a, b in furniture):
            quotes[-1] = Quote(article, last.start, end)
        else:
            quotes.append(Quote(article, start, end))
    return tuple(quotes)


def _renumbered(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits, 1))


def _within(sentences: Sequence[Offsets], length: int) -> bool:
    return bool(sentences) and all(0 <= start < end <= length for start, end in sentences)


def _elapsed_ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
