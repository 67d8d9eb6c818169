"""Fit how probable it is that a passage holds the answer, by what the search says of it alone.

Where a sentence answers ("What happened in Tarn?"), no few words can be sure, and this
probability stands in for theirs. It is a logistic regression on NewsQA's self-contained
questions, each asked of all articles and of those without an answer string; a passage is right
if it holds the evidence.

    python -m benchmarks.relevance --data ../shared/data           # prints what is fitted
    python -m benchmarks.relevance --data ../shared/data --write   # and writes it to the file
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.common import commit, only, open_indexed, parser, without_answers
from bot.evaluation.evidence import plain
from corpora.rows import Row, rows
from retrieval import Library
from retrieval.reader import CAUTIONS
from retrieval.reader.checkpoint import READER, load_checkpoint
from retrieval.reader.extractive import coverage
from retrieval.search import Searcher
from retrieval.text import query_terms

SET = "newsqa_dev"
FEATURES = ("one", "fused", "dense", "coverage")
DEPTH = 8
"""Passages of a question that are looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The passages found for a question: their features, and whether each holds the evidence.

    ``features`` has the shape (passages, features). ``told`` is false where all articles with
    an answer were left out.
    """

    features: NDArray[np.float64]
    right: tuple[bool, ...]
    told: bool


def asked(library: Library, folder: Path) -> Iterator[Asked]:
    """Ask every question twice: of all articles, and of those without the answer."""
    searcher, remaining = library.session().searcher, without_answers(library)
    for row in rows(folder, "queries"):
        if row["self_contained"] and row["answerable"]:
            yield _asked(row, searcher, told=True)
            yield _asked(row, only(searcher, remaining(row["answers"])), told=False)


def _asked(row: Row, searcher: Searcher, *, told: bool) -> Asked:
    hits = searcher.search(row["question"], DEPTH)
    words = searcher.rarity(query_terms(row["question"], ("en",)))
    values = [
        (1.0, hit.scores.fused, hit.scores.dense or 0.0, coverage(words, hit.article, hit.text))
        for hit in hits
    ]
    right = tuple(told and _holds(plain(hit.text), row["evidence"]) for hit in hits)
    return Asked(np.array(values).reshape(-1, len(FEATURES)), right, told)


def _holds(text: str, evidence: Sequence[str]) -> bool:
    """Tell whether a text holds a sentence of evidence, its dateline left out."""
    return any(plain(sentence)[-60:] in text for sentence in evidence)


def fit(found: Sequence[Asked]) -> NDArray[np.float64]:
    """Give the weights of FEATURES."""
    values = np.concatenate([one.features for one in found])
    right = np.concatenate([np.array(one.right, bool) for one in found])
    model = LogisticRegression(C=100.0, fit_intercept=False, max_iter=1000).fit(values, right)
    weights: NDArray[np.float64] = model.coef_[0]
    return weights


def _best(one: Asked, weights: NDArray[np.float64]) -> float:
    return float((1 / (1 + np.exp(-one.features @ weights))).max(initial=0.0))


def main() -> None:
    made = parser(__doc__ or "", sets=(SET,))
    made.add_argument("--write", action="store_true", help=f"write the fit into {READER.name}")
    given = made.parse_args()
    with open_indexed(given.data / SET, given.work, given.passage_tokens) as library:
        found = list(asked(library, given.data / SET))
    weights = fit(found)
    stored = load_checkpoint()
    if stored.calibration is None:
        raise SystemExit("fit the spans first: python -m benchmarks.calibrate")
    print(dict(zip(FEATURES, weights.round(3).tolist(), strict=True)))
    print("\n| threshold | passages where told | silent where not |\n|---|---|---|")
    for caution in CAUTIONS:
        threshold = stored.calibration.thresholds[caution]
        said = [_best(one, weights) >= threshold for one in found if one.told]
        silent = [_best(one, weights) < threshold for one in found if not one.told]
        print(f"| {caution} ({threshold}) | {np.mean(said):.3f} | {np.mean(silent):.3f} |")
    if given.write:
        by = (
            f"benchmarks.relevance on {len(found):,} questions of {SET}, {date.today()}, {commit()}"
        )
        calibration = replace(
            stored.calibration,
            relevance=dict(zip(FEATURES, weights.round(3).tolist(), strict=True)),
            provenance={**stored.calibration.provenance, "relevance": by},
        )
        about = {**stored.about, "calibration": calibration.written()}
        digest = replace(stored, about=about).write(READER)
        print(f"\nREADER_SHA256 in retrieval/reader/checkpoint.py is now {digest}")


if __name__ == "__main__":
    main()
