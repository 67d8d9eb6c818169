"""Whatever is done to a store, SQLite and PostgreSQL come to hold and to tell the same."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from retrieval.errors import IngestError
from retrieval.store import Store, open_database
from retrieval.types import Filters, Scope
from tests.postgres import Postgres
from tests.retrieval.store.test_store import RECIPE, at, cut, digest

COLLECTIONS = ("shared", "c1")
TEXTS = ("one", "two", "three", "four")
PATHS = st.sampled_from(("a.txt", "b/a.txt", "Ç.txt"))
SOURCES = st.builds(
    at,
    PATHS,
    record=st.sampled_from(("", "1")),
    id=st.sampled_from(("x", "y", "z")),
    title=st.sampled_from(("A", "b", "Ü")),
    publisher=st.sampled_from((None, "Wire", "")),
    published=st.sampled_from((None, date(2024, 1, 1), date(2024, 5, 1))),
    language=st.sampled_from((None, "en", "tr")),
)
FILTERS = (
    Filters(since=date(2024, 2, 1)),
    Filters(until=date(2024, 2, 1), undated=True),
    Filters(publisher="the wire"),
    Filters(path="*a.txt"),
)


class Alike(RuleBasedStateMachine):
    """The same done to both, and all that each tells compared, by texts in place of keys."""

    url: str

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.databases = [
            open_database(Path(self.folder.name) / "quoth.db", url) for url in (None, self.url)
        ]
        for each in self.databases:
            each.create()
        self.stores = [
            {name: Store(each, (name, "shared")) for name in COLLECTIONS} for each in self.databases
        ]
        self.recipe = RECIPE
        for stores in self.stores:
            stores["shared"].begin_first_build(RECIPE)
        self.revisions = [stores["shared"].revision() for stores in self.stores]

    def teardown(self) -> None:
        with self.folder, ExitStack() as opened:
            for each in self.databases:
                opened.enter_context(closing(each))
            self.they_tell_the_same()
            assert [each.problems() for each in self.databases] == [[], []]

    def both(self, name: str, do: Any) -> None:
        """Do the same to both; what it gives, or says, is the same."""
        given = []
        for stores in self.stores:
            try:
                given.append(do(stores[name]))
            except IngestError as error:
                given.append(str(error))
        assert given[0] == given[1]

    @rule(
        name=st.sampled_from(COLLECTIONS),
        text=st.sampled_from(TEXTS),
        source=SOURCES,
        years=st.sets(st.sampled_from((2022, 2023))),
        vanished=st.lists(PATHS, max_size=1),
    )
    def keep(self, name: str, text: str, source: Any, years: set[int], vanished: Any) -> None:
        def keep(store: Store) -> str:
            key, build = store.key_of(digest(text)), store.build()
            assert build is not None
            passages = cut(text, *sorted(years))
            before = store.source(source.path, source.record)
            if key is None:
                sketch = [len(text), 7]
                store.add(
                    *(text, digest(text), source, [(0, 1)], sketch, build[0], passages, vanished)
                )
                return "added"
            if before and before[0] == key:
                store.describe(build[0], key, passages, source, [], vanished)
                return "described"
            return str(store.link(source, key, vanished))

        self.both(name, keep)

    @rule(name=st.sampled_from(COLLECTIONS), path=PATHS)
    def forget(self, name: str, path: str) -> None:
        self.both(name, lambda store: store.forget_path(path))

    @rule(name=st.sampled_from(COLLECTIONS), ids=st.sets(st.sampled_from("xyz")))
    def remove(self, name: str, ids: set[str]) -> None:
        self.both(name, lambda store: store.remove(sorted(ids)))

    @rule(name=st.sampled_from(COLLECTIONS), path=PATHS, records=st.sampled_from((None, ["1"])))
    def file_done(self, name: str, path: str, records: list[str] | None) -> None:
        self.both(name, lambda store: store.file_done(path, "sum", records))

    @rule()
    def rebuild(self) -> None:
        self.recipe = replace(self.recipe, overlap=self.recipe.overlap + 1)

        def rebuild(store: Store) -> bool:
            build = store.begin_build(self.recipe)
            for key in store.unbuilt(build):
                article = store.stored(key)
                assert article is not None
                store.add_passages(build, key, cut(article.text))
            return store.finish_build(build)

        self.both("shared", rebuild)

    @rule()
    def they_tell_the_same(self) -> None:
        told = [self.told(stores["c1"]) for stores in self.stores]
        assert told[0] == told[1]

    @invariant()
    def they_tell_the_same_changes(self) -> None:
        changes = []
        for number, stores in enumerate(self.stores):
            store = stores["shared"]
            build = store.build()
            assert build is not None
            came, went = store.changes(build[0], self.revisions[number])
            assert set(came.tolist()) <= set(store.passage_ids(build[0]).tolist())
            changes.append((self.texts_of(store, came), len(went)))
            self.revisions[number] = store.revision()
        assert changes[0] == changes[1]

    def told(self, store: Store) -> list[object]:
        build = store.build()
        assert build is not None
        texts = {key: article.text for key in store.lengths() if (article := store.stored(key))}
        scopes = [Scope(COLLECTIONS, each, (2022,)) for each in FILTERS]
        return [
            *(store.articles(), store.known_paths(), store.counts(build[0]), store.generation()),
            *(store.languages(), store.publishers(), store.size(), store.titles("u", 9, False)),
            [store.article(key, each) for key in sorted(texts) for each in FILTERS],
            [store.undated(each) for each in FILTERS],
            [self.articles_of(store, store.newest(build[0], each, 2)) for each in FILTERS],
            [self.texts_of(store, store.allowed_ids(build[0], each)) for each in scopes],
            sorted((texts[key], [texts[n] for n in store.near_duplicates(key)]) for key in texts),
            sorted((key, store.file_is_known(key, "sum")) for key in store.known_paths()),
            [
                (each.collection, each.places, each.years)
                for each in store.descriptions(store.passage_ids(build[0]))
            ],
        ]

    def articles_of(self, store: Store, ids: list[int]) -> list[str]:
        found = store.passages(ids)
        return [found[id].passage.article_id for id in ids]

    def texts_of(self, store: Store, ids: Any) -> list[str] | None:
        if ids is None:
            return None
        keys = [found.article_key for found in store.passages(ids.tolist()).values()]
        return sorted(article.text for key in keys if (article := store.stored(key)))


@pytest.mark.slow
def test_both_databases_hold_and_tell_the_same(postgres: Postgres) -> None:
    class Here(Alike):
        @property
        def url(self) -> str:  # type: ignore[override]
            return postgres.url(postgres.emptied())

    run_state_machine_as_test(Here, settings=settings(max_examples=8, stateful_step_count=15))
