"""What is typed at the prompt: a question, a ``:command``, or a word like "exit"."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache

from retrieval.languages import in_all
from retrieval.text import fold

FILTER_WORDS = ("since", "until", "publisher", "path", "undated", "clear")
_AROUND = " \t.!?;()"


class Misunderstood(Exception):
    """What was typed makes no sense; the message says what would."""


@dataclass(frozen=True, slots=True)
class Command:
    """A ``:command``: what follows its name, what it does, and the words that may follow."""

    usage: str
    help: str
    words: tuple[str, ...] = ()


COMMANDS = {
    "more": Command("", "quotes left out, then more passages"),
    "context": Command("N", "the sentences around quote N"),
    "open": Command("N", "the article of quote N, or of line N of :articles"),
    "save": Command("FILE", "questions and answers with their sources, as Markdown"),
    "search": Command("WORDS", "ranked passages instead of answers"),
    "filter": Command(
        "since last week | until 2022-04 | publisher X | path X | undated | clear",
        "ask only some of the articles",
        FILTER_WORDS,
    ),
    "articles": Command("", "what may be asked, the newest first"),
    "status": Command("", "how large the index is, and how it was made"),
    "new": Command("", "forget what was asked; filters stay"),
    "help": Command("", "this list"),
    "quit": Command("", "leave; so do exit, quit and Ctrl-D"),
}

ALIASES = {"source": "open", "exit": "quit"}
"""Other names of commands."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One line: a command's name, "" for a question, and what follows it."""

    command: str
    rest: str


def read_line(line: str) -> Typed:
    """Tell what a line means. Raises Misunderstood for an unknown command."""
    line = line.strip()
    if line.startswith(":"):
        word, _, rest = line[1:].partition(" ")
        return Typed(_command(word.lower()), rest.strip())
    return Typed(_bare_words().get(fold(line.strip(_AROUND)), ""), line)


@cache
def _bare_words() -> dict[str, str]:
    """The commands that are understood without a colon where nothing else is typed."""
    meant = {"leave_words": "quit", "help_words": "help"}
    return {fold(word): command for name, command in meant.items() for word in in_all(name)}


def _command(word: str) -> str:
    names = (*COMMANDS, *ALIASES)
    begun = [name for name in names if word and name.startswith(word)]
    if word in begun or len(begun) == 1:
        name = word if word in begun else begun[0]
        return ALIASES.get(name, name)
    if begun:
        raise Misunderstood(f":{word} may be {_either(begun)}: type more of it.")
    nearest = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    hint = f"did you mean :{nearest[0]}?" if nearest else ":help lists the commands."
    raise Misunderstood(f"Unknown command :{word}: {hint}")


def _either(names: list[str]) -> str:
    told = [f":{name}" for name in names]
    return f"{', '.join(told[:-1])} or {told[-1]}"
