"""That a door which isn't Discord has all that it needs, and discord isn't even there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import runpy, sys
sys.modules["discord"] = None  # importing it raises ImportError
runpy.run_module("tests.bot.service.toy_door", run_name="__main__")
"""


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a toy door was told."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path_factory.mktemp("toy")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def names(reply: dict[str, Any]) -> list[str]:
    return [answer["text"] for answer in reply["answers"]]


def test_a_question_is_answered_and_asked_on_by_somebody_else(visit: dict[str, Any]) -> None:
    assert names(visit["first"]) == ["João Cravinho"]
    assert names(visit["then"]) == ["Bogdan Aurescu"]
    assert visit["latest"] == visit["then"]["key"]


def test_a_kept_reply_is_shown_again_but_to_no_other_tenant(visit: dict[str, Any]) -> None:
    assert visit["again"] == "João Cravinho"
    assert visit["foreign"] == {"error": "This answer is not kept any more: please ask again."}


def test_a_vote_is_kept(visit: dict[str, Any]) -> None:
    assert visit["vote"] == [True, ["who did Çavuşoğlu meet in Lisbon?"]]


def test_an_article_is_added_for_one_tenant_alone(visit: dict[str, Any]) -> None:
    assert visit["added"] == 1
    assert visit["own"] == ["toy-7"]
    assert names(visit["theirs"]) == ["Thea Brandt"]
    assert "Thea Brandt" not in json.dumps(visit["others"])


def test_who_asks_too_often_or_nothing_is_told_so(visit: dict[str, Any]) -> None:
    assert visit["empty"]["error"].startswith("There is no question")
    assert names(visit["third"]) == ["Thea Brandt"]
    assert visit["often"]["error"].startswith("You have asked a lot at once: ask again in 3")


def test_the_door_s_own_facts_are_told_as_its_health(visit: dict[str, Any]) -> None:
    assert visit["health"] == {"visits": 1}


def test_what_is_kept_lies_in_a_file_named_after_the_door(visit: dict[str, Any]) -> None:
    assert "toy.db" in visit["files"]
    assert "discord.db" not in visit["files"]
