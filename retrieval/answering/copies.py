"""Sentences that several articles print in the same words: one quote, "also in" the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from retrieval.text import fold, split_sentences
from retrieval.types import Article, Quote

ARTICLES = frozenset(("a", "an", "the"))
"""Words that papers add and drop without another meaning."""

Copies = Callable[[Article], Sequence[Article]]
"""Gives the other articles that print an article's text, the same or nearly."""


def sentence_words(sentence: str) -> tuple[str, ...]:
    """Give what has to be equal for two sentences to say the same in the same words.

    Spelling, case, punctuation and articles ("the") may differ; any other word may be the
    one that matters ("no", "survived"), so none may.
    """
    return tuple(word for word in re.findall(r"\w+", fold(sentence)) if word not in ARTICLES)


class Prints:
    """What is printed where, each article looked up and cut into sentences once."""

    def __init__(self, copies: Copies) -> None:
        self._copies = copies
        self._others: dict[tuple[str, str], Sequence[Article]] = {}
        self._sentences: dict[str, frozenset[tuple[str, ...]]] = {}

    def others(self, article: Article) -> Sequence[Article]:
        """Give the other articles that print an article's text, the same or nearly."""
        key = (article.collection, article.id)
        if key not in self._others:
            self._others[key] = self._copies(article)
        return self._others[key]

    def are_copies(self, one: Article, other: Article) -> bool:
        """Tell whether two articles print the same text, or nearly."""
        if one.sha256 == other.sha256:
            return True
        return any(item.sha256 == other.sha256 for item in self.others(one))

    def with_copies(self, quote: Quote) -> Quote:
        """Give a quote with the other articles, near-duplicates too, that print all of it."""
        if quote.field == "title":
            return quote
        text = quote.text
        said = {sentence_words(text[start:end]) for start, end in split_sentences(text)}
        holding = [
            other
            for other in self.others(quote.article)
            if other.sha256 == quote.article.sha256 or said <= self._printed(other)
        ]
        return also_in(quote, holding)

    def _printed(self, article: Article) -> frozenset[tuple[str, ...]]:
        found = self._sentences.get(article.sha256)
        if found is None:
            spans = split_sentences(article.text)
            found = frozenset(sentence_words(article.text[start:end]) for start, end in spans)
            self._sentences[article.sha256] = found
        return found


def also_in(quote: Quote, articles: Sequence[Article]) -> Quote:
    """Give a quote that names further articles, each once and never its own."""
    found = {(item.id, item.path): item for item in (*quote.also_in, *articles)}
    found.pop((quote.article.id, quote.article.path), None)
    return replace(quote, also_in=tuple(found.values()))
