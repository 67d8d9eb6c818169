"""Questions whose answers are known, as files tell them: one JSON object a line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any, TextIO, TypeVar, cast

from bot.evaluation.judging import UNANSWERABLE, Expected
from retrieval.errors import QuestionError
from retrieval.text import fold

FILES = ("questions.jsonl", "queries.jsonl", "queries.jsonl.gz", "questions.jsonl.gz")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Query:
    """A question, and what its file tells of the truth, as far as it does.

    ``expected`` says which answers are right; None: nobody knows. ``answers`` are the true
    answers in full, of which any is right or, if ``listed``, all. ``evidence`` are sentences of
    the articles that answer, ``relevant`` the ids of these articles with a grade (1 and up).
    """

    id: str
    question: str
    expected: Expected | None = None
    answers: tuple[str, ...] = ()
    listed: bool = False
    evidence: tuple[str, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        """Whether the articles answer it, as far as is known."""
        return self.expected is None or self.expected.kind != UNANSWERABLE


def file_in(folder: Path) -> Path:
    """The file of questions of a folder. Raises QuestionError where there is none."""
    path = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if path is None:
        raise QuestionError(
            f"{folder} holds none of {', '.join(FILES)}: put the questions there, one JSON object "
            'a line: {"question": "…", "any_of": ["…"]}'
        )
    return path


def read_questions(folder: Path) -> list[Expected]:
    """The questions of a folder with what is right to answer.

    Raises:
        QuestionError: no file of questions there, or one that can't be read.
    """
    return [one.expected for one in read_queries(file_in(folder)) if one.expected]


def read_queries(path: Path, *, judged_elsewhere: bool = False) -> list[Query]:
    """The questions of a file, packed by gzip or not.

    With ``judged_elsewhere`` one need not tell anything of the truth.

    Raises:
        QuestionError: the file can't be read, or a line of it is no such question.
    """
    try:
        with read_text(path) as file:
            lines = [(number, line) for number, line in enumerate(file, 1) if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        raise QuestionError(f"{path} is not a file of questions ({error})") from error
    return [_read(line, number, path, judged_elsewhere) for number, line in lines]


def _read(line: str, number: int, path: Path, judged_elsewhere: bool) -> Query:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("a line must be one JSON object")
        return _query(row, str(number), judged_elsewhere)
    except (ValueError, RecursionError) as error:
        raise QuestionError(
            f"{path} is not a file of questions (line {number}: {error}). A line is "
            '{"question": "…", "any_of": ["…"]} or {"question": "…", "unanswerable": true}'
        ) from error


def read_text(path: Path) -> TextIO:
    """A file opened for reading text, unpacked if its name ends in .gz."""
    opener = gzip.open if path.suffix == ".gz" else open
    return cast(TextIO, opener(path, "rt", encoding="utf-8-sig"))


def evenly(items: Sequence[_T], limit: int | None) -> list[_T]:
    """At most ``limit`` items, evenly spaced."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[number * len(items) // limit] for number in range(limit)]


def _query(row: dict[str, Any], number: str, judged_elsewhere: bool) -> Query:
    question = row.get("question", row.get("text"))
    if not isinstance(question, str):
        raise ValueError("it has no question, or one that is no string")
    expected = _expected(row, question)
    answerable = expected is None or expected.kind != UNANSWERABLE
    found = Query(
        str(row.get("_id", row.get("id", number))),
        question,
        expected,
        _texts(row, "answers") if answerable else (),
        _is_list(row),
        _texts(row, "evidence") if answerable else (),
        dict.fromkeys(_texts(row, "doc_ids", str | int), 1) if answerable else {},
    )
    if not (expected or found.relevant or judged_elsewhere):
        raise ValueError(f"no expected answer for {question!r}")
    return found


def _expected(row: dict[str, Any], question: str) -> Expected | None:
    if row.get("unanswerable") or not row.get("answerable", True):
        return Expected(question, UNANSWERABLE)
    known = {name: _texts(row, name) for name in ("all_of", "any_of", "none_of")}
    known["all_of" if _is_list(row) else "any_of"] += _texts(row, "answers")
    quoted = _texts(row, "quote_contains")
    if not (any(known.values()) or quoted):
        return None
    kind = row.get("type") or fold(question).split(" ")[0]
    return Expected(question, kind, **known, quoted=quoted)


def _is_list(row: dict[str, Any]) -> bool:
    return str(row.get("answers_are", "")).startswith("list")


def _texts(row: dict[str, Any], name: str, kinds: UnionType | type = str) -> tuple[str, ...]:
    """The strings under a name, which may be one alone."""
    value = row.get(name) or ()
    texts = [value] if isinstance(value, kinds) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(one, kinds) for one in texts):
        raise ValueError(f"its {name} must be a list of strings")
    return tuple(map(str, texts))
