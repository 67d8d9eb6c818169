"""The previous turns taken apart: what they asked, and what answered it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from retrieval.text import find_names, fold
from retrieval.types import Turn
from retrieval.understanding import verbs
from retrieval.understanding.phrases import NAMED, Phrase, kind_of, phrases
from retrieval.understanding.shape import Shape, body, parse
from retrieval.understanding.words import (
    AUXILIARY,
    DO,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    WH,
    is_cased,
    plain,
    split,
)

_LONGEST_NAME = 6
_LONGEST_THING = 8
_FUNCTION = WH | AUXILIARY | PRONOUNS | PREPOSITIONS


@dataclass(frozen=True, slots=True)
class Past:
    """A previous turn taken apart. ``names`` are folded words that the turns write as names."""

    text: str
    answers: tuple[str, ...]
    shape: Shape | None
    phrases: tuple[Phrase, ...]
    cased: bool
    names: frozenset[str]

    @property
    def asks_person(self) -> bool:
        """Tell whether the answer is a person."""
        if self.shape is None:
            return False
        if self.shape.key in ("who", "whom"):
            return True
        return self.shape.key in ("which", "what") and noun_head(self.shape) in ROLES

    @property
    def names_answer(self) -> bool:
        """Tell whether the answer is who did it or is it, so that "he" means the answer."""
        if self.shape is None or not self.asks_person:
            return False
        described = self.shape.asked == "predicate" and not self._names_subject()
        return described or self.shape.asked == "subject"

    def answer(self, fits: Callable[[str], bool]) -> str | None:
        """Give the one answer, if it fits and the others only say it again in fewer words."""
        if not self.answers or not fits(self.answers[0]):
            return None
        first = fold(self.answers[0])
        return self.answers[0] if all(fold(other) in first for other in self.answers) else None

    def person(self) -> str | None:
        """Give the one person that answered a question for a person."""
        return self.answer(is_name) if self.asks_person else None

    def thing(self) -> str | None:
        """Give the one thing that answered "what" or "which"."""
        if self.shape is None or self.shape.key not in ("what", "which") or self.asks_person:
            return None
        said = self.shape.verb_base in verbs.SAYING | DO
        return None if said or self.shape.asked == "adverb" else self.answer(_is_thing)

    def noun(self) -> str | None:
        """Give what "which ports" or "how many people" asks about: "ports", "people"."""
        noun = self.shape.slice(*self.shape.noun) if self.shape else ""
        return noun or None

    def asked_as(self, question: str) -> Past:
        """Give this turn with another question and the same answers."""
        return _past(Turn(question, self.answers), self.names)

    def _names_subject(self) -> bool:
        led = (one for one in self.phrases if one.part == "subject" and one.kind in NAMED)
        return any(one.text[0].isupper() for one in led)


def past_turns(turns: Sequence[Turn]) -> list[Past]:
    """Take turns apart, the latest first."""
    names = frozenset(name for turn in turns for name in _names(turn))
    return [_past(turn, names) for turn in reversed(turns)]


def _past(turn: Turn, names: frozenset[str]) -> Past:
    text = body(plain(turn.question))
    shape = parse(text)
    cased = is_cased(split(text))
    found = phrases(shape, cased=cased, names=names) if shape else []
    return Past(text, turn.answers, shape, tuple(found), cased, names)


def _names(turn: Turn) -> Iterable[str]:
    for word in split(turn.question)[1:]:
        if word.capital and word.key not in _FUNCTION:
            yield word.key
    for answer in turn.answers:
        names = [answer] if is_name(answer) else find_names(answer)
        yield from (word.key for name in names for word in split(name))


def is_name(text: str) -> bool:
    """Tell whether a text is a name and nothing else, such as that of a person."""
    words = split(text)
    if not 0 < len(words) <= _LONGEST_NAME or re.search(r"[,;:!?()\d“”\"]|[.'’]\s*$", text):
        return False
    return kind_of(text, cased=True) in ("person", "name") and words[0].capital


def _is_thing(text: str) -> bool:
    words = split(text)
    if not words or words[0].key in PREPOSITIONS or verbs.is_gerund(words[0].key):
        return False
    if verbs.is_past(words[0].key) and not words[0].capital:
        return False
    return len(words) <= _LONGEST_THING and not re.search(r"[;:!?“”\"]|\.\s*$", text)


def is_place(text: str) -> bool:
    """Tell whether a text is the name of a place and nothing else, but for a preposition."""
    words = split(text.partition(",")[0])
    core = words[1:] if words and words[0].key in PREPOSITIONS else words
    return 0 < len(core) <= _LONGEST_NAME and all(
        word.capital or word.key in ("the", "of", "de") for word in core
    )


def noun_head(shape: Shape) -> str:
    """Give the last word of the noun asked about, made singular where that makes it a role."""
    words = shape.words[slice(*shape.noun)]
    stop = next((i for i, word in enumerate(words) if word.key in PREPOSITIONS), len(words))
    head = words[stop - 1].key if stop else ""
    single = head.removesuffix("s")
    return single if single in ROLES else head
