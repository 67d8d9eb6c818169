"""Questions that a sentence answers: why, how, what somebody said, what happened, yes or no.

No few words are the answer, so the sentence in which the reader sees them is: as it stands, with
the one before where only that says who is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.answering.answer_type import is_participle, wanted
from retrieval.answering.asked import Asked
from retrieval.answering.comparison import Things, compared
from retrieval.answering.quoting import Quoting, Told
from retrieval.languages import find_language
from retrieval.reader.base import Reading
from retrieval.text import fold, terms
from retrieval.types import Answer, Quote, Span

MOST = 3
"""Sentences that are shown at most."""

TOLD, DECIDED = 0.3, 1.0
"""What all of the question's words in one sentence are worth, beside probabilities, and a share of
them in part; and all of them where yes or no is asked: no words are what the reader looks for."""

SENTENCES = 3
"""The best sentences of a passage, which are looked at further."""

SHARE = 0.4
"""Share of the best sentence's probability that another one needs: of NewsQA's questions that a
sentence answers as many find it as with a fifth, in 2.0 quotes in place of 2.3."""

_EN = find_language("en").lists
_WORDS = re.compile(r"[\w'’-]+")
_OPEN = re.compile(r"[.:;…]")
_TELLING = re.compile(
    rf"(?i)(?:please )?(?:{'|'.join(sorted(_EN['telling']))})(?: me| us)?(?: (?:more|something))? "
    r"about (.*?)[\s.?!]*"
)
_KEYWORDS = 6
"""Words at most of a search that is no question: "lorain train victims"."""

_TURKISH_REASON, _TURKISH_DOUBT, _TURKISH_SAYING = (
    frozenset(map(fold, find_language("tr").lists[name]))
    for name in ("reason_words", "doubt_words", "saying_stems")
)

Form = Literal["words", "statement", "either"]
"""What answers: a few words, a sentence, or a sentence where no words are sure enough."""


def answer_form(question: str) -> Form:
    """Tell what answers a question, as far as its words tell: English or Turkish."""
    found = _words(question)
    while found and found[0] in _EN["leading"] and len(found) > 1:
        found = found[1:]
    if not found:
        return "words"
    if compared(question):
        return "statement"
    first, rest = found[0], found[1:]
    if first in ("who", "who's") and wanted(question).kind == "other":
        return "statement"  # "Who is Marta Lindqvist?" wants no name
    if first == "why" or (first == "how" and not _measures(rest)):
        return "either"
    if _TURKISH_REASON.intersection(found):
        return "either"
    stated = _asks_for_sentence(first, rest) or _turkish(found) or _is_search(found, question)
    return "statement" if stated else "words"


def _words(question: str) -> list[str]:
    return [fold(word).replace("’", "'") for word in _WORDS.findall(question)]


def topic(question: str) -> str:
    """Give what a search of words, or "tell me about", wants passages about; else ""."""
    told = _TELLING.fullmatch(question.strip())
    if told:
        return told[1]
    found = _words(question)
    searched = found and not _asks_for_sentence(found[0], found[1:]) and not _turkish(found)
    return question.strip() if searched and _is_search(found, question) else ""


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
    return not any(
        word in small or word.endswith(("'s", "ing", "ed")) or is_participle(word)
        for word in rest[1:]
    )


def _is_search(found: Sequence[str], question: str) -> bool:
    asking = _EN["question_words"] | _EN["listing"]
    short = len(found) <= _KEYWORDS and not _OPEN.search(question)
    return short and "?" not in question and not asking.intersection(found)


def _turkish(found: Sequence[str]) -> bool:
    said = "ne" in found and any(word.startswith(tuple(_TURKISH_SAYING)) for word in found)
    return said or bool(_TURKISH_DOUBT.intersection(found[1:]))


def statements(
    readings: Sequence[Reading], asked: Asked, quoting: Quoting, threshold: float
) -> tuple[Answer, ...]:
    """Give the sentences that answer, the best first, none twice; none below the threshold.

    Where two things are compared, they are the best about each. The best sentence of a passage is
    as probable as the words that the reader sees in it or, where these are nothing sure, as its
    passage is relevant; the others less. What is about the matter is no reason yet: there only
    the reader counts.
    """
    passages = [_scored(reading, asked) for reading in readings]
    found = [item for passage in passages for item in passage[:SENTENCES]]
    found.sort(key=_order)
    best = max((item.probability for item in found), default=0.0)
    if not found or best < threshold:
        return ()
    likely = [item for item in found if item.probability >= SHARE * best]
    if asked.compared:
        every = [item for passage in passages for item in passage]
        likely = _side_by_side(every, asked.compared) or likely
    told = [quoting.told(one.span, statement=True) for one in likely]
    if asked.decides:
        told = _naming_most(told, asked)
    quotes = quoting.distinct(told, MOST)
    return tuple(Answer(one.text, _probability(one, likely), (one,), "quote") for one in quotes)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence by the place in it that answers best.

    ``score`` ranks it: the sum of what the reader and the search say, and a little for the
    question's words in it, which decides where the reader sees nothing. ``words`` are its terms.
    """

    span: Span
    probability: float
    score: float
    words: frozenset[str]


def _side_by_side(found: Sequence[_Sentence], things: Things) -> list[_Sentence]:
    """Give the best sentence about each of two things; none unless both are told of."""
    told = [[one for one in found if thing & one.words] for thing in things]
    if not all(told):
        return []
    return [
        max(about, key=lambda one: (len(thing & one.words), one.score))
        for thing, about in zip(things, told, strict=True)
    ]


def _naming_most(told: Sequence[Told], asked: Asked) -> list[Told]:
    """Give the quotes that tell most of the question's names: who else signed it doesn't decide
    whether Spain did.
    """
    missing = [len(asked.missing(f"{one.context} {one.quote.text}")) for one in told]
    return [one for one, less in zip(told, missing, strict=True) if less == min(missing)]


def _scored(reading: Reading, asked: Asked) -> list[_Sentence]:
    """Give the sentences of a passage, the one that answers best first."""
    article, found = reading.hit.article, []
    reason, deeds = asked.wanted.reason, asked.deeds(article.language)
    for start, end in reading.hit.passage.sentences:
        blank = Span(article, start, end, 0.0, reading.hit.passage.field)
        spans = (span for span in reading.spans if start <= span.start < end)
        inside = [span for span in spans if not reason or asked.wanted.allows(span.text)]
        span = max(inside, key=lambda one: one.probability, default=blank)
        words = frozenset(terms(reading.hit.whole[start:end], article.language))
        share = len(deeds & words) / max(len(deeds), 1)
        worth = DECIDED if asked.decides and share == 1 else TOLD
        found.append((span.probability + worth * share * reading.relevance, span, words))
    found.sort(key=lambda one: -one[0])
    most = found[0][0] if found else 0.0
    if not most:
        return []
    made = []
    for told, span, words in found:
        relevant = 0.0 if asked.wanted.reason else reading.relevance * told / most
        probability = max(span.probability, relevant)
        made.append(_Sentence(span, probability, told + probability, words))
    return made


def _order(one: _Sentence) -> tuple[float, str, int]:
    return -one.score, one.span.article.id, one.span.start


def _probability(quote: Quote, found: Sequence[_Sentence]) -> float:
    """Give how probable the best sentence is that a quote holds."""
    return max(
        one.probability
        for one in found
        if one.span.article == quote.article and quote.start <= one.span.start < quote.end
    )
