"""What a line at the prompt means: a question, a command, or a word like "exit"."""

from __future__ import annotations

import pytest

from bot.typed import ALIASES, COMMANDS, Misunderstood, Typed, read_line


@pytest.mark.parametrize(
    "line", ["exit", "quit", " Exit ", "QUIT.", "exit()", "quit!", "bye", "Ende", "çıkış", "salir"]
)
def test_a_bare_word_leaves(line: str) -> None:
    assert read_line(line).command == "quit"


@pytest.mark.parametrize("line", ["help", "Help!", "help?", "Hilfe", "yardım", "aide", "ayuda"])
def test_a_bare_word_asks_for_help(line: str) -> None:
    assert read_line(line).command == "help"


@pytest.mark.parametrize(
    "line",
    [
        "exit polls of 2022?",
        "who asked for help?",
        "help the aged",
        "quit smoking",
        "Brexit",
        "When did Moe quit?",
        "exiting",
        "?",
        "a:quit",
    ],
)
def test_a_question_that_holds_such_a_word_is_one(line: str) -> None:
    assert read_line(line) == Typed("", line)


def test_commands_have_what_follows_them() -> None:
    assert read_line("  :search  river bridge ") == Typed("search", "river bridge")
    assert read_line(":OPEN 2") == Typed("open", "2")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_may_be_shortened_as_far_as_it_is_alone(name: str) -> None:
    others = [other for other in (*COMMANDS, *ALIASES) if other != name]
    for length in range(1, len(name) + 1):
        begun = name[:length]
        if any(other.startswith(begun) for other in others):
            with pytest.raises(Misunderstood, match=rf":{begun} may be .* or "):
                read_line(f":{begun}")
        else:
            assert read_line(f":{begun}").command == name


def test_other_names_of_commands() -> None:
    assert read_line(":source 1") == Typed("open", "1")
    assert read_line(":exit").command == "quit"
