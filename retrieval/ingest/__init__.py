"""From files to articles: find them, read them, and tell what their text itself tells."""

from __future__ import annotations

from retrieval.ingest.describing import Description, describe
from retrieval.ingest.files import Skipped, absent, all_absent, find_files
from retrieval.ingest.formats import FORMATS, SUFFIXES, is_feed
from retrieval.ingest.isolation import Isolated
from retrieval.ingest.reading import read_file
from retrieval.ingest.records import Record

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "Description",
    "Isolated",
    "Record",
    "Skipped",
    "absent",
    "all_absent",
    "describe",
    "find_files",
    "is_feed",
    "read_file",
]
