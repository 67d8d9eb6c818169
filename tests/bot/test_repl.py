"""The prompt, driven as a terminal would and as a pipe would, over the real library."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.vt100 import Vt100_Output

from bot.cli import cli
from bot.conversation import Conversation
from bot.layers import load
from bot.options import Run
from bot.repl import at_prompt, greet, make_session
from bot.service.turns import TURNS_KEPT
from bot.worker import Worker
from retrieval import Library, SearchResult

LISBON_QUESTION = "who did Çavuşoğlu meet in Lisbon?"
Quoth = Callable[..., Result]


@pytest.fixture
def library(data_dir: Path) -> Iterator[Library]:
    with Library.open(data_dir) as library:
        yield library


@contextmanager
def conversing(library: Library, data_dir: Path) -> Iterator[tuple[Run, Worker, Conversation]]:
    run = Run(load({"data_dir": data_dir}), as_json=False)
    with Worker() as worker:
        yield run, worker, Conversation(run, library, worker)


def typed(library: Library, data_dir: Path, keys: str) -> Conversation:
    """Type ``keys`` at the prompt; what is left of the conversation when it ends."""
    with conversing(library, data_dir) as (run, worker, conversation):
        with create_pipe_input() as source, create_app_session(source, DummyOutput()):
            session = make_session(run, library, worker, conversation)
            source.send_text(keys)
            at_prompt(session.prompt, conversation)
        return conversation


# at a terminal ----------------------------------------------------------------------------


def test_questions_are_answered_and_ctrl_d_leaves(
    library: Library, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(library, data_dir, f"{LISBON_QUESTION}\r\x04")
    shown = capsys.readouterr()
    assert "[1] │ Foreign Minister Mevlüt Çavuşoğlu met his Portuguese counterpart" in shown.out
    assert shown.err == ""


def test_ctrl_c_clears_the_line(
    library: Library, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conversation = typed(library, data_dir, "who wrote this?\x03:filter since 2022\r\x04")
    assert capsys.readouterr().out == "since 2022-01-01\n"
    assert conversation.described_filters() == "since 2022-01-01"


def test_ctrl_c_abandons_the_wait_and_the_prompt_comes_back(
    library: Library, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter([LISBON_QUESTION, ":quit"])
    with conversing(library, data_dir) as (_, worker, conversation):

        def interrupted(call: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(worker, "result", interrupted)
        at_prompt(lambda: next(lines), conversation)
    assert list(lines) == []


def test_names_are_completed_at_the_prompt(
    library: Library, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with conversing(library, data_dir) as (run, worker, conversation):
        session = make_session(run, library, worker, conversation)
        worker.result(lambda: None)
        document = session.default_buffer.document
        assert session.completer is not None
        found = session.completer.get_completions(
            type(document)("who did Cavus"),
            None,  # type: ignore[arg-type]
        )
        assert any("Çavuşoğlu" in one.text for one in found)


def test_the_prompt_is_there_before_the_model_is(
    library: Library, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(Library, "warm", lambda self: release.wait())
    with (
        create_pipe_input() as source,
        create_app_session(source, DummyOutput()),
        conversing(library, data_dir) as (run, worker, conversation),
    ):
        session = make_session(run, library, worker, conversation)
        assert callable(session.rprompt)
        assert session.rprompt() == "loading the model…"
        source.send_text(":filter until 2022\r\x04")
        at_prompt(session.prompt, conversation)
        assert not conversation.ready.done()
        release.set()
        worker.result(lambda: None)
        assert session.rprompt() == "until 2022-12-31"


def test_the_loading_goes_away_by_itself(
    library: Library, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(Library, "warm", lambda self: release.wait())
    screen = io.StringIO()
    output = Vt100_Output(screen, lambda: Size(rows=20, columns=80), term="xterm")
    with (
        create_pipe_input() as source,
        create_app_session(source, output),
        conversing(library, data_dir) as (run, worker, conversation),
    ):
        session = make_session(run, library, worker, conversation)
        drawn: list[str] = []
        too_late = threading.Timer(10, lambda: source.send_text("\x04"))

        def rendered(_: object) -> None:
            drawn.append(screen.getvalue())
            screen.truncate(0)
            if len(drawn) == 1:
                release.set()
                too_late.start()
            elif len(drawn) == 2:
                too_late.cancel()
                source.send_text("\x04")

        session.app.after_render += rendered
        at_prompt(session.prompt, conversation)
    assert "loading" in drawn[0]
    assert "loading" not in drawn[1]


def test_the_first_line_tells_what_is_indexed(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    greet(library)
    assert capsys.readouterr().err == (
        "4 articles, 2022-04-06 to 2023-09-01 (2 undated), in English.\n"
        "Ask a question, or type help.\n"
    )


def test_what_was_typed_is_remembered_in_the_data_folder(
    data_dir: Path, tmp_path: Path, library: Library
) -> None:
    tmp_path.joinpath("d").mkdir()
    typed(library, tmp_path / "d", "first question\rsecond question\r\x04")
    remembered = (tmp_path / "d" / "history").read_text(encoding="utf-8")
    assert "+first question\n" in remembered
    assert "+second question\n" in remembered


def test_without_a_data_folder_nothing_is_written(library: Library, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with conversing(library, missing) as (run, worker, conversation):
        session = make_session(run, library, worker, conversation)
        assert isinstance(session.history, InMemoryHistory)
    assert not missing.exists()


# on a pipe --------------------------------------------------------------------------------


def test_lines_from_a_pipe_are_answered(quoth: Quoth) -> None:
    result = quoth("repl", stdin=f"\n{LISBON_QUESTION}\n:quit\nwhat is never asked?\n")
    assert result.exit_code == 0, result.stderr
    assert "João Cravinho" in result.stdout
    assert "I found no answer" not in result.stdout
    assert result.stderr == ""


def test_the_sentences_around_a_quote_and_its_article(quoth: Quoth) -> None:
    result = quoth("repl", stdin=f"{LISBON_QUESTION}\n:context 1\n")
    assert "They talked about grain shipments for two hours." in result.stdout
    result = quoth("repl", stdin=f"{LISBON_QUESTION}\n:source 1\n")
    assert "The harbour strike had ended that morning.\n" in result.stdout


@pytest.mark.parametrize("word", ["exit", "quit", "Exit.", "quit()", "çıkış"])
def test_a_word_that_leaves_is_not_asked(quoth: Quoth, word: str) -> None:
    result = quoth("repl", stdin=f"{word}\n{LISBON_QUESTION}\n")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_help_is_not_asked(quoth: Quoth) -> None:
    result = quoth("repl", stdin="help\n")
    assert ":quit: leave; so do exit, quit and Ctrl-D\n" in result.stdout
    assert "no answer" not in result.stdout


def test_an_article_is_opened_with_its_quote_set_off(quoth: Quoth) -> None:
    shown = quoth("repl", stdin=f"{LISBON_QUESTION}\n:open 1\n").stdout.partition(":")[2]
    assert "\n│ Foreign Minister Mevlüt Çavuşoğlu met his Portuguese counterpart" in shown
    assert "\n  They talked about grain shipments for two hours.\n" in shown
    shown = quoth("repl", stdin=":search summit in The Hague\n:open 1\n").stdout
    assert "link: https://example.org/hague#:~:text=The%20summit%20of%20the," in shown


def test_articles_are_numbered_for_open(quoth: Quoth) -> None:
    shown = quoth("repl", stdin=":articles\n:open 2\n").stdout.splitlines()
    assert shown[0] == "4 articles, the newest first (:open N shows one, :help tells more):"
    assert shown[1] == "1. After the flood · Kıyı Gazetesi · 2023-09-01"
    assert shown[2] == "2. Summit plans · Northern Post · 2022-04-06"
    assert shown[5] == "Summit plans"
    assert "About 9,500 officers will guard the city." in shown
    result = quoth("repl", stdin=":articles\n:open 5\n:context 1\n")
    assert result.stderr.splitlines() == [
        "Which article? Give a number from 1 to 4.",
        "The numbers are of articles now: :open N shows one.",
    ]


def test_numbers_are_of_quotes_again_after_a_question(quoth: Quoth) -> None:
    stdin = f"{LISBON_QUESTION}\n:articles\n:more\n:context 1\n"
    result = quoth("repl", stdin=stdin)
    assert result.stderr == ""
    assert result.stdout.endswith(
        "They talked about grain shipments for two hours. The "
        "harbour strike had ended that morning.\n"
    )


def test_only_the_articles_of_the_filters_are_listed(quoth: Quoth) -> None:
    shown = quoth("repl", stdin=":filter publisher northern post\n:articles\n").stdout
    assert "1 article (:open N" in shown
    assert "flood" not in shown


def test_the_status_is_told_at_the_prompt(quoth: Quoth) -> None:
    shown = quoth("repl", stdin=":status\n").stdout
    assert "articles: 4\n" in shown
    assert "newest: 2023-09-01\n" in shown
    assert "undated: 2\n" in shown


def test_what_was_asked_is_saved_and_added_to(quoth: Quoth, tmp_path: Path) -> None:
    file = tmp_path / "my notes.md"
    stdin = (
        f"{LISBON_QUESTION}\n:save {file}\n:save\nwhich comet did the violinist photograph?\n"
        f":save '{file}'\n"
    )
    result = quoth("repl", stdin=stdin)
    assert f"Saved in {file}: 1 question.\n" in result.stdout
    assert result.stderr == f"All of it is in {file} already: ask a question first.\n"
    text = file.read_text(encoding="utf-8")
    assert text.count("<!-- Saved by Quoth") == 1
    assert text.count(f"## {LISBON_QUESTION}\n") == 1
    assert "> Foreign Minister Mevlüt Çavuşoğlu met his Portuguese counterpart **João" in text
    assert text.endswith(
        "\n\n## which comet did the violinist photograph?\n\nI found no answer in these articles.\n"
    )


def test_a_file_of_somebody_else_is_left_alone(quoth: Quoth, tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("My own.\n", encoding="utf-8")
    odd = ":save /dev/zero\n"
    stdin = f"{LISBON_QUESTION}\n:save {file}\n:save {tmp_path}\n:save {tmp_path}/none/a.md\n{odd}"
    result = quoth("repl", stdin=stdin)
    assert result.stderr.splitlines() == [
        f"{file} is there already, and Quoth didn't write it: name another file.",
        f"Can't write to {tmp_path} (it is no file, nor a link to one): name another file.",
        f"There is no folder {tmp_path}/none: make it, or name another.",
        "Can't write to /dev/zero (it is no file, nor a link to one): name another file.",
    ]
    assert file.read_text(encoding="utf-8") == "My own.\n"


def test_more_gives_passages_that_are_numbered_on(quoth: Quoth) -> None:
    stdin = f"{LISBON_QUESTION}\n:more\n" + ":more\n" * 3
    shown = quoth("repl", stdin=stdin).stdout
    assert "More passages (not answers):" in shown
    assert "[2] │" in shown
    assert shown.rstrip().endswith("That is all there is.")


def test_a_search_numbers_its_passages_for_source(quoth: Quoth) -> None:
    result = quoth("repl", stdin=":search lighthouse keeper\n:source 1\n")
    assert "[1] │ The lighthouse keeper of Trabzon" in result.stdout
    assert "id: " in result.stdout


def test_filters_narrow_until_cleared(quoth: Quoth) -> None:
    stdin = (
        ":filter since 2023\n:filter\n:search city river summit\n"
        ":filter clear\n:filter publisher Northern Post\n:search city river summit\n"
    )
    first, second = quoth("repl", stdin=stdin).stdout.split("no filter\n")
    assert first.startswith("since 2023-01-01\nsince 2023-01-01\n")
    assert "After the flood" in first
    assert "Summit plans" not in first
    assert "Summit plans" in second
    assert "After the flood" not in second


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (":sauce 1", "Unknown command :sauce: did you mean :source?"),
        (":xyzzy", "Unknown command :xyzzy: :help lists the commands."),
        (":s", ":s may be :save, :search, :status or :source: type more of it."),
        (":save a.md", "There is nothing to save yet: ask a question first."),
        (":save", "Where to? Type :save FILE"),
        (":open 1", "There is no quote yet: ask a question first."),
        (":filter since 2040\n:articles", "There are no articles that the filters let through"),
        (":more", "There is nothing yet to see more of: ask a question first."),
        (":context 1", "There is no quote yet: ask a question first."),
        (":search", "What should be searched? Type :search WORDS."),
        (
            ":filter since ever",
            "'ever' is no time that can be read: write a date like 2022, 2022-04",
        ),
        (":filter since", "Type :filter since last week | until"),
        (":filter sinse 2022", "Type :filter since last week | until"),
        ("?!", "the question holds no words"),
        (":filter since 2023\n:filter until 2022", "Nothing lies between 2023-01-01 and 2022"),
    ],
)
def test_what_makes_no_sense_is_one_line(quoth: Quoth, line: str, complaint: str) -> None:
    result = quoth("repl", stdin=f"{line}\n")
    assert result.exit_code == 0
    assert result.stderr.startswith(complaint)
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("number", ["0", "99", "one", "", "-1", "１"])
def test_a_wrong_number_names_the_right_ones(quoth: Quoth, number: str) -> None:
    result = quoth("repl", stdin=f":search lighthouse\n:source {number}\n")
    if number != "１":
        assert result.stderr.startswith("Which quote? Give a number from 1 to ")


def test_help_lists_every_command(quoth: Quoth) -> None:
    shown = quoth("repl", stdin=":help\n").stdout
    for name in (
        ":more",
        ":context N",
        ":open N",
        ":save FILE",
        ":articles",
        ":status",
        ":search",
        ":filter",
        ":new",
        ":help",
        ":quit",
    ):
        assert name in shown


def test_a_command_may_be_shortened(quoth: Quoth) -> None:
    assert ":quit" in quoth("repl", stdin=":h\n").stdout
    assert quoth("repl", stdin=":q\n?!\n").stderr == ""


def test_json_gives_an_object_a_question(quoth: Quoth) -> None:
    result = quoth("repl", "--json", stdin=f"{LISBON_QUESTION}\n:search lighthouse\n")
    first, second = map(json.loads, result.stdout.splitlines())
    assert first["found"] is True
    assert second[0]["text"].startswith("The lighthouse keeper")


# follow-ups -------------------------------------------------------------------------------


def understood(result: Result) -> list[str]:
    """How each question was understood, where the answers came as JSON."""
    return [
        shown["understood_as"]
        for shown in map(json.loads, result.stdout.splitlines())
        if "understood_as" in shown
    ]


def test_a_follow_up_is_shown_as_it_was_understood(quoth: Quoth) -> None:
    shown = quoth("repl", stdin=f"{LISBON_QUESTION}\nand in The Hague?\n").stdout
    assert "→ who did Çavuşoğlu meet in The Hague?\n" in shown
    assert shown.count("→") == 1


def test_follow_ups_build_on_one_another(quoth: Quoth) -> None:
    stdin = (
        f"{LISBON_QUESTION}\nand in 2022?\nwhat did he say about grain shipments?\n"
        "when was that?\nhow many officers will guard the city?\n"
    )
    assert understood(quoth("repl", "--json", stdin=stdin)) == [
        LISBON_QUESTION,
        "who did Çavuşoğlu meet in Lisbon in 2022? (2022-01-01 to 2022-12-31)",
        "what did Çavuşoğlu say about grain shipments?",
        "when did Çavuşoğlu say something about grain shipments?",
        "how many officers will guard the city?",
    ]


def test_more_and_filters_hold_for_a_follow_up(quoth: Quoth) -> None:
    first = "who will guard the summit in The Hague?"
    stdin = f":filter publisher Northern Post\n{first}\nand in Edirne?\n:more\n:filter\n"
    shown = quoth("repl", "--json", stdin=stdin).stdout.splitlines()
    reply, more, filters = (json.loads(line) for line in shown[-3:])
    assert reply["understood_as"] == "who will guard the summit in Edirne?"
    assert {one["article"]["id"] for one in more} == {"hague"}
    assert filters == {"filters": "publisher Northern Post"}


def test_more_searches_what_was_understood(
    library: Library, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    search = Library.search

    def recorded(self: Library, *arguments: Any, **named: Any) -> SearchResult:
        result = search(self, *arguments, **named)
        searched.append(result.understood_as)
        return result

    monkeypatch.setattr(Library, "search", recorded)
    with conversing(library, data_dir) as (_, _, conversation):
        for line in (LISBON_QUESTION, "and in Ankara?", ":more", ":search and in Riga?"):
            conversation.handle(line)
    assert searched == ["who did Çavuşoğlu meet in Ankara?", "and in Riga?"]


def test_new_forgets_the_questions_and_keeps_the_filters(quoth: Quoth) -> None:
    stdin = f":filter until 2030\n{LISBON_QUESTION}\n:new\nand in Ankara?\n:filter\n"
    result = quoth("repl", "--json", stdin=stdin)
    assert understood(result) == [LISBON_QUESTION, "and in Ankara?"]
    assert json.loads(result.stdout.splitlines()[-1]) == {"filters": "until 2030-12-31"}
    result = quoth("repl", stdin=f"{LISBON_QUESTION}\n:new\n:context 1\n:more\n")
    assert "What was asked before is forgotten.\n" in result.stdout
    assert result.stderr.startswith("There is no quote yet")
    assert "There is nothing yet to see more of" in result.stderr


def test_only_the_last_turns_are_remembered(quoth: Quoth) -> None:
    others = "how many officers will guard the city?\n" * TURNS_KEPT
    stdin = f"{LISBON_QUESTION}\n{others}what did he say?\n"
    assert understood(quoth("repl", "--json", stdin=stdin))[-1] == "what did he say?"
    stdin = f"{LISBON_QUESTION}\n{others.partition(chr(10))[2]}what did he say?\n"
    assert understood(quoth("repl", "--json", stdin=stdin))[-1] == "what did Çavuşoğlu say?"


def test_what_failed_is_no_turn(quoth: Quoth) -> None:
    result = quoth("repl", "--json", stdin=f"{LISBON_QUESTION}\n?!\nwhere?\n")
    assert understood(result)[-1].startswith("where did Çavuşoğlu meet")


def test_each_line_for_ask_stands_alone(quoth: Quoth) -> None:
    result = quoth("ask", "-", stdin=f"{LISBON_QUESTION}\nand in Ankara?\n")
    assert understood(result) == [LISBON_QUESTION, "and in Ankara?"]


# errors and beginnings --------------------------------------------------------------------


def test_it_starts_without_an_index_and_says_so(tmp_path: Path) -> None:
    arguments = ["repl", "--data-dir", str(tmp_path / "none")]
    result = CliRunner().invoke(cli, arguments, input="who?\n:help\n")
    assert result.exit_code == 0
    assert result.stderr.startswith("There is no index in ")
    assert "quoth index PATH" in result.stderr
    assert ":quit" in result.stdout


def test_an_error_does_not_end_the_conversation(
    quoth: Quoth, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Library, *_: object, **__: object) -> None:
        raise ZeroDivisionError("oh no")

    monkeypatch.setattr(Library, "ask", broken)
    result = quoth("repl", stdin="who?\n:filter\n")
    assert result.stderr == "unexpected ZeroDivisionError: oh no (--debug shows where)\n"
    assert result.stdout == "no filter\n"


def test_articles_indexed_meanwhile_are_found(tmp_path: Path) -> None:
    article = tmp_path / "one.txt"
    article.write_text("The ferry to Samsun carries ninety lorries.\n", encoding="utf-8")
    data_dir = tmp_path / "d"
    question = "how many lorries does the ferry to Samsun carry?"
    with (
        Library.open(data_dir) as asking,
        Library.open(data_dir) as indexing,
        conversing(asking, data_dir) as (_, worker, conversation),
    ):
        with pytest.raises(Exception, match="no index"):
            conversation.handle(question)
        indexing.index([article])
        assert conversation.handle(question)
        answer = worker.result(lambda: asking.ask(question)).answers[0]
        assert "ninety" in answer.text
        assert "ninety lorries" in answer.quotes[0].text
