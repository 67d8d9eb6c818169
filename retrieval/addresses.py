"""From addresses of the web to stored articles: a page, or the entries of a feed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from retrieval.errors import IngestError, Unfetchable
from retrieval.indexing import Indexer, versioned
from retrieval.ingest import Record, is_feed
from retrieval.store import Fetched, Source, Store
from retrieval.types import Draft
from retrieval.web.address import normal, site_of
from retrieval.web.fetching import Page, Validators
from retrieval.web.visiting import Web

SIZE = 1 << 16
"""The bytes that an address counts as in the progress: nobody knows before how many it has."""


class Addresses:
    """Visits addresses, and gives what has changed there to an indexer.

    What was once read from the web is only forgotten when somebody says so: pages vanish, and
    feeds tell of their newest entries alone.
    """

    def __init__(self, indexer: Indexer, store: Store, web: Web, urls: Sequence[str]) -> None:
        self._indexer = indexer
        self._store = store
        self._web = web
        self._urls: dict[str, None] = {}
        for url in urls:
            try:
                self._urls[normal(url)] = None
            except Unfetchable as error:
                indexer.fail(url, error.reason)
        indexer.expect(SIZE * len(self._urls))

    def visit(self) -> None:
        """Read each address once; one that fails is named and never stops the others."""
        for url in self._urls:
            try:
                self._visit(url)
            except IngestError as error:
                self._indexer.fail(url, self._why(url, error))
            self._indexer.advance(SIZE)

    def _visit(self, url: str) -> None:
        known = self._store.fetched(url, versioned(""))
        page = self._web.get(url, Validators(known.etag, known.modified) if known else Validators())
        digest = hashlib.sha256(page.data).hexdigest() if page else ""
        if known and (page is None or self._indexer.is_known(url, digest)):
            self._indexer.page_was_read()
            self._indexer.unchanged(url, known.articles)
            return
        assert page is not None, "nothing is known of it, so nothing can be unchanged"
        records = self._indexer.read_bytes(page.name, page.data)
        self._indexer.page_was_read()
        if self._all_stored(url, page, records):
            state = page.validators
            self._indexer.done(url, digest)
            self._store.keep_fetched(url, Fetched(state.etag, state.modified, len(records)))

    def _all_stored(self, url: str, page: Page, records: Sequence[Record]) -> bool:
        """Store the articles of a page; False if some are to be tried again."""
        if is_feed(Path(page.name)):
            return _Feed(self._indexer, self._store, self._web, url, page.url).read(records)
        if any(record.key for record in records):
            return self._indexer.several(url, records)
        return all(self._indexer.article(url, self._told(url, page, one.draft)) for one in records)

    def _told(self, url: str, page: Page, draft: Draft | None) -> Draft:
        """An article as its page tells it, or else as a feed told it before."""
        assert draft is not None, "what is one article alone and fails is an error"
        place = self._store.source(url, "")
        before = place[2] if place else Source(url, "", "", "", None, None, None, None)
        return replace(
            draft,
            url=page.url,
            publisher=draft.publisher or before.publisher or site_of(page.url),
            published=draft.published or before.published,
        )

    def _why(self, url: str, error: IngestError) -> str:
        if not isinstance(error, Unfetchable):
            return str(error)
        if error.gone and self._store.source(url, ""):
            return f"{error.reason}; the article stays (`quoth remove ID` forgets it)"
        return error.reason


class _Feed:
    """One reading of a feed: follows its entries to their pages, to so many at most."""

    def __init__(self, indexer: Indexer, store: Store, web: Web, url: str, read_at: str) -> None:
        self._indexer = indexer
        self._store = store
        self._web = web
        self._url = url
        self._read_at = read_at
        self._followed = 0

    def read(self, records: Sequence[Record]) -> bool:
        """Store the entries; False if some are to be tried again."""
        done = [self._entry(record) for record in records]
        most = self._web.config.max_pages
        if waiting := done.count(None):
            self._indexer.note(
                self._url, f"has {waiting:,} more entries, read the next time ({most:,} at a time)"
            )
        return all(done)

    def _entry(self, record: Record) -> bool | None:
        """Store an entry; False if it is to be tried again, None if it waits for its turn."""
        told = record.draft
        link = self._link(told)
        if told is None or (record.failure and not link):
            self._indexer.fail(self._url, record.failure or "can't be read", record.key)
            return True
        name = told.title or told.text
        place = link or f"{self._url}#{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        state = versioned(hashlib.sha256(repr(replace(told, notes=())).encode()).hexdigest())
        if self._store.entry_is_known(place, state):
            self._indexer.unchanged(place, 1)
            return True
        told = replace(told, url=place, publisher=told.publisher or site_of(self._read_at))
        lasting = True
        # A feed may tell anything of others' pages: what those say is read from themselves.
        own = link is None or site_of(link) == site_of(self._read_at)
        if link and (record.failure or told.teaser or not own):
            if self._followed == self._web.config.max_pages:
                return None
            self._followed += 1
            try:
                told = _together(self._page(link), told, own=own)
            except IngestError as error:
                lasting = not isinstance(error, Unfetchable) or error.lasting
                reason = error.reason if isinstance(error, Unfetchable) else str(error)
                if record.failure or not own:
                    self._indexer.fail(link, reason)
                    return self._keep(place, state, lasting)
                note = f"only what the feed tells of it is kept, as its page {reason}"
                told = replace(told, notes=(*told.notes, note))
        self._indexer.article(place, told)
        return self._keep(place, state, lasting)

    def _keep(self, place: str, state: str, lasting: bool) -> bool:
        if lasting:
            self._store.keep_entry(place, state)
        return lasting

    def _link(self, told: Draft | None) -> str | None:
        try:
            return normal(told.url, self._read_at) if told and told.url else None
        except Unfetchable:
            return None

    def _page(self, link: str) -> Draft:
        """The article at an address. Raises IngestError."""
        page = self._web.get(link, Validators())
        assert page is not None, "nothing is known of it, so nothing can be unchanged"
        records = self._indexer.read_bytes(page.name, page.data)
        draft = records[0].draft if len(records) == 1 and not records[0].key else None
        if draft is None:
            raise IngestError("is no article but a list")
        return replace(draft, url=page.url)


def _together(page: Draft, told: Draft, *, own: bool) -> Draft:
    """The article of a page, completed by what its feed tells."""
    return replace(
        page,
        text=told.text if own and len(told.text) > len(page.text) else page.text,
        title=page.title or told.title,
        publisher=page.publisher or told.publisher,
        published=page.published or told.published,
        language=page.language or told.language,
    )
