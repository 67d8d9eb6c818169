"""The measures of a run as one HTML page that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast

from lxml import etree, html
from lxml.html import builder as E

from bot.evaluation import plots
from bot.evaluation.abstention import risk_coverage, thinned
from bot.evaluation.asking import Outcome
from bot.evaluation.tables import Rows
from bot.terminal import clean

LISTED = 200
"""Questions judged wrong that are listed."""

DRAWN = 200
"""Points of a curve that are drawn at most."""

_DEEPEST = 10
_STYLE = """
:root { color-scheme: light dark; --line: #1f6feb; --other: #bf8700; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
  color: #1f2328; background: #ffffff; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
.figure { text-align: right; white-space: nowrap; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); }
figure { margin: 0; }
svg { width: 100%; font-size: 12px; fill: currentColor; }
polyline { fill: none; stroke: var(--line); stroke-width: 2; }
circle, .series0 { fill: var(--line); }
.series1 { fill: var(--other); }
.axis { fill: none; stroke: currentColor; }
@media (prefers-color-scheme: dark) {
  :root { --line: #58a6ff; --other: #d29922; }
  body { color: #e6edf3; background: #0d1117; }
}
"""


def page(title: str, about: str, outcomes: Sequence[Outcome], tables: Iterable[Rows]) -> str:
    """The page: tables, plots, and the questions that were judged wrong, below what it is about."""
    figures = [*_risk(outcomes), *_latency(outcomes), *_ranks(outcomes)]
    whole = E.HTML(
        E.HEAD(
            E.META(charset="utf-8"),
            E.META(name="viewport", content="width=device-width, initial-scale=1"),
            E.TITLE(clean(title)),
            E.STYLE(_STYLE),
        ),
        E.BODY(
            E.H1(clean(title)),
            E.P(clean(about)),
            *map(_table, tables),
            E.DIV(E.CLASS("plots"), *figures),
            *_wrong(outcomes),
        ),
        lang="en",
    )
    written = html.tostring(whole, doctype="<!DOCTYPE html>", encoding="unicode")
    return cast(str, written) + "\n"


def _table(table: Rows) -> etree._Element:
    figures = ((row[0], [E.TD(E.CLASS("figure"), one) for one in row[1:]]) for row in table.rows)
    return E.TABLE(
        E.TR(E.TH(table.head[0]), *(E.TH(E.CLASS("figure"), name) for name in table.head[1:])),
        *(E.TR(E.TD(name), *cells) for name, cells in figures),
    )


def _figure(caption: str, plot: etree._Element) -> etree._Element:
    return E.FIGURE(plot, E.FIGCAPTION(caption))


def _risk(outcomes: Sequence[Outcome]) -> list[etree._Element]:
    curve = thinned(risk_coverage(outcomes), DRAWN)
    points = [(point.answered, point.wrong) for point in curve]
    if not points:
        return []
    plot = plots.line(points, "share of questions answered", "share of these wrong")
    return [_figure("Risk and coverage, the surest answers first", plot)]


def _latency(outcomes: Sequence[Outcome]) -> list[etree._Element]:
    times = [one.elapsed_ms for one in outcomes if one.elapsed_ms]
    if not times:
        return []
    plot = plots.steps(times, "milliseconds", "share answered within")
    return [_figure("Latency", plot)]


def _ranks(outcomes: Sequence[Outcome]) -> list[etree._Element]:
    series = {
        "articles": [one.rank for one in outcomes if one.rank is not None],
        "passages": [one.evidence_rank for one in outcomes if one.evidence_rank is not None],
    }
    known = {
        name: Counter(_place(rank) for rank in ranks) for name, ranks in series.items() if ranks
    }
    if not known:
        return []
    places = [*map(str, range(1, _DEEPEST + 1)), f">{_DEEPEST}", "none"]
    values = [(place, [counts[place] for counts in known.values()]) for place in places]
    plot = plots.bars(values, "place of the first right one", "questions")
    return [_figure(f"Ranks of {' and '.join(known)}", plot)]


def _place(rank: int) -> str:
    return "none" if not rank else str(rank) if rank <= _DEEPEST else f">{_DEEPEST}"


def _wrong(outcomes: Sequence[Outcome]) -> list[etree._Element]:
    wrong = [one for one in outcomes if one.right is False]
    if not wrong:
        return []
    rows = [(one.query.question, _wanted(one), _told(one)) for one in wrong[:LISTED]]
    head = E.TR(*(E.TH(name) for name in ("question", "right", "told")))
    lines = [E.TR(*(E.TD(clean(text)) for text in row)) for row in rows]
    left_out = [E.P(f"… and {len(wrong) - LISTED:,} more.")] if len(wrong) > LISTED else []
    return [E.H2(f"Judged wrong: {len(wrong):,}"), E.TABLE(head, *lines), *left_out]


def _wanted(one: Outcome) -> str:
    expected = one.query.expected
    if expected is None or not one.query.answerable:
        return "nothing"
    parts = [" · ".join(expected.all_of), " or ".join(expected.any_of)]
    parts += ["“" + "” “".join(expected.quoted) + "”"] if expected.quoted else []
    parts += ["not " + " · ".join(expected.none_of)] if expected.none_of else []
    return "; ".join(filter(None, parts))


def _told(one: Outcome) -> str:
    return f"{' · '.join(one.answers)} ({one.probability:.0%})" if one.answered else "nothing"
