"""Texts into vectors: the bundled model, or any sentence-transformers model."""

from __future__ import annotations

from retrieval.encoder.base import BUNDLED, Encoder
from retrieval.encoder.load import load_encoder, precision

__all__ = ["BUNDLED", "Encoder", "load_encoder", "precision"]
