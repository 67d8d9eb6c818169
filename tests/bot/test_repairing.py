"""`quoth check --repair` as it is used."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from retrieval.keeping import DATABASE
from tests.bot.test_keeping import answers, invoke

Quoth = Callable[..., Result]


@pytest.fixture
def data(data_dir: Path, tmp_path: Path) -> Path:
    """A copy of the index of four articles."""
    return Path(shutil.copytree(data_dir, tmp_path / "data"))


def flip(data: Path, old: bytes, new: bytes) -> None:
    content = (data / DATABASE).read_bytes()
    assert old in content
    (data / DATABASE).write_bytes(content.replace(old, new))


def test_a_sound_index_is_told_as_such(data: Path) -> None:
    result = invoke("check", "--repair", "--data-dir", data)
    assert (result.exit_code, result.stdout) == (0, "The index is sound.\n")
    told = json.loads(invoke("check", "--repair", "--json", "--data-dir", data).stdout)
    nothing: list[str] = []
    assert told == {
        "sound": True,
        "problems": nothing,
        "repaired": nothing,
        "left": nothing,
        "lost": nothing,
        "kept": None,
    }


def test_what_is_repaired_is_told_and_answers_as_before(data: Path, data_dir: Path) -> None:
    flip(data, b"Northern Post", b"Southern Post")
    result = invoke("check", "--data-dir", data)
    assert result.exit_code == 1
    assert "quoth check --repair" in result.stdout
    result = invoke("check", "--repair", "--data-dir", data)
    assert result.exit_code == 0, result.stderr
    assert "found: the title, date or source of the article 'hague' changed" in result.stdout
    assert "repaired: read hague again from" in result.stdout
    assert "lost:" not in result.stdout
    assert answers(data) == answers(data_dir)


def test_a_changed_article_is_left_out_of_what_others_answer(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    flip(data, b"9,500 officers", b"9,700 officers")
    command = ("--json", "--data-dir", data)
    result = invoke("ask", "how many compasses does the lighthouse keeper collect?", *command)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["answers"][0]["text"], told["changed_left_out"]) == ("412", ["hague"])
    assert "left out: the text of the article 'hague' changed" in caplog.text
    result = invoke("ask", "how many officers guard the summit?", *command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the article 'hague' changed" in result.stderr


def test_what_is_lost_is_named_and_the_exit_status_says_so(data: Path, folder: Path) -> None:
    file = folder / "records.jsonl"
    content = file.read_bytes()
    try:
        file.unlink()
        flip(data, b"9,500 officers", b"9,700 officers")
        result = invoke("check", "--repair", "--json", "--data-dir", data)
    finally:
        file.write_bytes(content)
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert not told["sound"]
    assert told["lost"] == [
        {
            "id": "hague",
            "title": "Summit plans",
            "publisher": "Northern Post",
            "published": "2022-04-06",
            "collection": "shared",
            "path": str(file),
            "reason": "its text has changed in the database",
        }
    ]
    assert (Path(told["kept"]) / "lost.jsonl").read_text().count("\n") == 1
    assert invoke("check", "--data-dir", data).exit_code == 0
    assert len(json.loads(invoke("articles", "--json", "--data-dir", data).stdout)["articles"]) == 3


def test_what_cannot_be_repaired_is_an_error(data: Path) -> None:
    (data / DATABASE).write_bytes(b"\xa5" * 40960)
    result = invoke("check", "--repair", "--data-dir", data)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "restore a backup" in result.stderr
