"""What is asked: a file of questions, or a folder of them, with a corpus of its own or without.

A folder with ``corpus.jsonl`` is a data set, in the style of BEIR (``queries.jsonl`` and
``qrels/test.tsv``) or with what is right beside each question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.evaluation.questions import Query, file_in, read_queries, read_text
from retrieval.errors import QuestionError

CORPORA = ("corpus.jsonl", "corpus.jsonl.gz")
Judgements = dict[str, dict[str, int]]
"""For each question's id the ids of the articles that were judged, with their grade (0: wrong)."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions, and the corpus that they are asked of; without one, the present index is asked.

    ``judgements`` is the file that tells which articles are right, if there is one;
    ``unknown_questions`` counts those that only it knows.
    """

    place: Path
    queries: tuple[Query, ...]
    corpus: Path | None = None
    judgements: Path | None = None
    unknown_questions: int = 0


def open_suite(place: Path) -> Suite:
    """Read a file of questions, or a folder.

    Raises:
        QuestionError: what is there can't be asked; the message says what is missing.
    """
    if place.is_file():
        return Suite(place, _some(read_queries(place), place))
    if not place.is_dir():
        raise QuestionError(f"{place} doesn't exist: name a folder or a file of questions")
    corpus = next((place / name for name in CORPORA if (place / name).is_file()), None)
    judgements = _judgements_in(place)
    if judgements is None:
        return Suite(place, _some(read_queries(file_in(place)), place), corpus)
    if corpus is None:
        raise QuestionError(
            f"{judgements} judges articles, but {place} holds none: put them there as "
            'corpus.jsonl, one JSON object a line: {"_id": "…", "title": "…", "text": "…"}'
        )
    return _judged(place, corpus, judgements)


def _some(queries: list[Query], place: Path) -> tuple[Query, ...]:
    if not queries:
        raise QuestionError(f"{place} holds no question: there is nothing to ask")
    return tuple(queries)


def _judgements_in(folder: Path) -> Path | None:
    """The file of judgements: the test split where there are several."""
    found = sorted((folder / "qrels").glob("*.tsv"))
    test = folder / "qrels" / "test.tsv"
    return next((path for path in (test, *found, folder / "qrels.tsv") if path.is_file()), None)


def _judged(place: Path, corpus: Path, judgements: Path) -> Suite:
    path = file_in(place)
    known = {one.id: one for one in read_queries(path, judged_elsewhere=True)}
    grades = read_judgements(judgements)
    queries = [
        replace(known[id], relevant={doc: grade for doc, grade in judged.items() if grade > 0})
        for id, judged in grades.items()
        if id in known
    ]
    if not queries:
        raise QuestionError(
            f"{judgements} judges none of the questions in {path}: their ids must be the same"
        )
    return Suite(place, tuple(queries), corpus, judgements, len(grades) - len(queries))


def read_judgements(path: Path) -> Judgements:
    """Read ``query-id corpus-id score`` lines, with a head or without, or TREC's four columns.

    Raises:
        QuestionError: the file can't be read, or holds another line.
    """
    found: Judgements = defaultdict(dict)
    try:
        with read_text(path) as file:
            for number, line in enumerate(file, 1):
                for query, article, grade in _judgement(line, number, path):
                    found[query][article] = grade
    except (OSError, ValueError) as error:
        raise QuestionError(f"{path} can't be read ({error}): is it a file of text?") from error
    if not found:
        raise QuestionError(f"{path} holds no judgement: a line is “query-id corpus-id score”")
    return dict(found)


def _judgement(line: str, number: int, path: Path) -> Iterator[tuple[str, str, int]]:
    columns = line.split("\t") if "\t" in line else line.split()
    columns = [one.strip() for one in columns]
    if not any(columns):
        return
    try:
        if len(columns) not in (3, 4):
            raise ValueError
        yield columns[0], columns[-2], int(columns[-1])
    except ValueError:
        if number > 1:  # the first line may be the head
            raise QuestionError(
                f"{path}, line {number}, is no judgement: write “query-id corpus-id score”, "
                "divided by tabs"
            ) from None
