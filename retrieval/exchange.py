"""Articles out of one library and into another, with all that is known of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from retrieval.encoder import Encoder
from retrieval.errors import IngestError
from retrieval.store import Backend, Recipe, Source, Store, to_date, unpack
from retrieval.store.proof import is_text, prove_place, prove_text
from retrieval.storing import Incoming, Keeper
from retrieval.types import COLLECTION, SHARED, Entry, Failure, IndexReport, Outcome

_RUNS = re.compile(r"(?:javascript|vbscript|data|blob|file)\s*:", re.I)

_ENTRIES = (
    "SELECT s.collection, s.path, s.record, s.id, s.title, s.publisher, s.published, s.language, "
    "s.url, a.furniture, a.sha256, a.text, {} FROM sources s JOIN articles a ON a.key = s.article "
    "{} ORDER BY s.collection, s.path, s.record"
)


def entries(database: Backend, collection: str | None) -> Iterator[Entry]:
    """Give the articles of a collection, or of all, by their places: one state of the library.

    Raises LibraryDamaged where one isn't as it was stored.
    """
    seal = "s.seal" if database.sealed() else "NULL"
    where, values = ("WHERE s.collection = ?", (collection,)) if collection else ("", ())
    for row in database.stream(_ENTRIES.format(seal, where), values):
        *place, furniture, digest, text, sealed = row
        prove_place(place, digest, sealed)
        prove_text(place[3], text, digest)
        yield _entry(place, furniture, digest, text)


def _entry(place: Sequence[Any], furniture: bytes, digest: str, text: str) -> Entry:
    collection, path, record, id, title, publisher, published, language, url = place
    return Entry(
        id,
        title,
        publisher,
        to_date(published),
        language,
        url,
        path,
        record,
        collection,
        unpack(furniture),
        digest,
        text,
    )


class Importer:
    """One run over articles that another library exported; what fails never stops the rest."""

    def __init__(self, database: Backend, encoder: Encoder, build: int, recipe: Recipe) -> None:
        self._database = database
        self._made_with = (encoder, build, recipe)
        self._keepers: dict[str, tuple[Store, Keeper]] = {}
        self._counts: Counter[Outcome] = Counter()
        self._failures: list[Failure] = []

    def add(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Outcome]]:
        """Store articles at their places, each in its collection; tell of each as it is done."""
        for entry in entries:
            try:
                outcome = self._added(entry)
            except IngestError as error:
                where = f"{entry.path}, record {entry.record}" if entry.record else entry.path
                self._failures.append(Failure(where, str(error)))
                outcome = "failed"
            self._counts[outcome] += 1
            yield entry, outcome

    @property
    def passages(self) -> int:
        """How many passages were made."""
        return sum(keeper.passages for _, keeper in self._keepers.values())

    def report(self) -> IndexReport:
        """Tell what the run did so far."""
        return IndexReport(
            added=self._counts["added"],
            updated=self._counts["updated"],
            unchanged=self._counts["unchanged"],
            duplicate=self._counts["duplicate"],
            failed=tuple(self._failures),
        )

    def _added(self, entry: Entry) -> Outcome:
        if not is_text(entry.text, entry.sha256):
            raise IngestError("its text isn't the one that was exported (the SHA-256 differs)")
        _require_plain(entry)
        store, keeper = self._keeper(entry.collection)
        source = Source(
            entry.path,
            entry.record,
            entry.id,
            entry.title,
            entry.publisher,
            entry.published,
            entry.language,
            entry.url,
        )
        before = store.source(entry.path, entry.record)
        article = Incoming(entry.text, entry.sha256, source, entry.boilerplate)
        return keeper.keep(article, before, from_disk=False)

    def _keeper(self, collection: str) -> tuple[Store, Keeper]:
        if collection not in self._keepers:
            store = Store(self._database, (collection, SHARED))
            self._keepers[collection] = (store, Keeper(store, *self._made_with))
        return self._keepers[collection]


def _require_plain(entry: Entry) -> None:
    """Raise IngestError for an address that a program would run or open on this machine, and for
    what is no name of a collection.
    """
    if entry.url is not None and _RUNS.match(entry.url.strip()):
        raise IngestError(f"its address {entry.url!r} is none of the web (http:// or https://)")
    if not COLLECTION.fullmatch(entry.collection):
        raise IngestError(
            f"{entry.collection!r} is no name of a collection: none has / or \\, or is but dots"
        )
