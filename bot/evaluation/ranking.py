"""How high the right articles and passages stand, as trec_eval measures it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.evaluation.asking import Outcome

if TYPE_CHECKING:
    from ir_measures import Measure

DEPTHS = (1, 4, 10)
_FOUND = "found"


def can_rank() -> bool:
    """Whether what measures rankings is installed: there are machines that it isn't built for."""
    return find_spec("ir_measures") is not None


def rankings(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Recall, MRR and nDCG of articles, and of passages whether and where the first right one is.

    Those that the questions tell nothing of are left out.
    """
    if not can_rank():
        return {}
    from ir_measures import RR, R, Success, nDCG

    articles = [one for one in outcomes if one.relevant]
    found = _measured(
        {f"recall@{k}": R @ k for k in DEPTHS} | {"mrr@10": RR @ 10, "ndcg@10": nDCG @ 10},
        [one.relevant or {} for one in articles],
        [one.ranking for one in articles],
    )
    ranks = [one.evidence_rank for one in outcomes if one.evidence_rank is not None]
    return found | _measured(
        {f"passage_recall@{k}": Success @ k for k in DEPTHS} | {"passage_mrr@10": RR @ 10},
        [{_FOUND: 1}] * len(ranks),
        [[*map(str, range(1, rank)), _FOUND] if rank else [] for rank in ranks],
    )


def _measured(
    measures: Mapping[str, Measure],
    relevant: Sequence[Mapping[str, int]],
    ranked: Sequence[Sequence[str]],
) -> dict[str, float]:
    from ir_measures import calc_aggregate

    if not relevant:
        return {}
    judged = {str(number): dict(one) for number, one in enumerate(relevant)}
    run = {
        str(number): {item: -float(place) for place, item in enumerate(items)}
        for number, items in enumerate(ranked)
    }
    values = calc_aggregate(list(measures.values()), judged, run)
    return {name: values[measure] for name, measure in measures.items()}
