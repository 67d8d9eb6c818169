"""The measures of a run for people to read, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.evaluation.judging import Score, parted, total
from bot.terminal import clean
from retrieval.reader import Caution

Cautions = Mapping[Caution, Mapping[str, float | None]]

NAMES = {
    "answered": "answered, of the answerable",
    "right": "answered rightly, of the answerable",
    "silent": "left unanswered, of the unanswerable",
    "answer_em": "first answer, exact match",
    "answer_f1": "first answer, F1",
    "list_f1": "answers as a list, F1",
    "quote_f1": "first quote beside the evidence, F1",
    "quotes_exact": "quotes word for word",
    "aurc": "area under risk and coverage",
    "recall@1": "articles, R@1",
    "recall@4": "articles, R@4",
    "recall@10": "articles, R@10",
    "mrr@10": "articles, MRR@10",
    "ndcg@10": "articles, nDCG@10",
    "passage_recall@1": "passages, R@1",
    "passage_recall@4": "passages, R@4",
    "passage_recall@10": "passages, R@10",
    "passage_mrr@10": "passages, MRR@10",
    "latency_p50_ms": "time, median",
    "latency_p95_ms": "time, 95 % within",
    "latency_p99_ms": "time, 99 % within",
}
"""What each measure is called, in the order in which they are shown."""


def shown(
    scores: Sequence[Score], found: Mapping[str, float], cautions: Cautions
) -> RenderableType:
    """The counts by kind, the measures, and what each caution gives."""
    parts: list[RenderableType] = [by_kind(scores), Text()] if scores else []
    parts.append(_measured(found))
    if cautions:
        parts += [Text(), _cautions(cautions)]
    return Group(*parts)


def figure(name: str, value: float | None) -> str:
    """A measure as it is printed: a share with three digits, a time in ms."""
    if value is None:
        return "-"
    return f"{value:,.0f} ms" if name.endswith("_ms") else f"{value:.3f}"


def by_kind(scores: Sequence[Score]) -> Table:
    """The counts for each kind of question."""
    grid = _grid("kind", "questions", "right", "abstained")
    answerable, other = parted(scores)
    for one in (*answerable, total("all answerable", answerable), *other):
        grid.add_row(clean(one.kind), str(one.questions), str(one.right), str(one.abstained))
    return grid


def _measured(found: Mapping[str, float]) -> Table:
    grid = _grid("measure", "value")
    for name, words in NAMES.items():
        if name in found:
            grid.add_row(words, figure(name, found[name]))
    return grid


def _cautions(cautions: Cautions) -> Table:
    grid = _grid("caution", "from", "answered", "right", "silent")
    for name, told in cautions.items():
        grid.add_row(name, *(figure(what, value) for what, value in told.items()))
    return grid


def _grid(first: str, *others: str) -> Table:
    grid = Table(box=None, pad_edge=False)
    grid.add_column(first)
    for name in others:
        grid.add_column(name, justify="right")
    return grid
