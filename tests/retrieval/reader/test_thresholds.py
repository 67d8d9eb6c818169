"""A folder's own thresholds: what they change, and what is said of a file that holds none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval import Library
from retrieval.errors import LibraryUnwritable, SettingsError
from retrieval.reader import Caution, read_thresholds, write_thresholds

OWN: dict[Caution, float] = {"cautious": 0.999, "balanced": 0.5, "eager": 0.0}
QUESTION = "How many houses did Storm Ylva damage?"


def test_what_is_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    path = write_thresholds(folder, OWN, {"questions": 40})
    assert path == folder / "thresholds.json"
    assert read_thresholds(folder) == OWN
    assert json.loads(path.read_text(encoding="utf-8"))["provenance"] == {"questions": 40}


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_thresholds(tmp_path) is None
    assert read_thresholds(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"thresholds": {"cautious": 0.5, "balanced": 0.3}}',
        '{"thresholds": {"cautious": 0.5, "balanced": 0.3, "eager": "0.1"}}',
        '{"thresholds": {"cautious": 0.5, "balanced": 0.3, "eager": true}}',
        '{"thresholds": {"cautious": 1.5, "balanced": 0.3, "eager": 0.1}}',
        '{"thresholds": {"cautious": 0.5, "balanced": 0.3, "eager": NaN}}',
        '{"thresholds": {"cautious": 0.2, "balanced": 0.3, "eager": 0.1}}',
    ],
)
def test_a_file_that_holds_none_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "thresholds.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"thresholds\.json holds no thresholds .*delete it"):
        read_thresholds(tmp_path)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "thresholds.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"thresholds\.json holds no thresholds"):
        read_thresholds(tmp_path)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryUnwritable, match=r"thresholds\.json can't be written"):
        write_thresholds(tmp_path / "file", OWN, {})


def test_own_thresholds_decide_what_is_answered_and_are_told(tmp_path: Path) -> None:
    article = tmp_path / "storm.txt"
    article.write_text("Storm Ylva damaged 212 houses on Nordøy.\n", encoding="utf-8")
    folder = tmp_path / "data"
    with Library.open(folder) as library:
        library.index([article])
        assert library.status().own_thresholds is None
        cautious = library.view("shared", caution="cautious")
        assert [answer.text for answer in cautious.ask(QUESTION).answers] == ["212"]
        library.keep_thresholds(OWN, {})
        assert not cautious.ask(QUESTION).found
        assert library.ask(QUESTION).found
    with Library.open(folder) as library:
        assert library.thresholds() == library.status().own_thresholds == OWN
        assert not library.view("shared", caution="cautious").ask(QUESTION).found


def test_thresholds_that_cannot_be_read_stop_nothing_and_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Library.open(tmp_path / "data") as library:
        (tmp_path / "nato.txt").write_text("Finland joined NATO on April 4, 2023.\n")
        library.index([tmp_path / "nato.txt"])
        usual = library.thresholds()
    path = tmp_path / "data" / "thresholds.json"
    path.write_text('{"thresholds": {"caut')
    with Library.open(tmp_path / "data") as library:
        assert "it is no JSON" in caplog.text
        assert library.thresholds() == usual
        assert library.status().own_thresholds is None
        assert library.ask("When did Finland join NATO?").found
        (problem,) = library.check()
        assert "thresholds.json" in problem
        assert "--calibrate" in problem
        done = library.repair()
        assert done.problems == (problem,)
        assert "thresholds.damaged" in done.repaired[0]
        assert library.check() == ()
    assert not path.exists()
    assert path.with_suffix(".damaged").read_text() == '{"thresholds": {"caut'
