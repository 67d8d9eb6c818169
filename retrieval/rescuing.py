"""What is rescued from a damaged database goes into a new one, and lost texts are read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from retrieval.encoder import Encoder
from retrieval.errors import IngestError
from retrieval.indexing import Indexer
from retrieval.passages import begin_embedding, cut_passages
from retrieval.store import Database, Recipe, Store
from retrieval.store.proof import text_digest
from retrieval.store.rows import told_of
from retrieval.store.salvage import Remains, Rescued
from retrieval.storing import is_gone
from retrieval.text import heading, sketch
from retrieval.types import SHARED
from retrieval.web.address import is_address

File = tuple[str, str, str]
"""The collection, path and digest of a file that was stored whole."""


class Rescue:
    """Fills a new database. ``kept`` counts articles, ``encoded`` passages without a vector."""

    def __init__(
        self, database: Database, encoder: Encoder, recipe: Recipe, max_article_chars: int
    ) -> None:
        self._database = database
        self._encoder = encoder
        self._recipe = recipe
        self._max_chars = max_article_chars
        self._build = self._store(SHARED).begin_first_build(recipe)[0]
        self._paths: dict[str, set[str]] = defaultdict(set)
        self.kept = self.encoded = 0

    def keep(self, found: Rescued) -> None:
        """Store an article with its places; a passage without its vector is encoded again.

        Raises IngestError where its id stands for another text.
        """
        store = self._store(found.collection)
        first, *others = found.sources
        passages = cut_passages(
            first.id, found.text, found.boilerplate, self._encoder, self._recipe, first.language
        )
        vectors = {
            passage: found.vectors[cut]
            for passage in passages
            if (cut := (passage.ordinal, passage.start, passage.end, passage.sentences))
            in found.vectors
        }
        head = heading(first.title, first.publisher, first.published)
        embedded = begin_embedding(
            passages, found.text, head, self._encoder, first.language, vectors
        )()
        digest, marks = found.sha256, sketch(found.text)
        store.add(found.text, digest, first, found.boilerplate, marks, self._build, embedded)
        for other in others:
            store.link(other, store.key_of(digest) or 0)
        self._paths[found.collection].update(source.path for source in found.sources)
        self.kept += 1
        self.encoded += len(passages) - len(vectors)

    def read_again(self, remains: Sequence[Remains], files: Iterable[File]) -> list[Remains]:
        """Read lost articles from their files, where these have the same text; give the others.

        Where it stood may be lost or false, too: then it is looked for in files that nothing was
        kept of, or in all.
        """
        sought: dict[str, list[Remains]] = defaultdict(list)
        for one in remains:
            sought[str(one.told[0])].append(one)
        known = defaultdict[str, set[str]](set)
        for collection, path, _ in files:
            known[collection].add(path)
        lost: list[Remains] = []
        for collection, those in sought.items():
            kept = self._paths[collection] if all(one.told[1] for one in those) else set()
            paths = (known[collection] - kept) | {str(one.told[1]) for one in those}
            found = self._found(self._store(collection), sorted(paths), those)
            lost += [one for one in those if not any(map(one.is_of, found))]
        return lost

    def keep_files(self, files: Iterable[File], lost: Iterable[Remains], *, whole: bool) -> None:
        """Note which files are stored whole: the next run reads all others again."""
        unsure = {one.told[:2] for one in lost}
        for collection, path, digest in files if whole else ():
            if path in self._paths[collection] and (collection, path) not in unsure:
                self._store(collection).file_done(path, digest)

    def move_to(self, generation: int) -> None:
        """Let the database stand at a generation at least: it never goes back."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE manifest SET value = ? WHERE key = 'generation' AND "
                "CAST(value AS INTEGER) < ?",
                (generation, generation),
            )

    def _found(self, store: Store, paths: Sequence[str], sought: Sequence[Remains]) -> set[str]:
        """Store the articles at some paths that have the sought texts; give their hashes."""
        read = set[str]()
        with Indexer(
            store, self._encoder, self._build, self._recipe, max_article_chars=self._max_chars
        ) as indexer:
            for path in paths:
                if not path or is_address(path) or is_gone(path):
                    continue
                try:
                    records = indexer.read_bytes(path, Path(path).read_bytes())
                except (IngestError, OSError, ValueError):
                    continue
                wanted = []
                for record in records:
                    digest = text_digest(record.draft.text) if record.draft else ""
                    if any(one.is_of(digest) for one in sought):
                        wanted.append(record)
                        read.add(digest)
                if wanted and indexer.several(path, wanted):
                    self._paths[store.collections[0]].add(path)
        return {digest for digest in read if store.key_of(digest) is not None}

    def _store(self, collection: str) -> Store:
        return Store(self._database, (collection, SHARED))


def remains_of(found: Rescued, reason: str) -> list[Remains]:
    """Give what is to be told of an article that is proven and still can't be kept."""
    return [
        Remains((found.collection, *told_of(source)), None, found.sha256, found.text, reason)
        for source in found.sources
    ]
