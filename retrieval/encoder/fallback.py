"""Encoding with sentence-transformers itself, for models that can't be exported."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.encoder.pieces import WordPieces
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LONGEST = 8192
"""Word pieces that count where a model knows no limit of its own."""


class TorchEncoder:
    """A model as sentence-transformers runs it, one call at a time."""

    def __init__(
        self, model: SentenceTransformer, *, name: str, fingerprint: str, threads: int
    ) -> None:
        """Take over the model; torch then uses ``threads`` threads in all of the process."""
        import torch

        torch.set_num_threads(threads)
        self.name = name
        self.fingerprint = fingerprint
        self.max_tokens = max_tokens(model)
        self._pieces = WordPieces(copy_tokenizer(model, name), self.max_tokens)
        self._model = model
        self._lock = threading.Lock()
        self.dimension = int(self.encode([""]).shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The texts' vectors, one a row; see ``Encoder.encode``."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._lock:  # its tokenizer isn't made for several threads
            vectors = self._model.encode(
                list(texts), normalize_embeddings=True, show_progress_bar=False
            )
        return cast("NDArray[np.float32]", np.asarray(vectors, np.float32))

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """Where the texts' word pieces end; see ``Encoder.token_ends``."""
        return self._pieces.ends(texts)


def max_tokens(model: SentenceTransformer) -> int:
    """Word pieces of a text that the model takes, special ones included."""
    limits = [model.max_seq_length]
    if model.transformers_model is not None:
        limits.append(getattr(model.transformers_model.config, "max_position_embeddings", None))
    return int(min([LONGEST, *filter(None, limits)]))


def copy_tokenizer(model: SentenceTransformer, name: str) -> Tokenizer:
    """The model's tokenizer, to change freely. Raises ModelError when it tells no positions."""
    tokenizer = getattr(model, "tokenizer", None)
    tokenizer = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if not isinstance(tokenizer, Tokenizer):
        raise ModelError(
            f"The tokenizer of {name} doesn't tell where its word pieces are: "
            "choose a model that has a tokenizer.json."
        )
    return Tokenizer.from_str(tokenizer.to_str())
