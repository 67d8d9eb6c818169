"""Measure answers end to end: a question is asked of a whole corpus, as a user asks.

Each question is asked in three ways: of all articles; on the day of the question, where its
words of time ("this week") limit the search; and with every article left out that contains
one of its answers, when silence is right. Each time the answers are made at every caution
and without any, "forced", so that there is a first answer to every question.

    python -m benchmarks.answers --data ../shared/data
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from operator import attrgetter
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.common import (
    RESULTS,
    holds,
    only,
    open_indexed,
    parser,
    result,
    without_answers,
)
from benchmarks.scoring import Bin, calibration_error, reliability
from bot.evaluation.questions import evenly
from bot.evaluation.scoring import best_f1, exact, mean
from corpora.rows import Row, rows
from retrieval import Library, LibraryConfig, Question, Reply
from retrieval.asking import Asking
from retrieval.reader import ExtractiveReader
from retrieval.text import fold
from retrieval.types import Answer

SETS = ("realtimeqa_hq_2022", "realtimeqa_hq_dev")

FORCED = "forced"

LEVELS: Mapping[str, float] = dict(
    [(FORCED, 0.0), *ExtractiveReader().calibration.thresholds.items()]
)
"""The thresholds at which answers are made."""

TIMED = 100
"""Questions whose time is taken."""

MOSTLY = 0.6
"""Token F1 from which an answer says most of what the true one does."""


@dataclass(frozen=True, slots=True)
class Told:
    """The first answer to a question, its probability, its quote and where that is from.

    An answer, a quote and a source are "" where nothing was found.
    """

    question: str
    golds: tuple[str, ...]
    text: str = ""
    probability: float = 0.0
    quote: str = ""
    source: str = ""
    others: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Row, found: Sequence[Answer]) -> Told:
        if not found:
            return cls(row["question"], tuple(row["answers"]))
        first, *others = found
        quote = first.quotes[0]
        return cls(
            row["question"],
            tuple(row["answers"]),
            first.text,
            first.probability,
            quote.text,
            quote.article.title,
            tuple(answer.text for answer in others),
        )

    @property
    def exact(self) -> float:
        return exact(self.text, self.golds)

    @property
    def f1(self) -> float:
        return best_f1(self.text, self.golds)


_EXACT, _F1 = attrgetter("exact"), attrgetter("f1")

Levels = Mapping[str, Told]
"""What is told to a question at each of LEVELS."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A set's questions, asked of all articles, on their day, and with articles left out."""

    everywhere: list[Levels]
    dated: list[Levels]
    silent: list[Levels]


def ask(
    asking: Asking, row: Row, question: Question, *, thresholds: Mapping[str, float] = LEVELS
) -> tuple[Levels, Reply]:
    """Ask a row's question; give what is told at each level, and the reply of the first one."""
    evidence = asking.evidence(question)
    replies = {
        name: replace(asking, threshold=least).answer(evidence)
        for name, least in thresholds.items()
    }
    told = {level: Told.of(row, reply.answers) for level, reply in replies.items()}
    return told, next(iter(replies.values()))


def ask_all(library: Library, questions: Sequence[Row], name: str) -> Asked:
    """Ask every question in the three ways."""
    remaining, asking = without_answers(library), library.asking()
    asked = Asked([], [], [])
    for row in tqdm(questions, desc=name, unit="question"):
        question = Question(row["question"], any_date=True)
        asked.everywhere.append(ask(asking, row, question)[0])
        today = date.fromisoformat(row["question_date"].replace("/", "-"))
        then = Question(row["question"], today=today)
        dated = asking.understand(then).filters.dated
        asked.dated.append(ask(asking, row, then)[0] if dated else asked.everywhere[-1])
        narrowed = only(asking.searcher, remaining(row["answers"]))
        levels, reply = ask(replace(asking, searcher=narrowed), row, question)
        _check(reply, row["answers"])
        asked.silent.append(levels)
    return asked


def _check(reply: Reply, golds: Sequence[str]) -> None:
    quotes = (*(q for answer in reply.answers for q in answer.quotes), *reply.nearest)
    if any(holds(fold(quote.article.text), golds) for quote in quotes):
        raise RuntimeError(f"an article that was left out was searched for {reply.question!r}")


def results(name: str, asked: Asked, thresholds: Mapping[str, float] = LEVELS) -> Iterator[str]:
    """Give the rows of a set: forced, then at each caution, then how true probabilities are."""
    everywhere, dated, silent = (
        [levels[FORCED] for levels in way] for way in (asked.everywhere, asked.dated, asked.silent)
    )
    count = len(everywhere)
    yield result("first answer, forced", name, count, right(everywhere))
    what = "first answer, forced, asked on the day of the question"
    yield result(what, name, count, right(dated))
    for caution in list(thresholds)[1:]:
        said = [levels[caution] for levels in asked.everywhere if levels[caution].text]
        wrongly = [levels[caution] for levels in asked.silent if levels[caution].text]
        mostly = sum(told.f1 >= MOSTLY for told in wrongly)
        yield result(
            f"first answer, {caution} (from {thresholds[caution]:.2f})",
            name,
            count,
            f"answers {len(said) / count:.3f}, {right(said)} of these; with the articles that "
            f"contain an answer left out, silent {1 - len(wrongly) / count:.3f} "
            f"(of {len(wrongly)} that it answers, {mostly} are mostly right even so)",
        )
    for which, told in (
        ("all articles", everywhere),
        ("all articles and some left out", [*everywhere, *silent]),
    ):
        errors = [calibration_error(bins(told, measure)) for measure in (_EXACT, _F1)]
        yield result(
            f"calibration error of the first answer's probability, {which}",
            name,
            len(told),
            f"{errors[0]:.3f} against exact match, {errors[1]:.3f} against F1",
        )


def right(told: Sequence[Told]) -> str:
    """Tell exact match and F1."""
    em, f1 = mean([item.exact for item in told]), mean([item.f1 for item in told])
    return f"EM {em:.3f}, F1 {f1:.3f}"


def bins(told: Sequence[Told], measure: Callable[[Told], float]) -> list[Bin]:
    """Sort first answers into ten bins by their probability."""
    return reliability([(item.probability, measure(item)) for item in told])


def diagram(asked: Asked) -> Iterator[str]:
    """Give the reliability diagram as a table: what is said beside what is right."""
    told = [levels[FORCED] for levels in (*asked.everywhere, *asked.silent)]
    yield "| probability, mean | answers | exact match | F1 | F1, drawn |\n|---|---|---|---|---|"
    for hard, soft in zip(bins(told, _EXACT), bins(told, _F1), strict=True):
        drawn = "█" * round(soft.right * 20)
        yield f"| {hard.said:.3f} | {hard.count} | {hard.right:.3f} | {soft.right:.3f} | {drawn} |"


def latency(library: Library, questions: Sequence[Row], name: str) -> str:
    """Time warm questions one after another."""
    times = []
    for row in evenly(questions, TIMED):
        started = time.perf_counter()
        library.ask(Question(row["question"], any_date=True))
        times.append((time.perf_counter() - started) * 1000)
    passages, cores = LibraryConfig().read_passages, len(os.sched_getaffinity(0))
    return result(
        f"`ask`, warm, {passages} passages, {cores} cores",
        name,
        len(times),
        f"median {statistics.median(times):.0f} ms, 95 % within {np.quantile(times, 0.95):.0f} ms",
    )


def lines(name: str, asked: Asked) -> Iterator[str]:
    """Give one JSON object for each time that a question was asked, with its forced answer.

    ``said_at`` are the cautions at which it is answered at all.
    """
    ways = {"all": asked.everywhere, "on its day": asked.dated, "left out": asked.silent}
    for way, told in ways.items():
        for levels in told:
            first = levels[FORCED]
            said = [level for level, at in levels.items() if level != FORCED and at.text]
            scored = {"exact": first.exact, "f1": first.f1, "said_at": said}
            yield json.dumps(
                {"set": name, "asked": way, **asdict(first), **scored}, ensure_ascii=False
            )


def main() -> None:
    made = parser(__doc__ or "", sets=SETS)
    made.add_argument("--limit", type=int, help="ask so many questions of each set, evenly spaced")
    made.add_argument("--json", type=Path, metavar="FILE", help="write every answer to a file")
    options = made.parse_args()
    written: list[str] = []
    for name in options.sets:
        folder = options.data / name
        questions = evenly(rows(folder, "queries"), options.limit)
        with open_indexed(folder, options.work, options.passage_tokens) as library:
            asked = ask_all(library, questions, name)
            timed = latency(library, questions, name)
        table = (RESULTS, *results(name, asked), timed)
        print("\n".join((*table, "", *diagram(asked), "")), flush=True)
        written += lines(name, asked)
    if options.json:
        options.json.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")


if __name__ == "__main__":
    main()
