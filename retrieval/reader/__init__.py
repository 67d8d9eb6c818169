"""Reading: from passages to the spans that answer."""

from retrieval.reader.base import Reader, Reading, reranked
from retrieval.reader.extractive import ExtractiveReader

__all__ = ["ExtractiveReader", "Reader", "Reading", "reranked"]
