"""Texts into vectors: the bundled model, or any sentence-transformers model."""

from __future__ import annotations

from retrieval.encoder.base import BUNDLED, Encoder, Pool
from retrieval.encoder.load import load_encoder, precision

__all__ = ["BUNDLED", "Encoder", "Pool", "load_encoder", "precision"]
