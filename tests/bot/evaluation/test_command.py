"""`quoth eval` as people run it: data sets with a corpus, the present index, thresholds."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import html

from bot.cli import cli
from bot.evaluation.indexing import index_corpus
from retrieval import Library, LibraryConfig
from retrieval.reader import ExtractiveReader
from retrieval.types import Progress

QUAY = (
    "The harbour council of Veldmark voted on Tuesday to build a second quay. "
    "Council head Marta Lindqvist met shipping minister Tomás Ferreira in Lisbon."
)
STORM = "Storm Ylva damaged 212 houses on the island of Nordøy. Nobody was killed."
MARKET = "The fish market of Veldmark moves to the old station. It opens again in June."
CORPUS: list[dict[str, Any]] = [
    {"_id": "quay", "title": "A second quay", "text": QUAY, "metadata": {}},
    {"_id": "storm", "title": "Storm Ylva", "text": STORM, "metadata": {}},
    {"_id": "again", "title": "Storm Ylva", "text": STORM, "metadata": {}},
    {"_id": "empty", "title": "Nothing", "text": "", "metadata": {}},
    {"_id": "market", "title": "The fish market", "text": MARKET, "metadata": {}},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "1", "text": "Where did Marta Lindqvist meet Tomás Ferreira?"},
    {"_id": "2", "text": "How many houses did Storm Ylva damage?"},
    {"_id": "3", "text": "When does the fish market open again?"},
    {"_id": "4", "text": "Who judges this?"},
]
QRELS = (
    "query-id\tcorpus-id\tscore\n"
    "1\tquay\t1\n2\tagain\t1\n2\tquay\t0\n3\tmarket\t2\n3\tempty\t1\n9\tquay\t1\n"
)
JUDGED: list[dict[str, Any]] = [
    {"id": "a", "question": "How many houses did Storm Ylva damage?", "answers": ["212"],
     "doc_ids": ["storm"], "evidence": [STORM.split(". ")[0] + "."], "answerable": True,
     "answers_are": "alternatives"},
    {"id": "b", "question": "Who met Tomás Ferreira in Lisbon?",
     "answers": ["Marta Lindqvist", "Elin Dahl"], "doc_ids": ["quay"], "answerable": True,
     "answers_are": "list (all)"},
    {"id": "c", "question": "Which violinist photographed the comet?", "answers": [],
     "doc_ids": ["market"], "answerable": False, "answers_are": "alternatives"},
]  # fmt: skip
TODAY = {"answerable", "unanswerable", "kinds"}
RANKS = {"recall@1", "recall@4", "recall@10", "mrr@10", "ndcg@10"}
TIMES = {"latency_p50_ms", "latency_p95_ms", "latency_p99_ms"}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of a user of its own."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    return home


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    packed = path.suffix == ".gz"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """A small data set in the style of BEIR."""
    folder = tmp_path / "beir"
    write(folder / "corpus.jsonl", CORPUS)
    write(folder / "queries.jsonl", QUERIES)
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return folder


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A small data set that tells what is right beside each question, packed."""
    folder = tmp_path / "judged"
    write(folder / "corpus.jsonl.gz", CORPUS)
    write(folder / "queries.jsonl.gz", JUDGED)
    return folder


def shaped(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def indexes(home: Path) -> list[Path]:
    return sorted(path.parent for path in home.rglob("quoth.db"))


# Data sets with a corpus -------------------------------------------------------------------


def test_a_data_set_of_beir_is_measured(quoth: Callable[..., Result], beir: Path) -> None:
    result = quoth("eval", str(beir), "--json")
    found = shaped(result)
    assert set(found) == TODAY | RANKS | TIMES | {
        "questions", "articles", "articles_failed", "unknown_questions", "unknown_articles",
        "answered", "quotes_exact", "cautions", "risk_coverage",
    }  # fmt: skip
    assert (found["questions"], found["articles"], found["articles_failed"]) == (3, 3, 1)
    assert found["answerable"]["questions"] == 0  # nobody says which answers are right
    # Of the third question's two articles one has no text, so that it can't be found; the
    # second question's is the same text as another one's.
    assert found["recall@10"] == pytest.approx((1 + 1 + 1 / 2) / 3, abs=1e-4)
    assert found["mrr@10"] == 1
    assert found["ndcg@10"] == pytest.approx((2 + 2 / (2 + 0.63093)) / 3, abs=1e-4)
    assert found["quotes_exact"] == 1
    assert (found["unknown_questions"], found["unknown_articles"]) == (1, 1)
    assert "left out: 1 of the questions that" in result.stderr
    assert "counted as missed: 1 of the articles that should be found" in result.stderr
    assert "not indexed: 1, such as" in result.stderr


def test_the_measures_are_a_table(quoth: Callable[..., Result], beir: Path) -> None:
    lines = quoth("eval", str(beir)).stdout.splitlines()
    assert lines[0].split() == ["measure", "value"]
    assert ["articles, MRR@10", "1.000"] in [line.rsplit(maxsplit=1) for line in lines]
    assert not [line for line in lines if line.startswith(("kind", "caution"))]


def test_answers_quotes_and_silence_are_measured(
    quoth: Callable[..., Result], judged: Path
) -> None:
    found = shaped(quoth("eval", str(judged), "--json"))
    assert found["answer_em"] == found["answer_f1"] == 1
    assert found["list_f1"] == pytest.approx(2 / 3, abs=1e-4)  # one of two
    assert found["quote_f1"] == 1
    assert found["quotes_exact"] == 1
    assert (found["answered"], found["right"], found["silent"]) == (1, 0.5, 1)
    assert found["passage_recall@1"] == found["passage_mrr@10"] == 1
    assert found["recall@1"] == 1
    assert found["answerable"] == {
        "kind": "answerable", "questions": 2, "right": 1, "abstained": 0,
    }  # fmt: skip
    assert found["unanswerable"]["right"] == 1
    assert set(found["cautions"]) == {"cautious", "balanced", "eager"}
    assert found["cautions"]["balanced"]["answered"] == found["answered"]
    assert found["cautions"]["balanced"]["right"] == found["right"]
    assert found["cautions"]["balanced"]["silent"] == found["silent"]
    assert 0 <= found["aurc"] <= 1
    last = found["risk_coverage"][-1]
    assert set(last) == {"threshold", "answered", "wrong"}


def test_the_present_index_is_not_touched(
    quoth: Callable[..., Result], data_dir: Path, beir: Path, cache: Path
) -> None:
    before = content(data_dir)
    assert quoth("eval", str(beir)).exit_code == 0
    assert content(data_dir) == before
    assert len(indexes(cache)) == 1


def test_no_index_is_needed_and_none_is_made(beir: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "none"
    result = CliRunner().invoke(cli, ["eval", str(beir), "--data-dir", str(data_dir)])
    assert result.exit_code == 0, result.output
    assert not data_dir.exists()


def test_a_second_run_uses_the_index_of_the_first(
    quoth: Callable[..., Result], beir: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shaped(quoth("eval", str(beir), "--json"))
    moved = beir.rename(beir.with_name("moved"))

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("the corpus is indexed again")

    monkeypatch.setattr(Library, "index", refuse)
    second = shaped(quoth("eval", str(moved), "--json"))
    assert {key: second[key] for key in RANKS} == {key: first[key] for key in RANKS}
    assert second["articles_failed"] == 1
    assert len(indexes(cache)) == 1


def test_other_articles_or_passages_have_an_index_of_their_own(
    quoth: Callable[..., Result], beir: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quoth("eval", str(beir)).exit_code == 0
    monkeypatch.setenv("QUOTH_INDEX__PASSAGE_TOKENS", "64")
    assert quoth("eval", str(beir)).exit_code == 0
    assert len(indexes(cache)) == 2
    write(beir / "corpus.jsonl", CORPUS[:2])
    found = shaped(quoth("eval", str(beir), "--json"))
    assert len(indexes(cache)) == 3
    assert found["articles"] == 2
    assert found["unknown_articles"] == 3


def test_a_run_that_was_stopped_goes_on(beir: Path, tmp_path: Path) -> None:
    told: list[Progress] = []

    def stop(step: Progress) -> None:
        told.append(step)
        if len(told) == 2:
            raise KeyboardInterrupt

    with Library.open(tmp_path / "cached", config=LibraryConfig()) as library:
        with pytest.raises(KeyboardInterrupt):
            index_corpus(library, beir / "corpus.jsonl", stop)
        assert library.size()[0] == 2
        told.clear()
        found = index_corpus(library, beir / "corpus.jsonl", told.append)
    assert (found.articles, found.failed) == (3, 1)
    assert [step.outcome for step in told] == [
        "unchanged", "unchanged", "duplicate", "failed", "added",
    ]  # fmt: skip


def test_a_damaged_index_of_a_corpus_is_named(
    quoth: Callable[..., Result], beir: Path, cache: Path
) -> None:
    assert quoth("eval", str(beir)).exit_code == 0
    (folder,) = indexes(cache)
    (folder / "quoth.db").write_bytes(b"nonsense " * 1000)
    result = quoth("eval", str(beir), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"is damaged: delete {folder}" in result.stderr


def test_an_article_that_is_the_question_itself_is_not_found_by_it(
    quoth: Callable[..., Result], beir: Path
) -> None:
    write(beir / "queries.jsonl", [{"_id": "storm", "text": STORM}])
    (beir / "qrels" / "test.tsv").write_text("storm\tquay\t1\n", encoding="utf-8")
    write(beir / "corpus.jsonl", CORPUS[:2])
    without = shaped(quoth("eval", str(beir), "--json"))["mrr@10"]
    write(beir / "queries.jsonl", [{"_id": "other", "text": STORM}])
    (beir / "qrels" / "test.tsv").write_text("other\tquay\t1\n", encoding="utf-8")
    assert shaped(quoth("eval", str(beir), "--json"))["mrr@10"] == 0.5 < without == 1


def test_a_question_that_cannot_be_asked_found_nothing_and_is_told(
    quoth: Callable[..., Result], beir: Path
) -> None:
    write(beir / "queries.jsonl", [*QUERIES[:2], {"_id": "3", "text": "?!"}])
    result = quoth("eval", str(beir), "--json")
    found = shaped(result)
    assert (found["refused"], found["answered"]) == (1, pytest.approx(2 / 3, abs=1e-4))
    assert found["mrr@10"] == pytest.approx(2 / 3, abs=1e-4)
    assert "not asked, and found nothing: 1, such as: " in result.stderr


def test_a_corpus_without_any_article_is_an_error(quoth: Callable[..., Result], beir: Path) -> None:
    write(beir / "corpus.jsonl", CORPUS[3:4])
    result = quoth("eval", str(beir), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no article of" in result.stderr
    assert "has no 'text'" in result.stderr


def test_where_rankings_cannot_be_measured_that_is_said(
    quoth: Callable[..., Result], judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    result = quoth("eval", str(judged), "--json")
    found = shaped(result)
    assert "pip install ir-measures" in result.stderr
    assert not RANKS & set(found)
    assert found["answer_em"] == 1


def test_questions_are_asked_evenly_up_to_a_limit(
    quoth: Callable[..., Result], judged: Path
) -> None:
    found = shaped(quoth("eval", str(judged), "--json", "--limit", "2"))
    assert found["questions"] == 2
    assert found["answerable"]["questions"] == 2
    assert "silent" not in found


def test_a_page_is_written(quoth: Callable[..., Result], judged: Path, tmp_path: Path) -> None:
    page = tmp_path / "new" / "page.html"
    result = quoth("eval", str(judged), "--html", str(page))
    assert result.exit_code == 0, result.output
    found = html.document_fromstring(page.read_text(encoding="utf-8"))
    assert [one.text_content() for one in found.iter("figcaption")] == [
        "Risk and coverage, the surest answers first",
        "Latency",
        "Ranks of articles and passages",
    ]
    assert "Judged wrong: 1" in found.text_content()


def test_a_page_that_cannot_be_written_is_an_error_before_anything_is_asked(
    quoth: Callable[..., Result], judged: Path, tmp_path: Path, cache: Path
) -> None:
    (tmp_path / "file").touch()
    result = quoth("eval", str(judged), "--html", str(tmp_path / "file" / "page.html"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "can't write" in result.stderr
    assert indexes(cache) == []


@pytest.mark.parametrize("arguments", [("nowhere",), (".",)])
def test_a_place_without_questions_is_an_error(
    quoth: Callable[..., Result], arguments: tuple[str, ...]
) -> None:
    result = quoth("eval", *arguments, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "quoth: " in result.stderr


# The present index -------------------------------------------------------------------------


def test_the_present_index_is_asked_where_there_is_no_corpus(
    quoth: Callable[..., Result], tmp_path: Path, cache: Path
) -> None:
    rows = [
        {"question": "where will the summit be held?", "any_of": ["The Hague"],
         "doc_ids": ["hague", "elsewhere"]},
        {"question": "which violinist photographed the comet?", "unanswerable": True},
    ]  # fmt: skip
    path = write(tmp_path / "mine.jsonl", rows)
    result = quoth("eval", str(path), "--json")
    found = shaped(result)
    assert (found["right"], found["silent"]) == (1, 1)
    assert (found["recall@1"], found["mrr@10"]) == (0.5, 1)
    assert found["unknown_articles"] == 1
    assert "answer_em" not in found  # parts of answers are told, and no whole ones
    assert indexes(cache) == []


# Thresholds --------------------------------------------------------------------------------

FACTS = [
    ("Arnvik", "Ida Solberg", "12 May 1998"),
    ("Brekke", "Nils Aasen", "3 June 2001"),
    ("Dalen", "Karin Moe", "19 March 1987"),
    ("Elvsund", "Odd Lien", "8 August 2010"),
    ("Fossby", "Randi Holm", "27 April 1992"),
    ("Granli", "Per Dahl", "14 October 2005"),
]


@pytest.fixture
def town_halls(tmp_path: Path) -> Path:
    """Twelve questions that six articles answer, and twelve that they don't."""
    folder = tmp_path / "halls"
    texts = [
        f"The town hall of {town} was opened by mayor {mayor} on {day}."
        for town, mayor, day in FACTS
    ]
    write(folder / "corpus.jsonl", [{"id": str(n), "text": text} for n, text in enumerate(texts)])
    asked: list[dict[str, Any]] = []
    for town, mayor, day in FACTS:
        asked += [
            {"question": f"Who opened the town hall of {town}?", "answers": [mayor]},
            {"question": f"When was the town hall of {town} opened?", "answers": [day]},
            {"question": f"Who photographed the comet over {town}?", "unanswerable": True},
            {"question": f"How many violins were stolen in {town}?", "unanswerable": True},
        ]
    write(folder / "queries.jsonl", asked)
    return folder


def run(*arguments: str, data_dir: Path) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--data-dir", str(data_dir)])


def test_thresholds_are_fitted_kept_and_used(town_halls: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    result = run("eval", str(town_halls), "--calibrate", "--json", data_dir=data_dir)
    found = shaped(result)
    path = data_dir / "thresholds.json"
    assert found["calibrated"] == {"file": str(path), "answerable": 12, "unanswerable": 12}
    written = json.loads(path.read_text(encoding="utf-8"))
    thresholds = {name: told["threshold"] for name, told in found["cautions"].items()}
    assert written["thresholds"] == thresholds != dict(ExtractiveReader().calibration.thresholds)
    assert written["provenance"]["unanswerable"] == 12
    assert f"{path} holds the thresholds now" in result.stderr
    again = shaped(run("eval", str(town_halls), "--json", data_dir=data_dir))
    assert again["cautions"] == found["cautions"]
    for name in ("answered", "right", "silent"):
        assert again[name] == again["cautions"]["balanced"][name]


def test_own_thresholds_change_what_is_answered_and_show_in_status(
    town_halls: Path, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    question = "Who opened the town hall of Dalen?"
    corpus = str(town_halls / "corpus.jsonl")
    assert run("index", corpus, data_dir=data_dir).exit_code == 0
    assert "own_thresholds: -" in run("status", data_dir=data_dir).stdout.splitlines()
    assert "Karin Moe" in run("ask", question, data_dir=data_dir).stdout
    path = data_dir / "thresholds.json"
    own = {"cautious": 1.0, "balanced": 1.0, "eager": 0.2}
    path.write_text(json.dumps({"thresholds": own}), encoding="utf-8")
    assert run("ask", question, data_dir=data_dir).exit_code == 1
    told = run("status", data_dir=data_dir).stdout
    assert "own_thresholds: cautious 1.0, balanced 1.0, eager 0.2" in told.splitlines()
    (tmp_path / "mine.jsonl").write_text(
        json.dumps({"question": question, "any_of": ["Karin Moe"]}), encoding="utf-8"
    )
    for place in (str(tmp_path / "mine.jsonl"), str(town_halls)):
        assert shaped(run("eval", place, "--json", data_dir=data_dir))["answered"] == 0


def test_a_file_of_thresholds_that_holds_none_is_named_and_stops_no_question(
    town_halls: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data_dir = tmp_path / "data"
    assert run("index", str(town_halls / "corpus.jsonl"), data_dir=data_dir).exit_code == 0
    (data_dir / "thresholds.json").write_text("{", encoding="utf-8")
    asked = run("ask", "Who opened the town hall of Dalen?", data_dir=data_dir)
    assert (asked.exit_code, "Karin Moe" in asked.stdout) == (0, True)
    assert "thresholds.json holds no thresholds" in caplog.text
    checked = run("check", data_dir=data_dir)
    assert checked.exit_code == 1
    assert "thresholds.json holds no thresholds" in checked.output
    assert "delete it" in checked.output


def test_too_few_questions_are_told_before_they_are_asked(
    town_halls: Path, tmp_path: Path, cache: Path
) -> None:
    data_dir = tmp_path / "data"
    result = run("eval", str(town_halls), "--calibrate", "--limit", "12", data_dir=data_dir)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "here are 6 and 6: add 4 more that the articles answer and 4 more" in result.stderr
    assert not data_dir.exists()
    assert indexes(cache) == []
