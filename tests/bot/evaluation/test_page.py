"""The page of a run: that it parses, names its figures, and needs nothing from elsewhere."""

from __future__ import annotations

import re

from lxml import html

from bot.evaluation import Attempt, Expected, Outcome, Query, by_caution, measures, scores
from bot.evaluation.page import LISTED, page
from bot.evaluation.tables import tables

WHO = Expected("who?", "who", any_of=("Dahl",))
TRICKY = "<script>alert(1)</script> & \x00 “who”?"


def outcome(question: str = "who?", *, right: bool = True, **other: object) -> Outcome:
    told: dict[str, object] = {"answers": ("Dahl",), "attempts": (Attempt(0.6, right),)}
    told |= {"elapsed_ms": 40.0, "probability": 0.6, "quotes": 1, "verbatim": 1}
    return Outcome(Query("1", question, WHO), right=right, **told | other)  # type: ignore[arg-type]


def written(*outcomes: Outcome) -> html.HtmlElement:
    counts = scores(("who", bool(one.right), one.answered) for one in outcomes)
    cautions = by_caution(outcomes, {"balanced": 0.25})
    rows = tables(counts, measures(outcomes), cautions)
    text = page("quoth eval beir", "Of today.", outcomes, rows)
    assert text.startswith("<!DOCTYPE html>")
    return html.document_fromstring(text)


def captions(found: html.HtmlElement) -> list[str]:
    return [one.text_content() for one in found.iter("figcaption")]


def test_figures_are_named_and_drawn() -> None:
    found = written(
        outcome(relevant={"a": 1}, ranking=("b", "a"), evidence_rank=1),
        outcome(right=False, relevant={"a": 1}, ranking=("b",), evidence_rank=0),
    )
    assert captions(found) == [
        "Risk and coverage, the surest answers first",
        "Latency",
        "Ranks of articles and passages",
    ]
    drawings = list(found.iter("svg"))
    assert [one.get("aria-label") for one in drawings] == [
        "share of these wrong by share of questions answered",
        "share answered within by milliseconds",
        "questions by place of the first right one",
    ]
    bars = [float(one.get("height") or 0) for one in drawings[2].iter("rect")]
    assert sum(tall > 0 for tall in bars) == 4  # two articles, two passages, each at its place
    assert all(one.get("points") for one in found.iter("polyline"))


def test_every_mark_lies_within_its_picture() -> None:
    found = written(*(outcome(elapsed_ms=30.0 * n, right=n % 3 > 0) for n in range(1, 30)))
    for line in found.iter("polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 480
            assert 0 <= y <= 280


def test_the_axis_of_time_has_round_ticks() -> None:
    found = written(*(outcome(elapsed_ms=float(told)) for told in (40, 3182, 796)))
    texts = [one.text_content() for one in list(found.iter("svg"))[1].iter("text")]
    assert {"0", "1,000", "2,000", "3,000", "4,000"} <= set(texts)


def test_only_what_is_known_is_shown() -> None:
    found = written(Outcome(Query("1", "who?"), ("Dahl",), elapsed_ms=40.0))
    assert captions(found) == ["Latency"]
    assert "caution" not in found.text_content()


def test_the_page_needs_nothing_from_elsewhere() -> None:
    text = html.tostring(written(outcome(), outcome(right=False)), encoding="unicode")
    assert not re.search(r"<script|<link|<img|https?:|@import|url\(", text)
    assert "prefers-color-scheme: dark" in text


def test_what_was_judged_wrong_is_listed_and_can_bring_no_markup() -> None:
    found = written(outcome(), outcome(TRICKY, right=False, answers=("Vik",)))
    assert "Judged wrong: 1" in found.text_content()
    assert [cell.text_content() for cell in found.findall(".//tr")[-1]] == [
        "<script>alert(1)</script> & \ufffd “who”?",
        "Dahl",
        "Vik (60%)",
    ]
    assert not list(found.iter("script"))


def test_a_long_list_is_cut() -> None:
    found = written(*(outcome(right=False) for _ in range(LISTED + 3)))
    assert "… and 3 more." in found.text_content()


def test_the_measures_are_told() -> None:
    found = written(outcome(), outcome(right=False))
    rows = [[cell.text_content() for cell in row] for row in found.iter("tr")]
    assert ["all answerable", "2", "1", "0"] in rows
    assert ["answered rightly, of the answerable", "0.500"] in rows
    assert ["time, median", "40 ms"] in rows
    assert ["balanced", "0.250", "1.000", "0.500", "-"] in rows
