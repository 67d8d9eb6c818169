"""The most or the least of several amounts: "Which town spends the most on schools?".

Articles tell what each of them spends, and none that it is the most: their amounts are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from retrieval.answering.values import Amount, unit_of
from retrieval.languages import find_language
from retrieval.text import fold, terms

_EN = find_language("en")
_MOST, _LEAST = _EN.lists["most"], _EN.lists["least"]
_ASKING = re.compile(r"(?i)\W*(?:which|what|who|whose)\b")
_WORD = re.compile(r"[\w'’-]+")
_BEHIND = _EN.lists["prepositions"] | _EN.lists["uncountable"] | {""}
_AMOUNT = re.compile(
    rf"(?i)(?P<sign>[$€£])?(?P<number>\d[\d.,]*(?<=\d)(?:[\s-](?:{'|'.join(_EN.lists['scales'])})\b)?)"
    r"(?:[\s-]?(?P<unit>%|[^\W\d_]{2,}))?"
)


def direction(question: str) -> int:
    """Tell whether a question wants the most (1) or the least (-1) of something, or neither (0).

    "The most popular" is no amount.
    """
    if not _ASKING.match(question):
        return 0
    found = [fold(word) for word in _WORD.findall(question)]
    for word, following in zip(found, [*found[1:], ""], strict=True):
        counted = following in _BEHIND or following.endswith("s")
        if word in ("most", "least") and not counted:
            continue
        if word in _MOST or word in _LEAST:
            return 1 if word in _MOST else -1
    return 0


def most_extreme(sentences: Sequence[str], asked: frozenset[str], sign: int) -> int | None:
    """Give the place of the sentence with the most (1) or the least (-1) of what all compare.

    ``asked`` are the question's terms. None where fewer than two sentences tell an amount of the
    same, where several kinds of amounts could be meant, or where a sentence tells itself what is
    the most.
    """
    if any(not (_MOST | _LEAST).isdisjoint(map(fold, _WORD.findall(one))) for one in sentences):
        return None
    told = [dict(_amounts(sentence)) for sentence in sentences]
    units = {unit for one in told for unit in one if sum(unit in other for other in told) > 1}
    units = {unit for unit in units if unit in asked} or units
    if len(units) != 1:
        return None
    (unit,) = units
    values = {place: sign * one[unit] for place, one in enumerate(told) if unit in one}
    first, second = sorted(values.values(), reverse=True)[:2]
    return max(values, key=values.__getitem__) if first > second else None


def _amounts(sentence: str) -> Iterator[tuple[str, float]]:
    """Give the amounts of a sentence by what they are of, what is told twice left out."""
    found: dict[str, set[float]] = {}
    for match in _AMOUNT.finditer(sentence):
        unit = _unit(match.groupdict(default=""))
        values = Amount.of(match["number"]).values
        if unit and len(values) == 1:
            found.setdefault(unit, set()).add(values[0])
    for unit, told in found.items():
        if len(told) == 1:
            yield unit, told.pop()


def _unit(told: Mapping[str, str]) -> str:
    if told["sign"] or not told["unit"]:
        return unit_of(told["sign"])
    key = fold(told["unit"])
    if key in _EN.stop_words:
        return ""
    return unit_of(key) or next(iter(terms(key)), "")
