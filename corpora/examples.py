"""The data sets as examples: questions with a text and the spans of it that answer."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.rows import Row, rows
from retrieval.text import split_sentences, terms
from retrieval.types import Offsets


@dataclass(frozen=True, slots=True)
class Example:
    """A question over a text; ``spans`` are its answers there, none if it has none."""

    question: str
    title: str
    text: str
    spans: tuple[Offsets, ...]
    answers: tuple[str, ...] = ()


def share(key: str) -> float:
    """Give a number from 0 to 1 that depends on the key alone, for splits that stay."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def evaluated(title: str) -> bool:
    """Tell whether the questions of an article of squad2_dev_half are kept for evaluation."""
    return share(title) < 0.5


def held_back(document: str) -> bool:
    """Tell whether a QA-SRL document (wikinews:123) is kept for evaluation."""
    return share(document) < 0.15


def squad(data: Path) -> Iterator[Example]:
    """SQuAD v1.1 train: a paragraph of Wikipedia each, one answer."""
    yield from _paragraphs(data / "squad_train")


def turkish(data: Path) -> Iterator[Example]:
    """TQuAD train."""
    yield from _paragraphs(data / "tquad_train")


def adversarial(data: Path) -> Iterator[Example]:
    """The articles of squad2_dev_half that are not evaluated on, with and without answer."""
    yield from _paragraphs(data / "squad2_dev_half", lambda row: not evaluated(row["title"]))


def typed(data: Path, split: str = "train") -> Iterator[Example]:
    """QED: questions as people typed them into a search engine, over a paragraph each."""
    texts = {row["id"]: row for row in rows(data / "qed_train", "corpus")}
    for row in rows(data / "qed_train", "queries"):
        if row["split"] != split or not row["answers"]:
            continue
        text = written(texts[row["doc_ids"][0]]["text"])
        answers = tuple(written(answer) for answer in row["answers"])
        if found := _spans(row["question"], text, answers):
            title = written(texts[row["doc_ids"][0]]["title"] or "")
            yield Example(row["question"], title, text, found, answers)


def shifted(data: Path) -> Iterator[Example]:
    """SquadShifts: newer Wikipedia, posts and reviews; of what annotators marked, the shortest."""
    texts = {row["id"]: row for row in rows(data / "squadshifts", "corpus")}
    for row in rows(data / "squadshifts", "queries"):
        text = texts[row["doc_ids"][0]]
        answers = sorted({a.strip() for a in row["answers"] if a.strip()}, key=len)
        span = best_place(row["question"], text["text"], answers[0]) if answers else None
        if span:
            yield Example(
                row["question"], text["title"] or "", text["text"], (span,), tuple(answers)
            )


def quizzes(data: Path) -> Iterator[Example]:
    """RealTimeQA's other questions over an article that holds the answer near their words."""
    asked = [
        row
        for row in rows(data / "realtimeqa_rest_2022_24", "queries")
        if row["near"] >= 0.4 and row["doc_ids"]
    ]
    left = set((data.parent / "natural" / "articles.txt").read_text().split())
    wanted = {row["doc_ids"][0] for row in asked} - left
    texts = {row["id"]: row for row in rows(data / "news_corpus", "corpus") if row["id"] in wanted}
    for row in asked:
        text = texts.get(row["doc_ids"][0])
        if not text:
            continue
        if found := _spans(row["question"], text["text"], row["answers"]):
            yield Example(
                row["question"], text["title"] or "", text["text"], found, tuple(row["answers"])
            )


def _paragraphs(folder: Path, keep: Callable[[Row], bool] = lambda row: True) -> Iterator[Example]:
    corpus = {row["id"]: row for row in rows(folder, "corpus") if keep(row)}
    for row in rows(folder, "queries"):
        text = corpus.get(row["doc_ids"][0])
        if not text:
            continue
        answers = tuple(dict.fromkeys(answer.strip() for answer in row["answers"]))
        found = _spans(row["question"], text["text"], answers)
        if found or not row["answerable"]:
            yield Example(row["question"], text["title"] or "", text["text"], found, answers)


def _spans(question: str, text: str, answers: Iterable[str]) -> tuple[Offsets, ...]:
    """Give where each of the answers that the text holds stands best, in order."""
    found = (best_place(question, text, answer) for answer in answers)
    return tuple(sorted({span for span in found if span}))


def best_place(question: str, text: str, answer: str) -> Offsets | None:
    """Give where an answer stands, in the sentence that shares most with the question."""
    found = places(text, answer)
    if len(found) < 2:
        return found[0] if found else None
    asked = set(terms(question))

    def shared(span: Offsets) -> int:
        for start, end in split_sentences(text):
            if start <= span[0] < end:
                return len(asked.intersection(terms(text[start:end])))
        return 0

    return max(found, key=lambda span: (shared(span), -span[0]))


def places(text: str, answer: str) -> list[Offsets]:
    """Give where an answer stands in a text, as whole words."""
    if not answer:
        return []
    pattern = rf"(?<!\w){re.escape(answer)}(?!\w)"
    found = [match.span() for match in re.finditer(pattern, text)]
    if not found and (start := text.find(answer)) >= 0:
        found = [(start, start + len(answer))]
    return found


def roles(data: Path, *, held: bool = False) -> Iterator[Example]:
    """QA-SRL on Wikinews and Wikipedia: who did what in a sentence, with all answers.

    Its questions say "someone" and "something"; where another question of the same verb
    tells who that is, its answer is put there: "who did someone meet?" becomes "who did
    Angela Merkel meet?". ``held`` gives the documents that are kept for evaluation.
    """
    for name in ("qasrl_gs_wikinews", "qasrl_gs_wikipedia"):
        texts = {row["id"]: row["text"] for row in rows(data / name, "corpus")}
        verbs: dict[str, list[Row]] = defaultdict(list)
        for row in rows(data / name, "queries"):
            verbs[row["id"].rsplit(":", 1)[0]].append(row)
        for key, asked in verbs.items():
            if held_back(":".join(key.split(":")[1:3])) == held:
                text = written(texts[asked[0]["doc_ids"][0]])
                yield from _roles(asked, text)


_AUX = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|might|may|should)"
_SUBJECT = re.compile(rf"(?i)^(?:who|what) (?!{_AUX} some(?:one|thing)\b)")
_OBJECT = re.compile(rf"(?i)^(?:who|what) {_AUX} some(?:one|thing) \w+\?$")
_SUBJECT_SLOT = re.compile(rf"(?i)^(\w+(?: \w+)? {_AUX} )(some(?:one|thing))\b")
_SLOT = re.compile(r"\bsome(?:one|thing)\b")


def _roles(asked: Sequence[Row], text: str) -> Iterator[Example]:
    subjects = _fillers(asked, text, _SUBJECT)
    objects = _fillers(asked, text, _OBJECT)
    for row in asked:
        spans = tuple(sorted({s for a in row["answers"] for s in places(text, written(a))[:1]}))
        if not spans:
            continue
        question = row["question"]
        if subjects:
            question = _SUBJECT_SLOT.sub(rf"\g<1>{_escaped(subjects[0])}", question)
        if objects and _SUBJECT.match(question):
            question = _SLOT.sub(_escaped(objects[0]), question, count=1)
        answers = tuple(dict.fromkeys(text[start:end] for start, end in spans))
        yield Example(question, "", text, spans, answers)


def _fillers(asked: Sequence[Row], text: str, kind: re.Pattern[str]) -> list[str]:
    found = [row["answers"][0] for row in asked if kind.match(row["question"]) and row["answers"]]
    return [written(answer) for answer in found if len(answer.split()) <= 8]


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\")


def pairs(data: Path) -> Iterator[Example]:
    """QAMR: questions on the words of a sentence of Wikinews or Wikipedia."""
    folder = data / "qamr_dev_test"
    texts = {row["id"]: written(row["text"]) for row in rows(folder, "corpus")}
    for row in rows(folder, "queries"):
        document = ":".join(row["doc_ids"][0].split(":")[1:3])
        if held_back(document):
            continue
        text = texts[row["doc_ids"][0]]
        if spans := _spans(row["question"], text, map(written, row["answers"])):
            yield Example(row["question"], "", text, spans, tuple(text[s:e] for s, e in spans))


_SPACES = (
    (re.compile(r"`` ?"), "“"),
    (re.compile(r" ?''"), "”"),
    (re.compile(r" (?=[,.;:!?%)\]])| (?=['’](?:s|re|ve|ll|d|m|t)\b)| (?=n['’]t\b)"), ""),
    (re.compile(r"(?<=[(\[$£€#]) "), ""),
    (re.compile(r"(?i)-lrb- ?"), "("),
    (re.compile(r"(?i) ?-rrb-"), ")"),
)


def written(tokens: str) -> str:
    """Give tokenised text as people write it: no space before a comma, real quotation marks."""
    for pattern, replacement in _SPACES:
        tokens = pattern.sub(replacement, tokens)
    return tokens.strip()
