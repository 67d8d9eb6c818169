"""Whether two mentions are items of one list: "Ada Brandt, the former mayor, and Elin Dahl"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from retrieval.answering.grouping import Mention
from retrieval.answering.name_words import JOINING
from retrieval.languages import find_language
from retrieval.text import split_sentences

FURTHEST = 9
"""Words at most from one item to the next: offices and places stand between names."""

_AND = "|".join(sorted(JOINING))
_JOINING = re.compile(rf"(?i),|\b(?:{_AND})\b")
_LINE_END = re.compile(rf"(?i)(,|\b(?:{_AND}))\n(?!\n)|(?<!\n)\n(?=(?:{_AND})\b)")
"""The end of a line that goes on in the next one; a list of lines is no sentence."""
_ENDING = re.compile(r"[;:!?()]|\n\n")
_WORD = re.compile(r"[\w'’-]+")
_EN = find_language("en")
_APART = (
    frozenset(_EN.irregular)
    | _EN.lists["helping"]
    | (_EN.lists["prepositions"] - {"of"})
    | {"who", "which", "that", "where", "when", "while", "but", "than"}
)


def coordinated(one: Mention, other: Mention) -> bool:
    """Tell whether only commas, "and" and what describes an item stand between two mentions."""
    first, second = sorted((one.span, other.span), key=lambda span: span.start)
    same = (first.article, first.field) == (second.article, second.field)
    if not same or first.end > second.start:
        return False
    stretch = _LINE_END.sub(r"\1 ", first.whole[first.start : second.end])
    between = stretch[first.end - first.start : len(stretch) - (second.end - second.start)]
    words = [word.lower() for word in _WORD.findall(between)]
    return (
        len(words) <= FURTHEST
        and _JOINING.search(between) is not None
        and not _ENDING.search(between)
        and _APART.isdisjoint(words)
        and len(split_sentences(stretch)) == 1
    )


def listed_with(mentions: Iterable[Mention], candidates: Sequence[Mention]) -> list[Mention]:
    """Give those candidates that stand in one list with any of the mentions, at any remove."""
    reached, found = list(mentions), []
    waiting = list(candidates)
    while reached:
        one = reached.pop()
        beside = [item for item in waiting if coordinated(one, item)]
        waiting = [item for item in waiting if item not in beside]
        reached += beside
        found += beside
    return found
