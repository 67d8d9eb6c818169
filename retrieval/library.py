"""The facade: open a folder's index, add articles to it, ask it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, nullcontext
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from retrieval import builds, exchange, inspecting, keeping
from retrieval.asking import Asking, copies_in
from retrieval.builds import OnProgress, Storing
from retrieval.encoder import Encoder, Pool, precision
from retrieval.encoder.beside import beside
from retrieval.engines import Engine
from retrieval.errors import ArticleChanged, LibraryError, NotFound
from retrieval.inspecting import Status
from retrieval.keeping import Backup
from retrieval.reader import Caution, Reader, read_thresholds, write_thresholds
from retrieval.search import described, drop_old_indexes
from retrieval.sessions import LibraryConfig, Session, Sessions
from retrieval.store import Backend, Database, Store, open_database
from retrieval.types import (
    SHARED,
    Article,
    Entry,
    Filters,
    IndexReport,
    Outcome,
    Progress,
    Question,
    Quote,
    Reply,
    SearchResult,
    Turn,
)

if TYPE_CHECKING:
    from retrieval.addresses import Addresses
    from retrieval.indexing import Indexer
    from retrieval.repairing import Repair
    from retrieval.web.visiting import Web

DEFAULTS = LibraryConfig()

_T = TypeVar("_T")


class Library:
    """The articles of one data folder, as one collection (and ``shared``) sees them.

    They may be in a database that several machines share, each with a data folder of its own.
    Opening reads nothing but thresholds of its own, if there are any; a library without an index
    can be opened, and its first ``index`` makes one. All methods may be called from several
    threads.
    """

    def __init__(self, database: Backend, collection: str, sessions: Sessions) -> None:
        self.data_dir = sessions.folder
        self._database = database
        self._collection = collection
        self._store = Store(database, (collection, SHARED))
        self._sessions = sessions
        self._config = sessions.config
        self._is_view = False

    @classmethod
    def open(
        cls,
        data_dir: Path,
        *,
        collection: str = SHARED,
        config: LibraryConfig = DEFAULTS,
        database: str | None = None,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        index: Engine | None = None,
    ) -> Library:
        """Open the index in a folder; the folder need not exist yet.

        ``database`` is the address of a PostgreSQL database (postgresql://…) that holds the
        articles in place of the folder's SQLite file; the search indexes stay in the folder.
        ``encoder`` takes the place of the one that ``config.model`` names, ``reader`` and
        ``index`` of the reader and the search engine that ship. Thresholds of the folder's own
        that can't be read are told in a warning, and the reader's hold. Raises SettingsError for
        an address that isn't one, and without what PostgreSQL needs.
        """
        folder = Path(data_dir)
        opened = open_database(folder / keeping.DATABASE, database)
        store = Store(opened, (collection, SHARED))
        sessions = Sessions(
            folder, config, store, opened, encoder=encoder, reader=reader, engine=index
        )
        return cls(opened, collection, sessions)

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
            self._sessions.encoder()

    def index(
        self,
        paths: Sequence[Path],
        *,
        urls: Sequence[str] = (),
        web: Web | None = None,
        only: Set[Path] | None = None,
        prune: bool = False,
        rebuild: bool = False,
        on_progress: OnProgress | None = None,
        storing: Storing | None = None,
        pool: Pool | None = None,
    ) -> IndexReport:
        """Read files, folders and addresses; store and embed what is new or changed.

        ``urls`` are pages and feeds of the web, visited by ``web``; without any, nothing is
        fetched. ``only`` limits what is read of the paths to these real paths and what lies
        below them. ``prune`` forgets files below ``paths`` (all, without paths and urls) that
        are gone from the disk, and nothing of the web; ``rebuild`` first cuts and embeds
        everything anew, while the old passages keep answering. Each article is one
        transaction: a kill loses the one in flight at most.
        Each is stored within ``storing``; it and ``on_progress`` end the run with Stopped.
        Several threads may index at once. Passages are embedded by a thread beside, or by a
        ``pool``, of several articles at a time; they are stored in their order, one by one.
        Raises LibraryMismatch when the index was made by another recipe and ``rebuild`` is
        not set, LibraryUnwritable when the folder can't be written, LibraryMissing where an
        index is to be pruned or rebuilt with nothing to read and there is none. Where there is
        none and nothing at any of the paths either, none is made.
        """
        if (prune or rebuild) and not (paths or urls):
            self._sessions.require()
        # Only here, as what reads files takes a quarter of a second to import.
        from retrieval.indexing import Indexer
        from retrieval.ingest import all_absent

        started = time.monotonic()
        if not urls and (failed := all_absent(paths)) and not self.exists():
            return IndexReport(failed=failed, elapsed_s=time.monotonic() - started)
        encoder = self._sessions.encoder()
        recipe = self._sessions.recipe()
        self._database.create()
        rebuilt = 0
        with nullcontext(pool) if pool else beside(encoder) as embedding:
            if rebuild:
                engine = self._sessions.engine
                rebuilt = builds.rebuild(
                    self._store, recipe, encoder, engine, on_progress, embedding
                )
            indexer = Indexer(
                self._store,
                encoder,
                builds.current_build(self._store, recipe),
                recipe,
                max_article_chars=self._config.max_article_chars,
                on_progress=self._saving(on_progress),
                storing=storing,
                pool=embedding,
            )
            visiting = self._addresses(indexer, urls, web) if urls else nullcontext()
            with self._synced(), indexer:
                with visiting as addresses:
                    indexer.files(paths, without=self.data_dir, only=only)
                    if addresses:
                        addresses.visit()
                if prune and (paths or not urls):
                    indexer.prune(paths)
                report = replace(indexer.report(), rebuilt=rebuilt)
        self.save_indexes()
        return replace(report, elapsed_s=time.monotonic() - started)

    def save_indexes(self) -> None:
        """Bring the search indexes to the present state, and write them.

        Raises LibraryUnwritable.
        """
        builds.save_indexes(self.session().searcher)
        drop_old_indexes(self._store, self._sessions.engine)

    def backup(self, to: Path, also: Sequence[str] = ()) -> Backup:
        """Copy all that can't be made again to a folder, while others may write.

        ``also`` names more of the data folder that belongs to it. Raises as
        ``retrieval.keeping.backup`` does, and LibraryError for a database on a server.
        """
        self._file()
        return keeping.backup(self.data_dir, to, also)

    @staticmethod
    def restore(source: Path, data_dir: Path, also: Sequence[str] = ()) -> Backup:
        """Make the library of a backup in a folder that holds none.

        Raises as ``retrieval.keeping.restore`` does.
        """
        return keeping.restore(source, data_dir, also)

    def export(self, collection: str | None = None) -> Iterator[Entry]:
        """Give all articles with all that is known of them, of every collection or of one."""
        self._sessions.require()
        return exchange.entries(self._database, collection)

    def take_in(
        self,
        entries: Iterable[Entry],
        on_stored: Callable[[Entry, Outcome, int, int], None] | None = None,
    ) -> IndexReport:
        """Store articles that another library exported, each in the collection it was in.

        ``on_stored`` is told of each what became of it, and how many articles and passages are
        done. Raises LibraryMismatch and LibraryUnwritable as ``index`` does.
        """
        started = time.monotonic()
        encoder, recipe = self._sessions.encoder(), self._sessions.recipe()
        self._database.create()
        build = builds.current_build(self._store, recipe)
        importer = exchange.Importer(self._database, encoder, build, recipe)
        saving = builds.Saving(self.save_indexes)
        with self._synced():
            for done, (entry, outcome) in enumerate(importer.add(entries), 1):
                if on_stored:
                    on_stored(entry, outcome, done, importer.passages)
                saving.after(importer.passages)
        self.save_indexes()
        return replace(importer.report(), elapsed_s=time.monotonic() - started)

    def _saving(self, on_progress: OnProgress | None) -> OnProgress:
        """Give what tells of progress, and saves the search indexes on the way."""
        saving = builds.Saving(self.save_indexes)

        def told(step: Progress) -> None:
            if on_progress:
                on_progress(step)
            saving.after(step.passages_done)

        return told

    @contextmanager
    def _synced(self) -> Iterator[None]:
        """Have on the disk, however the block ends, what it stored: that may be told as done."""
        try:
            yield
        finally:
            self._database.sync()

    @contextmanager
    def _addresses(
        self, indexer: Indexer, urls: Sequence[str], web: Web | None
    ) -> Iterator[Addresses]:
        # Only here, as most commands never fetch anything.
        from retrieval.addresses import Addresses
        from retrieval.web.visiting import Web

        with Web() if web is None else nullcontext(web) as visited:
            yield Addresses(indexer, self._store, visited, urls)

    def ask(
        self,
        question: str | Question,
        *,
        filters: Filters | None = None,
        previous: Sequence[Turn] = (),
        today: date | None = None,
    ) -> Reply:
        """Answer a question with quotes, or with none when the articles hold no answer.

        What is given besides the question takes the place of a Question's own. Raises
        LibraryMissing without an index and QuestionError for what can't be asked.
        """
        started = time.perf_counter()
        asked = _question(question, filters, previous, today)
        reply, changed = self._steadily(lambda asking: asking.ask(asked))
        if not reply.found:
            _require_unchanged(changed)
        return replace(reply, elapsed_ms=_elapsed_ms(started), changed=tuple(changed))

    def search(
        self,
        question: str | Question,
        k: int = 10,
        *,
        filters: Filters | None = None,
        previous: Sequence[Turn] = (),
        today: date | None = None,
    ) -> SearchResult:
        """Give the k best passages for a question, each with its scores.

        As many as answering reads are ranked by the reader, any others after them.
        """
        started = time.perf_counter()
        asked = _question(question, filters, previous, today)
        result, changed = self._steadily(lambda asking: asking.search(asked, k))
        if not result.hits:
            _require_unchanged(changed)
        return replace(result, elapsed_ms=_elapsed_ms(started), changed=tuple(changed))

    def _steadily(self, ask: Callable[[Asking], _T]) -> tuple[_T, Mapping[str, ArticleChanged]]:
        """Ask again where a rebuild that ended meanwhile took away what was searched.

        Give with it what was left out since it isn't as it was stored.
        """
        while True:
            build, _ = self._sessions.require()
            asking = self.asking()
            found = ask(asking)
            if self._sessions.require()[0] == build:
                return found, asking.searcher.changed

    def asking(self) -> Asking:
        """Give the stages that a question goes through, to put others in their places."""
        session, config = self.session(), self._config
        return Asking(
            session.searcher.for_one(),
            session.reader,
            copies_in(self._store),
            threshold=self.thresholds()[config.caution],
            most=config.max_answers,
            depth=config.read_passages,
        )

    def thresholds(self) -> Mapping[Caution, float]:
        """Give how probable (0 to 1) the best answer must be to be told, at each caution.

        They are the folder's own, if it has any, else the reader's.
        """
        return self._sessions.thresholds or self.session().reader.calibration.thresholds

    @property
    def own_thresholds(self) -> Mapping[Caution, float] | None:
        """The folder's own thresholds, None where the reader's hold."""
        return self._sessions.thresholds

    def keep_thresholds(
        self, thresholds: Mapping[Caution, float], provenance: Mapping[str, object]
    ) -> Path:
        """Make thresholds the folder's own, from now on; give the path of their file.

        ``provenance`` tells what they were fitted to. Raises LibraryUnwritable.
        """
        path = write_thresholds(self.data_dir, thresholds, provenance)
        self._sessions.thresholds, self._sessions.flaw = read_thresholds(self.data_dir), None
        return path

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """Give the visible articles in the order of their paths, with empty texts.

        One whose title, date or source isn't as it was stored is left out, which the log tells.
        """
        self._sessions.require()
        return self._store.articles(filters)

    def article(self, id: str) -> Article:
        """Give one article with its text. Raises NotFound."""
        self._sessions.require()
        return inspecting.article(self._store, id)

    def remove(self, ids: Sequence[str]) -> int:
        """Forget articles of the own collection, all of them or none.

        Files that held them are read again by the next ``index``. Raises NotFound.
        """
        self._sessions.require()
        with self._synced():
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
        return inspecting.context(self._store, self.session().build, quote, sentences)

    def names(self) -> tuple[str, ...]:
        """Give names told in the articles, the most frequent first, for completion."""
        self._sessions.require()
        return inspecting.names(self._store)

    def publishers(self) -> tuple[str, ...]:
        """Give the publishers of the visible articles, sorted."""
        self._sessions.require()
        return self._store.publishers()

    def size(self) -> tuple[int, int]:
        """Give how many articles the own collection holds, and their characters."""
        self._sessions.require()
        return self._store.size()

    def titles(self, typed: str, most: int, *, own: bool = False) -> list[tuple[str, str]]:
        """Give the titles and ids of visible articles that hold what is typed; with ``own`` of
        the own collection's.

        No more are read than are given; case and accents don't count.
        """
        self._sessions.require()
        return self._store.titles(typed, most, own)

    def generation(self) -> int:
        """Give the number that grows with every change of the index."""
        self._sessions.require()
        return self._store.generation()

    def status(self) -> Status:
        """Give what the library holds and how it was made.

        Dates and languages are those of ``articles``.
        """
        build, recipe = self._sessions.require()
        listed = self._store.articles()
        articles, passages = self._store.counts(build)
        return Status(
            str(self.data_dir),
            self._database.name,
            self._collection,
            articles,
            passages,
            self._store.generation(),
            recipe.model,
            recipe.fingerprint,
            precision(recipe.model),
            recipe.passage_tokens,
            recipe.overlap,
            described(self._store, build, self._sessions.engine),
            self._database.size(),
            self._store.build("building") is not None,
            *inspecting.dates(listed),
            inspecting.languages(listed),
            self.own_thresholds,
        )

    def check(self) -> tuple[str, ...]:
        """Look the whole index through; give the problems found, none if it is sound."""
        flaw = self._sessions.flaw
        problems = inspecting.check(self._store, self.session())
        return (*problems, flaw) if flaw else problems

    def repair(self) -> Repair:
        """Look the whole index through, of all collections, and repair what isn't sound.

        Raises as ``retrieval.repairing.repair`` does, and LibraryError for a database on a
        server; nothing is changed then.
        """
        # Only here, as what reads files takes a quarter of a second to import.
        from retrieval.repairing import repair

        return repair(self._sessions, self._file(), self._store)

    def session(self) -> Session:
        """Give what the current build answers with (for measuring; `ask` is the way to ask)."""
        session = self._sessions.current()
        if not self._is_view:
            return session
        return replace(session, searcher=session.searcher.seen_by(self._store))

    def _file(self) -> Database:
        """Give the SQLite file. Raises LibraryError where the articles are on a server."""
        if not isinstance(self._database, Database):
            raise LibraryError(keeping.ON_A_SERVER)
        return self._database


def _question(
    asked: str | Question, filters: Filters | None, previous: Sequence[Turn], today: date | None
) -> Question:
    question = Question(asked) if isinstance(asked, str) else asked
    return replace(
        question,
        filters=filters or question.filters,
        previous=tuple(previous) or question.previous,
        today=today or question.today,
    )


def _require_unchanged(changed: Mapping[str, ArticleChanged]) -> None:
    """Raise the first of these errors, if there is one."""
    for error in changed.values():
        raise error


def _elapsed_ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
