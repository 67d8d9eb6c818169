"""The dialogue history: the previous turns taken apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from retrieval.text import find_names, fold
from retrieval.types import Turn
from retrieval.understanding import verbs
from retrieval.understanding.called import Called, called_in
from retrieval.understanding.clauses import Clause, parse
from retrieval.understanding.phrases import (
    NAMED,
    Phrase,
    kind_of,
    phrases,
)
from retrieval.understanding.tokens import (
    AUXILIARY,
    LISTS,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    is_cased,
    plain,
    split,
)

_LONGEST_NAME = 6
_LONGEST_THING = 8
_TOLD = re.compile(r"(?:please )?(?:\w+ (?:me|us) )?(?:[\w ]+ )?(?:about|of) ", re.I)
_FUNCTION = WH | AUXILIARY | PRONOUNS | PREPOSITIONS
TOPICAL = frozenset(("about", "on", "regarding", "concerning"))
"""Prepositions that may stand before what somebody speaks of."""


@dataclass(frozen=True, slots=True)
class Past:
    """A previous turn taken apart. ``names`` are folded words that the turns write as names.

    ``called`` tells whom they called "he" and whom "she".
    """

    text: str
    answers: tuple[str, ...]
    clause: Clause | None
    phrases: tuple[Phrase, ...]
    cased: bool
    names: frozenset[str]
    called: Called

    @property
    def asks_person(self) -> bool:
        """Tell whether the answer is a person."""
        if self.clause is None:
            return False
        role = self.clause.key in ("which", "what") and self.clause.noun_head in LISTS["roles"]
        return role or self.clause.key in ("who", "whom")

    @property
    def names_answer(self) -> bool:
        """Tell whether the answer is who did it or is it, so that "he" means the answer."""
        if self.clause is None or not self.asks_person:
            return False
        led = (one for one in self.phrases if one.part == "subject" and one.kind in NAMED)
        described = not any(one.text[0].isupper() for one in led)
        return self.clause.role == "subject" or (self.clause.role == "predicate" and described)

    @property
    def noun(self) -> str:
        """What "which ports" or "how many people" asks about: "ports", "people"."""
        return self.clause.slice(*self.clause.noun) if self.clause else ""

    @property
    def topics(self) -> list[Phrase]:
        """What was spoken about: with "on" only after a verb of saying."""
        said = self.clause is not None and self.clause.verb_base in verbs.SAYING
        topical = TOPICAL if said else TOPICAL - {"on"}
        return [one for one in self.phrases if one.preposition in topical]

    def answer(self, fits: Callable[[str], bool]) -> str | None:
        """Give the one answer, if it fits and the others only say it again in fewer words."""
        if not self.answers or not fits(self.answers[0]):
            return None
        first = fold(self.answers[0])
        return self.answers[0] if all(fold(other) in first for other in self.answers) else None

    def person(self) -> str | None:
        """Give the one person that answered a question for a person."""
        return self.answer(is_name) if self.asks_person else None

    def answered_name(self) -> str | None:
        """Give the one name that answered "which horse won?", which may be called "he"."""
        if self.clause is None or (self.clause.key, self.clause.role) != ("which", "subject"):
            return None
        return self.answer(is_name)

    def thing(self) -> str | None:
        """Give the one thing that answered "what" or "which"."""
        clause = self.clause
        if clause is None or clause.key not in ("what", "which") or self.asks_person:
            return None
        said = clause.verb_base in verbs.SAYING | {"do"} or clause.role == "adverb"
        return None if said else self.answer(_is_thing)

    def asked_as(self, question: str) -> Past:
        """Give this turn with another question and the same answers."""
        return _past(Turn(question, self.answers), self.names, self.called)


def past_turns(turns: Sequence[Turn]) -> list[Past]:
    """Take turns apart, the latest first."""
    names = frozenset(name for turn in turns for name in _names(turn))
    called = called_in(turns)
    return [_past(turn, names, called) for turn in reversed(turns)]


def _past(turn: Turn, names: frozenset[str], called: Called) -> Past:
    text = plain(turn.question)
    clause, cased = parse(text), is_cased(split(text))
    found = phrases(clause, cased=cased, names=names) if clause else _keywords(text, names)
    return Past(text, turn.answers, clause, tuple(found), cased, names, called)


def _keywords(text: str, names: frozenset[str]) -> list[Phrase]:
    """Give what "tell me about the bridge" or a few words without a question name."""
    told = _TOLD.match(text)
    start = told.end() if told else 0
    if not 0 < len(split(text[start:])) <= _LONGEST_NAME:
        return []
    kind = kind_of(text[start:], cased=is_cased(split(f"- {text[start:]}")), names=names)
    return [Phrase(text[start:], start, len(text), kind, "", "subject")]


def _names(turn: Turn) -> Iterable[str]:
    for word in split(turn.question)[1:]:
        if word.capital and word.key not in _FUNCTION:
            yield word.key
    for answer in turn.answers:
        for name in [answer] if is_name(answer) else find_names(answer):
            yield from (word.key for word in split(name))


def is_name(text: str) -> bool:
    """Tell whether a text is a name and nothing else, such as that of a person."""
    words = split(text)
    if not 0 < len(words) <= _LONGEST_NAME or re.search(r"[,;:!?()\d“”\"]|[.'’]\s*$", text):
        return False
    return kind_of(text, cased=True) in ("person", "name") and words[0].capital


def _is_thing(text: str) -> bool:
    words = split(text)
    if not words or len(words) > _LONGEST_THING or re.search(r"[;:!?“”\"]|\.\s*$", text):
        return False
    first = words[0]
    done = verbs.is_gerund(first.key) or verbs.is_past(first.key)
    return first.capital or not (done or first.key in PREPOSITIONS)


def is_place(text: str) -> bool:
    """Tell whether a text is the name of a place and nothing else, but for a preposition."""
    words = split(text.partition(",")[0])
    core = words[1:] if words and words[0].key in PREPOSITIONS else words
    return 0 < len(core) <= _LONGEST_NAME and all(
        word.capital or word.key in ("the", "of", "de") for word in core
    )
