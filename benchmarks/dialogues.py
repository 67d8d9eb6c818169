"""Measure follow-up questions: the turns of the natural dialogues that are answered right.

Each dialogue is asked turn by turn, every reply being the past of the next question.

    python -m benchmarks.dialogues --data ../shared/data
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.common import RESULTS, parser, result
from benchmarks.readings import Source, lines, natural_readings, scorer
from corpora.rows import Row
from retrieval import Question, Reply, Turn
from retrieval.understanding import understand


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn of a dialogue: its number (from 1), its row in the data, its reply, its verdict."""

    number: int
    row: Row
    reply: Reply
    verdict: str


def ask_dialogues(source: Source) -> Iterator[Asked]:
    """Ask every turn of every dialogue, in order; what is understood is read once."""
    judge = scorer(source).verdict
    with natural_readings(source) as read:
        for dialogue in lines(source.shared / "natural" / "dialogues.jsonl"):
            previous: list[Turn] = []
            for number, row in enumerate(dialogue["turns"], 1):
                asked = understand(Question(row["question"], previous=tuple(previous)))
                found = read(asked.whole).reply(previous)
                reply = replace(found, understood_as=asked.shown)
                previous.append(Turn.of(reply))
                yield Asked(number, row, reply, judge(row, as_scored(reply)))


def as_scored(reply: Reply) -> Row:
    """Give the part of a reply that the natural questions' scorer looks at."""
    answers = [
        {"text": answer.text, "quotes": [{"text": quote.text} for quote in answer.quotes]}
        for answer in reply.answers
    ]
    return {"found": reply.found, "answers": answers}


def main() -> None:
    options = parser(__doc__ or "", sets=()).parse_args()
    source = Source(options.data, options.work, None)
    asked = list(ask_dialogues(source))
    print(RESULTS)
    for number in (1, 2, 3):
        turns = [one for one in asked if one.number == number]
        right = sum(one.verdict == "right" for one in turns)
        print(result(f"turn {number} of a dialogue", "natural", len(turns), f"right {right}"))
    print()
    for one in asked:
        said = one.reply.answers[0].text if one.reply.answers else "(nothing)"
        print(f"{one.verdict}: {one.row['question']} → {one.reply.understood_as} → {said}")


if __name__ == "__main__":
    main()
