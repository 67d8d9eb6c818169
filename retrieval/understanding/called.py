"""Whom the turns before called "he" and whom "she": the typed pronouns beside what they meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from retrieval.types import Turn
from retrieval.understanding.tokens import LISTS, Word, plain, split

HE, SHE = LISTS["masculine"], LISTS["feminine"]


@dataclass(frozen=True, slots=True)
class Called:
    """The folded words of each name that was called "he", and of each that was called "she"."""

    he: frozenset[frozenset[str]] = frozenset()
    she: frozenset[frozenset[str]] = frozenset()

    def other(self, pronoun: str) -> frozenset[frozenset[str]]:
        """Give the names that a pronoun can't mean, since the other one meant them."""
        return self.she if pronoun in HE else self.he if pronoun in SHE else frozenset()


def called_in(turns: Iterable[Turn]) -> Called:
    """Give whom the questions of turns called what."""
    meant = [(word.key, name) for turn in turns for word, name in _meant(turn)]
    return Called(*(frozenset(name for key, name in meant if key in kind) for kind in (HE, SHE)))


def is_among(name: str, names: Iterable[frozenset[str]]) -> bool:
    """Tell whether a name is one of these, or a part of it, or it with more words.

    "Elin Dahl's husband" isn't Elin Dahl.
    """
    found = split(name)
    owned = max((place for place, word in enumerate(found[:-1], 1) if word.possessive), default=0)
    words = _key(found[owned:])
    return any(words <= one or one <= words for one in names)


def _meant(turn: Turn) -> Iterable[tuple[Word, frozenset[str]]]:
    """Give each pronoun that a question was typed with, and the name understood in its place."""
    typed, understood = split(plain(turn.typed)), split(turn.question)
    keys = [[word.key for word in words] for words in (typed, understood)]
    matched = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for change, start, end, first, last in matched.get_opcodes():
        pronouns = [word for word in typed[start:end] if word.key in HE | SHE]
        if change == "replace" and len(pronouns) == 1:
            yield pronouns[0], _key(understood[first:last])


def _key(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.key for word in words)
