"""What is asked: files of questions, folders, judgements; and what is said of those that fail."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation import Expected, Query, evenly, open_suite
from bot.evaluation.evidence import comparable, holds
from bot.evaluation.suites import read_judgements
from retrieval.errors import QuestionError

ARTICLE = {"_id": "quay", "title": "A quay", "text": "Veldmark builds a second quay."}
HEAD = "query-id\tcorpus-id\tscore\n"


def write(path: Path, *rows: dict[str, Any]) -> Path:
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def judge(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_folder_of_beir_is_read(tmp_path: Path, ending: str) -> None:
    corpus = write(tmp_path / f"corpus.jsonl{ending}", ARTICLE)
    asked = [
        {"_id": "q1", "text": "Where?"},
        {"_id": 2, "text": "When?"},
        {"_id": "3", "text": "?"},
    ]
    write(tmp_path / f"queries.jsonl{ending}", *asked)
    judge(tmp_path / "qrels" / "dev.tsv", f"{HEAD}3\tquay\t1\n")
    test = judge(
        tmp_path / "qrels" / "test.tsv", f"{HEAD}q1\tquay\t2\nq1\tstorm\t0\n2\tx\t1\n9\tx\t1\n"
    )
    suite = open_suite(tmp_path)
    assert (suite.corpus, suite.judgements, suite.unknown_questions) == (corpus, test, 1)
    assert suite.queries == (
        Query("q1", "Where?", relevant={"quay": 2}),
        Query("2", "When?", relevant={"x": 1}),
    )
    assert all(query.answerable for query in suite.queries)


def test_questions_that_tell_what_is_right_are_read(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", ARTICLE)
    write(
        tmp_path / "queries.jsonl",
        {"id": "a", "question": "Where?", "answers": ["Lisbon"], "doc_ids": ["quay"],
         "evidence": ["In Lisbon."], "answerable": True, "answers_are": "alternatives"},
        {"id": "b", "question": "Who?", "answers": ["Dahl", "Vik"], "type": "who is",
         "answers_are": "list (all mentions)"},
        {"id": "c", "question": "Why?", "answers": ["none"], "doc_ids": ["quay"],
         "answerable": False},
        {"id": "d", "question": "Which quay?", "doc_ids": ["quay"]},
    )  # fmt: skip
    suite = open_suite(tmp_path)
    assert suite.corpus == tmp_path / "corpus.jsonl"
    assert suite.queries == (
        Query("a", "Where?", Expected("Where?", "where?", any_of=("Lisbon",)), ("Lisbon",),
              False, ("In Lisbon.",), {"quay": 1}),
        Query("b", "Who?", Expected("Who?", "who is", all_of=("Dahl", "Vik")), ("Dahl", "Vik"),
              True),
        Query("c", "Why?", Expected("Why?", "unanswerable")),
        Query("d", "Which quay?", relevant={"quay": 1}),
    )  # fmt: skip
    assert [query.answerable for query in suite.queries] == [True, True, False, True]


def test_one_answer_need_not_be_a_list(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.jsonl", {"question": "Where?", "any_of": "Lisbon"})
    (query,) = open_suite(path).queries
    assert query.expected == Expected("Where?", "where?", any_of=("Lisbon",))


@pytest.mark.parametrize("name", ["questions.jsonl", "mine.jsonl.gz"])
def test_a_file_is_asked_of_the_present_index(tmp_path: Path, name: str) -> None:
    write(tmp_path / "corpus.jsonl", ARTICLE)
    path = write(tmp_path / name, {"question": "Where?", "unanswerable": True})
    suite = open_suite(path)
    assert suite.corpus is None
    assert len(suite.queries) == 1


@pytest.mark.parametrize(
    "text",
    ["1\tquay\t1\n", "1 quay 1\n", "1\t0\tquay\t1\n", "1 Q0 quay 1\n\n", HEAD + "1\tquay\t1"],
)
def test_judgements_are_read_in_each_form(tmp_path: Path, text: str) -> None:
    assert read_judgements(judge(tmp_path / "qrels.tsv", text)) == {"1": {"quay": 1}}


def test_ids_may_hold_spaces_between_tabs(tmp_path: Path) -> None:
    path = judge(tmp_path / "qrels.tsv", f"{HEAD}the 1st\ta b\t1\n")
    assert read_judgements(path) == {"the 1st": {"a b": 1}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD, "holds no judgement"),
        (f"{HEAD}1\tquay\n", "line 2, is no judgement"),
        (f"{HEAD}1\tquay\tyes\n", "line 2, is no judgement"),
    ],
)
def test_what_is_no_judgement_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(QuestionError, match=rf"qrels\.tsv.*{told}"):
        read_judgements(judge(tmp_path / "qrels.tsv", text))


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="nowhere doesn't exist: name a folder or a file"):
        open_suite(tmp_path / "nowhere")


def test_judgements_without_a_corpus_say_what_is_missing(tmp_path: Path) -> None:
    write(tmp_path / "queries.jsonl", {"_id": "1", "text": "Where?"})
    judge(tmp_path / "qrels" / "test.tsv", f"{HEAD}1\tquay\t1\n")
    with pytest.raises(QuestionError, match=r"holds none: put them there as corpus\.jsonl"):
        open_suite(tmp_path)


def test_a_corpus_without_questions_says_what_is_missing(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", ARTICLE)
    with pytest.raises(QuestionError, match=r"holds none of questions\.jsonl, queries\.jsonl"):
        open_suite(tmp_path)


def test_questions_without_any_truth_are_refused_unless_they_are_judged(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", ARTICLE)
    write(tmp_path / "queries.jsonl", {"_id": "1", "text": "Where?"})
    with pytest.raises(QuestionError, match="no expected answer for 'Where\\?'"):
        open_suite(tmp_path)
    judge(tmp_path / "qrels.tsv", "1\tquay\t1\n")
    assert len(open_suite(tmp_path).queries) == 1


def test_judgements_of_other_questions_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", ARTICLE)
    write(tmp_path / "queries.jsonl", {"_id": "1", "text": "Where?"})
    judge(tmp_path / "qrels.tsv", "one\tquay\t1\n")
    with pytest.raises(QuestionError, match="judges none of the questions"):
        open_suite(tmp_path)


@pytest.mark.parametrize(
    "row",
    [
        {"question": "Where?", "answers": [1]},
        {"question": "Where?", "any_of": {"a": 1}},
        {"question": 7, "unanswerable": True},
        {"feedback": [], "exported": None},
    ],
)
def test_a_line_that_is_no_question_is_an_error(tmp_path: Path, row: dict[str, Any]) -> None:
    right = {"question": "Who?", "unanswerable": True}
    path = write(tmp_path / "mine.jsonl", right, row)
    with pytest.raises(QuestionError, match=r"mine\.jsonl is not a file of questions \(line 2: "):
        open_suite(path)


def test_ids_may_be_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.jsonl", {"id": 7, "question": "Where?", "doc_ids": [3, "x"]})
    assert open_suite(path).queries == (Query("7", "Where?", relevant={"3": 1, "x": 1}),)


def test_a_damaged_packed_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"question": "Where?"}' * 99)[:-12])
    with pytest.raises(QuestionError, match="is not a file of questions"):
        open_suite(path)


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.jsonl")
    with pytest.raises(QuestionError, match="holds no question"):
        open_suite(path)


def test_evidence_is_found_whatever_its_white_space_and_without_its_dateline() -> None:
    sentences = comparable(["VELDMARK (AP) -- A second quay\n is built.", " \n"])
    assert sentences == ["A second quay is built."]
    assert holds("Now:\nA second  quay is built. Soon.", sentences)
    assert not holds("A second quay was built.", sentences)


@given(st.lists(st.integers()), st.none() | st.integers(1, 40))
def test_questions_are_taken_evenly(items: list[int], limit: int | None) -> None:
    found = evenly(items, limit)
    assert len(found) == min(len(items), limit or len(items))
    assert not items or found[0] == items[0]
