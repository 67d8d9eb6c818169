"""The first reader: picks whole sentences by what they share with the question."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.encoder import Encoder
from retrieval.reader.features import Asked, row
from retrieval.text import query_terms
from retrieval.types import Article, Hit, Offsets, Span

ENCODED = 24
"""Sentences whose own cosine is computed; the others are far behind already."""

WEIGHTS = (-9.62, 2.35, 0.79, 1.46, 0.61, 3.10, -2.01, 4.45, -0.71, -1.69)
"""Logistic regression on FEATURES, fitted by benchmarks/calibrate.py (its README has the table)."""

Rarity = Callable[[Sequence[str]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A candidate with what is needed to judge it."""

    article: Article
    span: Offsets
    hit: Hit

    @property
    def text(self) -> str:
        return self.article.text[self.span[0] : self.span[1]]


class SentenceReader:
    """Scores every sentence of the passages by a logistic regression.

    ``rarity`` gives terms their inverse document frequency.
    """

    def __init__(self, encoder: Encoder, rarity: Rarity) -> None:
        self._encoder = encoder
        self._rarity = rarity

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Give sentences as spans, the most probable first (see Reader.read)."""
        candidates, rows = self.rows(question, hits)
        spans = [
            Span(item.article, *item.span, probability(features))
            for item, features in zip(candidates, rows, strict=True)
        ]
        return sorted(spans, key=lambda span: (-span.probability, span.article.id, span.start))

    def rows(
        self, question: str, hits: Sequence[Hit]
    ) -> tuple[list[Sentence], list[tuple[float, ...]]]:
        """Give the sentences worth judging and their features, shape (n, len(FEATURES))."""
        words = query_terms(question)
        asked = Asked.of(question, self._rarity(words))
        rough = [
            (item, _features(asked, item, cosine=item.hit.scores.dense or 0.0))
            for item in _sentences(hits)
        ]
        rough.sort(key=lambda pair: (-_logit(pair[1]), pair[0].article.id, pair[0].span))
        kept = [item for item, _ in rough[:ENCODED]]
        if not kept:
            return [], []
        vectors = self._encoder.encode([question, *(item.text for item in kept)])
        cosines = (vectors[1:] @ vectors[0]).tolist()
        return kept, [
            _features(asked, item, cosine=cosine)
            for item, cosine in zip(kept, cosines, strict=True)
        ]


def probability(features: Sequence[float]) -> float:
    """Give the probability (0 to 1) that a sentence with these features answers."""
    return 1 / (1 + math.exp(-_logit(features)))


def _logit(features: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(WEIGHTS, features, strict=True))


def _features(asked: Asked, item: Sentence, *, cosine: float) -> tuple[float, ...]:
    scores = item.hit.scores
    return row(
        asked,
        item.text,
        item.hit.text,
        item.article.title,
        cosine=cosine,
        passage_cosine=scores.dense or 0.0,
        fused=scores.fused,
    )


def _sentences(hits: Sequence[Hit]) -> list[Sentence]:
    """Give the sentences of the passages, each once, from the best passage that holds it."""
    found: dict[tuple[str, str, Offsets], Sentence] = {}
    for hit in hits:
        for span in hit.passage.sentences:
            place = (hit.article.collection, hit.article.id, span)
            found.setdefault(place, Sentence(hit.article, span, hit))
    return list(found.values())
