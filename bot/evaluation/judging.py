"""How well the present index answers questions whose answers are known."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from bot.terminal import clean
from retrieval.errors import QuestionError
from retrieval.text import fold
from retrieval.types import Reply

FILES = ("questions.jsonl", "queries.jsonl", "queries.jsonl.gz")
ANSWERS_JUDGED = 3
UNANSWERABLE = "unanswerable"


@dataclass(frozen=True, slots=True)
class Expected:
    """A question, its kind, and what is right to answer; nothing: it is right to be silent.

    ``all_of`` must each be a part of some answer's text, ``any_of`` must be a part of one of
    the first three where there is no ``all_of``, ``none_of`` must not be a part of any, and
    ``quoted`` must stand in a quote. Spellings may differ.
    """

    question: str
    kind: str
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """Counts for one kind of question: asked, answered rightly, and left unanswered."""

    kind: str
    questions: int = 0
    right: int = 0
    abstained: int = 0


def read_questions(folder: Path) -> list[Expected]:
    """The questions of a folder.

    Raises:
        QuestionError: no file of questions there, or one that can't be read.
    """
    path = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if path is None:
        raise QuestionError(f"{folder} holds none of {', '.join(FILES)}.")
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            return [_expected(json.loads(line)) for line in file if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionError(f"{path} is not a file of questions: {error!r}") from error


def evaluate(ask: Callable[[str], Reply], questions: Iterable[Expected]) -> list[Score]:
    """The score of each kind of question, in the order in which the kinds occur.

    A question that can't be asked counts as one that found nothing.
    """
    scores: dict[str, Score] = {}
    for one in questions:
        try:
            reply = ask(one.question)
        except QuestionError:
            reply = Reply(one.question, one.question, (), (), 0.0)
        score = scores.setdefault(one.kind, Score(one.kind))
        scores[one.kind] = replace(
            score,
            questions=score.questions + 1,
            right=score.right + is_right(one, reply),
            abstained=score.abstained + (not reply.found),
        )
    return list(scores.values())


def is_right(expected: Expected, reply: Reply) -> bool:
    """Whether the answers are those expected, or rightly nothing was found."""
    if expected.kind == UNANSWERABLE:
        return not reply.found
    answers = [fold(answer.text) for answer in reply.answers]
    quotes = [fold(quote.text) for answer in reply.answers for quote in answer.quotes]
    if not all(_within(words, answers) for words in expected.all_of):
        return False
    if any(_within(words, answers) for words in expected.none_of):
        return False
    if not all(_within(words, quotes) for words in expected.quoted):
        return False
    first = answers[:ANSWERS_JUDGED]
    free = expected.all_of or expected.quoted or not expected.any_of
    return bool(free) or any(_within(words, first) for words in expected.any_of)


def _within(words: str, texts: Iterable[str]) -> bool:
    return any(fold(words) in text for text in texts)


def shaped(scores: Sequence[Score]) -> dict[str, Any]:
    """The scores as plain values, with totals."""
    answerable = [one for one in scores if one.kind != UNANSWERABLE]
    other = [one for one in scores if one.kind == UNANSWERABLE]
    return {
        "answerable": asdict(_total("answerable", answerable)),
        "unanswerable": asdict(_total(UNANSWERABLE, other)),
        "kinds": [asdict(one) for one in answerable],
    }


def table(scores: Sequence[Score]) -> RenderableType:
    """The scores for people to read."""
    grid = Table(box=None, pad_edge=False)
    for name in ("kind", "questions", "right", "abstained"):
        grid.add_column(name, justify="left" if name == "kind" else "right")
    answerable = [one for one in scores if one.kind != UNANSWERABLE]
    other = [one for one in scores if one.kind == UNANSWERABLE]
    for one in (*answerable, _total("all answerable", answerable), *other):
        grid.add_row(clean(one.kind), str(one.questions), str(one.right), str(one.abstained))
    return grid


def _total(kind: str, scores: Iterable[Score]) -> Score:
    rows = list(scores)
    return Score(
        kind,
        sum(one.questions for one in rows),
        sum(one.right for one in rows),
        sum(one.abstained for one in rows),
    )


def _expected(row: dict[str, Any]) -> Expected:
    question = row["question"]
    if row.get("unanswerable") or not row.get("answerable", True):
        return Expected(question, UNANSWERABLE)
    known = {name: tuple(row.get(name) or ()) for name in ("all_of", "any_of", "none_of")}
    answers = "all_of" if str(row.get("answers_are", "")).startswith("list") else "any_of"
    known[answers] += tuple(row.get("answers") or ())
    quoted = tuple(row.get("quote_contains") or ())
    if not (any(known.values()) or quoted):
        raise ValueError(f"no expected answer for {question!r}")
    kind = row.get("type") or fold(question).split(" ")[0]
    return Expected(question, kind, **known, quoted=quoted)
