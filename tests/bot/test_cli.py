"""Every sentence of the command line's contract, over the real library."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from retrieval import Library, Question
from tests.bot.command import QUOTH
from tests.fake_web import serving

REPOSITORY = Path(__file__).parents[2]
LISBON_QUESTION = "who did Çavuşoğlu meet in Lisbon?"
UNKNOWN_QUESTION = "which comet did the violinist photograph?"
Quoth = Callable[..., Result]


def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=stdin)


def start(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """`quoth` as a process of its own, all of its streams piped."""
    pipe = subprocess.PIPE
    everything = os.environ | {"PYTHONPATH": str(REPOSITORY)} | environment
    return subprocess.Popen(
        [*QUOTH, *arguments], env=everything, stdin=pipe, stdout=pipe, stderr=pipe
    )


def every_quote(reply: dict[str, Any]) -> list[dict[str, Any]]:
    return [quote for answer in reply["answers"] for quote in answer["quotes"]] + reply["nearest"]


# ask ------------------------------------------------------------------------------------


def test_an_answer_is_quoted_and_exits_with_0(quoth: Quoth) -> None:
    result = quoth("ask", LISBON_QUESTION)
    assert result.exit_code == 0, result.stderr
    assert "João Cravinho" in result.stdout
    assert "lisbon.txt" in result.stdout
    assert "\x1b" not in result.stdout


def test_the_json_of_an_answer_obeys_the_contract(quoth: Quoth, folder: Path) -> None:
    result = quoth("ask", LISBON_QUESTION, "--json")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    reply = json.loads(result.stdout)
    assert list(reply) == [
        "question", "understood_as", "found", "answers", "nearest", "elapsed_ms",
    ]  # fmt: skip
    assert reply["question"] == LISBON_QUESTION
    assert reply["found"] is True
    assert reply["nearest"] == []
    assert list(reply["answers"][0]) == ["kind", "text", "probability", "quotes"]
    assert reply["answers"][0]["kind"] == "span"
    first = reply["answers"][0]["quotes"][0]
    assert set(first) == {"article", "start", "end", "text", "answer", "also_in"}
    assert first["article"]["path"].endswith("lisbon.txt")
    assert "João Cravinho" in first["text"]
    stored = (folder / "lisbon.txt").read_text(encoding="utf-8")
    assert stored[first["start"] : first["end"]] == first["text"]
    if first["answer"] is not None:
        span = first["answer"]
        assert stored[span["start"] : span["end"]] == span["text"]


def test_a_sentence_that_answers_is_of_the_other_kind(quoth: Quoth) -> None:
    reply = json.loads(quoth("ask", "What happened in Lisbon?", "--json").stdout)
    assert reply["found"] is True
    for answer in reply["answers"]:
        (quote,) = answer["quotes"]
        assert (answer["kind"], answer["text"]) == ("quote", quote["text"])
        assert quote["answer"] is None
    assert any("João Cravinho" in answer["text"] for answer in reply["answers"])


def test_nothing_found_exits_with_1_and_gives_the_nearest(quoth: Quoth) -> None:
    result = quoth("ask", UNKNOWN_QUESTION)
    assert result.exit_code == 1
    assert result.stdout.startswith("I found no answer in these articles.\n")
    reply = json.loads(quoth("ask", UNKNOWN_QUESTION, "--json").stdout)
    assert reply["found"] is False
    assert reply["answers"] == []


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_needs_no_quotation_marks(quoth: Quoth, command: str) -> None:
    words = LISBON_QUESTION.split()
    result = quoth(command, *words[:3], "--json", *words[3:])
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["question"] == LISBON_QUESTION
    assert quoth(command, "-", "compasses", "--json").exit_code == 0  # no line of questions


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    data_dir = str(tmp_path / "data")
    article = tmp_path / "one.txt"
    article.write_text("The lighthouse stands in Trabzon.\n", encoding="utf-8")
    assert invoke("index", str(article), "--data-dir", data_dir).exit_code == 0
    listed = json.loads(invoke("articles", "--data-dir", data_dir, "--json").stdout)
    removed = invoke("remove", listed["articles"][0]["id"], "--data-dir", data_dir)
    assert removed.exit_code == 0, removed.stderr
    result = invoke("ask", "where is the lighthouse?", "--data-dir", data_dir)
    assert (result.exit_code, result.stderr) == (1, "")
    assert invoke("search", "lighthouse", "--data-dir", data_dir).exit_code == 1
    assert json.loads(invoke("articles", "--data-dir", data_dir, "--json").stdout) == {
        "articles": []
    }


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 20_000])
def test_a_question_that_cannot_be_asked_is_an_error(quoth: Quoth, question: str) -> None:
    result = quoth("ask", "--json", "--", question)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("quoth: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("question", ['"NEAR(', "*", "lighthouse AND -Trabzon", "a OR (b", "-"])
def test_query_syntax_means_nothing(quoth: Quoth, question: str) -> None:
    result = quoth("ask", "-", stdin=f"{question}\n")
    line = json.loads(result.stdout)
    assert line["question"] == question
    assert "unexpected" not in line.get("error", "")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_questions_come_a_line_each_and_objects_go_out_in_order(quoth: Quoth, command: str) -> None:
    lines = [LISBON_QUESTION, "", "  ", UNKNOWN_QUESTION, "how many compasses?"]
    result = quoth(command, "-", stdin="\n".join(lines))
    assert result.exit_code == 0
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["question"] for one in objects] == lines
    assert ["error" in one for one in objects] == [False, True, True, False, False]
    assert set(objects[1]) == {"question", "error"}
    for one in objects:
        for quote in every_quote(one) if "answers" in one else one.get("hits", ()):
            text = json.loads(quoth("show", quote["article"]["id"], "--json").stdout)["text"]
            assert text[quote["start"] : quote["end"]] == quote["text"]


def test_bytes_that_are_no_text_still_get_their_object(quoth: Quoth) -> None:
    stdin = b"\xef\xbb\xbfwho?\r\n\xff\xfe\n\x00\nhow many compasses?\x0b\x85\n"
    result = quoth("ask", "-", stdin=stdin)
    assert result.exit_code == 0
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(objects) == 4
    assert objects[0]["question"] == "who?"


def test_no_lines_give_no_objects(quoth: Quoth) -> None:
    assert quoth("ask", "-", stdin="").stdout == ""
    assert quoth("ask", "-", stdin="").exit_code == 0


def test_each_object_is_there_before_the_next_question_in_utf_8(data_dir: Path) -> None:
    process = start("ask", "-", "--data-dir", str(data_dir), PYTHONIOENCODING="ascii")
    assert process.stdin
    assert process.stdout
    for question, known in ((LISBON_QUESTION, "João Cravinho"), ("how many compasses?", "412")):
        process.stdin.write(question.encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline().decode("utf-8")
        assert json.loads(line)["question"] == question
        assert known in line
    process.communicate()
    assert process.returncode == 0


def test_an_error_in_one_question_does_not_stop_the_others(
    quoth: Quoth, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Library.ask

    def sometimes(self: Library, question: Question) -> object:
        if question.text == "boom":
            raise RuntimeError("it broke")
        return real(self, question)

    monkeypatch.setattr(Library, "ask", sometimes)
    result = quoth("ask", "-", stdin=f"boom\n{LISBON_QUESTION}\n")
    first, second = map(json.loads, result.stdout.splitlines())
    assert first["question"] == "boom"
    assert "it broke" in first["error"]
    assert second["found"] is True
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "who \udcff?"],
        ["search", "who", "\udcff?"],
        ["show", "\udcff"],
        ["remove", "\udcff"],
        ["ask", "who?", "--publisher", "\udcff"],
        ["ask", "who?", "--path", "\udcff"],
        ["index", "https://example.org/\udcff"],
    ],
    ids=" ".join,
)
def test_words_that_are_not_utf_8_are_told(quoth: Quoth, arguments: list[str]) -> None:
    result = quoth(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "isn't UTF-8" in result.stderr
    assert "\udcff" not in result.stderr


def test_a_model_that_dotenv_names_is_told_at_every_start(quoth: Quoth, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / ".env").write_text("QUOTH_MODEL=bundled\n", encoding="utf-8")
    result = quoth("ask", LISBON_QUESTION, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["found"]
    assert result.stderr == "quoth: the model 'bundled' is named by .env in this folder\n"
    assert '"bundled"  # .env QUOTH_MODEL' in quoth("config").stdout


# filters --------------------------------------------------------------------------------


def titles(result: Result) -> set[str]:
    return {hit["article"]["title"] for hit in json.loads(result.stdout)["hits"]}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--since", "2023"], {"After the flood"}),
        (["--since", "2023-09"], {"After the flood"}),
        (["--since", "September 2023"], {"After the flood"}),
        (["--since", "last week"], set()),
        (["--until", "before 2023"], {"Summit plans"}),
        (["--since", "2023-09-01", "--until", "2023-09-01"], {"After the flood"}),
        (["--until", "2022"], {"Summit plans"}),
        (["--until", "2022-04"], {"Summit plans"}),
        (["--until", "2022-04-05"], set()),
        (["--since", "2022-04-07", "--until", "2023-08"], set()),
        (["--publisher", "KIYI gazetesi"], {"After the flood"}),
        (["--publisher", "northern post"], {"Summit plans"}),
    ],
)
def test_filters_narrow_what_is_found(quoth: Quoth, options: list[str], expected: set[str]) -> None:
    result = quoth("search", "city river summit", "--json", *options)
    assert titles(result) == expected
    assert result.exit_code == (0 if expected else 1)


def test_undated_articles_pass_only_when_asked_for(quoth: Quoth) -> None:
    question = ("ask", "how many compasses does the lighthouse keeper collect?", "--json")
    assert quoth(*question).exit_code == 0
    left_out = quoth(*question, "--since", "2000")
    assert left_out.exit_code == 1
    assert json.loads(left_out.stdout)["undated_left_out"] == 2
    assert quoth(*question, "--since", "2000", "--undated").exit_code == 0
    told = quoth(*question[:2], "--since", "2000").stdout
    assert told.endswith(
        "2 articles without a date were left out by the dates (--undated lets them in).\n"
    )


def test_a_path_narrows_what_is_asked(quoth: Quoth) -> None:
    question = ("ask", LISBON_QUESTION, "--json", "--path")
    assert quoth(*question, "lisbon").exit_code == 0
    for reply in (json.loads(quoth(*question, path).stdout) for path in ("lighthouse", "*.jsonl")):
        assert all("lisbon" not in quote["article"]["path"] for quote in every_quote(reply))


def test_a_date_in_the_question_is_understood_unless_refused(quoth: Quoth) -> None:
    question = "what happened to the river in 2023?"
    understood = quoth("search", question, "--json")
    assert titles(understood) == {"After the flood"}
    assert "Summit plans" in titles(quoth("search", question, "--json", "--any-date"))


@pytest.mark.parametrize("value", ["tomorrow", "2022-13", "2022-02-30", "22", "2022-4-6", ""])
@pytest.mark.parametrize("option", ["--since", "--until"])
def test_a_wrong_date_shows_how_dates_are_written(quoth: Quoth, option: str, value: str) -> None:
    result = quoth("ask", "who?", option, value)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "2022, 2022-04 or 2022-04-06" in result.stderr


def test_dates_the_wrong_way_round_are_an_error(quoth: Quoth) -> None:
    result = quoth("ask", "who?", "--since", "2023", "--until", "2022")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing lies between" in result.stderr


# search, articles, show, status, check, config ------------------------------------------


def test_a_search_ranks_passages_with_scores(quoth: Quoth) -> None:
    result = quoth("search", "summit in The Hague", "-k", "2", "--json")
    shaped = json.loads(result.stdout)
    assert set(shaped) == {"question", "hits", "elapsed_ms"}
    assert [hit["rank"] for hit in shaped["hits"]] == [1, 2]
    assert shaped["hits"][0]["article"]["id"] == "hague"
    assert set(shaped["hits"][0]["scores"]) == {"fused", "dense", "lexical", "reader"}
    assert "The Hague" in quoth("search", "summit in The Hague").stdout


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_a_wrong_number_of_passages_is_an_error(quoth: Quoth, count: str) -> None:
    assert quoth("search", "x", "-k", count).exit_code == 2


def test_articles_are_listed_newest_first_and_undated_last(quoth: Quoth) -> None:
    listed = json.loads(quoth("articles", "--json").stdout)["articles"]
    assert [one["published"] for one in listed] == ["2023-09-01", "2022-04-06", None, None]
    assert listed[0] == {
        "id": "flood",
        "title": "After the flood",
        "publisher": "Kıyı Gazetesi",
        "published": "2023-09-01",
        "language": listed[0]["language"],
        "url": None,
        "path": listed[0]["path"],
    }
    lines = quoth("articles").stdout.splitlines()
    assert lines[0].startswith("flood  After the flood · Kıyı Gazetesi · 2023-09-01")


def test_show_prints_the_stored_text(quoth: Quoth, folder: Path) -> None:
    found = json.loads(quoth("ask", LISBON_QUESTION, "--json").stdout)
    id = found["answers"][0]["quotes"][0]["article"]["id"]
    shown = json.loads(quoth("show", id, "--json").stdout)
    assert set(shown) == {"article", "text"}
    assert shown["text"] == (folder / "lisbon.txt").read_text(encoding="utf-8")
    assert "They talked about grain shipments" in quoth("show", id).stdout


@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_id_is_an_error(quoth: Quoth, command: str) -> None:
    result = quoth(command, "no-such-id", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no-such-id" in result.stderr


def test_status_counts_what_is_there(quoth: Quoth, data_dir: Path) -> None:
    status = json.loads(quoth("status", "--json").stdout)
    assert status["articles"] == 4
    assert status["data_dir"] == str(data_dir)
    assert "articles: 4\n" in quoth("status").stdout


def test_a_sound_index_is_called_sound(quoth: Quoth) -> None:
    assert json.loads(quoth("check", "--json").stdout) == {"sound": True, "problems": []}
    assert quoth("check").stdout == "The index is sound.\n"


def test_problems_are_told_and_exit_with_1(quoth: Quoth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "check", lambda self: ("a passage is gone",))
    result = quoth("check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"sound": False, "problems": ["a passage is gone"]}


def test_config_prints_every_value_and_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_ANSWER__CAUTION", "eager")
    lines = invoke("config", "--data-dir", "here").stdout.splitlines()
    assert 'data_dir = "here"  # --data-dir' in lines
    assert 'answer.caution = "eager"  # environment QUOTH_ANSWER__CAUTION' in lines
    assert "index.overlap = 1  # built-in" in lines
    shaped = json.loads(invoke("config", "--json").stdout)
    assert shaped["answer.caution"] == {
        "value": "eager",
        "source": "environment QUOTH_ANSWER__CAUTION",
    }


# index and remove -----------------------------------------------------------------------


def test_index_adds_updates_prunes_and_removes(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    one, two = folder / "one.txt", folder / "two.txt"
    one.write_text("The bridge of Varna was painted green.\n", encoding="utf-8")
    two.write_text("Seven ferries cross the strait each hour.\n", encoding="utf-8")

    def index(*options: str) -> dict[str, Any]:
        result = invoke("index", str(folder), "--data-dir", str(tmp_path / "d"), "--json", *options)
        assert result.exit_code == 0, result.stderr
        shaped = json.loads(result.stdout)
        assert isinstance(shaped, dict)
        return shaped

    assert index()["added"] == 2
    assert index()["unchanged"] == 2
    one.write_text("The bridge of Varna was painted blue.\n", encoding="utf-8")
    assert index()["updated"] == 1
    two.unlink()
    assert index()["removed"] == 0
    assert index("--prune")["removed"] == 1
    answer = invoke(
        "ask", "which colour was the bridge painted?", "--data-dir", str(tmp_path / "d")
    )
    assert "blue" in answer.stdout
    assert "green" not in answer.stdout


def test_progress_and_summary_go_to_standard_error(tmp_path: Path, folder: Path) -> None:
    result = invoke("index", str(folder), "--data-dir", str(tmp_path / "d"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "4 added" in result.stderr


def test_index_names_the_failed_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text("A good article about bees.\n", encoding="utf-8")
    (folder / "bad.json").write_text("{not json", encoding="utf-8")
    result = invoke("index", str(folder), "--data-dir", str(tmp_path / "d"))
    assert result.exit_code == 0
    assert "bad.json" in result.stderr
    shaped = json.loads(
        invoke("index", str(folder), "--data-dir", str(tmp_path / "e"), "--json").stdout
    )
    assert shaped["added"] == 1
    assert [Path(one["path"]).name for one in shaped["failed"]] == ["bad.json"]
    assert shaped["failed"][0]["reason"]


def test_index_without_a_readable_file_is_an_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{not json", encoding="utf-8")
    for path in (bad, tmp_path / "missing.txt"):
        result = invoke("index", str(path), "--data-dir", str(tmp_path / "d"), "--json")
        assert (result.exit_code, result.stdout) == (2, "")
        assert path.name in result.stderr


@pytest.mark.parametrize("more", [[], ["--json"], ["--prune"], ["--rebuild"]])
def test_nothing_is_made_for_paths_that_are_not_there(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    paths = [str(tmp_path / name) for name in ("none", "gone", "none")]
    result = invoke("index", *paths, "--data-dir", str(tmp_path / "d"), *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"failed: {tmp_path}/none: does not exist: check the name" in result.stderr
    assert f"failed: {tmp_path}/gone: is a link to a file that is gone" in result.stderr
    assert "0 removed, 2 failed" in result.stderr
    assert not (tmp_path / "d").exists()


def test_paths_that_are_not_there_are_told_beside_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text("The ferry to Orm sails at noon.\n", encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("none", "here.txt")]
    for added in (1, 0):
        result = invoke("index", *paths, "--data-dir", str(tmp_path / "d"))
        assert result.exit_code == 0, result.stderr
        assert "1 file read in" in result.stderr
        assert f"{added} added" in result.stderr
        assert f"failed: {tmp_path}/none: does not exist: check the name" in result.stderr
    gone = invoke("index", paths[0], "--data-dir", str(tmp_path / "d"))
    assert gone.exit_code == 2
    assert "does not exist: check the name" in gone.stderr


def test_an_empty_folder_has_nothing_to_index(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = invoke("index", str(empty), "--data-dir", str(tmp_path / "d"))
    assert result.exit_code == 1
    assert "no articles found" in result.stderr


def test_a_pattern_that_the_shell_left_is_told(tmp_path: Path) -> None:
    result = invoke("index", "no/*.txt", "--data-dir", str(tmp_path / "d"))
    assert result.exit_code == 2
    assert "no/*.txt: does not exist: without quotation marks the shell" in result.stderr


def added(data_dir: Path, stdin: str | bytes, *options: str) -> list[dict[str, Any]]:
    """The articles of an index of what came on standard input alone."""
    result = invoke("index", "-", "--data-dir", str(data_dir), *options, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    listed = json.loads(invoke("articles", "--json", "--data-dir", str(data_dir)).stdout)
    return list(listed["articles"])


PAGE = "<!DOCTYPE html><title>The mill</title><p>The mill of Orm was sold to Ada Lund.</p>"


@pytest.mark.parametrize(
    ("stdin", "titles", "ending"),
    [
        ("The ferry\n\nIt sails at noon.\n", ["The ferry"], ".txt"),
        ("[Orm] The mill was sold.\n", None, ".txt"),
        ('{"title": "Bus", "text": "It leaves at six."}', ["Bus"], ".json"),
        ('[\n{"title": "Bus", "text": "It leaves at six."}\n]\n', ["Bus"], ".json"),
        (
            '{"title": "Bus", "text": "It leaves at six."}\n'
            '{"title": "Tram", "text": "It leaves at seven."}\n',
            ["Bus", "Tram"],
            ".jsonl",
        ),
        (PAGE, ["The mill"], ".html"),
        ("---\ntitle: Notes\n---\nIt sails at noon.\n", ["Notes"], ".md"),
    ],
)
def test_an_article_comes_from_standard_input(
    tmp_path: Path, stdin: str, titles: list[str] | None, ending: str
) -> None:
    found = added(tmp_path / "d", stdin)
    if titles is not None:
        assert sorted(one["title"] for one in found) == titles
    assert {Path(one["path"]).parent for one in found} == {tmp_path / "d" / "input"}
    assert {Path(one["path"]).suffix for one in found} == {ending}
    assert added(tmp_path / "d", stdin) == found
    assert invoke("index", "--prune", "--data-dir", str(tmp_path / "d")).exit_code == 0
    assert len(
        json.loads(invoke("articles", "--json", "--data-dir", str(tmp_path / "d")).stdout)[
            "articles"
        ]
    ) == len(found)


def test_an_article_of_the_same_name_takes_the_place_of_the_first(tmp_path: Path) -> None:
    added(tmp_path / "d", "The bridge was painted green.\n", "--name", "/tmp/x/bridge.txt")
    (found,) = added(tmp_path / "d", "The bridge was painted blue.\n", "--name", "bridge.txt")
    assert Path(found["path"]) == tmp_path / "d" / "input" / "bridge.txt"
    (found,) = added(tmp_path / "e", PAGE, "--name", "mill")
    assert (Path(found["path"]).name, found["title"]) == ("mill.html", "The mill")


@pytest.mark.parametrize(
    ("stdin", "options", "message"),
    [
        (b"", [], "quoth: standard input is empty: "),
        (b" \n\n", [], "quoth: standard input is empty: "),
        (b"\x89PNG\r\n\x1a\n\x00\x00", [], "quoth: standard input is no text: say what it is"),
        (b"text", ["--name", "a.xlsx"], "quoth: a.xlsx can't be read as an article: use one of"),
        (b'{"title": broken', [], "is not valid JSON"),
    ],
)
def test_what_holds_no_article_is_an_error_and_not_kept(
    tmp_path: Path, stdin: bytes, options: list[str], message: str
) -> None:
    result = invoke("index", "-", "--data-dir", str(tmp_path / "d"), *options, stdin=stdin)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert not [*(tmp_path / "d").glob("input/*")]


def test_a_name_is_for_standard_input_only(tmp_path: Path) -> None:
    result = invoke("index", str(tmp_path), "--name", "a.txt", "--data-dir", str(tmp_path / "d"))
    assert result.exit_code == 2
    assert "quoth index -" in result.stderr


def test_index_without_a_path_needs_rebuild_or_prune(tmp_path: Path, data_dir: Path) -> None:
    copy = tmp_path / "d"
    shutil.copytree(data_dir, copy)
    result = invoke("index", "--data-dir", str(copy))
    assert (result.exit_code, result.stdout) == (2, "")
    rebuilt = invoke("index", "--rebuild", "--data-dir", str(copy))
    assert rebuilt.exit_code == 0
    assert "4 articles made anew, 0 files read in" in rebuilt.stderr
    assert invoke("index", "--prune", "--data-dir", str(copy)).exit_code == 0
    answer = invoke("ask", LISBON_QUESTION, "--data-dir", str(copy))
    assert "João Cravinho" in answer.stdout


@pytest.mark.parametrize("option", ["--prune", "--rebuild"])
def test_where_no_index_stood_none_is_made_of_nothing(tmp_path: Path, option: str) -> None:
    result = invoke("index", option, "--data-dir", str(tmp_path / "typo"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"no index in {tmp_path / 'typo'}" in result.stderr
    assert not (tmp_path / "typo").exists()


def test_an_option_before_the_command_is_told_its_place(tmp_path: Path) -> None:
    result = invoke("--data-dir", str(tmp_path / "d"), "index", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--data-dir goes behind the command: quoth index … --data-dir …" in result.stderr
    assert "goes behind" not in invoke("--no-such-option", "index").stderr


def test_remove_forgets_an_article(tmp_path: Path, folder: Path, data_dir: Path) -> None:
    copy = tmp_path / "d"
    shutil.copytree(data_dir, copy)
    result = invoke("remove", "hague", "--data-dir", str(copy), "--json")
    assert json.loads(result.stdout) == {"removed": 1}
    assert invoke("show", "hague", "--data-dir", str(copy)).exit_code == 2
    assert folder.joinpath("records.jsonl").exists()


def test_an_index_made_otherwise_names_the_command_to_run(quoth: Quoth, monkeypatch: Any) -> None:
    monkeypatch.setenv("QUOTH_INDEX__PASSAGE_TOKENS", "64")
    result = quoth("ask", LISBON_QUESTION)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "quoth index --rebuild" in result.stderr


def test_an_interrupted_index_says_what_is_kept(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Library, *args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "index", interrupted)
    result = invoke("index", str(folder), "--data-dir", str(tmp_path / "d"))
    assert (result.exit_code, result.stdout) == (130, "")
    assert "are kept; run the command again" in result.stderr


@pytest.mark.slow
def test_ctrl_c_keeps_the_articles_that_were_done(tmp_path: Path) -> None:
    folder, data_dir = tmp_path / "articles", tmp_path / "d"
    folder.mkdir()
    for number in range(3000):
        text = f"Harbour number {number} was opened by engineer {number * 7}.\n" * 5
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    process = start("index", str(folder), "--data-dir", str(data_dir))
    while not (data_dir / "quoth.db").exists() and process.poll() is None:
        time.sleep(0.05)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate()
    assert process.returncode == 130, stderr
    assert stdout == b""
    assert b"Stopped: " in stderr
    assert b"Traceback" not in stderr
    assert invoke("check", "--data-dir", str(data_dir)).exit_code == 0


# errors and surroundings ----------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "who?"],
        ["ask", "-"],
        ["search", "who?"],
        ["search", "-"],
        ["articles"],
        ["show", "x"],
        ["remove", "x"],
        ["status"],
        ["check"],
    ],
)
@pytest.mark.parametrize("json_flag", [[], ["--json"]])
def test_a_missing_index_is_an_error(arguments: list[str], json_flag: list[str]) -> None:
    result = invoke(*arguments, *json_flag, stdin="who?\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "quoth index" in result.stderr
    assert not Path(".quoth").exists()


@pytest.mark.parametrize(
    "command",
    [["ask", "who?"], ["status"], ["index", "."], ["check"], ["check", "--repair"], ["articles"]],
)
def test_a_folder_in_the_place_of_the_database_is_told(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "quoth.db").mkdir()
    result = invoke(*command, "--data-dir", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"quoth: {tmp_path}/quoth.db is a folder, and the database is")
    assert "move the folder away" in result.stderr
    assert result.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir() if path.name != "elsewhere"] == ["quoth.db"]
    (tmp_path / "quoth.db").rmdir()
    assert "there is no index in" in invoke("status", "--data-dir", str(tmp_path)).stderr


def test_settings_errors_exit_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_ANSWR__CAUTION", "eager")
    result = invoke("config", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "QUOTH_ANSWER__CAUTION" in result.stderr
    monkeypatch.delenv("QUOTH_ANSWR__CAUTION")
    missing = invoke("config", "--config", "missing.toml")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "missing.toml" in missing.stderr


def test_an_unexpected_error_is_one_line_and_its_place_is_told_on_demand(
    quoth: Quoth, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Library, *_: object, **__: object) -> None:
        raise ZeroDivisionError("oh\x1b[2J no")

    monkeypatch.setattr(Library, "status", broken)
    result = quoth("status", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "quoth: unexpected ZeroDivisionError: oh�[2J no (--debug shows where)\n"
    )
    debugged = quoth("status", "--debug")
    assert debugged.exit_code == 2
    assert "Traceback" in debugged.stderr
    monkeypatch.setattr(Library, "ask", broken)
    monkeypatch.setattr(Library, "status", lambda self: None)
    line = quoth("ask", "-", "--debug", stdin="who?\n")
    assert "oh" in json.loads(line.stdout)["error"]
    assert "Traceback" in line.stderr


def test_a_wrong_command_is_an_error() -> None:
    for arguments in (["aks"], ["ask"], ["ask", "who?", "--jason"], ["remove"], ["index"]):
        result = invoke(*arguments)
        assert (result.exit_code, result.stdout) == (2, ""), arguments


def test_the_data_folder_comes_from_the_environment_too(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_DATA_DIR", str(data_dir))
    assert invoke("ask", LISBON_QUESTION).exit_code == 0


def test_another_collection_sees_only_the_shared_one(tmp_path: Path) -> None:
    article = tmp_path / "secret.txt"
    article.write_text("The password of the vault is marzipan.\n", encoding="utf-8")
    options = ("--data-dir", str(tmp_path / "d"))
    assert invoke("index", str(article), *options, "--collection", "club").exit_code == 0
    question = ("ask", "what is the password of the vault?", *options)
    assert "marzipan" in invoke(*question, "--collection", "club").stdout
    for other in ([], ["--collection", "others"]):
        result = invoke(*question, *other)
        assert result.exit_code == 1
        assert "marzipan" not in result.stdout


def test_a_closed_pipe_is_no_drama(data_dir: Path) -> None:
    process = start("ask", "-", "--data-dir", str(data_dir))
    assert process.stdout
    process.stdout.close()
    _, stderr = process.communicate(b"who?\nhow many compasses?\n" * 50)
    assert stderr == b""
    assert process.returncode == 141


@pytest.mark.parametrize("command", ["export", "articles", "ask Lisbon"])
def test_output_that_nobody_reads_is_no_drama(data_dir: Path, command: str) -> None:
    process = start(*command.split(), "--data-dir", str(data_dir))
    assert process.stdout
    process.stdout.close()
    _, stderr = process.communicate()
    assert (process.returncode, stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
@pytest.mark.parametrize(
    "command", ["--help", "export", "articles", "status --json", "ask -", "repl"]
)
def test_output_that_is_full_is_told(data_dir: Path, command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*QUOTH, *command.split()],
            env=os.environ | {"PYTHONPATH": str(REPOSITORY), "QUOTH_DATA_DIR": str(data_dir)},
            input=b"who?\nhow many compasses?\n",
            stdout=full,
            stderr=subprocess.PIPE,
        )
    told = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert [line for line in told if "can't write to standard output (No space" in line] == told
    assert len(told) == 1


def test_output_that_was_closed_before_is_no_drama(data_dir: Path) -> None:
    command = shlex.join([*QUOTH, "status", "--data-dir", str(data_dir)])
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(["sh", "-c", f"{command} >&-"], env=environment, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


def test_output_survives_a_terminal_that_knows_ascii_only(data_dir: Path) -> None:
    arguments = ("ask", LISBON_QUESTION, "--data-dir", str(data_dir))
    process = start(*arguments, PYTHONIOENCODING="ascii")
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stderr
    assert b"Cravinho" in stdout
    assert b"Jo\\xe3o" in stdout  # no letter of a quote is taken for another in silence


def test_help_needs_no_heavy_import() -> None:
    code = (
        "import sys\n"
        "from bot.cli import cli\n"
        "try: cli(['ask', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'retrieval', 'numpy', 'pydantic', 'rich', 'faiss', 'torch', 'prompt_toolkit'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr


# index, from the web ---------------------------------------------------------------------


def test_addresses_and_paths_are_indexed_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_WEB__LOOPBACK", "true")
    monkeypatch.setenv("QUOTH_WEB__DELAY_S", "0")
    (tmp_path / "ferry.txt").write_text("The ferry to Nordøy sails at noon.\n")
    fire = "The old mill of Orm burned down on Friday night after lightning had struck its roof."
    with serving() as site:
        page, data = site.page("/mill", fire, title="The mill"), str(tmp_path / "data")
        words = ["index", str(tmp_path / "ferry.txt"), page, f"{site.url}/none", "--data-dir", data]
        result = invoke(*words)
        again = invoke(*words, "--json")
    assert result.exit_code == 0
    assert "1 file and 1 page read" in result.stderr
    assert ": 2 added, 0 updated, 0 unchanged" in result.stderr
    none = f"{site.url}/none: answered with status 404: there is no such page"
    assert f"failed: {none}" in " ".join(result.stderr.split())
    report = json.loads(again.stdout)
    assert (report["files_read"], report["pages_read"], report["unchanged"]) == (1, 1, 2)
    assert report["failed"][0]["path"] == f"{site.url}/none"
    shown = invoke("ask", "When did the mill of Orm burn down?", "--json", "--data-dir", data)
    article = json.loads(shown.stdout)["answers"][0]["quotes"][0]["article"]
    assert (article["url"], article["path"]) == (page, page)


def test_addresses_that_all_fail_are_an_error(tmp_path: Path) -> None:
    with serving() as site:  # without the setting of tests
        result = invoke("index", site.page("/a", "Words."), "--data-dir", str(tmp_path / "data"))
    assert result.exit_code == 2
    assert "is not on the public web" in result.stderr
    assert site.asked == []


@pytest.mark.parametrize("address", ["ftp://example.org/a.txt", "feed://example.org/rss"])
def test_other_addresses_are_refused(address: str, tmp_path: Path) -> None:
    result = invoke("index", address, "--data-dir", str(tmp_path / "data"))
    assert result.exit_code == 2
    assert "addresses begin with https:// or http://" in result.stderr


def test_filters_that_leave_no_article_are_told(quoth: Quoth) -> None:
    asked = ("ask", LISBON_QUESTION, "--publisher", "Nothern Post Daily")
    result = quoth(*asked)
    assert result.exit_code == 1
    assert result.stdout == (
        "No article passes the filters (dates, publisher or path). The publishers nearest in "
        "spelling: Northern Post, Kıyı Gazetesi.\n"
    )
    told = json.loads(quoth(*asked, "--json").stdout)
    assert (told["found"], told["nearest"], told["none_passed"]) == (False, [], True)
    assert "none_passed" not in json.loads(quoth("ask", UNKNOWN_QUESTION, "--json").stdout)
    stdin = f":filter path absent/\n{LISBON_QUESTION}\n"
    assert "No article passes the filters" in quoth("repl", stdin=stdin).stdout
