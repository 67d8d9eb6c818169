"""What every engine must do. A subclass for each engine runs it: see test_behaviour.py.

BM25 itself is the engine's own: its scores need not be by the book, as long as they rank.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.engines import NEVER, Allowed, Engine, Index, Rankings
from retrieval.text import query_terms, terms
from retrieval.types import Filters, Scope
from tests.retrieval.engines.world import DIMENSION, SHARED, Made, World, place, unit

NAME = "0a1b2c3d-1"
MARCH = date(2022, 3, 1)
APRIL = date(2022, 4, 1)
MAY = date(2022, 5, 1)
WORDS = ("ankara", "bucharest", "minister", "talk", "gas", "AND", '"NEAR(', "*", "ağrı", "2022")


def near(index: Index, angle: float, k: int = 10, scope: Scope = SHARED) -> list[int]:
    """Give the ids of the k nearest, best first."""
    return list(index.search(unit(angle), [], scope, k).dense)


def telling(index: Index, question: str, k: int = 10, scope: Scope = SHARED) -> list[int]:
    """Give the ids of the k that tell most of a question's words, best first."""
    return list(index.search(unit(3), query_terms(question), scope, k).lexical)


def made_up(first: int, count: int, scopes: int = 1) -> dict[int, Made]:
    """Give passages of random words and directions, some of them twice."""
    world = World()
    for id in range(first, first + count):
        rng = random.Random(id % 97)
        vector = np.array([rng.gauss(0, 1) for _ in range(DIMENSION)], np.float32)
        body = rng.choices(WORDS, k=rng.randrange(3, 20))
        rng = random.Random(id)
        where = place(
            f"{rng.choice(['news', 'wire'])}/{id}.txt",
            rng.choice([None, "The Wire", "Anra Post"]),
            rng.choice([None, MARCH, APRIL, MAY]),
        )
        collection = f"c{id % scopes}" if scopes > 1 else "shared"
        world.put(id, collection=collection, places=[where], years=rng.choice([(), (2020,)]))
        made = Made(vector / np.linalg.norm(vector), body[:2], body, world.held[id].described)
        world.held[id] = made
    return world.held


def same(found: Rankings, expected: Rankings) -> bool:
    """Tell whether both give the same ids in the same order with, nearly, the same scores."""
    return all(
        list(ours) == list(theirs)
        and np.allclose(list(ours.values()), list(theirs.values()), rtol=1e-4, atol=1e-6)
        for ours, theirs in (
            (found.dense, expected.dense),
            (found.lexical, expected.lexical),
        )
    )


def only(found: Rankings, kept: set[int], k: int) -> Rankings:
    """Give what is left of everything when only some ids may be found, the k best of each."""
    dense, lexical = (
        {id: score for id, score in scores.items() if id in kept}
        for scores in (found.dense, found.lexical)
    )
    proposed = {*list(dense)[:k], *list(lexical)[:k]}
    return Rankings(
        {id: score for id, score in dense.items() if id in proposed},
        {id: score for id, score in lexical.items() if id in proposed},
    )


class Behaviour:
    """The suite; ``engine`` and ``allowed`` are what differs."""

    name: str
    """The engine's name in killed.py."""

    histories = 40
    """How many made-up histories are played through."""

    def engine(self, folder: Path) -> Engine:
        raise NotImplementedError

    def allowed(self, world: World) -> Allowed:
        return world.allowed

    @pytest.fixture
    def world(self) -> World:
        return World()

    @pytest.fixture
    def index(self, world: World, tmp_path: Path) -> Index:
        """Give an index of the world that is told nothing yet."""
        return self.opened(world, tmp_path)

    def opened(self, world: World, folder: Path, name: str = NAME) -> Index:
        return self.engine(folder).open(name, DIMENSION, self.allowed(world))

    # Upserts and deletes --------------------------------------------------------------

    def test_holds_nothing_at_first(self, index: Index) -> None:
        assert (index.generation, index.count()) == (NEVER, 0)
        assert index.search(unit(0), ["gas"], SHARED, 10) == Rankings({}, {})
        assert set(index.rarity(["gas", "talk"])) == {"gas", "talk"}

    def test_an_empty_database_is_a_state_too(self, world: World, index: Index) -> None:
        index.apply(world.changes())
        index.flush()
        assert (index.generation, index.count()) == (0, 0)
        assert index.search(unit(0), ["gas"], SHARED, 10) == Rankings({}, {})

    def test_finds_what_it_was_told(self, world: World, index: Index) -> None:
        world.put(5, "The minister met the envoy in Ankara.", angle=0.1)
        world.put(6, "The minister will talk in Bucharest.", title="The minister", angle=0.5)
        world.put(9, "Prices of gas rise.", angle=1.2)
        index.apply(world.changes())
        assert (index.generation, index.count()) == (3, 3)
        assert near(index, 0.0) == [5, 6, 9]
        assert near(index, 1.0) == [9, 6, 5]
        assert telling(index, "Which minister talked in Bucharest?") == [6, 5]
        assert telling(index, "gas prices") == [9]

    def test_gives_the_cosine(self, world: World, index: Index) -> None:
        for id, angle in ((1, 0.3), (2, 1.5), (3, 3.0)):
            world.put(id, angle=angle)
        index.apply(world.changes())
        found = index.search(unit(0.0), [], SHARED, 10).dense
        assert list(found) == [1, 2, 3]
        assert list(found.values()) == pytest.approx(np.cos([0.3, 1.5, 3.0]), abs=1e-5)

    def test_takes_in_what_changed(self, world: World, index: Index) -> None:
        world.put(1, "The harbour opened.")
        index.apply(world.changes())
        world.put(2, "The harbour closed.")
        world.put(3, "The bridge opened.")
        index.apply(world.changes(1))
        assert (index.generation, index.count()) == (3, 3)
        world.drop(1)
        world.put(7, "The harbour burnt.")
        index.apply(world.changes(3))
        assert telling(index, "harbour") == [2, 7]
        assert near(index, 0.0) == [2, 3, 7]
        assert index.count() == 3

    def test_all_there_is_replaces_what_was_held(self, world: World, index: Index) -> None:
        for id in range(1, 9):
            world.put(id, f"Well {id} is deep.")
        index.apply(world.changes())
        world.drop(2, 3, 4, 5, 6, 7)
        world.put(10, "Well 10 is dry.")
        index.apply(world.changes())
        assert (index.generation, index.count()) == (world.generation, 3)
        assert near(index, 0.0) == [1, 8, 10]
        assert telling(index, "well dry") == [10, 1, 8]

    def test_changes_may_come_twice(self, world: World, index: Index) -> None:
        for id in (1, 2, 3):
            world.put(id, "The harbour opened.")
        index.apply(world.changes())
        world.drop(1)
        world.put(4, "The harbour closed.")
        for since in (3, 3, 0, NEVER, 5, NEVER):
            index.apply(world.changes(since))
            assert telling(index, "harbour") == [2, 3, 4]
            assert near(index, 0.0) == [2, 3, 4]
        assert (index.generation, index.count()) == (5, 3)

    def test_changes_that_leave_a_gap_are_refused(self, world: World, index: Index) -> None:
        for id in (1, 2):
            world.put(id, "The harbour opened.")
        with pytest.raises(ValueError, match="follow"):
            index.apply(world.changes(1))
        assert (index.generation, index.count()) == (NEVER, 0)

    def test_all_can_go(self, world: World, index: Index) -> None:
        world.put(1, "The harbour opened.")
        index.apply(world.changes())
        world.drop(1)
        index.apply(world.changes(1))
        assert (index.generation, index.count()) == (2, 0)
        assert index.search(unit(0), ["harbour"], SHARED, 10) == Rankings({}, {})

    def test_an_article_that_moves_is_found_where_it_is(self, world: World, index: Index) -> None:
        world.put(1, "The harbour opened.", places=[place("a/x.txt", "The Wire", MARCH)])
        world.put(2, "The harbour closed.", places=[place("a/y.txt", "The Wire", MARCH)])
        index.apply(world.changes())
        wire = Scope(("shared",), Filters(publisher="wire"))
        assert near(index, 0, scope=wire) == telling(index, "harbour", scope=wire) == [1, 2]
        world.move(1, place("b/x.txt", "Anra Post", MAY))
        index.apply(world.changes(2))
        for scope, left in (
            (wire, [2]),
            (Scope(("shared",), Filters(publisher="anra post")), [1]),
            (Scope(("shared",), Filters(path="a/")), [2]),
            (Scope(("shared",), Filters(since=APRIL)), [1]),
            (SHARED, [1, 2]),
        ):
            assert near(index, 0, scope=scope) == left
            assert telling(index, "harbour", scope=scope) == left
        world.move(2, place("a/y.txt"), collection="red")
        index.apply(world.changes(3))
        assert near(index, 0) == telling(index, "harbour") == [1]
        assert near(index, 0, scope=Scope(("red",))) == [2]

    # Scopes ---------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            (Filters(), {1, 2, 3, 4, 5}),
            (Filters(since=APRIL), {2, 3, 5}),
            (Filters(until=APRIL), {1, 2, 5}),
            (Filters(since=APRIL, until=APRIL), {2}),
            (Filters(since=APRIL, undated=True), {2, 3, 4, 5}),
            (Filters(since=date(2023, 1, 1)), set()),
            (Filters(undated=True), {1, 2, 3, 4, 5}),
            (Filters(publisher="The Wire"), {1, 2, 5}),
            (Filters(publisher=" WIRE"), {1, 2, 5}),
            (Filters(publisher="Çağ"), {3}),
            (Filters(publisher="cag"), {3}),
            (Filters(publisher="Wir"), set()),
            (Filters(path="/data/news/"), {1, 2, 5}),
            (Filters(path="march"), {1, 5}),
            (Filters(path="*.md"), {3, 4}),
            (Filters(path="wire/????.md"), {3}),
            (Filters(publisher="wire", since=APRIL), {2}),
            (Filters(publisher="wire", until=MARCH), {1, 5}),
            (Filters(path="news", since=APRIL, until=APRIL), {2}),
        ],
    )
    def test_filters(
        self, world: World, index: Index, filters: Filters, expected: set[int]
    ) -> None:
        told = "The harbour opened."
        march, april = "/data/news/march.txt", "/data/news/april.txt"
        world.put(1, told, places=[place(march, "The Wire", MARCH)])
        world.put(2, told, places=[place(april, "wire", APRIL)])
        world.put(3, told, places=[place("/data/wire/3may.md", "Çağ", MAY)])
        world.put(4, told, places=[place("/data/wire/undated.md")])
        two = [place(march, "Wire", MARCH), place("/other/copy.txt", "Anra Post", MAY)]
        world.put(5, told, places=two)
        world.put(6, told, collection="red", places=[place(march, "The Wire", APRIL)])
        index.apply(world.changes())
        scope = Scope(("shared",), filters)
        assert set(near(index, 0, scope=scope)) == expected
        assert set(telling(index, "harbour", scope=scope)) == expected

    def test_a_passage_that_tells_of_the_year_needs_no_date(
        self, world: World, index: Index
    ) -> None:
        told = "The harbour opened."
        world.put(1, told, places=[place("a/1.txt", "Wire", date(2020, 5, 1))])
        world.put(2, told, places=[place("a/2.txt", "Wire", MAY)], years=[2019, 2020])
        world.put(3, told, places=[place("a/3.txt", "Post", MAY)], years=[2020])
        world.put(4, told, places=[place("a/4.txt", "Post", MAY)], years=[2021])
        world.put(5, told, collection="red", years=[2020])
        world.put(6, told, years=[2020])
        index.apply(world.changes())
        in_2020 = Filters(since=date(2020, 1, 1), until=date(2020, 12, 31))
        assert near(index, 0, scope=Scope(("shared",), in_2020)) == [1]
        assert near(index, 0, scope=Scope(("shared",), in_2020, (2020,))) == [1, 2, 3, 6]
        both = Scope(("shared",), in_2020, (2020, 2021))
        assert telling(index, "harbour", scope=both) == [1, 2, 3, 4, 6]
        wire = Filters(in_2020.since, in_2020.until, publisher="the wire")
        assert near(index, 0, scope=Scope(("shared",), wire, (2020,))) == [1, 2]

    def test_collections_are_apart(self, world: World, index: Index) -> None:
        for id, collection in enumerate(("shared", "red", "blue", "shared", "red"), 1):
            world.put(id, "The tunnel opened.", collection=collection)
        index.apply(world.changes())
        for collections, expected in (
            (("shared",), [1, 4]),
            (("red", "shared"), [1, 2, 4, 5]),
            (("blue",), [3]),
            (("blue", "red", "shared"), [1, 2, 3, 4, 5]),
            (("green",), []),
        ):
            scope = Scope(collections)
            assert near(index, 0, scope=scope) == telling(index, "tunnel", scope=scope) == expected

    def test_one_in_a_thousand_is_exact(self, world: World, index: Index) -> None:
        world.add(made_up(1, 3000))
        rare = (17, 1203, 2999)
        for id in rare:
            world.move(id, place("rare/x.txt", "Rare", MAY))
        index.apply(world.changes())
        everything = {
            words: index.search(unit(0.4), words, SHARED, 3000)
            for words in (("gas", "talk"), WORDS)
        }
        for filters in (Filters(publisher="rare"), Filters(path="rare/")):
            scope = Scope(("shared",), filters)
            for words, all in everything.items():
                for k in (1, 10):
                    found = index.search(unit(0.4), words, scope, k)
                    assert same(found, only(all, set(rare), k))

    # Ranking --------------------------------------------------------------------------

    def test_ties_go_to_the_lowest_ids(self, world: World, index: Index) -> None:
        order = list(range(3, 1400, 7))
        random.Random(1).shuffle(order)
        for first in range(0, len(order), 50):
            part = World()
            for id in order[first : first + 50]:
                part.put(id, "Gas talks.", angle=1.0)
            world.add(part.held)
            index.apply(world.changes(index.generation))
        order.sort()
        for k in (1, 16, 17, 100, len(order)):
            assert near(index, 1.1, k) == telling(index, "gas", k) == order[:k]

    def test_k_may_be_anything(self, world: World, index: Index) -> None:
        for id in range(1, 31):
            world.put(id, "The harbour opened.")
        index.apply(world.changes())
        for k in (30, 31, 10_000):
            assert near(index, 0, k) == telling(index, "harbour", k) == list(range(1, 31))
        for k in (0, -1):
            assert index.search(unit(0), ["harbour"], SHARED, k) == Rankings({}, {})

    def test_every_candidate_has_both_scores(self, world: World, index: Index) -> None:
        world.put(1, "The bridge opened.", angle=0.0)
        world.put(2, "The harbour opened, and the harbour closed.", angle=1.0)
        world.put(3, "The harbour, the bridge, the well and the tunnel opened.", angle=0.5)
        index.apply(world.changes())
        found = index.search(unit(0.0), ["harbour"], SHARED, 1)
        assert list(found.dense) == [1, 2]
        assert list(found.dense.values()) == pytest.approx([1.0, np.cos(1.0)], abs=1e-5)
        assert list(found.lexical) == [2]
        assert all(score > 0 for score in found.lexical.values())
        other = index.search(unit(0.5), query_terms("bridge"), SHARED, 1)
        assert list(other.dense) == [3, 1]
        assert list(other.lexical) == [1, 3]

    # Words ----------------------------------------------------------------------------

    def test_spellings_find_each_other(self, world: World, index: Index) -> None:
        spelt = ("Çavuşoğlu", "Iğdır", "İstanbul", "Diyarbakır", "Türkiye")
        for id, name in enumerate(spelt, 1):
            world.put(id, f"{name} was told of.")
        index.apply(world.changes())
        for question, expected in (
            ("Cavusoglu", 1),
            ("ÇAVUŞOĞLU", 1),
            ("Igdir", 2),
            ("IĞDIR", 2),
            ("istanbul", 3),
            ("İSTANBUL", 3),
            ("Istanbul", 3),
            ("diyarbakir", 4),
            ("Turkey", 5),
        ):
            assert telling(index, question) == [expected], question

    @pytest.mark.parametrize(
        "term",
        [
            '"NEAR(',
            "*",
            "AND",
            "OR",
            "-",
            "title:gas",
            "a\x00b",
            "(",
            "\\",
            "ı",
            "😀",
            "~2",
            "u.s.",
        ],
    )
    def test_a_term_is_only_a_term(self, world: World, index: Index, term: str) -> None:
        others = ["gas", "title", "near", "a", "u", "s", "i"]
        for id, (title, body) in enumerate((([], [term]), ([term], ["gas"]), ([], others)), 1):
            world.put(id)
            world.add({id: replace(world.held[id], title=title, body=body)})
        index.apply(world.changes())
        assert set(index.search(unit(0), [term], SHARED, 10).lexical) == {1, 2}

    def test_terms_are_not_stemmed_again(self, world: World, index: Index) -> None:
        world.put(1, "The ministers met in Ankara.")
        index.apply(world.changes())
        assert terms("ministers met") == ["minist", "meet"]
        for term in ("minist", "meet"):
            assert list(index.search(unit(0), [term], SHARED, 1).lexical) == [1]
        for term in ("minister", "ministers", "Minist", "met", "meeting"):
            assert index.search(unit(0), [term], SHARED, 1).lexical == {}

    @pytest.mark.parametrize(
        "asked", [[], [""], ["nowhere"], ["two words"], ["\udcff"], ["x" * 70_000]]
    )
    def test_without_words_only_the_vector_ranks(
        self, world: World, index: Index, asked: list[str]
    ) -> None:
        for id in (1, 2):
            world.put(id, "The two words of the harbour.")
        index.apply(world.changes())
        found = index.search(unit(0.0), asked, SHARED, 10)
        assert list(found.dense) == [1, 2]
        assert found.lexical == {}

    def test_a_term_given_twice_counts_once(self, world: World, index: Index) -> None:
        world.add(made_up(1, 50))
        index.apply(world.changes())
        once = index.search(unit(0), ["gas", "talk"], SHARED, 50)
        assert index.search(unit(0), ["gas", "talk", "gas"], SHARED, 50) == once

    def test_rare_terms_weigh_no_less(self, world: World, index: Index) -> None:
        for id in range(1, 21):
            world.put(id, "The harbour opened." if id > 1 else "The harbour burnt.")
        index.apply(world.changes())
        rarity = index.rarity(["harbour", "burn", "nowhere"])
        assert 0 < rarity["harbour"] <= rarity["burn"] <= rarity["nowhere"]

    def test_tells_its_terms_by_their_beginning(self, world: World, index: Index) -> None:
        assert index.words("har") == {}
        world.put(1, "The harbour of Harlem.", title="The harbour")
        world.put(2, "The harbour and the harbour.")
        index.apply(world.changes())
        assert index.words("har") == {"harbour": 2, "harlem": 1}
        assert index.words("harbours") == {}

    # Time -----------------------------------------------------------------------------

    def test_reopens_what_was_flushed(self, world: World, index: Index, tmp_path: Path) -> None:
        world.add(made_up(1, 300))
        world.add(made_up(301, 20))
        index.apply(world.changes())
        index.flush()
        before = index.search(unit(0.7), WORDS[:4], SHARED, 50)
        again = self.opened(world, tmp_path)
        again.apply(world.changes(again.generation))
        assert (again.generation, again.count()) == (2, 320)
        assert again.search(unit(0.7), WORDS[:4], SHARED, 50) == before

    def test_indexes_of_two_names_are_apart(self, world: World, tmp_path: Path) -> None:
        other, engine = World(), self.engine(tmp_path)
        world.put(1, "The harbour opened.")
        other.put(2, "The harbour closed.")
        for name, told in (("0a1b2c3d-1", world), ("0a1b2c3d-12", other)):
            index = engine.open(name, DIMENSION, self.allowed(told))
            index.apply(told.changes())
            index.flush()
        engine.keep(["0a1b2c3d-12"])
        gone = self.opened(world, tmp_path, "0a1b2c3d-1")
        assert (gone.generation, gone.count()) == (NEVER, 0)
        kept = self.opened(other, tmp_path, "0a1b2c3d-12")
        kept.apply(other.changes(kept.generation))
        assert near(kept, 0) == telling(kept, "harbour") == [2]

    def test_searches_go_on_while_it_changes(self, world: World, index: Index) -> None:
        world.add(made_up(1, 60))
        index.apply(world.changes())
        all = set(range(1, 241))
        seen: list[Rankings] = []
        failures: list[BaseException] = []
        done = threading.Event()

        def ask() -> None:
            try:
                while not done.is_set():
                    seen.append(index.search(unit(0.4), WORDS[:3], SHARED, 400))
            except BaseException as error:
                failures.append(error)

        askers = [threading.Thread(target=ask) for _ in range(2)]
        for asker in askers:
            asker.start()
        for first in range(61, 241, 30):
            world.add(made_up(first, 30))
            index.apply(world.changes(index.generation))
        world.drop(*range(1, 241, 2))
        index.apply(world.changes(index.generation))
        done.set()
        for asker in askers:
            asker.join()
        assert failures == []
        assert seen
        for found in seen:
            assert set(found.lexical) <= set(found.dense) <= all
            assert list(found.dense.values()) == sorted(found.dense.values(), reverse=True)
        assert sorted(near(index, 0.4, 400)) == list(range(2, 241, 2))

    @pytest.mark.slow
    def test_a_killed_process_loses_nothing(self, tmp_path: Path) -> None:
        for line, flushed in ((1, False), (2, True), (3, False)):
            folder = tmp_path / str(line)
            folder.mkdir()
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.retrieval.engines.killed", self.name, str(folder)],
                env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])},
                stdout=subprocess.PIPE,
                text=True,
            )
            assert process.stdout
            for _ in range(line):
                assert process.stdout.readline()
            process.kill()
            process.wait()
            process.stdout.close()
            world = World()
            world.add(made_up(1, 100))
            world.add(made_up(101, 50))
            world.drop(*range(1, 20))
            index = self.opened(world, folder)
            assert index.generation <= world.generation - (not flushed)
            index.apply(world.changes(index.generation))
            assert index.count() == 131
            assert sorted(near(index, 0, 500)) == list(range(20, 151))
            holding = {id for id, made in world.held.items() if "gas" in made.body}
            assert set(telling(index, "gas", 500)) == holding

    @pytest.mark.slow
    def test_any_history_leads_to_the_same_state(self) -> None:
        scopes = st.builds(
            Scope,
            st.sampled_from([("c0",), ("c1",), ("c1", "c0"), ("c2",)]),
            st.builds(
                Filters,
                st.sampled_from([None, MARCH, APRIL]),
                st.sampled_from([None, APRIL, MAY]),
                st.sampled_from([None, "the wire", "Anra Post"]),
                st.sampled_from([None, "news/", "*1*.txt"]),
                st.booleans(),
            ),
            st.sampled_from([(), (2020,)]),
        )
        step = st.tuples(
            st.sampled_from(["put", "drop", "move"]),
            st.integers(1, 60),
            st.sampled_from(["skip", "apply", "whole", "reopen"]),
        )

        @settings(max_examples=self.histories, deadline=None)
        @given(st.lists(step, min_size=1, max_size=12), st.lists(scopes, min_size=1, max_size=4))
        def check(steps: list[tuple[str, int, str]], asked: list[Scope]) -> None:
            folder, world = Path(tempfile.mkdtemp()), World()
            index, fresh_id = self.opened(world, folder), 1
            for what, number, then in steps:
                held = sorted(world.held)
                if what == "put" or not held:
                    world.add(made_up(fresh_id, number, scopes=3))
                    fresh_id += number
                elif what == "drop":
                    world.drop(*held[:: max(1, number % 7)])
                else:
                    world.move(held[number % len(held)], place("news/moved1.txt", "Wire", MARCH))
                if then == "reopen":
                    index.flush()
                    index = self.opened(world, folder)
                if then != "skip":
                    index.apply(world.changes(NEVER if then == "whole" else index.generation))
            index.apply(world.changes(index.generation))
            assert (index.generation, index.count()) == (world.generation, len(world.held))
            for scope in asked:
                inside = set(world.allowed(scope).tolist())
                found = index.search(unit(0.4), ["gas"], scope, 1000)
                assert set(found.dense) == inside
                holding = {id for id in inside if "gas" in world.held[id].body}
                assert set(found.lexical) == holding
                everything = index.search(unit(0.4), ["gas"], Scope(("c0", "c1", "c2")), 1000)
                few = index.search(unit(0.4), ["gas"], scope, 3)
                assert same(few, only(everything, inside, 3))
            shutil.rmtree(folder)

        check()
