"""Fit and calibrate the sentence reader: its weights, its thresholds, and what they cost.

Fitted on half of the articles, measured on the other half. Answerable questions are asked as
they are; for unanswerable ones every article that contains an answer string is left out of
the search (RealTimeQA), or the question was written to have no answer (SQuAD 2).

    python -m benchmarks.calibrate --data ../shared/data
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Row, open_indexed, parser, plain, rows
from retrieval import Library
from retrieval.answering import THRESHOLDS
from retrieval.reader import sentences as reader
from retrieval.reader.features import FEATURES
from retrieval.store import Database, Ids, Store
from retrieval.text import fold

SETS = ("realtimeqa_hq_2022", "newsqa_dev", "squad2_dev_half")
EACH = 600
RIDGE = 1.0
ANSWERED = {"cautious": 0.6, "balanced": 0.85, "eager": 0.97}
"""Share of the answerable questions to answer, without SQuAD's, which paraphrase a paragraph."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question asked: its candidates' features and which of them answer it."""

    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: bool
    fitted: bool

    def best(self, weights: NDArray[np.float64]) -> tuple[float, bool]:
        """Give the best candidate's probability and whether it answers."""
        if not len(self.features):
            return 0.0, False
        logits = self.features @ weights
        best = int(np.argmax(logits))
        return float(1 / (1 + np.exp(-logits[best]))), bool(self.right[best])


def cases(library: Library, folder: Path) -> Iterator[Case]:
    """Ask a data set's questions, each answerable one also without its articles."""
    wanted = [row for row in rows(folder, "queries") if row.get("self_contained", True)]
    step = max(1, len(wanted) // EACH)
    texts = {item.id: fold(library.article(item.id).text) for item in library.articles()}
    passages = _passages(library)
    for row in wanted[::step]:
        yield _case(library, row, None)
        if row["answerable"] and folder.name.startswith("realtimeqa"):
            answers = [fold(answer) for answer in row["answers"]]
            kept = [
                passages[id] for id, text in texts.items() if not any(a in text for a in answers)
            ]
            yield _case(library, row, np.sort(np.concatenate(kept)))


def _passages(library: Library) -> dict[str, Ids]:
    """Give the passage ids of every article."""
    build = library.session().build
    store = Store(Database(Path(library.status().data_dir) / "quoth.db"), ("shared",))
    keys = {item.id: store.find(item.id) or 0 for item in library.articles()}
    return {
        id: np.array([item.id for item in store.passages_of(build, key)], dtype=np.int64)
        for id, key in keys.items()
    }


def _case(library: Library, row: Row, allowed: Ids | None) -> Case:
    session = library.session()
    assert isinstance(session.reader, reader.SentenceReader)
    hits = session.searcher.hits(session.searcher.rank(row["question"], allowed)[:25])
    found, features = session.reader.rows(row["question"], hits)
    evidence = [] if allowed is not None else [plain(text) for text in row["evidence"]]
    right = [_overlap(plain(item.text), evidence) for item in found]
    return Case(
        np.array(features, dtype=np.float64).reshape(-1, len(FEATURES)),
        np.array(right, dtype=np.bool_),
        row["answerable"] and allowed is None,
        _fitted(row["doc_ids"][0]),
    )


def _overlap(sentence: str, evidence: Sequence[str]) -> bool:
    return any(sentence in text or text in sentence for text in evidence)


def _fitted(document: str) -> bool:
    return hashlib.sha256(document.encode()).digest()[0] % 2 == 0


def fit(fitted: Sequence[Case]) -> NDArray[np.float64]:
    """Fit a logistic regression by Newton's method, with a small ridge."""
    x = np.concatenate([case.features for case in fitted])
    y = np.concatenate([case.right for case in fitted]).astype(np.float64)
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (p - y) + RIDGE * weights
        hessian = (x.T * (p * (1 - p))) @ x + RIDGE * np.eye(x.shape[1])
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def thresholds(fitted: Sequence[Case], weights: NDArray[np.float64]) -> dict[str, float]:
    """Give the thresholds at which so many of the answerable questions are answered."""
    best = [case.best(weights)[0] for case in fitted if case.answerable]
    return {name: float(np.quantile(best, 1 - share)) for name, share in ANSWERED.items()}


def table(measured: Sequence[Case], weights: NDArray[np.float64]) -> None:
    """Print what each threshold gives on questions that were not fitted on."""
    yes = [case.best(weights) for case in measured if case.answerable]
    no = [case.best(weights) for case in measured if not case.answerable]
    print("| threshold | answerable: answered | first sentence right | unanswerable: silent |")
    print("|---|---|---|---|")
    named = {value: f"{value} ({name})" for name, value in THRESHOLDS.items()}
    for threshold in sorted({0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, *named}):
        answered = [right for probability, right in yes if probability >= threshold]
        silent = sum(probability < threshold for probability, _ in no) / max(len(no), 1)
        share, right = len(answered) / max(len(yes), 1), sum(answered) / max(len(answered), 1)
        print(f"| {named.get(threshold, threshold)} | {share:.3f} | {right:.3f} | {silent:.3f} |")


def main() -> None:
    options = parser(__doc__ or "", sets=SETS).parse_args()
    every: dict[str, list[Case]] = {}
    for name in options.sets:
        with open_indexed(options.data / name, options.work, options.passage_tokens) as library:
            every[name] = list(cases(library, options.data / name))
    fitted = {name: [case for case in found if case.fitted] for name, found in every.items()}
    weights = fit([case for found in fitted.values() for case in found])
    open_questions = [
        case for name, found in fitted.items() if not name.startswith("squad") for case in found
    ]
    print(f"THRESHOLDS = {thresholds(open_questions, weights)}")
    print("WEIGHTS = (" + ", ".join(f"{weight:.2f}" for weight in weights) + ")\n")
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"{weight:7.2f}  {name}")
    for label, used in (("fitted anew", weights), ("as shipped", np.array(reader.WEIGHTS))):
        for name, found in every.items():
            print(f"\n{name}, {label}, on the articles not fitted on\n")
            table([case for case in found if not case.fitted], used)


if __name__ == "__main__":
    main()
