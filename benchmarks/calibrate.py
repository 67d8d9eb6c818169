"""Fit what a span's probability is made of, and the thresholds, to real questions.

Each question is asked of its data set's whole corpus, and again with every article left out
that holds an answer string, so that there is none to find. First the weights of a span's
features are fitted (a logistic regression), then they are scaled so that the probability of
the first answer, after grouping, is calibrated (Platt 1999). The model itself is not trained.

    python -m benchmarks.calibrate --data ../shared/data           # prints what is fitted
    python -m benchmarks.calibrate --data ../shared/data --write   # and puts it in the file

Thresholds are chosen by hand (``--thresholds``), with the tables that are printed; without it
the ones in the file stay. What was read is kept in ``--work``: a run after the model has changed
needs ``calibration-*.pickle`` there deleted.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.common import commit, only, open_indexed, parser, without_answers
from benchmarks.scoring import RIGHT
from bot.evaluation.scoring import best_f1, exact
from corpora.examples import evaluated
from corpora.rows import Row, rows
from retrieval import Library
from retrieval.answering import answers
from retrieval.reader import CAUTIONS, Calibration, Caution, ExtractiveReader, Reading
from retrieval.reader.checkpoint import READER, load_checkpoint
from retrieval.reader.extractive import FEATURES, Found, features
from retrieval.store import Ids
from retrieval.types import Answer, Hit, Span

SETS = ("newsqa_dev", "realtimeqa_hq_dev", "realtimeqa_hq_2022", "squad2_dev_half")
FITTED = ("newsqa_dev",)
READ = 25
SPANS = 3
"""Spans of a passage that the weights are fitted on."""

EACH = 800
"""Questions of a set at most."""

RIDGE = 1.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it was asked; ``golds`` is empty where there is no answer to find."""

    question: str
    golds: tuple[str, ...]
    hits: tuple[Hit, ...]
    found: tuple[Found, ...]


def cases(library: Library, folder: Path) -> Iterator[Case]:
    """Ask a data set's questions, each also without the articles that hold an answer."""
    trained_on = {row["id"] for row in rows(folder, "corpus") if _trained_on(folder, row)}
    wanted = [
        row
        for row in rows(folder, "queries")
        if row.get("self_contained", True) and not trained_on.intersection(row["doc_ids"])
    ]
    remaining = without_answers(library)
    for row in tqdm(wanted[:: -(-len(wanted) // EACH)], desc=folder.name, unit="question"):
        yield _case(library, row, None)
        if row["answerable"] and not folder.name.startswith("squad"):
            yield _case(library, row, remaining(row["answers"]))


def _trained_on(folder: Path, document: Row) -> bool:
    return folder.name.startswith("squad2") and not evaluated(document["title"])


def _case(library: Library, row: Row, allowed: Ids | None) -> Case:
    whole = library.session().searcher
    searcher = whole if allowed is None else only(whole, allowed)
    hits = searcher.hits(searcher.rank(row["question"])[:READ])
    found = ExtractiveReader(whole.rarity).found(row["question"], hits)
    golds = row["answers"] if allowed is None else []
    return Case(row["question"], tuple(golds), tuple(hits), tuple(found))


def fit(cases: Sequence[Case]) -> Floats:
    """Fit the weights of FEATURES to which spans are right."""
    x, y = [], []
    for case in cases:
        for hit, found in zip(case.hits, case.found, strict=True):
            for (start, end), margin in found.spans[:SPANS]:
                x.append(list(features(hit, margin, found).values()))
                y.append(
                    bool(case.golds) and best_f1(hit.article.text[start:end], case.golds) >= RIGHT
                )
    return regression(np.array(x), np.array(y, dtype=np.float64))


def regression(x: Floats, y: Floats) -> Floats:
    """Fit a logistic regression by Newton's method, with a small ridge."""
    weights = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -40, 40)))
        gradient = x.T @ (p - y) + RIDGE * weights
        hessian = (x.T * (p * (1 - p))) @ x + RIDGE * np.eye(x.shape[1])
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def first_answer(case: Case, weights: Floats) -> Answer | None:
    """Give the first answer that is made with these weights, unless it is quite improbable."""
    readings = [
        Reading(hit, spans[0].probability if spans else 0.0, spans)
        for hit, found in zip(case.hits, case.found, strict=True)
        for spans in [_spans(hit, found, weights)]
    ]
    made = answers(readings, case.question, threshold=0.01, most=1, copies=lambda article: ())
    return made.answers[0] if made.answers else None


def _spans(hit: Hit, found: Found, weights: Floats) -> tuple[Span, ...]:
    values = np.array([list(features(hit, margin, found).values()) for _, margin in found.spans])
    if not len(values):
        return ()
    chances = 1 / (1 + np.exp(-np.clip(values @ weights, -40, 40)))
    return tuple(
        Span(hit.article, start, end, float(chance))
        for ((start, end), _), chance in zip(found.spans, chances, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a first answer did."""

    probability: float
    f1: float
    exact: float
    answerable: bool


def outcomes(cases: Sequence[Case], weights: Floats) -> list[Outcome]:
    """Answer every question."""
    made = []
    for case in cases:
        answer = first_answer(case, weights)
        text = answer.text if answer else ""
        made.append(
            Outcome(
                answer.probability if answer else 0.0,
                best_f1(text, case.golds) if case.golds else 0.0,
                exact(text, case.golds) if case.golds else 0.0,
                bool(case.golds),
            )
        )
    return made


def scaled(cases: Sequence[Case], weights: Floats) -> Floats:
    """Scale the weights until the first answers' probabilities are calibrated."""
    for _ in range(3):
        told = outcomes(cases, weights)
        chances = np.clip([one.probability for one in told], 1e-6, 1 - 1e-6)
        logits = np.log(chances / (1 - chances))
        right = np.array([one.f1 >= RIGHT for one in told], dtype=np.float64)
        offset, slope = regression(np.stack([np.ones_like(logits), logits], 1), right)
        weights = weights * slope
        weights[0] += offset
    return weights


def table(told: Sequence[Outcome], thresholds: Mapping[Caution, float]) -> None:
    """Print what each threshold gives."""
    yes = [one for one in told if one.answerable]
    no = [one for one in told if not one.answerable]
    print(
        f"forced: EM {np.mean([o.exact for o in yes]):.3f}, F1 {np.mean([o.f1 for o in yes]):.3f}"
    )
    print("| threshold | answered | EM / F1 of these | silent without answer |")
    print("|---|---|---|---|")
    levels = {round(x, 3): "" for x in np.arange(0.05, 0.95, 0.05)}
    for value, name in sorted({**levels, **{v: k for k, v in thresholds.items()}}.items()):
        said = [one for one in yes if one.probability >= value]
        silent = np.mean([one.probability < value for one in no])
        em, f1 = (np.mean([getattr(one, kind) for one in said]) for kind in ("exact", "f1"))
        share = len(said) / len(yes)
        print(f"| {value:.3f} {name} | {share:.3f} | {em:.3f} / {f1:.3f} | {silent:.3f} |")


def options() -> argparse.Namespace:
    """Take the command line apart."""
    made = parser(__doc__ or "", sets=SETS)
    made.add_argument("--thresholds", type=float, nargs=3, metavar=tuple(CAUTIONS))
    made.add_argument("--write", action="store_true", help=f"write the fit into {READER.name}")
    return made.parse_args()


def kept_cases(name: str, given: argparse.Namespace) -> list[Case]:
    """Give the cases of a set, read once."""
    kept: Path = given.work / f"calibration-{name}.pickle"
    if not kept.exists():
        with open_indexed(given.data / name, given.work, given.passage_tokens) as library:
            kept.write_bytes(pickle.dumps(list(cases(library, given.data / name))))
    made: list[Case] = pickle.loads(kept.read_bytes())
    return made


def fitted_to(
    found: Sequence[Case],
    thresholds: Mapping[Caution, float],
    by: str,
    before: Calibration | None,
) -> Calibration:
    """Fit the weights; the thresholds are given, ``by`` tells where they are from.

    What was fitted of passages ``before`` (benchmarks/relevance.py) stays.
    """
    weights = [round(float(weight), 3) for weight in scaled(found, fit(found))]
    provenance = {
        **(before.provenance if before else {}),
        "weights": f"benchmarks.calibrate on {len(found):,} questions of {', '.join(FITTED)}, "
        f"half of them asked with the articles left out that hold an answer",
        "thresholds": by,
        "date": str(date.today()),
        "commit": commit(),
    }
    spans = dict(zip(FEATURES, weights, strict=True))
    return Calibration(spans, before.relevance if before else {}, thresholds, provenance)


def main() -> None:
    given = options()
    every = {name: kept_cases(name, given) for name in given.sets}
    stored = load_checkpoint()
    before = stored.calibration
    if given.thresholds:
        thresholds = dict(zip(CAUTIONS, given.thresholds, strict=True))
        by = f"by hand, {date.today()}"
    elif before:
        thresholds, by = dict(before.thresholds), before.provenance["thresholds"]
    else:
        raise SystemExit("the reader's file has no thresholds yet: give --thresholds")
    calibration = fitted_to(
        [case for name in FITTED for case in every[name]], thresholds, by, before
    )
    print(f"{calibration}\n(in the file: {before})")
    weights = np.array(list(calibration.weights.values()))
    for name, found in every.items():
        print(f"\n{name}" + (" (fitted on)" if name in FITTED else ""))
        table(outcomes(found, weights), thresholds)
    if given.write:
        about = {**stored.about, "calibration": calibration.written()}
        digest = replace(stored, about=about).write(READER)
        print(f"\nREADER_SHA256 in retrieval/reader/checkpoint.py is now {digest}")


if __name__ == "__main__":
    main()
