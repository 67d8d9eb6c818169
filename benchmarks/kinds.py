"""Measure one kind of question, told by a pattern, in given texts.

Each is asked of its text, and again of the same text without the sentences that tell a true
answer, where silence is right. Numbers are right however they are told: "84" is "84-year-old".

    python -m benchmarks.kinds --data ../shared/data --asked 'how old|what age|(her|his) age'
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.common import commit, open_reader, parser
from benchmarks.reading import GivenTexts
from benchmarks.scoring import RIGHT
from bot.evaluation.scoring import best_f1
from corpora.rows import rows
from retrieval.answering import answers
from retrieval.answering.values import Amount
from retrieval.encoder import load_encoder
from retrieval.text import fold, split_sentences

SETS = ("newsqa_dev", "squad2_dev_half", "tquad_dev", "qamr_dev_test", "qed_train", "squadshifts")


def is_right(text: str, golds: Sequence[str]) -> bool:
    """Tell whether an answer is a true one, or begins with the same number."""
    told = _number(text)
    same = bool(told) and any(told == _number(gold) for gold in golds)
    return same or best_f1(text, golds, folded=True) >= RIGHT


def without(text: str, golds: Sequence[str]) -> str:
    """Give a text without the sentences that tell a true answer, in these words or as a number."""
    words = [fold(gold).strip(" .,") for gold in golds]
    numbers = {value for gold in golds for value in _number(gold)}
    kept, last = "", 0
    for start, end in split_sentences(text):
        sentence = text[start:end]
        told = numbers.intersection(Amount.of(sentence, turkish=True).values)
        told_in_words = any(word in fold(sentence) for word in words)
        kept += text[last : start if told or told_in_words else end]
        last = end
    return kept


def _number(text: str) -> tuple[float, ...]:
    return Amount.of(text, turkish=True).values[:1]


def measure(texts: GivenTexts, folder: Path, asked: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Give each question's kind ("given", "left out", "unanswerable") and what became of it."""
    chosen = {
        row["question"]: row for row in rows(folder, "queries") if asked.search(row["question"])
    }
    wanted = {row["doc_ids"][0] for row in chosen.values() if row["doc_ids"]}
    corpus = {row["id"]: row for row in rows(folder, "corpus") if row["id"] in wanted}
    threshold = texts.reader.calibration.thresholds["balanced"]
    for question, row in chosen.items():
        given, golds = corpus[row["doc_ids"][0]], row["answers"]
        ways = [("given", given["text"])] if golds else [("unanswerable", given["text"])]
        ways += [("left out", without(given["text"], golds))] if golds else []
        for way, text in ways:
            if not text.strip():
                continue
            made = answers(
                texts.read(question, given["title"], text),
                question,
                threshold=threshold,
                most=1,
                copies=lambda _: (),
                choice=texts.reader.calibration.choice,
            ).answers
            right = way == "given" and made and is_right(made[0].text, golds)
            yield way, "right" if right else "wrong" if made else "silent"


def main() -> None:
    made = parser(__doc__ or "", sets=SETS, indexes=False)
    made.add_argument("--asked", required=True, help="pattern of the questions that are asked")
    options = made.parse_args()
    texts = GivenTexts(open_reader(), load_encoder(), options.passage_tokens)
    print(f"| data | | right | wrong | silent | {commit()} |\n|---|---|---|---|---|---|")
    for name in options.sets:
        found = Counter(measure(texts, options.data / name, re.compile(options.asked, re.I)))
        for way in ("given", "left out", "unanswerable"):
            counts = [found[way, what] for what in ("right", "wrong", "silent")]
            if any(counts):
                print(f"| {name} | {way} | {' | '.join(map(str, counts))} |", flush=True)


if __name__ == "__main__":
    main()
