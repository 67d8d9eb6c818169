"""The reader: an extractive model over each passage, and calibrated probabilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.encoder.bundled import bundled_folder, bundled_pieces
from retrieval.encoder.pieces import WordPieces
from retrieval.errors import ModelError
from retrieval.reader.base import Reading
from retrieval.reader.calibration import Calibration
from retrieval.reader.inputs import MAX_TEXT, Input, make_input
from retrieval.reader.model import SpanModel, load_model
from retrieval.reader.parts import in_columns_asked, joined, nearest, parts_of, view_of_part
from retrieval.reader.spans import Scored, best_spans, windows
from retrieval.text import View, query_terms, terms, view_of
from retrieval.types import Article, Hit, Span

FEATURES = ("one", "margin", "fused", "dense", "coverage")
"""What a span's probability is made of: by how much its score beats that of no answer, what
the search gave its passage, and the share of the question's words that the passage tells.
``one`` is always 1."""

Rarity = Callable[[Sequence[str]], Mapping[str, float]]
"""Gives terms their weight, as the inverse document frequency."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the model says of one hit: its spans, as offsets into the article.

    ``coverage`` (0 to 1) is the share of the question's terms, by weight, that it tells.
    """

    spans: tuple[Scored, ...]
    coverage: float


def equal(words: Sequence[str]) -> Mapping[str, float]:
    """Give every term the same weight."""
    return dict.fromkeys(words, 1.0)


class ExtractiveReader:
    """Reads passages with the model that ships (README.md tells of it), loaded when needed.

    ``rarity`` weighs the question's terms, ``model`` gives another model than the one that
    ships. Reading raises ModelError when a file of the model is damaged.
    """

    def __init__(self, rarity: Rarity = equal, model: Callable[[], SpanModel] = load_model) -> None:
        self._rarity = rarity
        self._model = model

    def warm(self) -> None:
        """Load the model."""
        self._model()

    @property
    def calibration(self) -> Calibration:
        """What was fitted to the model. Raises ModelError where nothing was yet."""
        fitted = self._model().calibration
        if fitted is None:
            raise ModelError(
                "no probabilities were fitted to the reader's weights yet: "
                "python -m benchmarks.calibrate --write does (training/README.md)"
            )
        return fitted

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Read each hit's passage; see Reader.read. The rows of tables are read one by one.

        Of very many rows those are read that share words with the question.
        """
        calibration = self.calibration
        every = [(number, part) for number, hit in enumerate(hits) for part in parts_of(hit)]
        parts = nearest(every, question)
        read: list[list[Reading]] = [[] for _ in hits]
        for (number, part), found in zip(
            parts, self.found(question, [part for _, part in parts]), strict=True
        ):
            read[number].append(_reading(part, found, calibration))
        return [joined(hit, readings) for hit, readings in zip(hits, read, strict=True)]

    def found(self, question: str, hits: Sequence[Hit]) -> list[Found]:
        """Give the model's scores for each hit, not calibrated yet."""
        pieces = bundled_pieces(bundled_folder())
        inputs: list[Input] = []
        places: list[tuple[int, View]] = []
        asked = pieces.plain([question])[0]
        titles = pieces.plain([hit.article.title for hit in hits])
        views = [view_of_part(hit, question) for hit in hits]
        texts = pieces.plain([view.text for view in views])
        for number, (hit, title, text) in enumerate(zip(hits, titles, texts, strict=True)):
            cuts, held = [views[number]], [text]
            if len(text[1]) > MAX_TEXT:
                cuts = _cut(hit, pieces)
                held = pieces.plain([view.text for view in cuts])
            inputs += [make_input(asked, title, part) for part in held]
            places += [(number, view) for view in cuts]
        spans: list[list[Scored]] = [[] for _ in hits]
        for row, (number, view), scores in zip(
            inputs, places, self._model().scores(inputs), strict=True
        ):
            spans[number] += best_spans(scores, row, view)
        weights = {
            language: self._rarity(query_terms(question, (language,)))
            for language in {hit.article.language for hit in hits}
        }
        made = []
        for hit, view, scored in zip(hits, views, spans, strict=True):
            asked_for = weights[hit.article.language]
            kept = in_columns_asked(hit, scored, question, asked_for.keys())
            ordered = sorted(kept, key=lambda item: -item[1])
            made.append(Found(tuple(ordered), coverage(asked_for, hit.article, view.text)))
        return made


def _cut(hit: Hit, pieces: WordPieces) -> list[View]:
    """Give views of a passage that the model can't see whole, each of whole sentences."""
    passage = hit.passage
    held = [(a + passage.start, b + passage.start) for a, b in pieces.plain([hit.text])[0][1]]
    return [
        view_of(hit.whole, start, end) for start, end in windows(held, passage.sentences, MAX_TEXT)
    ]


def coverage(weights: Mapping[str, float], article: Article, text: str) -> float:
    """Give the share of the weight of terms that a text and its article's title hold."""
    held = {*terms(text, article.language), *terms(article.title, article.language)}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


def features(hit: Hit, margin: float, found: Found) -> dict[str, float]:
    """Give the FEATURES of a span."""
    scores = hit.scores
    values = (1.0, margin, scores.fused, scores.dense or 0.0, found.coverage)
    return dict(zip(FEATURES, values, strict=True))


def _reading(hit: Hit, found: Found, calibration: Calibration) -> Reading:
    spans = tuple(
        Span(
            hit.article,
            start,
            end,
            calibration.probability(features(hit, margin, found)),
            hit.passage.field,
        )
        for (start, end), margin in found.spans
    )
    relevance = calibration.relevant(features(hit, 0.0, found))
    return Reading(hit, spans[0].probability if spans else 0.0, spans, relevance)
