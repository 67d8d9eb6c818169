"""What an encoder is."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BUNDLED = "bundled"
"""The name of the model that is installed with Quoth, all-MiniLM-L6-v2."""


class Encoder(Protocol):
    """A model that turns texts into vectors; may be used from several threads at once."""

    @property
    def name(self) -> str:
        """The model as it was asked for."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex: vectors compare only when their encoders' fingerprints are equal."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def max_tokens(self) -> int:
        """Word pieces of a text that count, the special ones ([CLS], [SEP]) included."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The texts' vectors in their order, shape (texts, dimension), each of length 1.

        What lies beyond ``max_tokens`` is ignored. The dot product of two rows is their cosine.
        """

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """For each text, where its word pieces end (offsets into the text, never decreasing).

        All of the text is told, without special word pieces: the length of a list counts them.
        """


class Pool(Protocol):
    """Encoders elsewhere, all of one model; what they are given together takes one of them."""

    @property
    def width(self) -> int:
        """How many texts' vectors are made at once: so many callers it keeps busy."""

    def submit(self, texts: Sequence[str]) -> Future[NDArray[np.float32]]:
        """The texts' vectors as ``Encoder.encode`` gives them, when they come.

        They come once, whatever becomes of the encoder that had them first. The future raises
        IngestError where these texts can't be encoded, ModelError where none can be any more.
        """
