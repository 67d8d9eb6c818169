"""A range of a text without what belongs to the sentence around it."""

from __future__ import annotations

import re

from retrieval.answering.name_words import vicinity
from retrieval.languages import all_languages
from retrieval.text import fold
from retrieval.types import Offsets

_LEADING = frozenset(",.;:!?…)]}»”*•–—-'’/")
_TRAILING = frozenset(",;:!?…([{«“‘–—-/*•")
_CLOSING = {"“": "”", '"': '"', "«": "»", "‘": "’", "'": "'", "(": ")", "[": "]", "„": "“"}
_SHORTENED = re.compile(r"(?:^|[\s(])((?:[^\W\d_]\.)*[^\W\d_]+)\.$")
_ABBREVIATIONS = frozenset(
    fold(word) for known in all_languages() for word in known.never_last | known.seldom_last
)
_PREPOSITION = {
    "place": re.compile(r"(?:(?:in|at|from|to|into|inside|within)\s+)+(?:the\s+(?=[^\W\d_a-z]))?"),
    "date": re.compile(r"(?:on|in|at)(?:\s+the)?\s+(?=\S)"),
}
_THE = re.compile(r"the\s+(?=[^\W\d_a-z])")


def trimmed(text: str, start: int, end: int) -> Offsets:
    """Give ``[start, end)`` without white space, punctuation and quotation marks at its ends.

    Marks that belong to the words stay: ``Feb.``, ``Jr.``, ``-5``, ``(a) and (b)``. ``'s`` goes
    where the text also writes the word without it. The range is empty if nothing is left.
    """
    before = None
    while start < end and (start, end) != before:
        before = (start, end)
        if _leads(text, start, end):
            start += 1
        elif _trails(text, start, end):
            end -= 1
        else:
            start, end = _unquoted(text, start, end)
    return start, _without_owner(text, start, max(start, end))


def without_preposition(text: str, start: int, end: int, kind: str) -> Offsets:
    """Leave out "in", "on" and the like in front of a place or a date, and "the" of a name."""
    pattern = _PREPOSITION.get(kind)
    found = pattern.match(text, start, end) if pattern else None
    if found and found.end() < end:
        start = found.end()
    article = _THE.match(text, start, end)
    return (article.end() if article else start), end


def _without_owner(text: str, start: int, end: int) -> int:
    found = re.search(r"(?<=\w)['’]s$", text[start:end])
    if not found:
        return end
    bare = re.escape(text[start : start + found.start()])
    alone = re.compile(rf"(?<!\w){bare}(?!\w|['’])").search(text, *vicinity(text, start))
    return start + found.start() if alone else end


def _leads(text: str, start: int, end: int) -> bool:
    mark = text[start]
    belongs = start + 1 < end and text[start + 1].isdigit() and mark in "-–.'’"  # -5, ’90s
    return mark.isspace() or (
        mark in _LEADING and not belongs and not (mark == "'" and "'" in text[start + 1 : end])
    )


def _trails(text: str, start: int, end: int) -> bool:
    mark = text[end - 1]
    if mark != ".":
        return mark.isspace() or mark in _TRAILING
    found = _SHORTENED.search(text[start:end])
    word = found[1] if found else ""
    initial = "." in word or (len(word) == 1 and word.isupper())
    return not (initial or (word and fold(word) in _ABBREVIATIONS))


def _unquoted(text: str, start: int, end: int) -> Offsets:
    """Leave out marks around all of the words, and those without their partner."""
    inside, closing = text[start + 1 : end - 1], _CLOSING.get(text[start])
    if end - start < 2:
        return start, end
    if closing and closing not in inside:
        return start + 1, end - (text[end - 1] == closing)
    opening = next((one for one, mark in _CLOSING.items() if mark == text[end - 1]), None)
    if opening in ("“", "(", "[", "«", "„") and opening not in text[start : end - 1]:
        return start, end - 1
    odd = opening == '"' and text[start : end - 1].count('"') % 2 == 0
    return start, end - odd
