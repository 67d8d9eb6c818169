"""What a store does, over SQLite and over PostgreSQL alike; nothing is embedded."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.errors import IngestError, LibraryDamaged, LibraryError, LibraryMismatch
from retrieval.store import (
    Backend,
    Database,
    EmbeddedPassage,
    Fetched,
    Place,
    Recipe,
    Source,
    Store,
    open_database,
    writing,
)
from retrieval.store.base import Connection
from retrieval.text import fold
from retrieval.types import Filters, Passage, Scope

RECIPE = Recipe("model", "print", 4, 128, 1, 1)
FERRY = "The ferry to Nordøy sails at nine. Captain Ivo Marsh met with Runa Solberg."
BRIDGE = "The bridge at Tarn opens in May 2024."
MARCH, MAY = date(2024, 3, 5), date(2024, 5, 1)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def at(path: str, **said: object) -> Source:
    told: dict[str, object] = {"record": "", "id": path, "title": f"Title of {path}"}
    told |= {"publisher": None, "published": None, "language": "en", "url": None}
    return Source(path, **(told | said))  # type: ignore[arg-type]


def cut(text: str, *years: int) -> list[EmbeddedPassage]:
    """One passage of a whole text, with a vector made from its length."""
    vector = np.array([len(text), 1, 0, 0], np.float32)
    passage = Passage("", 0, len(text), 0, ((0, len(text)),))
    return [EmbeddedPassage(passage, vector / np.linalg.norm(vector), years)]


def add(store: Store, text: str, source: Source, *years: int) -> int:
    """Store a text at a place; give its key."""
    build, _ = store.begin_first_build(RECIPE)
    store.add(text, digest(text), source, [(0, 3)], [len(text)], build, cut(text, *years))
    key = store.key_of(digest(text))
    assert key is not None
    return key


@pytest.fixture
def store(backend: Backend) -> Store:
    return Store(backend, ("shared",))


def test_an_article_comes_back_as_it_was_stored(store: Store) -> None:
    said = {"publisher": "Kıyı Postası", "published": MARCH, "url": "https://example.org/ş"}
    key = add(store, "\tŞükrü 🚢\r\nmet “Elin”.\\n %s ? ' \"\n", at("a?.txt", title="A%s", **said))
    (found,) = store.article(key)
    assert found.text == "\tŞükrü 🚢\r\nmet “Elin”.\\n %s ? ' \"\n"
    assert (found.id, found.title, found.path) == ("a?.txt", "A%s", "a?.txt")
    assert (found.publisher, found.published) == (said["publisher"], MARCH)
    assert (found.url, found.language, found.collection) == (said["url"], "en", "shared")
    assert found.sha256 == digest(found.text)
    assert store.boilerplate(key) == ((0, 3),)
    assert store.size() == (1, len(found.text))
    assert store.chars([key]) == len(found.text)
    assert store.lengths() == {key: ("a?.txt", len(found.text))}
    assert store.source("a?.txt", "")[2] == at("a?.txt", title="A%s", **said)  # type: ignore[index]
    (passage,) = store.passages_of(1, key)
    assert passage.passage.sentences == ((0, len(found.text)),)
    assert list(store.sentences(1)) == [(key, 0, ((0, len(found.text)),))]
    vector = store.vectors(np.array([passage.id]))
    assert vector.shape == (1, 4)
    assert np.array_equal(vector[0], cut(found.text)[0].embedding)
    assert store.check() == []


def in_pieces(text: str, count: int) -> list[EmbeddedPassage]:
    """Passages of a text that tell of one year each, from 2001 on."""
    return [
        replace(
            cut(text, 2001 + number)[0],
            passage=Passage("", number, len(text), number, ((number, len(text)),)),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("values", [writing.VALUES, 20])
def test_each_passage_keeps_its_place_and_its_year(
    store: Store, monkeypatch: pytest.MonkeyPatch, values: int
) -> None:
    monkeypatch.setattr(writing, "VALUES", values)  # 20: two passages a statement
    build, _ = store.begin_first_build(RECIPE)
    hashes = list(range(70, 99))
    store.add(FERRY, digest(FERRY), at("a.txt"), [], hashes, build, in_pieces(FERRY, 15))
    store.add(BRIDGE, digest(BRIDGE), at("b.txt"), [], hashes[1:], build, in_pieces(BRIDGE, 2))
    (key, other) = (store.key_of(digest(text)) for text in (FERRY, BRIDGE))
    assert key
    assert other
    assert store.near_duplicates(key) == [other]
    held = store.passages_of(build, key)
    assert [one.passage.start for one in held] == list(range(15))
    told = {one.id: one.years for one in store.descriptions(store.passage_ids(build))}
    assert [told[one.id] for one in held] == [(2001 + number,) for number in range(15)]
    assert store.counts(build) == (2, 17)
    assert store.check() == []


class Counting:
    """A connection that counts its statements: each is a round trip to a server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.count = 0

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any:
        self.count += 1
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, values: Sequence[Any], /) -> object:
        self.count += len(values)
        return self._connection.executemany(sql, values)


def test_storing_takes_no_more_statements_for_more_passages(
    store: Store, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, _ = store.begin_first_build(RECIPE)
    counted: list[Counting] = []
    begin = backend.writing

    @contextmanager
    def writing() -> Iterator[Counting]:
        with begin() as connection:
            counted.append(Counting(connection))
            yield counted[-1]

    monkeypatch.setattr(backend, "writing", writing)
    for text, pieces, sketch in ((FERRY, 1, range(1, 2)), (BRIDGE, 30, range(100, 200))):
        store.add(text, digest(text), at(text), [], sketch, build, in_pieces(text, pieces))
    assert counted[0].count == counted[1].count < 20
    assert store.counts(build) == (2, 31)


def test_an_article_costs_no_more_beside_many_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(tmp_path / "quoth.db")
    database.create()
    store = Store(database, ("shared",))
    build, _ = store.begin_first_build(RECIPE)
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    begin = database.writing

    @contextmanager
    def writing() -> Iterator[sqlite3.Connection]:
        with begin() as connection:
            connection.set_progress_handler(step, 1)  # each instruction of SQLite's machine
            yield connection
            connection.set_progress_handler(None, 0)

    monkeypatch.setattr(database, "writing", writing)
    cost: dict[int, int] = {}
    for number in range(400):
        before, text = steps, f"Note {number}."
        sketch = range(1000 * number, 1000 * number + 64)
        store.add(text, digest(text), at(text), [], sketch, build, in_pieces(text, 1))
        cost[number] = steps - before
    assert cost[399] < 1.1 * cost[10]


def test_a_place_that_comes_to_hold_another_text_loses_the_old(store: Store) -> None:
    old = add(store, FERRY, at("a.txt"))
    start = store.revision()
    new = add(store, BRIDGE, at("a.txt"))
    assert store.article(old) == []
    assert [one.text for one in store.article(new)] == [BRIDGE]
    came, went = store.changes(1, start)
    assert (len(came), len(went)) == (1, 1)
    assert store.counts(1) == (1, 1)


def test_a_text_stands_in_several_places_and_goes_with_the_last(store: Store) -> None:
    key = add(store, FERRY, at("b.txt", published=MAY))
    middle = store.revision()
    assert store.link(at("a.txt", published=MARCH, publisher="The Wire"), key)
    (id,) = store.passage_ids(1).tolist()
    assert [ids.tolist() for ids in store.changes(1, middle)] == [[id], []]
    assert [one.path for one in store.article(key)] == ["a.txt", "b.txt"]
    assert [one.path for one in store.article(key, Filters(since=MAY))] == ["b.txt", "a.txt"]
    (told,) = store.descriptions(store.passage_ids(1))
    assert told.places == (Place("a.txt", "the wire", MARCH), Place("b.txt", None, MAY))
    assert store.paths_of(key) == store.known_paths() == ["a.txt", "b.txt"]
    before = store.revision()
    assert store.forget_path("a.txt") == 1
    assert [ids.tolist() for ids in store.changes(1, before)] == [[id], []]
    assert store.forget_path("b.txt") == 1
    assert [ids.tolist() for ids in store.changes(1, before)] == [[], [id]]
    assert store.size() == (0, 0)
    assert not store.link(at("c.txt"), key)


def test_a_place_that_leaves_a_text_others_hold_is_a_change_of_it(store: Store) -> None:
    key = add(store, FERRY, at("a.txt"))
    store.link(at("b.txt"), key)
    (id,) = store.passage_ids(1).tolist()
    before = store.revision()
    add(store, BRIDGE, at("b.txt", title="Another"))
    other = store.key_of(digest(BRIDGE))
    store.link(at("a.txt", title="Another"), other or 0)
    assert store.article(key) == []
    came, went = store.changes(1, before)
    assert went.tolist() == [id]
    third = add(store, "A third text.", at("c.txt"))
    store.link(at("d.txt"), third)
    (third_id,) = {one.id for one in store.passages_of(1, third)}
    before = store.revision()
    assert store.link(at("d.txt", id="b.txt"), other or 0)
    came, went = store.changes(1, before)
    assert third_id in came.tolist()
    assert went.tolist() == []


def test_an_id_stands_for_one_text(store: Store) -> None:
    add(store, FERRY, at("a.txt", id="one"))
    generation = store.generation()
    with pytest.raises(IngestError, match=r"'one' belongs to another text, in a\.txt"):
        add(store, BRIDGE, at("b.txt", id="one"))
    assert store.generation() == generation
    assert store.size() == (1, len(FERRY))  # nothing of the other was kept
    store.add(
        BRIDGE, digest(BRIDGE), at("b.txt", id="one"), [], [], 1, cut(BRIDGE), vanished=["a.txt"]
    )
    assert [one.path for one in store.articles()] == ["b.txt"]


def test_removing_is_all_or_nothing(store: Store) -> None:
    add(store, FERRY, at("a.txt"))
    add(store, BRIDGE, at("b.txt"))
    store.file_done("a.txt", "sum")
    assert store.remove(["a.txt", "nobody"]) == ["nobody"]
    assert store.size()[0] == 2
    assert store.file_is_known("a.txt", "sum") == 1
    assert store.remove(["a.txt"]) == []
    assert [one.id for one in store.articles()] == ["b.txt"]
    assert store.file_is_known("a.txt", "sum") is None


def test_a_file_is_known_by_its_content_and_loses_records(store: Store) -> None:
    for record in ("1", "2"):
        add(store, f"{FERRY} {record}", at("a.jsonl", record=record, id=record))
    assert store.file_done("a.jsonl", "one", ["1", "2"]) == 0
    assert store.file_is_known("a.jsonl", "one") == 2
    assert store.file_done("a.jsonl", "two", ["2"]) == 1
    assert store.file_is_known("a.jsonl", "one") is None
    assert store.file_is_known("a.jsonl", "two") == 1
    assert [one.id for one in store.articles()] == ["2"]


def test_what_is_known_of_an_address_is_changed_in_its_place(store: Store) -> None:
    store.keep_fetched("https://a", Fetched("tag", None, 2))
    assert store.fetched("https://a", "v1") is None  # it isn't stored whole
    store.file_done("https://a", "v1 digest")
    assert store.fetched("https://a", "v1") == Fetched("tag", None, 2)
    assert store.fetched("https://a", "v2") is None
    store.keep_fetched("https://a", Fetched(None, "Monday", 3))
    store.keep_entry("https://a", "told")
    assert store.fetched("https://a", "v1") == Fetched(None, "Monday", 3)
    assert store.entry_is_known("https://a", "told")
    assert not store.entry_is_known("https://a", "else")


def test_builds_change_places_when_the_new_one_is_whole(store: Store) -> None:
    key = add(store, FERRY, at("a.txt"))
    other = replace(RECIPE, passage_tokens=64)
    start = store.revision()
    build = store.begin_build(other)
    assert store.begin_build(other) == build
    assert store.build("building") == (build, other)
    assert store.unbuilt(build) == [key]
    assert not store.finish_build(build)
    store.add_passages(build, key, cut(FERRY))
    assert store.finish_build(build)
    assert store.build() == (build, other)
    assert store.counts(build) == (1, 1)
    came, went = store.changes(build, start)
    assert came.tolist() == store.passage_ids(build).tolist()
    assert went.tolist() == []  # what went with its build is no change of the other
    with pytest.raises(LibraryMismatch, match="rebuilt meanwhile"):
        store.add_passages(1, key, cut(FERRY))


def test_an_article_described_anew_loses_other_builds_passages(store: Store) -> None:
    key = add(store, FERRY, at("a.txt"))
    build = store.begin_build(replace(RECIPE, overlap=0))
    store.add_passages(build, key, cut(FERRY))
    store.describe(1, key, cut(FERRY, 2022), at("a.txt", title="New"), [])
    assert store.unbuilt(build) == [key]
    assert [one.title for one in store.article(key)] == ["New"]
    assert store.boilerplate(key) == ()


def test_near_duplicates_are_linked_both_ways_within_a_collection(backend: Backend) -> None:
    store, other = Store(backend, ("shared",)), Store(backend, ("c1", "shared"))
    build, _ = store.begin_first_build(RECIPE)
    sketches = {"one": [-(2**63), 2, 3], "two": [2, 3, 2**63 - 1], "far": [7, 8, 9]}
    for name, sketch in sketches.items():
        store.add(name, digest(name), at(name), [], sketch, build, cut(name))
    other.add("one!", digest("one!"), at("one!"), [], sketches["one"], build, cut("one!"))
    one, two = (store.key_of(digest(name)) or 0 for name in ("one", "two"))
    assert (store.near_duplicates(one), store.near_duplicates(two)) == ([two], [one])
    store.remove(["two"])
    assert store.near_duplicates(one) == []


def test_collections_see_their_own_and_what_is_shared(backend: Backend) -> None:
    shared, mine = Store(backend, ("shared",)), Store(backend, ("c1", "shared"))
    yours = Store(backend, ("c2", "shared"))
    add(shared, FERRY, at("a.txt", id="same", language="tr"))
    key = add(mine, BRIDGE, at("b.txt", id="same", language=None, publisher="B"))
    add(yours, "A third.", at("c.txt", language="de", publisher="C"))
    assert [one.path for one in mine.articles()] == ["a.txt", "b.txt"]
    add(mine, FERRY, at("a.txt", id="mine"))
    assert [one.id for one in mine.articles()] == ["mine", "same", "same"]
    mine.remove(["mine"])
    assert mine.find("same") == key
    assert mine.find("same", "shared") == shared.find("same") != key
    assert (shared.article(key), yours.article(key)) == ([], [])
    assert mine.languages() == (None, "tr")
    assert yours.languages() == ("de", "tr")
    assert (mine.publishers(), shared.publishers()) == (("B",), ())
    assert mine.counts(1) == (2, 2)
    assert mine.size() == (1, len(BRIDGE))
    assert shared.allowed_ids(1, Scope(("shared",))) is not None
    assert shared.allowed_ids(1, Scope(("c1", "c2", "shared"))) is None


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(), "abcd"),
        (Filters(since=MARCH), "ab"),
        (Filters(since=date(2024, 3, 6)), "b"),
        (Filters(until=MARCH), "a"),
        (Filters(until=MARCH, undated=True), "acd"),
        (Filters(publisher="THE WIRE"), "a"),
        (Filters(publisher="kiyi"), "b"),
        (Filters(path="news/"), "ad"),
        (Filters(path="News/"), "b"),
        (Filters(path="a.t?t"), "a"),
        (Filters(path="*s/*[bd].txt"), "bd"),
        (Filters(path="news/*[^a].txt"), "d"),
        (Filters(path="*(c).+t*"), "c"),
        (Filters(path="*.*"), "abcd"),
        (Filters(path="n?"), ""),
    ],
)
def test_filters_let_the_same_through(store: Store, filters: Filters, paths: str) -> None:
    add(store, "a", at("news/a.txt", published=MARCH, publisher="Wire"))
    add(store, "b", at("News/b.txt", published=MAY, publisher="Kıyı"))
    add(store, "c", at("x\n(c).+txt", publisher=""))
    add(store, "d", at("news/d.txt"))
    texts = {store.article(key)[0].text: key for key in store.lengths()}
    found = store.allowed_ids(1, Scope(("shared", "c1"), filters))
    everything = store.passage_ids(1)
    allowed = everything if found is None else found
    keys = {one.article_key for one in store.passages(allowed.tolist()).values()}
    assert "".join(sorted(text for text, key in texts.items() if key in keys)) == paths
    told = {one.sha256 for one in store.articles(filters)}
    assert told == {digest(text) for text in paths}


def test_years_that_a_passage_tells_of_pass_dates(store: Store) -> None:
    add(store, FERRY, at("a.txt", published=MAY), 1999, 2022)
    add(store, BRIDGE, at("b.txt"), 2022)
    (first, second) = store.passage_ids(1).tolist()
    asked = Filters(since=date(2022, 1, 1), until=date(2022, 12, 31))
    found = store.allowed_ids(1, Scope(("shared",), asked, (2022,)))
    assert found is not None
    assert found.tolist() == [first, second]
    assert store.allowed_ids(1, Scope(("shared",), asked)).tolist() == []  # type: ignore[union-attr]
    assert store.undated(asked) == 1
    assert [one.years for one in store.descriptions(store.passage_ids(1))] == [
        (1999, 2022),
        (2022,),
    ]


def test_titles_are_found_however_they_are_written(store: Store) -> None:
    titles = ["Zürich votes", "Çavuşoğlu in IĞDIR", "ÆRØ and Łódź", "Straße nach Köln"]
    for number, title in enumerate(titles):
        add(store, title, at(f"{number}.txt", title=title))
    store.link(at("9.txt", title="Zürich again"), store.key_of(digest(titles[0])) or 0)
    assert store.titles("zuri", 5, True) == [("Zürich votes", "0.txt")]
    assert store.titles("cavusoglu in ıgdır", 5, True) == [(titles[1], "1.txt")]
    assert store.titles("aerø and lodz", 5, True) == [(titles[2], "2.txt")]
    assert store.titles("STRASSE", 5, True) == [(titles[3], "3.txt")]
    assert [title for title, _ in store.titles("c", 2, True)] == ["Çavuşoğlu in IĞDIR", titles[3]]
    assert store.titles("1.TXT", 5, False) == [(titles[1], "1.txt")]
    assert store.titles("%", 5, False) == []


def test_folding_in_the_database_is_folding(backend: Backend) -> None:
    letters = [chr(code) for code in (*range(0x20, 0x250), *range(0x1E00, 0x1F00))]
    letters += ["İstanbul", "Kıyı", "Ǆ", "ﬁ", "soft\u00adhyphen", "Ελλάδα", "Москва"]
    with backend.reading() as db:
        for one in letters:
            assert db.execute("SELECT folded(CAST(? AS TEXT))", (one,)).fetchone() == (fold(one),)


def test_order_is_that_of_bytes(store: Store) -> None:
    names = ["b", "a b", "ab", "B", "ä", "Z", "a-c", "ı", "🚢", "\ufb01"]
    for name in names:
        add(store, name, at(name, title=name))
    assert [one.path for one in store.articles()] == sorted(names)
    assert store.known_paths() == sorted(names)


def test_the_newest_texts_come_first(store: Store) -> None:
    for number in range(5):
        add(store, f"text {number}", at(f"{number}"))
    assert list(store.texts(2)) == ["text 4", "text 3"]


def test_a_revision_is_of_one_history(store: Store) -> None:
    start = store.revision()
    assert store.has_been(start)
    add(store, FERRY, at("a.txt"))
    later = store.revision()
    assert later > start
    assert store.has_been(start)
    assert store.has_been(later)
    assert not store.has_been(later + 1)
    assert not store.has_been(later - 1)
    assert not store.has_been(-1)


def test_only_so_many_generations_are_remembered(store: Store, backend: Backend) -> None:
    add(store, FERRY, at("a.txt"))
    start = store.revision()
    for generation in ("99990", "200000"):
        with backend.writing() as db:
            db.execute("UPDATE manifest SET value = ? WHERE key = 'generation'", (generation,))
    with backend.reading() as db:
        for table, kept in (("changes", 0), ("generations", 1)):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (kept,)
    assert not store.has_been(start)
    add(store, BRIDGE, at("b.txt"))
    assert store.generation() == 200_001
    assert store.has_been(store.revision())


def test_all_is_read_in_one_state_within_a_snapshot(
    store: Store, database_url: str | None, tmp_path: Path
) -> None:
    add(store, FERRY, at("a.txt"))
    with closing(open_database(tmp_path / "quoth.db", database_url)) as another:
        theirs = Store(another, ("shared",))
        with store.snapshot():
            before = store.revision()
            add(theirs, BRIDGE, at("b.txt"))
            assert store.revision() == before
            assert len(store.articles()) == 1
        assert theirs.generation() == store.generation()
        assert len(store.articles()) == 2
        assert theirs.identity() == store.identity()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            "UPDATE articles SET text = 'The ferry to Nordøy sails at ten.'",
            "the text of the article",
        ),
        ("UPDATE sources SET title = 'Other'", "the title, date or source of"),
        ("UPDATE sources SET published = '2024-05-02'", "the title, date or source of"),
        ("UPDATE sources SET seal = substr(seal, 1, 8)", "the title, date or source of"),
        ("UPDATE passages SET ordinal = 7", "passage 7 or its vector"),
    ],
)
def test_what_changed_behind_quoths_back_is_told(
    store: Store, backend: Backend, change: str, problem: str
) -> None:
    key = add(store, FERRY, at("a.txt", published=MAY))
    with backend.writing() as db:
        db.execute(change)
    (told,) = store.check()
    assert problem in told
    if "passages" not in change:
        with pytest.raises(LibraryDamaged, match=problem):
            store.article(key)


def test_a_date_that_is_none_is_damage(store: Store, backend: Backend) -> None:
    add(store, FERRY, at("a.txt", published=MAY))
    with backend.writing() as db:
        db.execute("UPDATE sources SET published = '2024-13-01', seal = NULL")
    with pytest.raises(LibraryDamaged, match="for a date"):
        store.articles()


def test_nothing_is_kept_of_what_an_error_ends(store: Store, backend: Backend) -> None:
    add(store, FERRY, at("a.txt"))
    revision = store.revision()

    def stopped() -> None:
        with backend.writing() as db:
            db.execute("DELETE FROM articles")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert (store.revision(), store.size()) == (revision, (1, len(FERRY)))


def test_making_it_twice_changes_nothing(store: Store, backend: Backend) -> None:
    add(store, FERRY, at("a.txt"))
    identity, revision = store.identity(), store.revision()
    backend.create()
    assert backend.exists()
    assert (store.identity(), store.revision()) == (identity, revision)
    assert backend.size() > 0


def test_rows_that_outlive_their_database_end_quietly(backend: Backend) -> None:
    add(Store(backend, ("shared",)), FERRY, at("a"))
    add(Store(backend, ("shared",)), BRIDGE, at("b"))
    rows = backend.stream("SELECT path FROM sources ORDER BY path")
    assert next(rows) == ("a",)
    backend.close()
    rows.close()  # type: ignore[attr-defined]


def test_a_closed_database_is_no_damaged_one(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "quoth.db")) as database:
        database.create()
        rows = database.stream("SELECT 1 UNION ALL SELECT 2")
        assert next(rows) == (1,)
    with pytest.raises(LibraryError, match="was closed") as caught:
        next(rows)
    assert not isinstance(caught.value, LibraryDamaged)
    assert database.exists()  # it is opened again
    database.close()
