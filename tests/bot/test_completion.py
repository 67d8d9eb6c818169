"""Completion at the prompt."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from bot.completion import Names, PromptCompleter
from bot.typed import COMMANDS

NAMES = Names(["Mevlüt Çavuşoğlu", "Çavuşoğlu", "The Hague", "Hakan Fidan", "İstanbul"])
PUBLISHERS = Names(["Kıyı Gazetesi", "Northern Post"])
WORDS = {name: command.words for name, command in COMMANDS.items()}
COMPLETER = PromptCompleter(WORDS, lambda: NAMES, lambda: PUBLISHERS)


def completed(line: str) -> set[str]:
    """The lines that the completions lead to."""
    found = COMPLETER.get_completions(Document(line), CompleteEvent())
    return {line[: len(line) + one.start_position] + one.text for one in found}


@pytest.mark.parametrize("typed", ["Cavus", "cavuş", "ÇAVU", "Çavuşoğlu"])
def test_names_are_found_however_they_are_spelled(typed: str) -> None:
    assert completed(f"who met {typed}") == {"who met Çavuşoğlu", "who met Mevlüt Çavuşoğlu"}


def test_names_of_several_words_are_completed_as_a_whole() -> None:
    assert completed("when is the hag") == {"when is The Hague"}
    assert completed("where is Hakan Fi") == {"where is Hakan Fidan"}
    assert completed("weather in istan") == {"weather in İstanbul"}


def test_one_letter_is_not_enough() -> None:
    assert completed("who is h") == set()
    assert completed("") == set()


def test_commands_and_what_may_follow_them() -> None:
    assert completed(":") == {f":{name}" for name in COMMANDS}
    assert completed(":sa") == {":save"}
    assert completed(":filter s") == {":filter since"}
    assert completed(":filter publisher kiyi") == {":filter publisher Kıyı Gazetesi"}
    assert completed(":filter publisher north") == {":filter publisher Northern Post"}
    assert completed(":search fid") == {":search Hakan Fidan"}


def test_files_are_completed_to_save_in(tmp_path: Path) -> None:
    (tmp_path / "notes.md").touch()
    assert completed(f":save {tmp_path}/no") == {f":save {tmp_path}/notes.md"}


@given(st.lists(st.text(max_size=12), max_size=8), st.text(max_size=4))
def test_any_name_is_found_by_its_beginning(names: list[str], line: str) -> None:
    index = Names(names)
    completer = PromptCompleter(WORDS, lambda: index, lambda: index)
    list(completer.get_completions(Document(line), CompleteEvent()))
    for name in names:
        if name[:1].isalnum():
            assert name in set(index.starting(name))
