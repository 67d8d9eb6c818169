"""The reader's model on onnxruntime: scores for every span of a text."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bundled import bundled_folder, bundled_weights
from retrieval.encoder.cores import usable_cores
from retrieval.encoder.session import open_session
from retrieval.once import once
from retrieval.reader.calibration import Calibration
from retrieval.reader.checkpoint import load_checkpoint
from retrieval.reader.inputs import Input
from retrieval.reader.weights import runnable

_WORDS = "embeddings.word_embeddings.weight"
_PLACES = "embeddings.position_embeddings.weight"

Floats = NDArray[np.float32]


class SpanModel:
    """Scores spans; may be used from several threads at once.

    ``calibration`` makes probabilities of the scores, where one was fitted to the weights.
    """

    def __init__(
        self,
        weights: dict[str, NDArray[Any]],
        threads: int,
        calibration: Calibration | None = None,
    ) -> None:
        """Take the weights of the graph, and ``types``, as weights.runnable gives them."""
        self.calibration = calibration
        bert = bundled_weights(bundled_folder())
        self._words, self._places = bert[_WORDS], bert[_PLACES]
        self._types = weights.pop("types")
        self._weights = weights  # onnxruntime copies them today, and doesn't promise to
        graph = files(__package__).joinpath("reader.onnx").read_bytes()
        self._session = open_session(graph, 1, weights)
        self._map = map if threads == 1 else ThreadPoolExecutor(threads, "reader").map

    def scores(self, inputs: Sequence[Input]) -> list[Floats]:
        """Give for each input the scores of its spans.

        The span from the i-th to the j-th word piece of the row (inclusive) stands at
        [i, j], shape (length, length); [0, 0] is that of no answer.
        """
        # Each alone: in a batch the 8-bit scale of one row would depend on the others.
        return list(self._map(self._run, inputs))

    def _run(self, row: Input) -> Floats:
        states = self._words[row.ids]
        states[: row.first] += self._types[0]
        states[row.first :] += self._types[1]
        states += self._places[: len(row.ids)]
        scores: Floats = self._session.run(None, {"embeddings": states[None]})[0][0]
        return scores


@once
def load_model() -> SpanModel:
    """Load the model that ships, once. Raises ModelError when its files are damaged."""
    stored = load_checkpoint()
    weights = runnable(stored.tensors, bundled_weights(bundled_folder()))
    return SpanModel(weights, usable_cores(), stored.calibration)
