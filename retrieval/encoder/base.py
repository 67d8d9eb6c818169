"""What an encoder is."""

from __future__ import annotations

from collections.abc import Sequence
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
