"""BM25 as it is defined, whatever the words, the history and the neighbours."""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tantivy
from hypothesis import given
from hypothesis import strategies as st

from retrieval.engines import LexicalDocument, LexicalIndex, atomic, lexical, lexical_folder

Documents = dict[int, tuple[list[str], list[str]]]


def sync(index: LexicalIndex, generation: int, documents: Documents) -> None:
    ids = np.array(sorted(documents), dtype=np.int64)
    index.sync(
        generation, ids, lambda some: (LexicalDocument(int(id), *documents[id]) for id in some)
    )


def bm25(documents: Documents, terms: Sequence[str]) -> dict[int, float]:
    """Score by the book: Okapi BM25 with k1 = 1.2 and b = 0.75, title (weighted) and body."""
    scores: dict[int, float] = {}
    for field, weight in ((0, lexical.TITLE_BOOST), (1, 1.0)):
        average = sum(len(fields[field]) for fields in documents.values()) / len(documents)
        for term in set(terms):
            having = [id for id, fields in documents.items() if term in fields[field]]
            rarity = math.log(1 + (len(documents) - len(having) + 0.5) / (len(having) + 0.5))
            for id in having:
                count, length = documents[id][field].count(term), len(documents[id][field])
                norm = 1.2 * (1 - 0.75 + 0.75 * length / average)
                gain = weight * rarity * 2.2 * count / (count + norm)
                scores[id] = scores.get(id, 0.0) + gain
    return scores


def made_up(tools: Any, ids: range) -> Documents:
    return {id: (tools.words(id + 1)[:3], tools.words(id)) for id in ids}


def test_scores_as_bm25_is_defined(tmp_path: Path, tools: Any) -> None:
    documents = made_up(tools, range(1, 200))
    index = LexicalIndex(tmp_path / "lexical")
    sync(index, 1, documents)
    for terms in (["ankara"], ["gas", "talks"], ["2022", "AND", "nowhere"], tools.WORDS):
        assert dict(index.search(terms, 1000)) == pytest.approx(bm25(documents, terms), rel=1e-5)


def test_the_best_match_comes_first(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    sync(
        index,
        1,
        {
            5: (["visit"], ["minister", "met", "envoy", "ankara"]),
            6: (["minister"], ["minister", "talk", "bucharest"]),
            9: (["gas"], ["price", "rise"]),
        },
    )
    assert [id for id, _ in index.search(["minister", "bucharest"], 10)] == [6, 5]
    assert [id for id, _ in index.search(["ankara"], 10)] == [5]
    assert [id for id, _ in index.search(["gas"], 10)] == [9]


TERM = st.text(
    st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp"], exclude_characters="\t\n\x0b\x0c\r"),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def spare(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], LexicalIndex]:
    return lambda: LexicalIndex(tmp_path_factory.mktemp("spare") / "file" / "lexical")


@pytest.mark.slow
@given(st.lists(TERM, min_size=1, max_size=8, unique=True))
def test_any_term_is_only_a_term(spare: Callable[[], LexicalIndex], terms: list[str]) -> None:
    index = spare()
    sync(index, 1, {id: ([], [term, term]) for id, term in enumerate(terms, 1)})
    for id, term in enumerate(terms, 1):
        assert [found for found, _ in index.search([term], 10)] == [id]


@pytest.mark.parametrize(
    "term", ['"NEAR(', "*", "AND", "-", "title:gas", "a\x00b", "(", "\\", "İ", "ı", "😀", "~2"]
)
def test_query_syntax_is_only_a_term(tmp_path: Path, term: str) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    sync(index, 1, {1: ([], [term]), 2: ([term], ["gas"]), 3: ([], ["gas", "title", "near", "a"])})
    assert sorted(id for id, _ in index.search([term], 10)) == [1, 2]


@pytest.mark.parametrize(
    "terms", [[], [""], ["nowhere"], ["x" * 70_000], ["\udcff"], ["two words"], ["nowhere", ""]]
)
def test_what_is_in_no_document_finds_nothing(tmp_path: Path, terms: list[str]) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    sync(index, 1, {1: (["gas"], ["x" * 70_000, "two", "words"]), 2: ([], [])})
    assert index.search(terms, 10) == []


def test_a_term_given_twice_counts_once(tmp_path: Path, tools: Any) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    sync(index, 1, made_up(tools, range(1, 50)))
    assert index.search(["gas", "gas", "talks"], 50) == index.search(["gas", "talks"], 50)


def test_equal_documents_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    ids = list(range(3, 4000, 7))
    random.Random(1).shuffle(ids)
    for generation in range(1, 5):
        same = {id: ([], ["gas", "talks"]) for id in ids[: 140 * generation]}
        sync(index, generation, same)
    ids = sorted(ids[:560])
    for k in (1, 16, 17, 100, 560):
        assert [id for id, _ in index.search(["gas"], k)] == ids[:k]


@pytest.mark.slow
def test_neither_order_nor_commits_change_a_score(tmp_path: Path, tools: Any) -> None:
    documents = made_up(tools, range(1, 400))
    at_once, shuffled = (LexicalIndex(tmp_path / name) for name in ("once", "shuffled"))
    sync(at_once, 1, documents)
    order = list(documents)
    random.Random(7).shuffle(order)
    for generation in range(1, 21):
        sync(shuffled, generation, {id: documents[id] for id in order[: 20 * generation]})
    for terms in (["ankara"], ["gas", "talks", "*"], tools.WORDS):
        assert at_once.search(terms, 1000) == shuffled.search(terms, 1000)


def test_removed_documents_leave_the_statistics(tmp_path: Path, tools: Any) -> None:
    documents = made_up(tools, range(1, 301))
    index = LexicalIndex(tmp_path / "lexical")
    sync(index, 1, documents)
    for generation, first in enumerate((4, 9), 2):  # 3 of 300, then 5 more: beyond one in 50
        left = {id: fields for id, fields in documents.items() if id >= first}
        sync(index, generation, left)
    exact = bm25(left, ["gas", "talks"])
    assert dict(index.search(["gas", "talks"], 1000)) == pytest.approx(exact, rel=1e-5)
    assert lexical_folder.deleted(tmp_path / "lexical") == 0


def test_few_removed_documents_hardly_change_scores(tmp_path: Path, tools: Any) -> None:
    documents = made_up(tools, range(1, 301))
    index = LexicalIndex(tmp_path / "lexical")
    sync(index, 1, documents)
    left = {id: fields for id, fields in documents.items() if id > 3}
    sync(index, 2, left)
    assert lexical_folder.deleted(tmp_path / "lexical") == 3
    exact = bm25(left, ["gas", "talks"])
    assert dict(index.search(["gas", "talks"], 1000)) == pytest.approx(exact, rel=0.02)


@pytest.mark.parametrize("hits_per_allowed", [0, 10**9])
def test_both_ways_of_filtering_are_exact(
    tmp_path: Path, tools: Any, monkeypatch: pytest.MonkeyPatch, hits_per_allowed: int
) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    sync(index, 1, made_up(tools, range(1, 3000)))
    monkeypatch.setattr(lexical, "HITS_PER_ALLOWED", hits_per_allowed)
    for terms in (["ankara"], ["2022", "gas"], tools.WORDS):
        everything = index.search(terms, 3000)
        for share in (1, 2, 30, 1000):
            allowed = np.arange(7, 3000, share, dtype=np.int64)
            passing = set(allowed.tolist())
            expected = [hit for hit in everything if hit[0] in passing]
            for k in (1, 10, 200):
                assert index.search(terms, k, allowed) == expected[:k]


def test_rarity_is_the_inverse_document_frequency(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    assert index.rarity(["gas"]) == {"gas": 0.0}
    sync(
        index, 1, {1: (["gas"], ["gas"]), 2: ([], ["gas", "gas"]), 3: (["talks"], []), 4: ([], [])}
    )
    assert index.rarity(["gas", "talks", "nowhere", "\udcff"]) == pytest.approx(
        {
            "gas": math.log(1 + 2.5 / 2.5),
            "talks": math.log(1 + 3.5 / 1.5),
            "nowhere": math.log(1 + 4.5 / 0.5),
            "\udcff": math.log(1 + 4.5 / 0.5),
        }
    )


def test_a_source_that_lost_documents_is_asked_again(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "lexical")
    ids = np.arange(1, 4, dtype=np.int64)
    index.sync(1, ids, lambda some: [LexicalDocument(1, [], ["gas"])])
    assert [id for id, _ in index.search(["gas"], 10)] == [1]
    sync(index, 2, {1: ([], ["gas"]), 2: ([], ["gas"])})
    assert [id for id, _ in index.search(["gas"], 10)] == [1, 2]


def _held_by_a_writer(folder: Path) -> Any:
    writer = tantivy.Index.open(str(folder)).writer(15_000_000, 1)

    class Held:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None:
            writer.wait_merging_threads()

    return Held()


@pytest.mark.parametrize("hold", [lambda folder: atomic.locked(folder, 0.0), _held_by_a_writer])
def test_goes_on_reading_while_another_writes(
    tmp_path: Path,
    hold: Callable[[Path], Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(lexical, "WAIT_S", 0.2)
    folder = tmp_path / "lexical"
    before: Documents = {1: ([], ["gas"]), 2: ([], ["gas"])}
    after = before | {3: ([], ["gas"])}
    running = LexicalIndex(folder)
    sync(running, 1, before)
    starting = LexicalIndex(folder)
    with hold(folder), caplog.at_level(logging.INFO):
        for index in (running, starting):
            sync(index, 2, after)
            assert index.generation == 1
            assert [id for id, _ in index.search(["gas"], 10)] == [1, 2]
        unmoved = LexicalIndex(folder)
        sync(unmoved, 1, before)
        assert unmoved.generation == 1
    assert "searching what it had written before" in caplog.text
    for index in (running, starting):
        sync(index, 2, after)
        assert index.generation == 2
        assert [id for id, _ in index.search(["gas"], 10)] == [1, 2, 3]


def test_a_build_under_way_elsewhere_is_waited_for_briefly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "WAIT_S", 0.2)
    index = LexicalIndex(tmp_path / "lexical")
    with atomic.locked(tmp_path / "lexical", 0.0):
        sync(index, 1, {1: ([], ["gas"])})
        assert index.generation == -1
        assert index.search(["gas"], 10) == []
    sync(index, 1, {1: ([], ["gas"])})
    assert index.generation == 1
    assert len(index.search(["gas"], 10)) == 1


@pytest.mark.slow
def test_segments_are_merged(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    index = LexicalIndex(folder)
    for last in range(1, 201):
        sync(index, last, {id: ([], ["gas", f"w{id}"]) for id in range(1, last + 1)})
    assert lexical_folder.opened(folder, check=True).searcher().num_segments < 20
    assert len(list(folder.iterdir())) < 200
    assert [id for id, _ in index.search(["w77", "w200"], 10)] == [77, 200]
