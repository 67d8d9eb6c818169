"""Questions that a sentence answers: why, how, what somebody said, what happened, yes or no.

No few words are the answer, so the sentence in which the reader sees them is: as it stands, with
the one before where only that says who is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from retrieval.answering.quoting import Quoting
from retrieval.languages import find_language
from retrieval.reader.base import Reading
from retrieval.text import fold
from retrieval.types import Answer, Quote, Span

MOST = 3
"""Sentences that are shown at most."""

SPANS = 2
"""The best places of a passage, whose sentences are looked at."""

SHARE = 0.5
"""Share of the best sentence's probability that another one needs."""

_EN = find_language("en").lists
_WORDS = re.compile(r"[\w'’-]+")
_OPEN = re.compile(r"[.:;…]")
_KEYWORDS = 6
"""Words at most of a search that is no question: "lorain train victims"."""

_TURKISH_REASON = frozenset(("neden", "niye", "nicin", "nasil"))
_TURKISH_DOUBT = frozenset(("mi", "mu", "mudur", "midir"))
_TURKISH_SAYING = ("dedi", "soyle", "anlat")

Form = Literal["words", "statement", "either"]
"""What answers: a few words, a sentence, or a sentence where no words are sure enough."""


def answer_form(question: str) -> Form:
    """Tell what answers a question, as far as its words tell: English or Turkish."""
    found = [fold(word).replace("’", "'") for word in _WORDS.findall(question)]
    while found and found[0] in _EN["leading"] and len(found) > 1:
        found = found[1:]
    if not found:
        return "words"
    first, rest = found[0], found[1:]
    if first == "why" or (first == "how" and not _measures(rest)):
        return "either"
    if _TURKISH_REASON.intersection(found):
        return "either"
    stated = _asks_for_sentence(first, rest) or _turkish(found) or _is_search(found, question)
    return "statement" if stated else "words"


def _asks_for_sentence(first: str, rest: Sequence[str]) -> bool:
    if first in _EN["helping"] or first in _EN["telling"]:
        return True
    if first != "what" or not rest:
        return False
    said = rest[0] in _EN["helping"] and bool(_EN["opinion_verbs"].intersection(rest))
    return said or rest[0] in ("happened", "happens") or "happening" in rest[:3] or _defined(rest)


def _measures(rest: Sequence[str]) -> bool:
    words = _EN["amounts"] | _EN["measured"] | {"early", "recently"}
    return bool(rest) and rest[0] in words


def _defined(rest: Sequence[str]) -> bool:
    """Tell whether "what is X" asks what X is: "What is goblin mode?"."""
    if rest[0] not in ("is", "are", "was", "were") or not 1 < len(rest) < 6:
        return False
    small = _EN["prepositions"] | {"the"}
    return not any(word in small or word.endswith(("'s", "ing", "ed")) for word in rest[1:])


def _is_search(found: Sequence[str], question: str) -> bool:
    asking = _EN["question_words"] | _EN["listing"]
    short = 1 < len(found) <= _KEYWORDS and not _OPEN.search(question)
    return short and "?" not in question and not asking.intersection(found)


def _turkish(found: Sequence[str]) -> bool:
    said = "ne" in found and any(word.startswith(_TURKISH_SAYING) for word in found)
    return said or bool(_TURKISH_DOUBT.intersection(found[1:]))


def statements(
    readings: Sequence[Reading], quoting: Quoting, threshold: float
) -> tuple[Answer, ...]:
    """Give the sentences that answer, the best first, none twice; none below the threshold.

    A sentence is as probable as the words that the reader sees in it or, where these are
    nothing sure, as its passage is relevant.
    """
    found = [
        (max(span.probability, reading.relevance), span)
        for reading in readings
        for span in reading.spans[:SPANS]
    ]
    found.sort(key=_order)
    if not found or found[0][0] < threshold:
        return ()
    likely = [item for item in found if item[0] >= SHARE * found[0][0]]
    quotes = quoting.distinct((quoting.told(span, statement=True) for _, span in likely), MOST)
    return tuple(Answer(one.text, _probability(one, likely), (one,), "quote") for one in quotes)


def _order(item: tuple[float, Span]) -> tuple[float, float, str, int]:
    chance, span = item
    return -chance, -span.probability, span.article.id, span.start


def _probability(quote: Quote, found: Sequence[tuple[float, Span]]) -> float:
    """Give how probable the best place is that a quote holds."""
    return max(
        chance
        for chance, span in found
        if span.article == quote.article and quote.start <= span.start < quote.end
    )
