"""Reading: from passages to the spans that answer."""

from retrieval.reader.base import Reader
from retrieval.reader.sentences import SentenceReader

__all__ = ["Reader", "SentenceReader"]
