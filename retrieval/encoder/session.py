"""Encoding with onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bulk import Run
from retrieval.encoder.pieces import WordPieces

# Since 1.29 it reports each process and each model to its makers, unless this is set before.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

onnxruntime.disable_telemetry_events()  # on Windows, where the system reports them

TOKENS_PER_THREAD = 512
"""Word pieces, padding included, that one batch gives a thread: more fall out of its cache."""

MANY = 4
"""So many texts or more are passages: what opens in half a second pays for itself."""

_ERRORS_ONLY = 3


class OnnxEncoder:
    """A model as an ONNX graph from ``input_ids`` and ``attention_mask`` to unit vectors."""

    def __init__(
        self,
        graph: bytes | Path,
        pieces: WordPieces,
        *,
        name: str,
        fingerprint: str,
        threads: int,
        weights: dict[str, NDArray[Any]] | None = None,
        bulk: Callable[[Run], Run] | None = None,
    ) -> None:
        """Open the graph, which takes its weights from ``weights`` when they are given.

        ``bulk`` opens, when they first come, what encodes MANY texts at once in its place; it
        is given what runs the graph.

        Raises whatever onnxruntime raises when the graph or its weights can't be read.
        """
        self.name = name
        self.fingerprint = fingerprint
        self.max_tokens = pieces.max_tokens
        self._pieces = pieces
        self._budget = TOKENS_PER_THREAD * threads
        self._weights = weights  # onnxruntime copies them today, and doesn't promise to
        self._session = open_session(graph, threads, weights or {})
        self._bulk = bulk
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The texts' vectors, one a row; see ``Encoder.encode``."""
        rows = self._pieces.ids(texts)
        run = self._bulk(self._exactly) if self._bulk and len(rows) >= MANY else self._exactly
        vectors = np.empty((len(rows), self.dimension), np.float32)
        for batch in batches([len(row) for row in rows], self._budget):
            vectors[batch] = run(self._feed([rows[index] for index in batch]))
        return vectors

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """Where the texts' word pieces end; see ``Encoder.token_ends``."""
        return self._pieces.ends(texts)

    def _exactly(self, feed: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        return cast("NDArray[np.float32]", self._session.run(None, dict(feed))[0])

    def _feed(self, rows: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
        lengths = np.array([len(row) for row in rows])
        mask = np.arange(lengths.max()) < lengths[:, None]
        ids = np.full(mask.shape, self._pieces.pad_id, np.int64)
        ids[mask] = np.concatenate(rows)
        return {"input_ids": ids, "attention_mask": mask.astype(np.int64)}


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices into ``lengths``, longest first, each once, in batches.

    A batch padded to its longest holds at most ``budget`` word pieces, or is a single text.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def open_session(
    graph: bytes | Path, threads: int, weights: dict[str, NDArray[Any]]
) -> onnxruntime.InferenceSession:
    """Open a graph that takes those of its weights that it doesn't hold from ``weights``."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Waiting threads that spin save 1 ms a question, and cost 12 ms once the cores are shared.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
    if values:
        options.add_external_initializers(list(weights), values)
    return onnxruntime.InferenceSession(
        str(graph) if isinstance(graph, Path) else graph,
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # the fused kernel is 12 % slower
    )
