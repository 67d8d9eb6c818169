"""Measure quotes: whether a sentence of evidence is among the first three that are shown.

NewsQA's self-contained questions are asked of all its articles as a user asks, at the caution
“balanced”; then again with every article left out that contains an answer string, when silence is
right. Those that a sentence answers, or a reason, are told apart from those that words answer.

    python -m benchmarks.evidence --data ../shared/data
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from benchmarks.common import (
    RESULTS,
    only,
    open_indexed,
    parser,
    result,
    without_answers,
)
from bot.evaluation.evidence import plain
from bot.evaluation.questions import evenly
from bot.evaluation.scoring import mean
from corpora.rows import Row, rows
from retrieval import Library, Question, Reply
from retrieval.answering.statements import answer_form

SET = "newsqa_dev"
SHOWN = 3
"""Quotes that people look at."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one question, and what with its answer left out."""

    row: Row
    reply: Reply
    without: Reply

    @property
    def holds_evidence(self) -> bool:
        """Tell whether one of the quotes shown first holds a sentence of evidence."""
        quotes = [quote for answer in self.reply.answers for quote in answer.quotes][:SHOWN]
        shown = [plain(quote.text) for quote in quotes]
        return any(plain(one)[-60:] in text for one in self.row["evidence"] for text in shown)


def told(library: Library, folder: Path, limit: int | None) -> Iterator[Told]:
    """Ask the self-contained questions, each twice."""
    asking = library.asking()
    asking = replace(asking, threshold=asking.reader.calibration.thresholds["balanced"])
    remaining = without_answers(library)
    found = [row for row in rows(folder, "queries") if row["self_contained"] and row["answerable"]]
    for row in tqdm(evenly(found, limit), unit="question"):
        question = Question(row["question"], any_date=True)
        left = replace(asking, searcher=only(asking.searcher, remaining(row["answers"])))
        yield Told(row, asking.ask(question), left.ask(question))


def results(found: Sequence[Told]) -> Iterator[str]:
    """Give the rows of the table."""
    stated = [one for one in found if answer_form(one.row["question"]) != "words"]
    named = [one for one in found if answer_form(one.row["question"]) == "words"]
    for what, some in (("a sentence answers", stated), ("words answer", named), ("all", found)):
        figures = (
            mean([float(one.reply.found) for one in some]),
            mean([float(one.holds_evidence) for one in some]),
            mean([float(not one.without.found) for one in some]),
        )
        told = "answers {:.3f}; evidence in the first three quotes {:.3f}; silent {:.3f}"
        yield result(f"“balanced”, {what}", SET, len(some), told.format(*figures))


def main() -> None:
    made = parser(__doc__ or "", sets=(SET,))
    made.add_argument("--limit", type=int, help="ask so many questions, evenly spaced")
    given = made.parse_args()
    with open_indexed(given.data / SET, given.work, given.passage_tokens) as library:
        found = list(told(library, given.data / SET, given.limit))
    print(RESULTS)
    for row in results(found):
        print(row)


if __name__ == "__main__":
    main()
