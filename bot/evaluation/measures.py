"""The measures of a run, by their names in JSON; only those that its questions allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bot.evaluation.abstention import aurc, risk_coverage, spoken
from bot.evaluation.asking import Outcome
from bot.evaluation.judging import NOTHING, is_right
from bot.evaluation.ranking import rankings
from retrieval.reader import Caution

PERCENTILES = (50, 95, 99)
_DIGITS = 4


def measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Every measure that the questions allow: shares and means from 0 to 1, times in ms."""
    answerable = [one for one in outcomes if one.query.answerable]
    silent = [not one.answered for one in outcomes if not one.query.answerable]
    quotes = sum(one.quotes for one in outcomes)
    found: dict[str, float | None] = {
        "answered": _mean([one.answered for one in answerable]),
        "right": _mean([one.right for one in answerable]),
        "answer_em": _mean([one.exact for one in outcomes]),
        "answer_f1": _mean([one.f1 for one in outcomes]),
        "list_f1": _mean([one.list_f1 for one in outcomes]),
        "quote_f1": _mean([one.quote_f1 for one in outcomes]),
        "quotes_exact": sum(one.verbatim for one in outcomes) / quotes if quotes else None,
        "silent": _mean(silent),
        "aurc": aurc(risk_coverage(outcomes)),
        **rankings(outcomes),
        **_latencies([one.elapsed_ms for one in outcomes if one.elapsed_ms]),
    }
    return {name: round(float(one), _DIGITS) for name, one in found.items() if one is not None}


def by_caution(
    outcomes: Sequence[Outcome], thresholds: Mapping[Caution, float]
) -> dict[Caution, dict[str, float | None]]:
    """What each threshold gives, as far as answers are known.

    Of the answerable questions the shares that are ``answered`` and that are so rightly
    (``right``), of the unanswerable ones the share left ``silent``; None where there are none.
    """
    judged = [one for one in outcomes if one.right is not None]
    found: dict[Caution, dict[str, float | None]] = {}
    for name, threshold in thresholds.items() if judged else ():
        told = [(one, spoken(one, threshold)) for one in judged]
        yes = [attempt for one, attempt in told if one.query.answerable]
        no = [attempt is None for one, attempt in told if not one.query.answerable]
        found[name] = {
            "threshold": threshold,
            "answered": _share([attempt is not None for attempt in yes]),
            "right": _share([_is_right(one, threshold) for one in judged if one.query.answerable]),
            "silent": _share(no),
        }
    return found


def _share(values: Sequence[bool]) -> float | None:
    found = _mean(values)
    return None if found is None else round(found, _DIGITS)


def _is_right(outcome: Outcome, threshold: float) -> bool:
    """Whether what is answered at a threshold is right.

    So is saying nothing where all that is known is which answer would be wrong.
    """
    told = spoken(outcome, threshold)
    expected = outcome.query.expected
    return told.right if told else expected is not None and is_right(expected, NOTHING)


def _mean(values: Sequence[Any]) -> float | None:
    """The mean of those that are known, None if none is."""
    known = [float(value) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _latencies(times: Sequence[float]) -> dict[str, float]:
    if not times:
        return {}
    found = np.percentile(times, PERCENTILES)
    return {f"latency_p{at}_ms": float(one) for at, one in zip(PERCENTILES, found, strict=True)}
