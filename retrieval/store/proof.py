"""Seals: short digests that stand beside rows, so that a change of these by accident shows.

A text's own SHA-256 is in its row; a place is sealed with the text that it names, a passage with
its embedding. What an earlier Quoth stored has no seal, and is taken as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from retrieval.errors import ArticleChanged

SEAL_BYTES = 16
TEXT, TOLD = "the text", "the title, date or source"

PLACE = (
    "collection",
    "path",
    "record",
    "id",
    "title",
    "publisher",
    "published",
    "language",
    "url",
)
"""What is told of an article at a place: columns of ``sources``, the last four of which may be
missing."""


def place_seal(place: Sequence[object], digest: str) -> bytes:
    """Give the seal of a row of ``sources``, of which ``place`` has the columns of PLACE."""
    told = json.dumps([*place, digest], ensure_ascii=True, default=repr).encode()
    return hashlib.sha256(told).digest()[:SEAL_BYTES]


def passage_seal(ordinal: int, start: int, end: int, sentences: bytes, embedding: bytes) -> bytes:
    """Give the seal of a row of ``passages``; one whose blobs are none any more has no seal."""
    if not all(isinstance(blob, bytes) for blob in (sentences, embedding)):
        return b""
    told = hashlib.sha256(f"{ordinal} {start} {end} {len(sentences)} ".encode())
    told.update(sentences)
    told.update(embedding)
    return told.digest()[:SEAL_BYTES]


def prove_place(place: Sequence[object], digest: str, seal: bytes | None) -> None:
    """Raise ArticleChanged where a row of ``sources`` isn't as it was sealed."""
    if seal is not None and seal != place_seal(place, digest):
        raise ArticleChanged(str(place[3]), TOLD)


def prove_text(id: str, text: str, digest: str) -> None:
    """Raise ArticleChanged where a text isn't the one that was stored."""
    if not is_text(text, digest):
        raise ArticleChanged(id, TEXT)


def is_text(text: str, digest: str) -> bool:
    """Tell whether a text has this SHA-256."""
    return text_digest(text) == digest


def text_digest(text: str) -> str:
    """Give the SHA-256 of a text; one that is no UTF-8 any more was read with ``any_text``."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def any_text(data: bytes) -> str:
    """Give a text of the database as it is, whatever has become of it."""
    return data.decode("utf-8", "surrogateescape")
