"""Reading: from passages to the spans that answer."""

from retrieval.reader.base import Reader, Reading, reranked
from retrieval.reader.calibration import CAUTIONS, Calibration, Caution
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.thresholds import read_thresholds, write_thresholds

__all__ = [
    "CAUTIONS",
    "Calibration",
    "Caution",
    "ExtractiveReader",
    "Reader",
    "Reading",
    "read_thresholds",
    "reranked",
    "write_thresholds",
]
