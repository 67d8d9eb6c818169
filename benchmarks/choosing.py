"""Fit what tells a right answer from a wrong one (retrieval/answering/features.py), and measure it.

Each question is asked of a whole corpus, and again with every article left out that holds an
answer string. What may answer it, and that nothing does, share one probability, a softmax of a
weighted sum of features; the weights make the right ones as probable as can be. The figures of a
set that is fitted on are from fits without the fifth of the questions that is asked.

    python -m benchmarks.choosing --data ../shared/data           # prints what is fitted
    python -m benchmarks.choosing --data ../shared/data --write   # and puts it in the file

It comes after benchmarks/calibrate.py, which makes the probabilities of spans. What was read is
kept (benchmarks/readings.py) until the reader's weights change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import commit, parser
from benchmarks.readings import Case, Source, load_cases
from benchmarks.scoring import RIGHT, calibration_error, reliability
from bot.evaluation.scoring import best_f1, exact, mean
from retrieval.answering.asked import Asked
from retrieval.answering.choosing import candidates, text_of
from retrieval.answering.copies import Prints
from retrieval.answering.features import AS_READ, FEATURES, Choice, Features
from retrieval.answering.quoting import Quoting
from retrieval.reader.checkpoint import READER, load_checkpoint

FITTED = ("newsqa_dev", "realtimeqa_hq_dev")
TESTED = ("realtimeqa_hq_2022",)
FOLDS = 5

RIDGE = 2.0
"""What a weight of one standard deviation costs, squared: .5 to 5 give the same."""

STEPS = 600

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A question's candidates: a row of FEATURES each, token F1 and exact match.

    ``number`` is the question's, the same for both ways of asking it; ``kind`` what it wants.
    """

    number: int
    kind: str
    answerable: bool
    values: Floats
    f1: Floats
    exact: Floats

    def first(self, weights: Floats) -> tuple[float, float, float]:
        """Give the first answer's probability, F1 and exact match."""
        if not len(self.values):
            return 0.0, 0.0, 0.0
        odds = np.exp(np.clip(self.values @ weights, -30, 30))
        best = int(odds.argmax())
        return odds[best] / (1 + odds.sum()), self.f1[best], self.exact[best]


def asked_on(case: Case) -> date | None:
    """Give the day of a question, if it has one."""
    told = case.row.get("question_date")
    return date.fromisoformat(told.replace("/", "-")) if told else None


def row(case: Case, number: int, today: date | None) -> Row:
    """Give what may answer a question, and which of it is right."""
    asked = Asked.of(case.question)
    groups = candidates(case.readings, asked)
    features = Features(
        case.readings, asked, Quoting(case.readings, asked, Prints(case.others)), today
    )
    texts = [text_of(group, groups, asked.wanted.kind) for group in groups]
    golds = case.row["answers"]
    values = [list(features(group).values()) for group in groups]
    return Row(
        number,
        asked.wanted.kind,
        bool(golds),
        np.array(values, dtype=np.float64).reshape(len(groups), len(FEATURES)),
        np.array([best_f1(text, golds) if golds else 0.0 for text in texts]),
        np.array([exact(text, golds) if golds else 0.0 for text in texts]),
    )


def rows(cases: Sequence[Case], *, dated: bool) -> list[Row]:
    """Give the rows of a set, each asked on the day of its question or without one."""
    days = (asked_on(case) if dated else None for case in cases)
    return [
        row(case, place // 2, day)
        for place, (case, day) in enumerate(zip(cases, days, strict=True))
    ]


def fit(told: Sequence[Row]) -> Floats:
    """Fit the weights of FEATURES, "one" against nothing's being right, with Adam."""
    told = [one for one in told if len(one.values)]
    values = np.concatenate([one.values for one in told])
    worth = np.concatenate([np.where(one.f1 >= RIGHT, one.f1, 0.0) for one in told])
    of = np.repeat(np.arange(len(told)), [len(one.values) for one in told])
    spread = values.std(axis=0)
    fitted = spread > 1e-3  # what is the same everywhere tells nothing
    centre = np.where(fitted, values.mean(axis=0), 0.0)
    scaled = np.where(fitted, (values - centre) / np.maximum(spread, 1e-3), 0.0)
    scaled[:, 0] = 1.0
    weights, slope, square = np.zeros((3, values.shape[1]))
    weights[0] = -2.0
    cost = np.full(len(weights), RIDGE)
    cost[0] = 0.0
    for step in range(1, STEPS + 1):
        odds = np.exp(np.clip(scaled @ weights, -30, 30))
        right = np.bincount(of, odds * worth)
        wanted = np.where(right[of] > 0, odds * worth / np.maximum(right[of], 1e-30), 0.0)
        gradient = scaled.T @ (odds / (1 + np.bincount(of, odds))[of] - wanted) + cost * weights
        slope = 0.9 * slope + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        pace = 0.1 * (1 - step / STEPS)
        weights = weights - pace * (slope / (1 - 0.9**step)) / (
            np.sqrt(square / (1 - 0.99**step)) + 1e-8
        )
    made = np.where(fitted, weights / np.maximum(spread, 1e-3), 0.0)
    made[0] = weights[0] - made[1:] @ centre[1:]
    return np.asarray(made)


def without_fold(told: Sequence[Row]) -> list[tuple[float, float, float]]:
    """Give the first answers, each by weights that were fitted to other questions."""
    fits = [fit([one for one in told if one.number % FOLDS != fold]) for fold in range(FOLDS)]
    return [one.first(fits[one.number % FOLDS]) for one in told]


HEAD = (
    "| data | choice | EM / F1 of the first answer | answered | silent | silent at .85 answered "
    "| calibration error |\n|---|---|---|---|---|---|---|"
)


def figures(
    told: Sequence[Row], firsts: Sequence[tuple[float, float, float]], thresholds: Sequence[float]
) -> str:
    """Give the cells of a row of the table."""
    yes = [first for one, first in zip(told, firsts, strict=True) if one.answerable]
    no = [first for one, first in zip(told, firsts, strict=True) if not one.answerable]
    said = " / ".join(f"{mean([one[0] >= least for one in yes]):.3f}" for least in thresholds)
    silent = " / ".join(f"{mean([one[0] < least for one in no]):.3f}" for least in thresholds)
    least = sorted((one[0] for one in yes), reverse=True)[: max(int(0.85 * len(yes)), 1)][-1]
    error = calibration_error(reliability([(p, float(f1 >= RIGHT)) for p, f1, _ in firsts]))
    return (
        f"{mean([one[2] for one in yes]):.3f} / {mean([one[1] for one in yes]):.3f} | {said} "
        f"| {silent} | {mean([one[0] < least for one in no]):.3f} ({least:.2f}) | {error:.3f}"
    )


KINDS = (
    "| wanted | questions | answered | of these right | area under risk and coverage |\n"
    "|---|---|---|---|---|"
)


def risks(
    told: Sequence[Row], firsts: Sequence[tuple[float, float, float]], thresholds: Sequence[float]
) -> str:
    """Give the table of what each kind of question risks: half of them have no answer.

    The area is the mean share of wrong answers (El-Yaniv and Wiener 2010, "On the foundations of
    noise-free selective classification"), from answering the surest question alone to all.
    """
    lines = [KINDS]
    for kind in sorted({one.kind for one in told}):
        chosen = [first for one, first in zip(told, firsts, strict=True) if one.kind == kind]
        chosen.sort(reverse=True)
        wrong = np.cumsum([f1 < RIGHT for _, f1, _ in chosen]) / np.arange(1, len(chosen) + 1)
        said = [[f1 >= RIGHT for p, f1, _ in chosen if p >= least] for least in thresholds]
        covered = " / ".join(f"{len(right) / len(chosen):.3f}" for right in said)
        rights = " / ".join(f"{mean(right):.3f}" if right else "–" for right in said)
        lines.append(f"| {kind} | {len(chosen)} | {covered} | {rights} | {wrong.mean():.3f} |")
    return "\n".join(lines)


def as_weights(choice: Choice) -> Floats:
    """Give a choice's weights in the order of FEATURES."""
    return np.array([choice.get(name, 0.0) for name in FEATURES])


def main() -> None:
    made = parser(__doc__ or "", sets=(*FITTED, *TESTED))
    made.add_argument("--limit", type=int, help="ask so many questions of each set")
    made.add_argument("--write", action="store_true", help=f"write the fit into {READER.name}")
    given = made.parse_args()
    source = Source(given.data, given.work, given.limit)
    told: dict[tuple[str, bool], list[Row]] = {}
    for name in given.sets:
        found = load_cases(source, name)
        told |= {(name, on): rows(found, dated=on) for on in {False, bool(asked_on(found[0]))}}
    fitted = [one for (name, _), found in told.items() if name in FITTED for one in found]
    weights = np.array([round(float(weight), 3) for weight in fit(fitted)])
    choice = dict(zip(FEATURES, weights.tolist(), strict=True))
    print(choice)
    stored = load_checkpoint()
    before = stored.calibration
    if before is None:
        raise SystemExit("the reader's file has no calibration yet: benchmarks.calibrate --write")
    thresholds = sorted(before.thresholds.values())
    print(HEAD)
    known = {"as read": AS_READ, "in the file": before.choice or AS_READ}
    left_out = dict(zip(map(id, fitted), without_fold(fitted), strict=True))
    every: list[tuple[Row, tuple[float, float, float]]] = []
    for (name, on), asked in told.items():
        what = f"{name}{', on its day' if on else ''} | "
        for by, used in known.items():
            firsts = [one.first(as_weights(used)) for one in asked]
            print(f"| {what}{by} | {figures(asked, firsts, thresholds)} |")
        firsts = [left_out.get(id(one)) or one.first(weights) for one in asked]
        print(f"| {what}fitted | {figures(asked, firsts, thresholds)} |", flush=True)
        every += zip(asked, firsts, strict=True)
    print(risks([one for one, _ in every], [first for _, first in every], thresholds))
    if given.write:
        by = f"benchmarks.choosing on {', '.join(name for name in FITTED if name in given.sets)}"
        told_by = {**before.provenance, "choice": f"{by}, {date.today()}, commit {commit()}"}
        about = replace(before, choice=choice, provenance=told_by).written()
        digest = replace(stored, about={**stored.about, "calibration": about}).write(READER)
        print(f"\nREADER_SHA256 in retrieval/reader/checkpoint.py is now {digest}")


if __name__ == "__main__":
    main()
