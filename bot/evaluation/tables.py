"""The measures of a run as tables for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as words: its head, and rows with a name and figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(
    scores: Sequence[Score], found: Mapping[str, float], cautions: Cautions
) -> Iterator[Rows]:
    """The counts by kind, the measures, and what each caution gives, as far as there are any."""
    if scores:
        yield Rows(("kind", "questions", "right", "abstained"), tuple(_by_kind(scores)))
    known = [(words, name) for name, words in NAMES.items() if name in found]
    if known:
        rows = ((words, _figure(name, found[name])) for words, name in known)
        yield Rows(("measure", "value"), tuple(rows))
    if cautions:
        told = (
            (name, *(_figure(what, value) for what, value in one.items()))
            for name, one in cautions.items()
        )
        yield Rows(("caution", "from", "answered", "right", "silent"), tuple(told))


def shown(tables: Iterable[Rows]) -> RenderableType:
    """Tables for a terminal, one below the other."""
    parts: list[RenderableType] = []
    for table in tables:
        parts += [Text()] if parts else []
        parts.append(_grid(table))
    return Group(*parts)


def _by_kind(scores: Sequence[Score]) -> Iterator[tuple[str, ...]]:
    answerable, other = parted(scores)
    for one in (*answerable, total("all answerable", answerable), *other):
        yield clean(one.kind), str(one.questions), str(one.right), str(one.abstained)


def _figure(name: str, value: float | None) -> str:
    """A measure as it is printed: a share with three digits, a time in ms."""
    if value is None:
        return "-"
    return f"{value:,.0f} ms" if name.endswith("_ms") else f"{value:.3f}"


def _grid(table: Rows) -> Table:
    grid = Table(box=None, pad_edge=False)
    first, *others = table.head
    grid.add_column(first)
    for name in others:
        grid.add_column(name, justify="right")
    for row in table.rows:
        grid.add_row(*row)
    return grid
