"""From files to stored, embedded passages: one article, one transaction."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from retrieval.ahead import ahead
from retrieval.builds import OnProgress, Storing, reach
from retrieval.encoder import Encoder, Pool
from retrieval.errors import IngestError, LibraryError, ModelError, Stopped
from retrieval.ingest import Isolated, Record, Skipped, describe, find_files
from retrieval.store import Recipe, Source, Store
from retrieval.storing import Incoming, Keeper, is_gone, path_text
from retrieval.types import Draft, Failure, IndexReport, Note, Outcome, Progress
from retrieval.web.address import is_address

INGEST = 3
"""Grows whenever files are read or described in another way: then all are read again."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its file or address, its key in there, how far that is read."""

    path: str
    record: str
    bytes_done: int


@dataclass(slots=True)
class _File:
    """A file that is being read, and what became of it until now."""

    path: str
    size: int
    digest: str = ""
    known: int | None = None
    whole: bool = True
    stored: set[str] = field(default_factory=set)


class Indexer:
    """One run over files and what else is read: tells what changed, embeds, stores and counts.

    Use it in a ``with`` statement. What fails never stops the rest.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        build: int,
        recipe: Recipe,
        *,
        max_article_chars: int,
        on_progress: OnProgress | None = None,
        storing: Storing | None = None,
        pool: Pool | None = None,
    ) -> None:
        self._store = store
        self._keeper = Keeper(store, encoder, build, recipe, pool)
        self._pool = pool
        self._described: dict[int, Incoming] = {}  # ahead, by the identity of their drafts
        self._max_chars = max_article_chars
        self._on_progress = on_progress
        self._storing: Storing = storing or (lambda articles, characters: nullcontext())
        self._counts: Counter[Outcome] = Counter()
        self._failures: list[Failure] = []
        self._notes: dict[str, Note] = {}
        self._skipped: Counter[str] = Counter()
        self._files = self._pages = self._removed = 0
        self._bytes_done = self._bytes_total = 0
        self._isolated = Isolated()

    def __enter__(self) -> Self:
        self._isolated.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._isolated.__exit__(kind, error, trace)

    def files(self, paths: Sequence[Path], *, without: Path, only: Set[Path] | None = None) -> None:
        """Index files and folders; a file or record that fails never stops the others.

        The folder ``without`` is passed over, wherever it lies. ``only`` names what of the
        paths is read: real paths, each with all below it.
        """
        files: list[tuple[Path, int]] = []
        for found in find_files(paths, without=without):
            if isinstance(found, Failure):
                self.fail(found.path, found.reason)
            elif isinstance(found, Skipped):
                self._skipped[found.kind] += only is None
            elif only is None or only & {found, *found.parents}:
                files.append((found, _size(found)))
        self.expect(sum(size for _, size in files))
        steps = map(self._begun, self._read(files)) if self._pool else self._read(files)
        # A file of one article is two steps: the article, and the file's end.
        for file, step in ahead(steps, 2 * reach(self._pool)):
            if step:
                file.whole &= self._all([step], file.stored)
            else:
                self._end(file)

    def prune(self, paths: Sequence[Path]) -> None:
        """Forget files below the paths (all, without paths) that are gone from the disk."""
        roots = [path.resolve() for path in paths]
        for known in self._store.known_paths():
            inside = not roots or any(Path(known).is_relative_to(root) for root in roots)
            if inside and is_gone(known):
                self._removed += self._store.forget_path(known)

    def report(self) -> IndexReport:
        """Tell what the run did so far."""
        return IndexReport(
            files_read=self._files,
            pages_read=self._pages,
            added=self._counts["added"],
            updated=self._counts["updated"],
            unchanged=self._counts["unchanged"],
            duplicate=self._counts["duplicate"],
            removed=self._removed,
            failed=tuple(self._failures),
            skipped=dict(self._skipped.most_common()),
            notes=tuple(self._notes.values()),
        )

    # What is read from elsewhere than files comes through these.

    def expect(self, size: int) -> None:
        """Tell of so many bytes that are still to be read, for the progress."""
        self._bytes_total += size

    def advance(self, size: int) -> None:
        """Tell that so many of the expected bytes are read."""
        self._bytes_done += size

    def read_bytes(self, name: str, data: bytes) -> list[Record]:
        """Give the articles that bytes hold, read in isolation; the name tells the format.

        Raises IngestError.
        """
        try:
            return list(self._isolated.read_file(Path(name), data, max_chars=self._max_chars))
        except IngestError:
            raise
        except Exception as error:
            raise IngestError(_surprise(name, error)) from error

    def is_known(self, place: str, digest: str) -> bool:
        """Tell whether a place is stored whole in the state of this digest."""
        return self._store.file_is_known(place, versioned(digest)) is not None

    def article(self, place: str, draft: Draft) -> bool:
        """Store the one article of a place; True if that went well."""
        return self._all([(Record("", draft, None, 1.0), self._place(place))], set())

    def several(self, place: str, records: Iterable[Record]) -> bool:
        """Store the articles that a place holds; True if that went well for all."""
        return self._all(((one, self._place(place, one.key)) for one in records), set())

    def done(self, place: str, digest: str) -> None:
        """Note that a place is stored whole in the state of this digest."""
        self._store.file_done(place, versioned(digest))

    def page_was_read(self) -> None:
        """Count a page or feed that was read."""
        self._pages += 1

    def unchanged(self, place: str, articles: int) -> None:
        """Count articles of a place that are stored already."""
        self._count("unchanged", self._place(place), articles)

    def fail(self, place: str, reason: str, record: str = "") -> None:
        """Name what can't be read, and why."""
        self._fail(self._place(place, record), reason)

    def note(self, place: str, note: str, record: str = "") -> None:
        """Keep a place's first note, and count the others: a thousand records repeat one."""
        first = self._notes.get(place)
        self._notes[place] = (
            replace(first, more=first.more + 1) if first else Note(_where(place, record), note)
        )

    def _place(self, place: str, record: str = "") -> Place:
        return Place(place, record, self._bytes_done)

    def _read(
        self, files: Sequence[tuple[Path, int]]
    ) -> Iterator[tuple[_File, tuple[Record, Place] | None]]:
        """Give what the files hold that aren't known, and None at the end of each."""
        done = self._bytes_done
        for path, size in files:
            file = _File(path_text(path), size)
            try:
                data = path.read_bytes()
            except OSError as error:
                why = f"can't be read ({error.strerror}): check its permissions"
                yield file, (_failed(why), Place(file.path, "", done))
            else:
                file.digest = versioned(hashlib.sha256(data).hexdigest())
                file.known = self._store.file_is_known(file.path, file.digest)
                for record in self._records(path, data) if file.known is None else ():
                    read = done + int(size * record.consumed)
                    yield file, (record, Place(file.path, record.key, read))
            yield file, None
            done += size

    def _records(self, path: Path, data: bytes) -> Iterator[Record]:
        try:
            yield from self._isolated.read_file(path, data, max_chars=self._max_chars)
        except IngestError as error:
            yield _failed(str(error))
        except Exception as error:
            yield _failed(_surprise(path_text(path), error))

    def _begun(
        self, step: tuple[_File, tuple[Record, Place] | None]
    ) -> tuple[_File, tuple[Record, Place] | None]:
        """Have an article embedded by the time that its turn comes."""
        record, place = step[1] or (None, None)
        if record and place and record.draft and not record.failure:
            with suppress(Exception):  # in its turn it fails again, and is told
                digest, here = _identity(record.draft, record.key, place)
                article = _incoming(record.draft, digest, here)
                self._described[id(record.draft)] = article
                self._keeper.begin(article)
        return step

    def _end(self, file: _File) -> None:
        self._bytes_done += file.size
        if file.known is not None:
            self._count("unchanged", self._place(file.path), file.known)
        elif file.whole:
            self._removed += self._store.file_done(file.path, file.digest, list(file.stored))
        self._files += file.whole or bool(file.stored)

    def _all(self, found: Iterable[tuple[Record, Place]], stored: set[str]) -> bool:
        """Store the records of a place; True if that went well for all.

        What tells those apart that are stored is added to ``stored``.
        """
        failures = len(self._failures)
        for record, where in found:
            if record.draft is None or record.failure:
                self._fail(where, record.failure or "can't be read")
            else:
                self._record(record.draft, record.key, where, stored)
        return len(self._failures) == failures

    def _record(self, draft: Draft, key: str, place: Place, records: set[str]) -> None:
        described = self._described.pop(id(draft), None)
        try:
            digest, here = _identity(draft, key, place)
            record = here.record
            if draft.id and record in records:
                raise IngestError(f"the id {draft.id!r} stands twice in this file")
            outcome = (
                "duplicate" if record in records else self._article(draft, digest, here, described)
            )
        except (LibraryError, ModelError, Stopped):
            raise
        except IngestError as error:
            self._fail(place, str(error))
            return
        except Exception as error:
            self._fail(place, _surprise(place.path, error))
            return
        records.add(record)
        for note in draft.notes:
            self.note(place.path, note, key)
        self._count(outcome, place)

    def _article(
        self, draft: Draft, digest: str, place: Place, described: Incoming | None
    ) -> Outcome:
        before = self._store.source(place.path, place.record)
        grown = 0 if before and before[1] == digest else len(draft.text)
        with self._storing(int(before is None), grown):
            return self._keeper.keep(described or _incoming(draft, digest, place), before)

    def _count(self, outcome: Outcome, place: Place, times: int = 1) -> None:
        self._counts[outcome] += times
        if self._on_progress:
            done = sum(self._counts.values())
            path = place.path if is_address(place.path) else Path(place.path)
            self._on_progress(
                Progress(
                    path,
                    outcome,
                    done,
                    self._keeper.passages,
                    place.bytes_done,
                    self._bytes_total,
                )
            )

    def _fail(self, place: Place, reason: str) -> None:
        self._failures.append(Failure(_where(place.path, place.record), reason))
        self._count("failed", place)


def _where(path: str, record: str) -> str:
    return path + (f", record {record}" if record else "")


def _failed(why: str) -> Record:
    return Record("", None, why, 1.0)


def _identity(draft: Draft, key: str, place: Place) -> tuple[str, Place]:
    """Give the SHA-256 of an article's text, and its place by what stays when others come."""
    digest = hashlib.sha256(draft.text.encode()).hexdigest()
    return digest, replace(place, record=(draft.id or digest) if key else "")


def versioned(digest: str) -> str:
    """Give a digest that changes when files are read in another way."""
    return f"{INGEST}-{digest}"


def _incoming(draft: Draft, digest: str, place: Place) -> Incoming:
    told = describe(draft, Path(place.path))
    source = Source(
        place.path,
        place.record,
        draft.id or digest[:16],
        told.title,
        told.publisher,
        told.published,
        told.language,
        draft.url,
    )
    return Incoming(draft.text, digest, source, told.boilerplate)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _surprise(path: str, error: Exception) -> str:
    logger.debug("indexing %s", path, exc_info=True)
    return f"can't be read ({type(error).__name__}: {error}): is the file whole?"
