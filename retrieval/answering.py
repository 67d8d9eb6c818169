"""From the reader's spans to answers: duplicates merged, weak ones left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from retrieval.text import fold, split_sentences
from retrieval.types import Answer, Article, Quote, Span

Caution = Literal["cautious", "balanced", "eager"]

THRESHOLDS: Mapping[Caution, float] = {"cautious": 0.25, "balanced": 0.12, "eager": 0.06}
"""The probability below which nothing is said; from benchmarks/calibrate.py."""

LISTED = 0.5
"""Share of the threshold that further answers need once the best one has reached it."""

NEAREST = 3
"""Passages shown when nothing was found."""

ARTICLES = frozenset(("a", "an", "the"))
"""Words that papers add and drop without another meaning."""

Copies = Callable[[Article], Sequence[Article]]
"""Gives the other articles that print an article's text, the same or nearly."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote that may answer, and its probability."""

    quote: Quote
    probability: float


def answers(
    spans: Sequence[Span], *, threshold: float, most: int, copies: Copies
) -> tuple[Answer, ...]:
    """Give the answers, the best first; none unless the best reaches the threshold.

    Sentences with the same words are one answer with one quote, which names the other
    articles in ``also_in``, also near-duplicates that the search didn't bring.
    """
    if not spans or spans[0].probability < threshold:
        return ()
    likely = [span for span in spans if span.probability >= LISTED * threshold]
    return tuple(
        Answer(item.quote.text, item.probability, (item.quote,))
        for item in _distinct(likely, most, copies)
    )


def nearest(spans: Sequence[Span], *, copies: Copies) -> tuple[Quote, ...]:
    """Give the quotes nearest to the question, for when none of them answers it."""
    return tuple(item.quote for item in _distinct(spans, NEAREST, copies))


def _distinct(spans: Sequence[Span], most: int, copies: Copies) -> list[Candidate]:
    """Give the first spans as quotes, those that say the same merged into one."""
    kept: list[Candidate] = []
    for span in spans:
        quote = Quote(span.article, span.start, span.end)
        if _merged(quote, kept):
            continue
        if len(kept) == most:
            break
        kept.append(Candidate(with_copies(quote, copies(quote.article)), span.probability))
    return kept


def with_copies(quote: Quote, others: Sequence[Article]) -> Quote:
    """Give the quote with those of the other articles that print its sentence, too."""
    holding = [other for other in others if _prints(other, quote)]
    return replace(quote, also_in=_unique((*quote.also_in, *holding), quote.article))


def _merged(quote: Quote, kept: list[Candidate]) -> bool:
    """Add a quote to the one that says the same already; tell whether there was one."""
    for index, item in enumerate(kept):
        if same_sentence(item.quote.text, quote.text):
            also = _unique((*item.quote.also_in, quote.article), item.quote.article)
            kept[index] = replace(item, quote=replace(item.quote, also_in=also))
            return True
    return False


def same_sentence(first: str, second: str) -> bool:
    """Tell whether two sentences say the same in the same words.

    Spelling, case, punctuation and articles ("the") may differ; any other word may be the
    one that matters ("no", "survived"), so none may.
    """
    return _words(first) == _words(second)


def _prints(article: Article, quote: Quote) -> bool:
    if article.sha256 == quote.article.sha256:
        return True
    words = _words(quote.text)
    spans = split_sentences(article.text)
    return any(_words(article.text[start:end]) == words for start, end in spans)


def _unique(articles: Sequence[Article], without: Article) -> tuple[Article, ...]:
    found = {(item.id, item.path): item for item in articles}
    found.pop((without.id, without.path), None)
    return tuple(found.values())


def _words(sentence: str) -> list[str]:
    return [word for word in re.findall(r"\w+", fold(sentence)) if word not in ARTICLES]
