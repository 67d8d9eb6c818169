"""Judging answers whose truth is known."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation import Expected, Score, is_right, read_questions, scores
from bot.evaluation.scoring import exact
from retrieval.errors import QuestionError
from retrieval.types import Answer, Article, Quote, Reply

GOLDEN = Path(__file__).parents[2] / ".." / "shared" / "golden"
QUESTIONS: list[dict[str, Any]] = [
    {"question": "who did Çavuşoğlu meet in Lisbon?", "all_of": ["Joao Cravinho"]},
    {"question": "where will the summit be held?", "any_of": ["Ankara", "the hague"]},
    {"question": "who photographed the comet?", "unanswerable": True},
    {"question": "how many compasses does the lighthouse keeper collect?", "all_of": ["7000"]},
]


def make_reply(*texts: str) -> Reply:
    """Answers with these texts, each quoted in a sentence that holds more words."""
    made = []
    for text in texts:
        article = Article("a", f"They said {text} there.", "t", None, None, None, None, None, "")
        quote = Quote(article, 0, len(article.text))
        made.append(Answer(text, 0.5, (quote,)))
    return Reply("q", "q", tuple(made), (), 1.0)


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return folder


def test_all_of_a_list_must_be_among_the_answers_however_spelled() -> None:
    expected = Expected("who?", "who", all_of=("João Cravinho", "Truss"))
    assert is_right(expected, make_reply("Liz Truss", "JOAO CRAVINHO"))
    assert is_right(expected, make_reply("a", "b", "c", "Liz Truss", "João Cravinho"))
    assert not is_right(expected, make_reply("Liz Truss"))
    assert not is_right(expected, make_reply())


def test_a_wrong_name_among_the_answers_is_wrong() -> None:
    expected = Expected("who?", "who", all_of=("Truss",), none_of=("Sullivan",))
    assert is_right(expected, make_reply("Truss"))
    assert not is_right(expected, make_reply("Truss", "Jake Sullivan"))


def test_one_of_the_alternatives_is_enough_among_the_first_three() -> None:
    expected = Expected("who?", "who", any_of=("Oslo", "Bergen"))
    assert is_right(expected, make_reply("a", "b", "Bergen, Norway"))
    assert not is_right(expected, make_reply("a", "b", "c", "Bergen"))
    assert not is_right(expected, make_reply())


@pytest.mark.parametrize(
    ("gold", "told"),
    [
        ("June 6, 1944,", "June 6, 1944"),
        ("“at dawn.”", "on Monday at dawn, they said"),
        ("the second quay", "second quay"),
        ("U.S. Navy", "US Navy"),
    ],
)
def test_what_is_the_same_words_is_right(gold: str, told: str) -> None:
    assert is_right(Expected("when?", "when", any_of=(gold,)), make_reply(told))
    assert not is_right(Expected("when?", "when", none_of=(gold,)), make_reply(told))
    assert not is_right(Expected("when?", "when", any_of=(gold,)), make_reply("in 1991"))


WORDS = st.sampled_from(["the", "Quay", "quay", "U.S.", "US", "in", "a", "“dawn", "Dawn", "48,5"])
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@given(PHRASES, PHRASES)
def test_an_exact_match_is_right(gold: str, told: str) -> None:
    if exact(told, [gold]):
        assert is_right(Expected("who?", "who", any_of=(gold,)), make_reply(told))


def test_what_must_be_quoted_is_looked_for_in_the_quotes() -> None:
    assert is_right(Expected("what?", "what", quoted=("said yes there",)), make_reply("yes"))
    assert not is_right(Expected("what?", "what", quoted=("no",)), make_reply("yes"))


def test_an_unanswerable_question_is_right_when_nothing_is_found() -> None:
    assert is_right(Expected("who?", "unanswerable"), make_reply())
    assert not is_right(Expected("who?", "unanswerable"), make_reply("something"))


def test_scores_count_by_kind() -> None:
    judged = [("who", True, True), ("when", False, True), ("who", False, False)]
    assert scores(judged) == [
        Score("who", questions=2, right=1, abstained=1),
        Score("when", questions=1, right=0, abstained=0),
    ]


def test_both_forms_of_questions_are_read(tmp_path: Path) -> None:
    rows = [
        {"question": "who?", "answers": ["A", "B"], "type": "who", "answerable": True},
        {"question": "when?", "answers": [], "type": "when", "answerable": False},
        {"question": "What was said?", "quote_contains": ["so"], "none_of": ["no"]},
    ]
    for name in ("queries.jsonl.gz", "queries.jsonl", "questions.jsonl"):
        assert read_questions(write(tmp_path, name, rows)) == [
            Expected("who?", "who", any_of=("A", "B")),
            Expected("when?", "unanswerable"),
            Expected("What was said?", "what", none_of=("no",), quoted=("so",)),
        ]


@pytest.mark.parametrize("content", ["{", "[]", '{"answers": ["a"]}', '{"question": "who?"}'])
def test_a_file_that_holds_no_questions_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "questions.jsonl").write_text(content + "\n", encoding="utf-8")
    with pytest.raises(QuestionError, match=r"questions\.jsonl is not a file of questions"):
        read_questions(tmp_path)


def test_a_folder_without_questions_names_the_files_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=r"questions\.jsonl, queries\.jsonl"):
        read_questions(tmp_path)


def test_the_command_asks_the_present_index(quoth: Callable[..., Result], tmp_path: Path) -> None:
    write(tmp_path, "questions.jsonl", QUESTIONS)
    result = quoth("eval", str(tmp_path), "--json")
    assert result.exit_code == 0, result.stderr
    shaped = json.loads(result.stdout)
    assert [one["kind"] for one in shaped["kinds"]] == ["who", "where", "how"]
    assert shaped["answerable"]["questions"] == 3
    assert shaped["answerable"]["right"] == 2
    assert shaped["unanswerable"] == {
        "kind": "unanswerable",
        "questions": 1,
        "right": 1,
        "abstained": 1,
    }
    table, measured, cautions = quoth("eval", str(tmp_path)).stdout.split("\n\n")
    assert [line.split()[0] for line in table.splitlines()] == [
        "kind", "who", "where", "how", "all", "unanswerable",
    ]  # fmt: skip
    assert [line.split()[0] for line in cautions.splitlines()] == [
        "caution", "cautious", "balanced", "eager",
    ]  # fmt: skip
    rows = [line.rsplit(maxsplit=1) for line in measured.splitlines()]
    assert ["answered rightly, of the answerable", "0.667"] in rows
    assert not [name for name in ("R@1", "exact match") if name in measured]  # nobody knows


@pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden questions are not here")
def test_the_golden_questions_can_be_read() -> None:
    questions = read_questions(GOLDEN)
    assert len(questions) == 22
    assert sum(one.kind == "unanswerable" for one in questions) == 4
