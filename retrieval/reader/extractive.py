"""The reader: an extractive model over each passage, and calibrated probabilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.encoder.bundled import bundled_folder, bundled_pieces
from retrieval.errors import ModelError
from retrieval.reader.base import Reading
from retrieval.reader.calibration import Calibration
from retrieval.reader.inputs import MAX_TEXT, Input, Pieces, make_input
from retrieval.reader.model import SpanModel, load_model
from retrieval.reader.spans import Scored, best_spans, windows
from retrieval.text import query_terms, terms
from retrieval.types import Hit, Offsets, Span

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
        """Read each hit's passage; see Reader.read."""
        calibration = self.calibration
        return [
            _reading(hit, found, calibration)
            for hit, found in zip(hits, self.found(question, hits), strict=True)
        ]

    def found(self, question: str, hits: Sequence[Hit]) -> list[Found]:
        """Give the model's scores for each hit, not calibrated yet."""
        pieces = bundled_pieces(bundled_folder())
        rows: list[Input] = []
        places: list[tuple[int, Offsets]] = []
        asked = pieces.plain([question])[0]
        titles = pieces.plain([hit.article.title for hit in hits])
        texts = pieces.plain([hit.text for hit in hits])
        for number, (hit, title, text) in enumerate(zip(hits, titles, texts, strict=True)):
            ranges = _windows(hit, text)
            cuts = [hit.article.text[start:end] for start, end in ranges]
            rows += [
                make_input(asked, title, part)
                for part in ([text] if len(ranges) == 1 else pieces.plain(cuts))
            ]
            places += [(number, window) for window in ranges]
        spans: list[list[Scored]] = [[] for _ in hits]
        for row, (number, (start, end)), scores in zip(
            rows, places, self._model().scores(rows), strict=True
        ):
            held = hits[number].article.text[start:end]
            for (a, b), margin in best_spans(scores, row, held):
                spans[number].append(((start + a, start + b), margin))
        weights = {
            language: self._rarity(query_terms(question, (language,)))
            for language in {hit.article.language for hit in hits}
        }
        return [
            Found(
                tuple(sorted(found, key=lambda item: -item[1])),
                coverage(weights[hit.article.language], hit),
            )
            for hit, found in zip(hits, spans, strict=True)
        ]


def _windows(hit: Hit, text: Pieces) -> list[Offsets]:
    """Give the passage as one range or, where the model can't see it whole, several."""
    start, end = hit.passage.start, hit.passage.end
    places = text[1]
    if len(places) <= MAX_TEXT:
        return [(start, end)]
    moved = [(a + start, b + start) for a, b in places]
    return windows(moved, hit.passage.sentences, MAX_TEXT)


def coverage(weights: Mapping[str, float], hit: Hit) -> float:
    """Give the share of the weight of terms that a passage and its title hold."""
    language = hit.article.language
    held = {*terms(hit.text, language), *terms(hit.article.title, language)}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


def features(hit: Hit, margin: float, found: Found) -> dict[str, float]:
    """Give the FEATURES of a span."""
    scores = hit.scores
    values = (1.0, margin, scores.fused, scores.dense or 0.0, found.coverage)
    return dict(zip(FEATURES, values, strict=True))


def _reading(hit: Hit, found: Found, calibration: Calibration) -> Reading:
    spans = tuple(
        Span(hit.article, start, end, calibration.probability(features(hit, margin, found)))
        for (start, end), margin in found.spans
    )
    relevance = calibration.relevant(features(hit, 0.0, found))
    return Reading(hit, spans[0].probability if spans else 0.0, spans, relevance)
