"""When to speak: risk against coverage, and thresholds fitted to one's own questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from bot.evaluation.asking import Attempt, Outcome
from bot.evaluation.questions import evenly
from retrieval.errors import QuestionError
from retrieval.reader import Caution

FEWEST = 10
"""Questions of each kind, answerable and not, that thresholds are fitted to at least."""

_SURE = 1e-6
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives: the share of all questions answered, and how many of these wrongly.

    ``wrong`` is the share of the answered ones, 0 to 1.
    """

    threshold: float
    answered: float
    wrong: float


def risk_coverage(outcomes: Sequence[Outcome]) -> list[Point]:
    """The risk–coverage curve of the questions whose answers are known, the surest first.

    An answer to a question that nothing answers is wrong.
    """
    judged = [one for one in outcomes if one.right is not None]
    tries = [
        (attempt.confidence, number, attempt.right)
        for number, one in enumerate(judged)
        for attempt in one.attempts
    ]
    tries.sort(key=lambda one: -one[0])
    said: dict[int, bool] = {}
    points = []
    for threshold, alike in groupby(tries, key=lambda one: one[0]):
        said |= {number: right for _, number, right in alike}
        wrong = 1 - sum(said.values()) / len(said)
        points.append(Point(threshold, len(said) / len(judged), wrong))
    return points


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """At most so many points of a curve, evenly spaced, with the one where all is said."""
    return evenly(points[::-1], most)[::-1]


def aurc(points: Sequence[Point]) -> float | None:
    """The area under a risk–coverage curve: the mean share wrong over the coverages reached.

    None where nothing is ever answered.
    """
    if not points:
        return None
    before = [0.0, *(point.answered for point in points)]
    area = sum(
        (point.answered - less) * point.wrong for point, less in zip(points, before, strict=False)
    )
    return area / points[-1].answered


def spoken(outcome: Outcome, threshold: float) -> Attempt | None:
    """What is answered at a threshold, None if nothing."""
    return next((one for one in outcome.attempts if one.confidence >= threshold), None)


def require_enough(answerable: int, unanswerable: int) -> None:
    """Raise QuestionError, saying what is missing, where questions are too few to be fitted to."""
    needed = (
        (answerable, "that the articles answer"),
        (unanswerable, 'that they don\'t ({"question": "…", "unanswerable": true})'),
    )
    missing = [f"{FEWEST - count} more {what}" for count, what in needed if count < FEWEST]
    if missing:
        raise QuestionError(
            f"thresholds are fitted to {FEWEST} questions that the articles answer and {FEWEST} "
            f"that they don't, at least; here are {answerable} and {unanswerable}: add "
            f"{' and '.join(missing)}"
        )


def fitted(outcomes: Sequence[Outcome], shipped: Mapping[Caution, float]) -> dict[Caution, float]:
    """Thresholds at which answers to these questions are as often right as those shipped say.

    How often answers of a probability are right is fitted (Platt 1999), drawn towards what the
    reader says, which holds where questions tell little. Raises QuestionError where surer
    answers aren't more often right.
    """
    tries = [attempt for one in outcomes for attempt in one.attempts]
    logits = _logit(np.array([one.confidence for one in tries]))
    right = np.array([one.right for one in tries], dtype=np.float64)
    offset, slope = _logistic(np.stack([np.ones_like(logits), logits], 1), right)
    if slope <= 0:
        raise QuestionError(
            "thresholds can't be fitted: surer answers to these questions are not more often "
            "right. Look at those that are judged wrong: `quoth eval DIR --html FILE` lists them."
        )
    return {
        name: round(float(_probability((_logit(np.array(level)) - offset) / slope)), 3)
        for name, level in shipped.items()
    }


def _logit(chances: np.ndarray) -> np.ndarray:
    clipped = np.clip(chances, _SURE, 1 - _SURE)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _probability(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -40, 40))))


def _logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fit an offset and a slope by Newton's method, drawn with weight 1 towards 0 and 1."""
    prior = np.array([0.0, 1.0])

    def loss(weights: np.ndarray) -> float:
        z = x @ weights
        return float(np.sum(np.logaddexp(0, z) - y * z) + np.sum((weights - prior) ** 2) / 2)

    weights = prior
    for _ in range(_STEPS):
        p = _probability(x @ weights)
        gradient = x.T @ (p - y) + weights - prior
        hessian = (x.T * (p * (1 - p))) @ x + np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > _SURE:
            step /= 2  # a whole step may lead past the best weights
        weights = weights - step
    return weights
