"""From files to stored, embedded passages: one article, one transaction."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.builds import OnProgress, Storing
from retrieval.encoder import Encoder
from retrieval.errors import IngestError, LibraryError, ModelError, Stopped
from retrieval.ingest import Description, Isolated, Record, Skipped, describe, find_files
from retrieval.passages import cut_passages, embed_passages
from retrieval.store import EmbeddedPassage, Recipe, Source, Store
from retrieval.text import heading, sketch
from retrieval.types import Draft, Failure, IndexReport, Note, Outcome, Progress

INGEST = 3
"""Grows whenever files are read or described in another way: then all are read again."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its file, its key in the file, how far the file is read."""

    path: Path
    record: str
    bytes_done: int


class Indexer:
    """One run over files: reads, tells what changed, embeds, stores and counts."""

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
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._build = build
        self._recipe = recipe
        self._max_chars = max_article_chars
        self._on_progress = on_progress
        self._storing: Storing = storing or (lambda articles, characters: nullcontext())
        self._counts: Counter[Outcome] = Counter()
        self._failures: list[Failure] = []
        self._notes: dict[Path, Note] = {}
        self._passages = 0
        self._bytes_total = 0
        self._isolated = Isolated()

    def run(self, paths: Sequence[Path], *, prune: bool, without: Path) -> IndexReport:
        """Index files and folders; a file or record that fails never stops the others.

        The folder ``without`` is passed over, wherever it lies.
        """
        started = time.monotonic()
        files: list[tuple[Path, int]] = []
        skipped: Counter[str] = Counter()
        for found in find_files(paths, without=without):
            if isinstance(found, Failure):
                self._fail(Path(found.path), found.reason, 0)
            elif isinstance(found, Skipped):
                skipped[found.kind] += 1
            else:
                files.append((found, _size(found)))
        self._bytes_total = sum(size for _, size in files)
        read = removed = done = 0
        with self._isolated:
            for path, size in files:
                was_read, gone = self._file(path, done, size)
                read += was_read
                removed += gone
                done += size
        if prune:
            removed += self._prune(paths)
        return IndexReport(
            files_read=read,
            added=self._counts["added"],
            updated=self._counts["updated"],
            unchanged=self._counts["unchanged"],
            duplicate=self._counts["duplicate"],
            removed=removed,
            failed=tuple(self._failures),
            skipped=dict(skipped.most_common()),
            notes=tuple(self._notes.values()),
            elapsed_s=time.monotonic() - started,
        )

    def _file(self, path: Path, done: int, size: int) -> tuple[bool, int]:
        try:
            data = path.read_bytes()
        except OSError as error:
            self._fail(path, f"can't be read ({error.strerror}): check its permissions", done)
            return False, 0
        digest = f"{INGEST}-{hashlib.sha256(data).hexdigest()}"
        known = self._store.file_is_known(path_text(path), digest)
        if known is not None:
            self._count("unchanged", Place(path, "", done + size), known)
            return True, 0
        failures = len(self._failures)
        records: set[str] = set()
        for record, place in self._records(path, data, done, size):
            if record.draft is None:
                self._fail(path, record.failure or "can't be read", place.bytes_done, record.key)
                continue
            self._record(record.draft, record.key, place, records)
        if len(self._failures) > failures:
            return bool(records), 0
        return True, self._store.file_done(path_text(path), digest, list(records))

    def _records(
        self, path: Path, data: bytes, done: int, size: int
    ) -> Iterator[tuple[Record, Place]]:
        try:
            for record in self._isolated.read_file(path, data, max_chars=self._max_chars):
                yield record, Place(path, record.key, done + int(size * record.consumed))
        except IngestError as error:
            self._fail(path, str(error), done + size)
        except Exception as error:
            self._fail(path, _surprise(path, error), done + size)

    def _record(self, draft: Draft, key: str, place: Place, records: set[str]) -> None:
        try:
            digest = hashlib.sha256(draft.text.encode()).hexdigest()
            record = (draft.id or digest) if key else ""
            if draft.id and record in records:
                raise IngestError(f"the id {draft.id!r} stands twice in this file")
            here = Place(place.path, record, place.bytes_done)
            outcome = "duplicate" if record in records else self._article(draft, digest, here)
        except (LibraryError, ModelError, Stopped):
            raise
        except IngestError as error:
            self._fail(place.path, str(error), place.bytes_done, key)
            return
        except Exception as error:
            self._fail(place.path, _surprise(place.path, error), place.bytes_done, key)
            return
        records.add(record)
        for note in draft.notes:
            self._note(place.path, note, key)
        self._count(outcome, place)

    def _article(self, draft: Draft, digest: str, place: Place) -> Outcome:
        before = self._store.source(path_text(place.path), place.record)
        grown = 0 if before and before[1] == digest else len(draft.text)
        with self._storing(int(before is None), grown):
            return self._stored(draft, digest, place, before)

    def _stored(
        self, draft: Draft, digest: str, place: Place, before: tuple[int, str, Source] | None
    ) -> Outcome:
        told = describe(draft, place.path)
        source = _source(draft, told, digest, place)
        if before and before[1] == digest and before[2] == source:
            return "unchanged"
        same = self._store.key_of(digest)
        known = {*self._store.paths_with(source.id), *(self._store.paths_of(same) if same else ())}
        vanished = [path for path in known if is_gone(path)]
        if before and same == before[0]:
            embedded = self._embed(draft, told, source.id)
            self._store.describe(self._build, same, embedded, source, told.boilerplate, vanished)
            return "updated"
        if same is not None and self._store.link(source, same, vanished):
            return "duplicate"
        self._store.add(
            draft.text,
            digest,
            source,
            told.boilerplate,
            sketch(draft.text),
            self._build,
            self._embed(draft, told, source.id),
            vanished,
        )
        return "updated" if before else "added"

    def _embed(self, draft: Draft, told: Description, id: str) -> list[EmbeddedPassage]:
        passages = cut_passages(
            id, draft.text, told.boilerplate, self._encoder, self._recipe, told.language
        )
        if not passages:
            raise IngestError("holds no sentence that could be quoted")
        self._passages += len(passages)
        head = heading(told.title, told.publisher, told.published)
        return embed_passages(passages, draft.text, head, self._encoder, told.language)

    def _prune(self, paths: Sequence[Path]) -> int:
        roots = [path.resolve() for path in paths]
        removed = 0
        for known in self._store.known_paths():
            inside = not roots or any(Path(known).is_relative_to(root) for root in roots)
            if inside and is_gone(known):
                removed += self._store.forget_path(known)
        return removed

    def _count(self, outcome: Outcome, place: Place, times: int = 1) -> None:
        self._counts[outcome] += times
        if self._on_progress:
            done = sum(self._counts.values())
            self._on_progress(
                Progress(
                    place.path, outcome, done, self._passages, place.bytes_done, self._bytes_total
                )
            )

    def _fail(self, path: Path, reason: str, done: int, record: str = "") -> None:
        self._failures.append(Failure(_where(path, record), reason))
        self._count("failed", Place(path, record, done))

    def _note(self, path: Path, note: str, record: str) -> None:
        """Keep a file's first note, and count the others: a thousand records repeat one."""
        first = self._notes.get(path)
        self._notes[path] = (
            replace(first, more=first.more + 1) if first else Note(_where(path, record), note)
        )


def _where(path: Path, record: str) -> str:
    return path_text(path) + (f", record {record}" if record else "")


def _source(draft: Draft, told: Description, digest: str, place: Place) -> Source:
    return Source(
        path_text(place.path),
        place.record,
        draft.id or digest[:16],
        told.title,
        told.publisher,
        told.published,
        told.language,
        draft.url,
    )


def path_text(path: Path) -> str:
    """Give a path as text that a database takes; bytes that aren't UTF-8 become \\xe9."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_gone(known: str) -> bool:
    """Tell whether there surely is no file any more at a path from the database."""
    path = Path(known)
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "\\x" not in known or not _stands_in(path.parent, known)
    except OSError:
        return False
    return False


def _stands_in(folder: Path, known: str) -> bool:
    return folder.is_dir() and any(path_text(path) == known for path in folder.iterdir())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _surprise(path: Path, error: Exception) -> str:
    logger.debug("indexing %s", path, exc_info=True)
    return f"can't be read ({type(error).__name__}: {error}): is the file whole?"
