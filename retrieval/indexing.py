"""From files to stored, embedded passages: one article, one transaction."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.encoder import Encoder
from retrieval.errors import IngestError, LibraryError, ModelError
from retrieval.ingest import Description, Record, describe, find_files, read_file
from retrieval.store import EmbeddedPassage, Recipe, Source, Store, heading
from retrieval.text import sketch, split_long, split_passages, split_sentences
from retrieval.types import (
    Article,
    Draft,
    Failure,
    IndexReport,
    Offsets,
    Outcome,
    Passage,
    Progress,
)

SPLITTER = 2
"""Grows whenever sentences, passages or search terms are made in another way."""

HEADING_TOKENS = 48
"""Word pieces that title, publisher and date may take in front of a passage."""

SPECIAL_TOKENS = 2
YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)")

logger = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its file, its key in the file, how far the file is read."""

    path: Path
    record: str
    bytes_done: int


def cut_passages(
    article_id: str, text: str, furniture: Sequence[Offsets], encoder: Encoder, recipe: Recipe
) -> list[Passage]:
    """Cut an article into passages of whole sentences within the recipe's word pieces.

    A sentence that alone is longer is cut at words. Furniture lies in no passage.
    """
    limit = min(recipe.passage_tokens, encoder.max_tokens - SPECIAL_TOKENS - HEADING_TOKENS)
    whole = split_sentences(text, furniture)
    sentences: list[Offsets] = []
    lengths: list[int] = []
    for (start, end), ends in zip(
        whole, encoder.token_ends([text[start:end] for start, end in whole]), strict=True
    ):
        if len(ends) <= limit:
            sentences.append((start, end))
            lengths.append(len(ends))
            continue
        pieces = split_long(text, (start, end), [start + last for last in ends], limit)
        sentences += pieces
        lengths += [len(piece) for piece in _tokens(encoder, text, pieces)]
    runs = split_passages(
        sentences,
        lengths,
        max_tokens=limit,
        overlap=recipe.overlap,
        breaks=_breaks(sentences, furniture),
    )
    return [
        Passage(article_id, sentences[first][0], sentences[last - 1][1], ordinal, held)
        for ordinal, (first, last) in enumerate(runs)
        if (held := tuple(sentences[first:last]))
    ]


def embed_passages(
    passages: Sequence[Passage], text: str, head: str, encoder: Encoder
) -> list[EmbeddedPassage]:
    """Embed passages with their article's heading in front."""
    ends = encoder.token_ends([head])[0]
    short = head if len(ends) <= HEADING_TOKENS else head[: ends[HEADING_TOKENS - 1]]
    bodies = [text[passage.start : passage.end] for passage in passages]
    vectors = encoder.encode([f"{short}\n{body}" for body in bodies])
    return [
        EmbeddedPassage(passage, vector, tuple({int(year) for year in YEAR.findall(body)}))
        for passage, vector, body in zip(passages, vectors, bodies, strict=True)
    ]


def rebuild_passages(
    store: Store,
    build: int,
    recipe: Recipe,
    encoder: Encoder,
    on_progress: OnProgress | None = None,
) -> None:
    """Cut and embed every stored article for a build; what is done already stays done.

    Its progress counts characters of stored text in place of bytes.
    """
    articles = passages = chars = 0
    while missing := store.unbuilt(build):
        total = chars + store.chars(missing)
        for key in missing:
            copies = store.article(key)
            if not copies:
                continue
            article = copies[0]
            cut = cut_passages(article.id, article.text, store.furniture(key), encoder, recipe)
            head = heading(article.title, article.publisher, article.published)
            embedded = embed_passages(cut, article.text, head, encoder)
            store.replace_passages(build, key, embedded, None)
            articles, passages = articles + 1, passages + len(cut)
            chars += len(article.text)
            if on_progress:
                path = Path(article.path or "")
                on_progress(Progress(path, "updated", articles, passages, chars, total))


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
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._build = build
        self._recipe = recipe
        self._max_chars = max_article_chars
        self._on_progress = on_progress
        self._counts: Counter[Outcome] = Counter()
        self._failures: list[Failure] = []
        self._passages = 0
        self._bytes_total = 0

    def run(self, paths: Sequence[Path], *, prune: bool, without: Path) -> IndexReport:
        """Index files and folders; a file or record that fails never stops the others.

        The folder ``without`` is passed over, wherever it lies.
        """
        started = time.monotonic()
        files: list[tuple[Path, int]] = []
        for found in find_files(paths, without=without):
            if isinstance(found, Failure):
                self._fail(Path(found.path), found.reason, 0)
            else:
                files.append((found, _size(found)))
        self._bytes_total = sum(size for _, size in files)
        read = removed = done = 0
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
            elapsed_s=time.monotonic() - started,
        )

    def _file(self, path: Path, done: int, size: int) -> tuple[bool, int]:
        try:
            data = path.read_bytes()
        except OSError as error:
            self._fail(path, f"can't be read ({error.strerror}): check its permissions", done)
            return False, 0
        digest = hashlib.sha256(data).hexdigest()
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
        # Reading runs third-party parsers over foreign bytes: whatever they raise is
        # this file's failure, never the run's.
        try:
            for record in read_file(path, data, max_chars=self._max_chars):
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
        except (LibraryError, ModelError):
            raise
        except IngestError as error:
            self._fail(place.path, str(error), place.bytes_done, key)
            return
        except Exception as error:
            self._fail(place.path, _surprise(place.path, error), place.bytes_done, key)
            return
        records.add(record)
        self._count(outcome, place)

    def _article(self, draft: Draft, digest: str, place: Place) -> Outcome:
        told = describe(draft, place.path)
        source = _source(draft, told, place)
        before = self._store.source(source.path, source.record)
        if before and before[1] == digest and before[2] == source:
            return "unchanged"
        same = self._store.key_of(sha256=digest)
        if before and same == before[0]:
            self._store.replace_passages(
                self._build, same, self._embed(draft, told, digest[:16]), source
            )
            return "updated"
        if same is not None:
            self._store.link(source, same)
            return "duplicate"
        article = _article(draft, source, digest)
        self._refuse_taken_id(draft, place)
        embedded = self._embed(draft, told, article.id)
        self._store.add(article, source, told.furniture, sketch(draft.text), self._build, embedded)
        return "updated" if before else "added"

    def _embed(self, draft: Draft, told: Description, id: str) -> list[EmbeddedPassage]:
        passages = cut_passages(id, draft.text, told.furniture, self._encoder, self._recipe)
        if not passages:
            raise IngestError("holds no sentence that could be quoted")
        self._passages += len(passages)
        return embed_passages(
            passages, draft.text, heading(told.title, told.publisher, told.published), self._encoder
        )

    def _refuse_taken_id(self, draft: Draft, place: Place) -> None:
        holder = self._store.key_of(id=draft.id) if draft.id else None
        for path in self._store.paths_of(holder) if holder else ():
            if not Path(path).exists():
                self._store.forget_path(path)
            elif path != path_text(place.path):
                raise IngestError(
                    f"the id {draft.id!r} belongs to another text, in {path}: "
                    "give each article its own id"
                )

    def _prune(self, paths: Sequence[Path]) -> int:
        roots = [path.resolve() for path in paths]
        removed = 0
        for known in self._store.known_paths():
            path = Path(known)
            inside = not roots or any(path.is_relative_to(root) for root in roots)
            if inside and not path.exists():
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
        where = path_text(path) + (f", record {record}" if record else "")
        self._failures.append(Failure(where, reason))
        self._count("failed", Place(path, record, done))


def _tokens(encoder: Encoder, text: str, spans: Sequence[Offsets]) -> list[list[int]]:
    return encoder.token_ends([text[start:end] for start, end in spans])


def _breaks(sentences: Sequence[Offsets], furniture: Sequence[Offsets]) -> list[int]:
    """Give the indexes of the sentences that furniture parts from the one before."""
    breaks, position = [], 0
    for index, (start, _) in enumerate(sentences):
        passed = position
        while position < len(furniture) and furniture[position][0] < start:
            position += 1
        if index and position > passed:
            breaks.append(index)
    return breaks


def _source(draft: Draft, told: Description, place: Place) -> Source:
    return Source(
        path_text(place.path),
        place.record,
        told.title,
        told.publisher,
        told.published,
        told.language,
        draft.url,
    )


def _article(draft: Draft, source: Source, digest: str) -> Article:
    return Article(
        draft.id or digest[:16],
        draft.text,
        source.title,
        source.publisher,
        source.published,
        source.language,
        source.url,
        source.path,
        digest,
    )


def path_text(path: Path) -> str:
    """Give a path as text that a database takes, also where its name isn't UTF-8."""
    return str(path).encode("utf-8", "replace").decode()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _surprise(path: Path, error: Exception) -> str:
    logger.debug("indexing %s", path, exc_info=True)
    return f"can't be read ({type(error).__name__}: {error}): is the file whole?"
