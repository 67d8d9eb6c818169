"""`quoth feedback`: what is listed, what votes assert, and that `quoth eval` reads it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.evaluation import Expected, is_right, read_questions
from bot.service.records import Records
from retrieval import Library
from retrieval.types import Filters, Reply, Turn

LISBON = "who did Çavuşoğlu meet in Lisbon?"
COMPASSES = "how many compasses does the lighthouse keeper collect?"
SUMMIT = "where will the summit be held?"
COMET = "which comet did the violinist photograph?"
QUOTE = "Foreign Minister Mevlüt Çavuşoğlu met his Portuguese counterpart João Cravinho in Lisbon."

FILE = "discord.db"


class Scene:
    """A data folder in which the bot has answered and people vote."""

    def __init__(self, data_dir: Path, library: Library) -> None:
        self.data_dir = data_dir
        self.library = library
        self.time = datetime(2024, 5, 1, 12, tzinfo=UTC)
        self.records = Records(data_dir / FILE, keep_days=30, now=lambda: self.time)

    def vote(self, question: str, up: bool, reply: Reply | None = None, **other: Any) -> str:
        """One vote on what was answered; a minute passes."""
        narrowed = {name: other[name] for name in ("filters", "previous") if name in other}
        given: dict[str, Any] = {"tenant": 1, "channel": 2, "user": 3, "private": False}
        given |= {"filters": Filters(), "previous": (), "generation": 7}
        reply = reply or self.library.ask(question, today=self.time.date(), **narrowed)
        key = self.records.keep(**given | other, question=question, reply=reply)
        self.time += timedelta(minutes=1)
        self.records.vote(key, 3, up)
        return key

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--data-dir", str(self.data_dir)])

    def exported(self, folder: Path, *options: str) -> list[dict[str, Any]]:
        result = self.run("feedback", "--export", str(folder), *options)
        assert result.exit_code == 0, result.stderr
        assert [file.name for file in folder.iterdir()] == ["questions.jsonl"]
        lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        assert f"{len(lines)} questions are in {folder}" in result.stderr
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def library(data_dir: Path) -> Iterator[Library]:
    """What the articles answer; not to be changed."""
    with Library.open(data_dir) as opened:
        yield opened


@pytest.fixture
def scene(data_dir: Path, library: Library, tmp_path: Path) -> Iterator[Scene]:
    copy = tmp_path / "data"
    shutil.copytree(data_dir, copy)
    made = Scene(copy, library)
    yield made
    made.records.close()


def test_without_a_database_that_is_said(quoth: Callable[..., Result], tmp_path: Path) -> None:
    result = quoth("feedback", "--export", str(tmp_path / "out"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no feedback, for no bot has run here" in result.stderr
    assert FILE in result.stderr
    assert not (tmp_path / "out").exists()
    shaped = quoth("feedback", "--json")
    assert (shaped.exit_code, json.loads(shaped.stdout)) == (1, {"feedback": [], "exported": None})


def test_without_a_vote_that_is_said(scene: Scene) -> None:
    result = scene.run("feedback")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nobody has voted on an answer" in result.stderr


def test_a_damaged_database_is_an_error(scene: Scene) -> None:
    scene.records.close()
    (scene.data_dir / FILE).write_bytes(b"nonsense " * 1000)
    result = scene.run("feedback")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "discord.db, which holds what the bot keeps, is damaged" in result.stderr


def test_votes_are_listed_the_newest_first(scene: Scene) -> None:
    scene.vote(LISBON, True)
    scene.vote(COMET, False, tenant=None)
    result = scene.run("feedback")
    assert result.exit_code == 0, result.stderr
    assert [line.strip() for line in result.stdout.splitlines()] == [
        f"👎 {COMET}",
        "no answer",
        "2024-05-01 · a direct message · generation 7",
        f"👍 {LISBON}",
        "João Cravinho",
        "2024-05-01 · server 1 · generation 7",
    ]


def test_the_json_is_one_object_that_names_nobody(scene: Scene) -> None:
    scene.vote(LISBON, True, user=987654321)
    result = scene.run("feedback", "--json")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert "987654321" not in result.stdout
    assert json.loads(result.stdout) == {
        "feedback": [
            {
                "up": True,
                "voted": "2024-05-01T12:01:00+00:00",
                "server": 1,
                "question": LISBON,
                "understood_as": LISBON,
                "answers": ["João Cravinho"],
                "generation": 7,
            }
        ],
        "exported": None,
    }


def test_what_is_listed_cannot_steer_the_terminal(scene: Scene) -> None:
    scene.vote("who\x1b[2J wrote\nthis?", True, reply=Reply("a\x1b[2J", "a\x1b[2J", (), (), 1.0))
    assert "\x1b" not in scene.run("feedback").stdout


# Export ---------------------------------------------------------------------------------


def test_what_was_liked_is_right_again(scene: Scene, tmp_path: Path) -> None:
    scene.vote(LISBON, True)
    scene.vote(COMPASSES, True)
    scene.vote(COMET, True)
    folder = tmp_path / "new" / "set"
    assert scene.exported(folder) == [
        {"question": COMET, "unanswerable": True},
        {
            "question": COMPASSES,
            "all_of": ["412"],
            "quote_contains": ["The lighthouse keeper of Trabzon collects 412 brass compasses."],
        },
        {"question": LISBON, "all_of": ["João Cravinho"], "quote_contains": [QUOTE]},
    ]
    result = scene.run("eval", str(folder), "--json")
    assert result.exit_code == 0, result.stderr
    scores = json.loads(result.stdout)
    assert (scores["answerable"]["questions"], scores["answerable"]["right"]) == (2, 2)
    assert (scores["unanswerable"]["questions"], scores["unanswerable"]["right"]) == (1, 1)
    assert (scores["right"], scores["silent"], scores["quotes_exact"]) == (1, 1, 1)
    file = json.loads(scene.run("eval", str(folder / "questions.jsonl"), "--json").stdout)
    assert file["kinds"] == scores["kinds"]


def test_what_was_disliked_is_wrong(scene: Scene, tmp_path: Path) -> None:
    scene.vote(LISBON, False)
    assert scene.exported(tmp_path / "set") == [{"question": LISBON, "none_of": ["João Cravinho"]}]
    expected = Expected(LISBON, "who", none_of=("João Cravinho",))
    assert not is_right(expected, scene.library.ask(LISBON))
    assert is_right(expected, scene.library.ask(COMPASSES))


def test_what_was_disliked_can_be_evaluated(scene: Scene, tmp_path: Path) -> None:
    scene.vote(LISBON, False)
    scene.exported(tmp_path / "set")
    assert read_questions(tmp_path / "set") == [Expected(LISBON, "who", none_of=("João Cravinho",))]
    scores = json.loads(scene.run("eval", str(tmp_path / "set"), "--json").stdout)
    assert (scores["answerable"]["questions"], scores["answerable"]["right"]) == (1, 0)


def test_the_newest_of_votes_that_contradict_holds(scene: Scene, tmp_path: Path) -> None:
    scene.vote(LISBON, False)
    scene.vote(LISBON, True, user=4)
    scene.vote(COMPASSES, True)
    scene.vote(COMPASSES, False)
    scene.vote(SUMMIT, True)
    scene.vote(SUMMIT, True, reply=Reply(SUMMIT, SUMMIT, (), (), 1.0))
    assert scene.exported(tmp_path / "set") == [
        {"question": SUMMIT, "unanswerable": True},
        {"question": COMPASSES, "none_of": ["412"]},
        {"question": LISBON, "all_of": ["João Cravinho"], "quote_contains": [QUOTE]},
    ]


def test_votes_that_agree_are_one_question(scene: Scene, tmp_path: Path) -> None:
    wrong = scene.library.ask("who met João Cravinho in Lisbon?")
    assert wrong.answers[0].text == "Mevlüt Çavuşoğlu"
    scene.vote(LISBON, False, reply=Reply(LISBON, LISBON, wrong.answers, (), 1.0))
    scene.vote(LISBON.upper(), True)
    scene.vote(LISBON, True)
    (row,) = scene.exported(tmp_path / "set")
    assert row == {
        "question": LISBON,
        "all_of": ["João Cravinho"],
        "quote_contains": [QUOTE],
        "none_of": ["Mevlüt Çavuşoğlu"],
    }


def test_a_follow_up_is_exported_as_it_stands_alone(scene: Scene, tmp_path: Path) -> None:
    before = Turn.of(scene.library.ask(LISBON))
    scene.vote("what did he talk about?", True, previous=(before,))
    (vote,) = scene.records.feedback()
    (row,) = scene.exported(tmp_path / "set")
    assert row["question"] == vote.kept.turn.question != vote.kept.question
    assert "he" not in row["question"].split()


def test_what_means_something_else_when_asked_anew_is_left_out(
    scene: Scene, tmp_path: Path
) -> None:
    before = Turn.of(scene.library.ask(LISBON))
    key = scene.vote(LISBON, True, user=9)
    scene.vote("what did he talk about?", True, previous=(before,))
    scene.records.delete(key)  # so that nobody knows any more who "he" is
    scene.vote(SUMMIT, True, filters=Filters(since=date(2022, 1, 1)))
    scene.vote("who did Çavuşoğlu meet last week?", True)
    scene.vote("who has Çavuşoğlu met since March?", True)
    scene.vote(COMET, False)
    assert scene.exported(tmp_path / "set") == []


def test_only_what_the_collection_holds_is_asserted(scene: Scene, tmp_path: Path) -> None:
    article = tmp_path / "club.txt"
    article.write_text("The treasurer Jonas Okafor hid the key.\n", encoding="utf-8")
    question = "who hid the key?"
    with Library.open(scene.data_dir, collection="discord-5") as club:
        club.index([article])
        scene.vote(question, True, reply=club.ask(question), tenant=5)
        scene.vote(COMET, True, reply=club.ask(COMET), tenant=5)
    scene.vote(LISBON, True, tenant=None)
    questions = {
        name: {row["question"] for row in scene.exported(tmp_path / name, "--collection", name)}
        for name in ("shared", "discord-5", "discord-6")
    }
    assert questions == {
        "shared": {COMET, LISBON},
        "discord-5": {COMET, LISBON, question},
        "discord-6": {LISBON},
    }


def test_what_is_gone_is_asserted_no_more(scene: Scene, tmp_path: Path) -> None:
    scene.vote(SUMMIT, True)
    scene.vote("how many officers will guard the city?", False)
    assert len(scene.exported(tmp_path / "before")) == 2
    assert scene.run("remove", "hague").exit_code == 0
    assert scene.exported(tmp_path / "after") == []


def test_an_export_takes_the_place_of_the_last_one(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    scene.vote(LISBON, True)
    assert len(scene.exported(folder)) == 1
    scene.records.forget_user(3)
    result = scene.run("feedback", "--export", str(folder), "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (1, {"feedback": [], "exported": 0})
    assert (folder / "questions.jsonl").read_text(encoding="utf-8") == ""


def test_a_folder_that_cannot_be_written_is_an_error(scene: Scene, tmp_path: Path) -> None:
    scene.vote(LISBON, True)
    (tmp_path / "file").write_text("")
    result = scene.run("feedback", "--export", str(tmp_path / "file" / "set"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "can't write to" in result.stderr
    assert "export to a folder that may be written" in result.stderr
