"""Measure engines beside each other over the passages of one index: nothing is encoded or read.

The index of a Milvus is made anew from the database, and deleted in the end. --exact lowers the
number of passages above which it sorts vectors into lists. Folders of many passages, with one
article in 1,000 of the publisher that the filter names, are made by benchmarks.scale.

    python -m benchmarks.scale --data ../shared/data --sizes 100000 --files 0
    python -m benchmarks.engines --data ../shared/data --index .benchmarks/scale-100000 \\
        --uri http://127.0.0.1:19530 --exact 50000
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.machine import seconds
from benchmarks.scale import DATA, PUBLISHER, asked, questions_of
from retrieval.encoder import Encoder, load_encoder
from retrieval.engines import Comparable, Engine, LocalEngine
from retrieval.engines.milvus import MilvusEngine, passages
from retrieval.search import Searcher
from retrieval.store import Database, Ids, Store
from retrieval.text import query_terms
from retrieval.types import Filters, Scope

K = 100
"""Passages asked for, as many as a question proposes of each kind."""

WITHIN = {"all": Filters(), "one in 1,000": Filters(publisher=PUBLISHER)}
HEAD = "| | made in, s | a search of both kinds, p50, ms | – p99 | – CPU, p50 | "


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    options.add_argument("--index", type=Path, required=True, help="data folder with an index")
    options.add_argument("--uri", nargs="*", default=[], help="a Milvus server, or a file, each")
    options.add_argument("--token", default="", help="what the servers want")
    options.add_argument("--exact", type=int, help="passages up to which vectors are compared")
    given = options.parse_args()
    if given.exact is not None:
        passages.EXACT = given.exact
    store = Store(Database(given.index / "quoth.db"), ("shared",))
    build = store.build()
    if build is None:
        options.error(f"{given.index} holds no index")
    encoder, questions = load_encoder(), questions_of(given.data / DATA)
    print(HEAD + " | ".join(f"recall@10, {name}" for name in WITHIN) + " |")
    print("|---" * (HEAD.count("|") + len(WITHIN) - 1) + "|")
    with tempfile.TemporaryDirectory() as folder:
        engines = {"local": LocalEngine(Path(folder))}
        engines |= {uri: MilvusEngine(uri, Path(folder), given.token) for uri in given.uri}
        for name, engine in engines.items():
            row = _measured(store, build[0], encoder, engine, questions)
            print(f"| {name} | " + " | ".join(row) + " |", flush=True)


def _measured(
    store: Store, build: int, encoder: Encoder, engine: Engine, questions: Sequence[str]
) -> Iterator[str]:
    searcher = Searcher(store, encoder, build, engine)
    index = searcher.index
    assert isinstance(index, Comparable)
    index.forget()
    yield f"{seconds(searcher.catch_up) + seconds(index.flush):.1f}"
    vectors, scope = encoder.encode(list(questions)), Scope(("shared",))
    terms = [query_terms(each, store.languages()) for each in questions]
    each = list(zip(vectors, terms, strict=True))
    for figure in asked(lambda one: index.search(*one, scope, K), each):
        yield f"{figure:.1f}"
    for filters in WITHIN.values():
        scope = Scope(("shared",), filters)
        ids = store.allowed_ids(build, scope)
        if ids is not None and not len(ids):
            yield "–"
            continue
        best = _nearest(store, store.passage_ids(build) if ids is None else ids, vectors)
        found = [index.search(one, [], scope, 10).dense.keys() for one in vectors]
        shares = [len(ten & told) / max(len(ten), 1) for ten, told in zip(best, found, strict=True)]
        yield f"{np.mean(shares):.3f}"
    index.forget()


def _nearest(store: Store, ids: Ids, vectors: np.ndarray) -> list[set[int]]:
    """Give the ten nearest of some passages for each vector, all compared."""
    products = vectors @ store.vectors(ids).T
    return [set(ids[np.argsort(-row, kind="stable")[:10]].tolist()) for row in products]


if __name__ == "__main__":
    main()
