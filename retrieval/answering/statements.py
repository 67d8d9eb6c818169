"""Questions that a sentence answers: why, how, what somebody said, what happened, yes or no.

No few words are the answer, so the sentence in which the reader sees them is: as it stands, with
the one before where only that says who is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.answering.asked import Asked
from retrieval.answering.quoting import Quoting
from retrieval.languages import find_language
from retrieval.reader.base import Reading
from retrieval.text import fold, terms
from retrieval.types import Answer, Span

MOST = 3
"""Sentences that are shown at most."""

SHARE = 0.5
"""Share of the best sentence's probability that another one needs."""

_EN, _TR = find_language("en").lists, find_language("tr").lists
_WORDS = re.compile(r"[\w'’-]+")


def asks_for_statement(question: str) -> bool:
    """Tell whether a sentence answers a question, as far as its words tell: English or Turkish."""
    written = _WORDS.findall(question)
    found = [fold(word).replace("’", "'") for word in written]
    while found and found[0] in _EN["leading"] and len(found) > 1:
        found, written = found[1:], written[1:]
    return bool(found) and (_english(found, written, question) or _turkish(found))


def _english(found: Sequence[str], written: Sequence[str], question: str) -> bool:
    first, rest = found[0], found[1:]
    if first in _EN["helping"] or first in _EN["telling"]:
        return True
    if first == "why" or (first == "how" and not _measures(rest)):
        return True
    if first in ("what", "what's") and rest:
        said = _saying() & set(terms(" ".join(rest)))
        happened = rest[0] in ("happened", "happens") or "happening" in rest[:3]
        return bool(said and rest[0] in _EN["helping"]) or happened or _defined(rest, written[1:])
    asking = any(word in _EN["question_words"] for word in found)
    return not asking and "?" not in question and len(found) > 1


def _measures(rest: Sequence[str]) -> bool:
    words = _EN["amounts"] | _EN["measured"] | {"soon", "early", "recently", "much", "many"}
    return bool(rest) and rest[0] in words


def _saying() -> set[str]:
    return set(terms(" ".join(_EN["saying_verbs"])))


def _defined(rest: Sequence[str], written: Sequence[str]) -> bool:
    """Tell whether "what is X" asks what X is: "What is goblin mode?"."""
    if rest[0] not in ("is", "are", "was", "were") or not 1 < len(rest) < 6:
        return False
    return not set(rest[1:]) & (_EN["prepositions"] | {"the", "of"}) and "'s" not in "".join(rest)


def _turkish(found: Sequence[str]) -> bool:
    asks = {"neden", "niye", "nicin", "nasil", "nedir", "mi", "mu"}
    return any(word in asks for word in found) or (
        "ne" in found and any(word.startswith(("dedi", "soyle", "anlat")) for word in found)
    )


def statements(
    readings: Sequence[Reading], asked: Asked, quoting: Quoting, threshold: float
) -> tuple[Answer, ...]:
    """Give the sentences that answer, the best first, none twice."""
    found: list[tuple[float, float, Span]] = []
    for reading in readings:
        spans = reading.spans[:2] or ()
        for span in spans:
            found.append((max(span.probability, reading.relevance), span.probability, span))
    found.sort(key=lambda one: (-one[0], -one[1], one[2].article.id, one[2].start))
    if not found or found[0][0] < threshold:
        return ()
    least = SHARE * found[0][0]
    kept = [(chance, span) for chance, _, span in found if chance >= least]
    answers: list[Answer] = []
    told = quoting.distinct((quoting.told(span, statement=True) for _, span in kept), MOST)
    for quote in told:
        chance = max(
            c
            for c, span in kept
            if (span.article.collection, span.article.id)
            == (quote.article.collection, quote.article.id)
            and quote.start <= span.start < quote.end
        )
        answers.append(Answer(quote.text, chance, (quote,), "quote"))
    return tuple(answers)
