"""A range of a text without what belongs to the sentence around it."""

from __future__ import annotations

import re

from retrieval.answering.words import vicinity
from retrieval.languages import find_language, with_borrowed
from retrieval.text import fold
from retrieval.types import Offsets

_LEADING = frozenset(",.;:!?…)]}»”*•–—-'’/")
_TRAILING = frozenset(",;:!?…([{«“‘–—-/*•")
_CLOSING = {"“": "”", '"': '"', "«": "»", "‘": "’", "'": "'", "(": ")", "[": "]", "„": "“"}
_ABBREVIATION = re.compile(r"(?:^|[\s(])((?:[^\W\d_]\.)*[^\W\d_]+)\.$")
_PREPOSITION = {
    "place": re.compile(r"(?:(?:in|at|from|to|into|inside|within) )+(?:the (?=[^\W\d_a-z]))?"),
    "date": re.compile(r"(?:on|in|at)(?: the)? (?=\S)"),
}
_THE = re.compile(r"the (?=[^\W\d_a-z])")


def trimmed(text: str, start: int, end: int) -> Offsets:
    """Give ``[start, end)`` without white space, punctuation and quotation marks at its ends.

    Marks that belong to the words stay: ``Feb.``, ``Jr.``, ``-5``, ``(a) and (b)``. The range
    is empty if nothing else was in it.
    """
    while start < end:
        before = (start, end)
        start, end = _strip(text, start, end)
        start, end = _unquote(text, start, end)
        if (start, end) == before:
            break
    return start, max(start, end)


def without_owner(text: str, start: int, end: int) -> Offsets:
    """Leave out ``'s`` at the end where the text also writes the word without it.

    "Ford's" loses it in an article that says "Ford", "McDonald's" keeps it.
    """
    found = re.search(r"(?<=\w)['’]s$", text[start:end])
    if not found:
        return start, end
    bare = text[start : start + found.start()]
    alone = re.compile(rf"(?<!\w){re.escape(bare)}(?!\w|['’])")
    return (
        (start, start + found.start())
        if alone.search(text, *vicinity(text, start))
        else (start, end)
    )


def without_preposition(text: str, start: int, end: int, kind: str) -> Offsets:
    """Leave out "in", "on" and the like in front of a place or a date."""
    pattern = _PREPOSITION.get(kind)
    found = pattern.match(text, start, end) if pattern else None
    if found and found.end() < end:
        start = found.end()
    found = _THE.match(text, start, end)
    return (found.end() if found else start), end


def _strip(text: str, start: int, end: int) -> Offsets:
    while start < end and _leads(text, start, end):
        start += 1
    while start < end and _trails(text, start, end):
        end -= 1
    return start, end


def _leads(text: str, start: int, end: int) -> bool:
    mark = text[start]
    return mark.isspace() or (mark in _LEADING and not _opens(text, start, end))


def _trails(text: str, start: int, end: int) -> bool:
    mark = text[end - 1]
    return mark.isspace() or mark in _TRAILING or _ends_sentence(text, start, end)


def _opens(text: str, start: int, end: int) -> bool:
    """Tell whether the mark is part of the word: -5, ’90s, .5, or opens what is closed."""
    if start + 1 < end and text[start + 1].isdigit() and text[start] in "-–.'’":
        return True
    return text[start] == "'" and "'" in text[start + 1 : end]


def _ends_sentence(text: str, start: int, end: int) -> bool:
    if text[end - 1] != ".":
        return False
    found = _ABBREVIATION.search(text[start:end])
    if not found:
        return True
    word = found[1]
    turkish = find_language("tr")
    seldom_last = with_borrowed(turkish, "seldom_last")
    known = word in with_borrowed(turkish, "never_last") or not seldom_last.isdisjoint(
        (word, fold(word))
    )
    return not (known or "." in word or (len(word) == 1 and word.isupper()))


def _unquote(text: str, start: int, end: int) -> Offsets:
    """Leave out marks around all of the words, and those without their partner."""
    if end - start < 2:
        return start, end
    first, last = text[start], text[end - 1]
    inside = text[start + 1 : end - 1]
    closing = _CLOSING.get(first)
    if closing == last and closing not in inside:
        return start + 1, end - 1
    if closing and closing not in text[start + 1 : end]:
        return start + 1, end
    for opening, mark in _CLOSING.items():
        if last == mark and _lacks(text[start : end - 1], opening, mark):
            return start, end - 1
    return start, end


def _lacks(before: str, opening: str, closing: str) -> bool:
    """Tell whether a closing mark has no partner in front of it."""
    if opening == closing:
        return before.count(opening) % 2 == 0
    if closing in "’“" and opening not in before:
        return True
    return closing not in "’“" and before.count(opening) <= before.count(closing)
