"""Answers are measured right: what is left out isn't searched, what is asked is scored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import answers
from benchmarks.answers import Asked, Told
from benchmarks.common import holds, only, without_answers
from bot.evaluation.questions import evenly
from retrieval import Library, Question, Reply
from retrieval.text import fold
from retrieval.types import Answer, Quote

ARTICLES = {
    "quay.txt": (
        "The harbour council of Veldmark voted on Tuesday to build a second quay. "
        "Council head Marta Lindqvist met with shipping minister Tomás Ferreira in Lisbon.\n"
    ),
    "storm.txt": "Storm Ylva damaged 212 houses on the island of Nordøy. Nobody was killed.\n",
    "market.txt": "The fish market of Veldmark moves. Marta Lindqvist said it opens in June.\n",
}
QUESTION: dict[str, Any] = {
    "question": "Who met with shipping minister Tomás Ferreira this week?",
    "answers": ["Marta LINDQVIST"],
    "question_date": "2022/03/10",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library.open(tmp_path_factory.mktemp("index")) as opened:
        assert opened.index([folder]).failed == ()
        yield opened


def told(text: str, probability: float, *golds: str) -> Told:
    return Told("Who?", golds, text, probability, text)


def levels(items: Sequence[Told]) -> list[answers.Levels]:
    """As told when forced, and at "balanced" from .5 on."""
    silence = Told("Who?", ())
    return [
        {"forced": item, "balanced": item if item.probability >= 0.5 else silence} for item in items
    ]


def test_articles_that_contain_an_answer_are_left_out(library: Library) -> None:
    remaining = without_answers(library)
    assert len(remaining(["no such words"])) == library.status().passages
    assert len(remaining(["MARTA Lindqvist", "nordoy"])) == 0
    asking = library.asking()
    narrowed = replace(asking, searcher=only(asking.searcher, remaining(["lindqvist"])))
    hits = narrowed.search(Question("Marta Lindqvist met Tomás Ferreira"), 10).hits
    assert [Path(hit.article.path or "").name for hit in hits] == ["storm.txt"]
    names = {Path(hit.article.path or "").name for hit in library.search("Lindqvist", 10).hits}
    assert {"quay.txt", "market.txt"} <= names


def test_levels_differ_by_their_threshold_alone(library: Library) -> None:
    question = Question(QUESTION["question"], any_date=True)
    levels, reply = answers.ask(
        library.asking(), QUESTION, question, thresholds={"forced": 0.0, "never": 1.1}
    )
    assert levels["forced"].text == reply.answers[0].text
    assert levels["forced"].probability == reply.answers[0].probability > 0
    assert levels["forced"].quote in ARTICLES["quay.txt"]
    assert levels["never"] == Told(QUESTION["question"], ("Marta LINDQVIST",))


def test_a_question_is_asked_in_three_ways(library: Library) -> None:
    asked = answers.ask_all(library, [QUESTION], "harbour")
    everywhere, dated, silent = (
        way[0]["forced"] for way in (asked.everywhere, asked.dated, asked.silent)
    )
    assert "Lindqvist" in everywhere.quote
    assert everywhere.f1 > 0
    assert dated.text == everywhere.text  # no article has a date, so "this week" limits nothing
    assert silent.quote in ARTICLES["storm.txt"]
    undated = {**QUESTION, "question": QUESTION["question"].replace(" this week", "")}
    same = answers.ask_all(library, [undated], "harbour")
    assert same.dated[0] is same.everywhere[0]
    assert "| 1 | median " in answers.latency(library, [QUESTION], "harbour")


def test_what_was_left_out_must_not_be_quoted(library: Library) -> None:
    article = next(item for item in library.articles() if "quay" in (item.path or ""))
    whole = library.article(article.id)
    reply = Reply("Who?", "Who?", (Answer("x", 1.0, (Quote(whole, 0, 10),)),), (), 0.0)
    answers._check(reply, ["Elin Dahl"])
    with pytest.raises(RuntimeError, match="left out"):
        answers._check(reply, ["tomas ferreira"])


def test_results_count_answers_and_silence() -> None:
    everywhere = [
        told("Marta Lindqvist", 0.9, "Marta Lindqvist"),
        told("minister Ferreira", 0.6, "Ferreira"),
        told("Lisbon", 0.2, "Nordøy"),
        told("", 0.0, "June"),
    ]
    silent = [
        told("Tomás Ferreira", 0.7, "Marta Lindqvist"),
        told("the 212 houses", 0.6, "212 of the houses"),
        told("quay", 0.4, "Ferreira"),
        told("", 0.0, "June"),
    ]
    asked = Asked(levels(everywhere), levels([told("", 0.0, "June")] * 4), levels(silent))
    thresholds = {"forced": 0.0, "balanced": 0.5}
    forced, dated, balanced, error, _ = answers.results("harbour", asked, thresholds)
    written = [json.loads(line) for line in answers.lines("harbour", asked)]
    assert "| 4 | EM 0.250, F1 0.417 |" in forced
    assert "| EM 0.000, F1 0.000 |" in dated
    assert "answers 0.500, EM 0.500, F1 0.833 of these" in balanced
    assert "silent 0.500 (of 2 that it answers, 1 are mostly right even so)" in balanced
    # One answer a bin: |0 - 0|, |.2 - 0|, |.6 - 0| and |.9 - 1| against exact match.
    assert "0.225 against exact match" in error
    assert [line["asked"] for line in written] == ["all"] * 4 + ["on its day"] * 4 + [
        "left out"
    ] * 4
    assert [line["said_at"] for line in written[:4]] == [["balanced"], ["balanced"], [], []]
    assert written[1]["text"] == "minister Ferreira"
    assert written[1]["exact"] == 0


def test_the_diagram_has_all_answers() -> None:
    sure, unsure = told("June", 0.9, "June"), told("May", 0.1, "June")
    head, *rows = answers.diagram(Asked(levels([sure] * 5), [], levels([unsure] * 5)))
    assert head.startswith("| probability")
    assert rows == [
        *["| 0.100 | 1 | 0.000 | 0.000 |  |"] * 5,
        *[f"| 0.900 | 1 | 1.000 | 1.000 | {'█' * 20} |"] * 5,
    ]


def test_evenly_spaced_items() -> None:
    assert evenly(range(10), 3) == [0, 3, 6]
    assert evenly(range(3), 10) == evenly(range(3), None) == [0, 1, 2]


def test_holds_however_spelled() -> None:
    assert holds(fold("Mevlüt Çavuşoğlu spoke"), ["Cavusoglu", "x"])
    assert not holds(fold("Mevlüt spoke"), ["Cavusoglu"])
