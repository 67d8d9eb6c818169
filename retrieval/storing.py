"""One article into the store: what is new of it is cut, embedded and kept, in one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.builds import current_build
from retrieval.encoder import Encoder, Pool
from retrieval.errors import IngestError, LibraryMismatch
from retrieval.passages import begin_embedding, cut_passages
from retrieval.store import EmbeddedPassage, Recipe, Source, Store
from retrieval.text import heading, sketch
from retrieval.types import Offsets, Outcome, Passage
from retrieval.web.address import is_address

Stored = tuple[int, str, Source]
"""What stands at a place: the article's key, its text's SHA-256, and what the place says of it."""

_Embedding = tuple[list[Passage], Callable[[], list[EmbeddedPassage]]]
"""The passages of an article, and what waits for their vectors."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article that was read: its text, the SHA-256 of that, where it stands and what is known
    of it, and the parts that are never quoted.
    """

    text: str
    digest: str
    source: Source
    boilerplate: Sequence[Offsets]


class Keeper:
    """Stores articles with the passages of one build; ``passages`` counts those it made.

    A ``pool`` embeds them in the encoder's place.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        build: int,
        recipe: Recipe,
        pool: Pool | None = None,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._build = build
        self._recipe = recipe
        self._pool = pool
        self._begun: dict[tuple[str, Source], _Embedding] = {}
        self.passages = 0

    def begin(self, article: Incoming) -> None:
        """Have an article embedded by the pool until it is kept, unless its text is stored."""
        key = (article.digest, article.source)
        if key not in self._begun and self._store.key_of(article.digest) is None:
            self._begun[key] = self._embedding(article)

    def keep(self, article: Incoming, before: Stored | None, *, from_disk: bool = True) -> Outcome:
        """Store an article at its place, where ``before`` stood; tell what became of it.

        One ``from_disk`` takes over what stood at paths that are gone from there, and needs a
        sentence that could be quoted. Raises IngestError where it has none, or where its id
        stands for another text.
        """
        made = self.passages
        try:
            return self._keep(article, before, from_disk)
        except LibraryMismatch:
            build = current_build(self._store, self._recipe)
            if build == self._build:
                raise
            self._build, self.passages = build, made  # another process has rebuilt the index
            return self._keep(article, before, from_disk)
        finally:
            self._begun.pop((article.digest, article.source), None)

    def _keep(self, article: Incoming, before: Stored | None, from_disk: bool) -> Outcome:
        digest, source = article.digest, article.source
        if before and before[1] == digest and before[2] == source:
            return "unchanged"
        same = self._store.key_of(digest)
        vanished = self._vanished(source.id, same) if from_disk else ()
        if before and same == before[0]:
            embedded = self._embed(article, from_disk)
            self._store.describe(self._build, same, embedded, source, article.boilerplate, vanished)
            return "updated"
        if same is not None and self._store.link(source, same, vanished):
            return "duplicate"
        self._store.add(
            article.text,
            digest,
            source,
            article.boilerplate,
            sketch(article.text),
            self._build,
            self._embed(article, from_disk),
            vanished,
        )
        return "updated" if before else "added"

    def _vanished(self, id: str, same: int | None) -> list[str]:
        known = {*self._store.paths_with(id), *(self._store.paths_of(same) if same else ())}
        return [path for path in known if is_gone(path)]

    def _embed(self, article: Incoming, needed: bool) -> list[EmbeddedPassage]:
        begun = self._begun.get((article.digest, article.source))
        passages, embedded = begun or self._embedding(article)
        if not passages:
            if needed:
                raise IngestError("holds no sentence that could be quoted")
            return []
        self.passages += len(passages)
        return embedded()

    def _embedding(self, article: Incoming) -> _Embedding:
        source, text = article.source, article.text
        passages = cut_passages(
            source.id, text, article.boilerplate, self._encoder, self._recipe, source.language
        )
        head = heading(source.title, source.publisher, source.published)
        return passages, begin_embedding(
            passages, text, head, self._encoder, source.language, pool=self._pool
        )


def path_text(path: Path) -> str:
    """Give a path as text that a database takes; bytes that aren't UTF-8 become \\xe9."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_gone(known: str) -> bool:
    """Tell whether there surely is no file any more at a path from the database.

    An address of the web never was one.
    """
    if is_address(known):
        return False
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
