"""The plainest engine that fits the port: everything is compared with everything."""

from __future__ import annotations

import math
import pickle
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from retrieval.engines import NEVER, Allowed, Bm25, Changes, Cosine, Rankings
from retrieval.types import Scope
from tests.retrieval.engines.world import Made, passes

TITLE_BOOST = 0.2


class ReferenceIndex:
    """Rows in memory, pickled when flushed. A state is replaced, never changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        empty: tuple[int, dict[int, Made]] = (NEVER, {})
        self._state = pickle.loads(path.read_bytes()) if path.exists() else empty

    @property
    def generation(self) -> int:
        return self._state[0]

    def apply(self, changes: Changes) -> None:
        before, rows = self._state
        if changes.since > before:
            raise ValueError(f"changes since {changes.since} don't follow {before}")
        told, new = changes.passages, changes.upserts
        made = {
            described.id: Made(vector, document.title, document.body, described)
            for vector, document, described in zip(
                told.vectors(new) if len(new) else [],
                told.documents(new),
                told.descriptions(new),
                strict=True,
            )
        }
        kept = {} if changes.complete else rows
        gone = set(changes.deletes.tolist())
        kept = {id: row for id, row in kept.items() if id not in gone}
        self._state = changes.generation, kept | made

    def search(self, vector: np.ndarray, terms: Sequence[str], scope: Scope, k: int) -> Rankings:
        rows = self._state[1]
        inside = {id for id, made in rows.items() if passes(made.described, scope)}
        dense = _ranked({id: float(rows[id].vector @ vector) for id in inside})
        scores = _bm25(rows, terms)
        lexical = _ranked({id: score for id, score in scores.items() if id in inside})
        proposed = {*list(dense)[: max(k, 0)], *list(lexical)[: max(k, 0)]}
        return Rankings(
            {id: Cosine(score) for id, score in dense.items() if id in proposed},
            {id: Bm25(score) for id, score in lexical.items() if id in proposed},
        )

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        rows = self._state[1].values()
        return {
            term: _rarity(len(rows), sum(term in (*row.title, *row.body) for row in rows))
            for term in terms
        }

    def words(self, prefix: str) -> dict[str, int]:
        held = [{*row.title, *row.body} for row in self._state[1].values()]
        return dict(Counter(term for row in held for term in row if term.startswith(prefix)))

    def count(self) -> int:
        return len(self._state[1])

    def flush(self) -> None:
        temporary = self._path.with_suffix(".new")
        temporary.write_bytes(pickle.dumps(self._state))
        temporary.replace(self._path)


class ReferenceEngine:
    """A file for each index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str, dimension: int, allowed: Allowed) -> ReferenceIndex:
        return ReferenceIndex(self._folder / f"{name}.pickle")

    def describe(self, name: str) -> str:
        return "exact"

    def keep(self, names: Collection[str]) -> None:
        for path in self._folder.glob("*.pickle"):
            if path.stem not in names:
                path.unlink()


def _ranked(scores: dict[int, float]) -> dict[int, float]:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def _rarity(count: int, having: int) -> float:
    return math.log(1 + (count - having + 0.5) / (having + 0.5))


def _bm25(rows: dict[int, Made], terms: Sequence[str]) -> dict[int, float]:
    """Score by the book: Okapi BM25 with k1 = 1.2 and b = 0.75, title (weighted) and body."""
    scores: dict[int, float] = {}
    for field, weight in (("title", TITLE_BOOST), ("body", 1.0)):
        texts = {id: getattr(row, field) for id, row in rows.items()}
        average = sum(map(len, texts.values())) / max(len(texts), 1)
        for term in dict.fromkeys(terms):
            counts = {id: text.count(term) for id, text in texts.items() if term in text}
            for id, count in counts.items():
                norm = 1.2 * (0.25 + 0.75 * len(texts[id]) / average)
                gain = weight * _rarity(len(rows), len(counts)) * 2.2 * count / (count + norm)
                scores[id] = scores.get(id, 0.0) + gain
    return scores
