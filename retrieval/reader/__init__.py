"""Reading: from passages to the spans that answer."""

from retrieval.reader.base import Reader, Reading, reranked
from retrieval.reader.calibration import CAUTIONS, Calibration, Caution
from retrieval.reader.extractive import ExtractiveReader

__all__ = [
    "CAUTIONS",
    "Calibration",
    "Caution",
    "ExtractiveReader",
    "Reader",
    "Reading",
    "reranked",
]
