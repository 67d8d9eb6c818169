"""Every command and option is described, in --help and on its page."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import cli

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
CONTRACT = {
    "index", "ask", "search", "repl", "articles", "show", "remove", "status", "config", "check",
    "eval",
}  # fmt: skip
COMMON = {"--data-dir", "--collection", "--json", "--config"}


def test_the_commands_of_the_contract_are_there() -> None:
    assert set(cli.commands) >= CONTRACT


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_option_is_described(name: str) -> None:
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"
    shown = CliRunner().invoke(cli, [name, "--help"]).stdout
    options = {flag for one in command.params for flag in one.opts if flag.startswith("-")}
    assert options >= COMMON
    for option in options:
        assert option in shown


def test_dates_can_be_words_when_judging_too() -> None:
    assert "--any-date" in {flag for one in cli.commands["eval"].params for flag in one.opts}


@pytest.mark.parametrize("name", ["ask", "search"])
def test_questions_can_be_narrowed(name: str) -> None:
    options = {flag for one in cli.commands[name].params for flag in one.opts}
    assert options >= {"--since", "--until", "--publisher", "--path", "--undated", "--any-date"}


def test_every_command_is_listed() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).stdout
    for name in cli.commands:
        assert re.search(rf"^  {name} +\w", shown, re.MULTILINE), name


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_page_of_commands_names_every_command_and_option(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    options = {flag for one in cli.commands[name].params for flag in one.opts if flag[0] == "-"}
    assert f"quoth {name}" in page
    assert [one for one in sorted(options) if not re.search(rf"{one}\b", page)] == []
