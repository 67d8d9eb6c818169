"""The commands over PostgreSQL, and what they say where it can't be used."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.discord import DOOR
from bot.layers import load
from bot.service.door import file_of
from bot.service.records import Records
from tests.postgres import PASSWORD, Postgres

QUESTION = "who did Çavuşoğlu meet in Lisbon?"


@pytest.fixture
def database(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, which the environment names."""
    url = postgres.tcp(postgres.emptied())
    monkeypatch.setenv("QUOTH_DATABASE", url)
    return url


def quoth(*arguments: str) -> Result:
    """Run a command, whose output never tells the password."""
    result = CliRunner().invoke(cli, list(arguments))
    assert PASSWORD not in result.output
    return result


def done(*arguments: str) -> str:
    result = quoth(*arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_every_command_works_over_it(folder: Path, database: str, tmp_path: Path) -> None:
    nothing = quoth("ask", QUESTION)
    assert nothing.exit_code == 2
    assert "there is no index in the PostgreSQL database postgres on 127.0.0.1" in nothing.stderr
    assert quoth("index", str(folder)).exit_code == 0
    assert "João Cravinho" in done("ask", QUESTION)
    assert "João Cravinho" in done("ask", QUESTION, "--data-dir", str(tmp_path / "another"))
    articles = json.loads(done("articles", "--json"))["articles"]
    told = json.loads(done("status", "--json"))
    assert told["articles"] == len(articles) > 3
    assert told["database"].startswith("PostgreSQL database postgres on 127.0.0.1:")
    assert told["database_bytes"] > 0
    assert done("check") == "The index is sound.\n"
    exported = tmp_path / "all.jsonl"
    assert quoth("export", "--output", str(exported)).exit_code == 0
    assert "Summit" in done("show", "hague")
    done("remove", "hague")
    assert len(json.loads(done("articles", "--json"))["articles"]) == len(articles) - 1
    assert json.loads(done("import", str(exported), "--json"))["added"] == 1
    assert json.loads(done("articles", "--json"))["articles"] == articles
    assert not list(Path(".quoth").glob("quoth.db*"))


def test_backups_are_told_to_be_the_servers(folder: Path, database: str) -> None:
    for arguments in (("backup", "copy"), ("restore", "copy")):
        result = quoth(*arguments)
        assert result.exit_code == 2
        assert "pg_dump" in result.stderr
    assert not Path("copy").exists()


def test_the_address_is_never_shown(database: str) -> None:
    shown = json.loads(done("config", "--json"))["database"]
    assert shown["value"] == "**********"
    assert "QUOTH_DATABASE" in shown["source"]


@pytest.mark.parametrize("command", [("ask", QUESTION), ("index", "."), ("status",), ("check",)])
def test_a_server_that_is_not_there_ends_the_command(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_DATABASE", f"postgresql://me:{PASSWORD}@127.0.0.1:1/library")
    result = quoth(*command)
    assert result.exit_code == 2
    assert "can't reach the PostgreSQL database library on 127.0.0.1:1" in result.stderr
    assert ("not stored" in result.stderr) == (command[0] == "index")
    assert result.stdout == ""


@pytest.mark.parametrize(
    "url", [f"mysql://me:{PASSWORD}@host/x", f"postgresql://me:{PASSWORD}@a@b"]
)
def test_a_wrong_address_is_a_wrong_setting(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_DATABASE", url)
    result = quoth("status")
    assert result.exit_code == 2
    assert "postgresql://USER:PASSWORD@HOST" in result.stderr


def test_without_psycopg_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUOTH_DATABASE", "postgresql://host/x")
    for name in [one for one in sys.modules if one.startswith("retrieval.store.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "retrieval.store.server", raising=False)
    result = quoth("status")
    assert result.exit_code == 2
    assert "pip install 'psycopg[binary]'" in result.stderr


def test_feedback_is_read_from_it(database: str) -> None:
    result = quoth("feedback")
    assert result.exit_code == 1
    assert "nobody has voted" in result.stderr
    settings = load().settings
    records = Records(
        file_of(settings.data_dir, DOOR), keep_days=30, database=settings.database_url
    )
    records.set_command_hash("one")
    records.close()
    assert not file_of(settings.data_dir, DOOR).exists()
