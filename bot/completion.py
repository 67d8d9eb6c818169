"""Completion at the prompt: commands, and names however they are spelled."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from retrieval.text import fold

_SHOWN = 20
_SHORTEST = 2
_WORDS = 3
_WORD_START = re.compile(r"\b\w")


class Names:
    """Names that can be found by the beginning of any of their words."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._keys = sorted(
            (fold(name[match.start() :]), name)
            for name in set(names)
            for match in _WORD_START.finditer(name)
        )

    def starting(self, typed: str) -> Iterator[str]:
        """The names with a word that begins as ``typed`` does, accents and case aside."""
        wanted = fold(typed)
        seen: set[str] = set()
        for key, name in self._keys[bisect.bisect_left(self._keys, (wanted, "")) :]:
            if not key.startswith(wanted):
                return
            if name not in seen:
                seen.add(name)
                yield name


class PromptCompleter(Completer):
    """Completes ``:commands``, their first words, and names from the articles.

    ``commands`` maps a command to the words that may follow it; ``names`` and ``publishers``
    are asked anew at every key, since they are not there before the index is loaded.
    """

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        names: Callable[[], Names],
        publishers: Callable[[], Names],
    ) -> None:
        self._commands = commands
        self._names = names
        self._publishers = publishers
        self._paths = PathCompleter(expanduser=True)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """What may stand where the cursor is."""
        line = document.text_before_cursor
        command, gap, rest = line.partition(" ")
        if not line.startswith(":"):
            yield from _names(self._names(), line)
        elif not gap:
            yield from _words([f":{name}" for name in self._commands], command)
        elif command == ":save":
            yield from self._paths.get_completions(Document(rest), complete_event)
        elif rest.startswith("publisher "):
            yield from _names(self._publishers(), rest.removeprefix("publisher "))
        elif " " not in rest and self._commands.get(command[1:]):
            yield from _words(self._commands[command[1:]], rest)
        else:
            yield from _names(self._names(), rest)


def _words(words: Iterable[str], typed: str) -> Iterator[Completion]:
    return (Completion(one, -len(typed)) for one in words if one.startswith(typed))


def _names(names: Names, line: str) -> Iterator[Completion]:
    starts = [match.start() for match in _WORD_START.finditer(line)][-_WORDS:]
    seen: set[str] = set()
    for start in starts:
        typed = line[start:]
        if len(typed.strip()) < _SHORTEST:
            continue
        for name in islice(names.starting(typed), _SHOWN):
            if name not in seen:
                seen.add(name)
                yield Completion(name, -len(typed))
