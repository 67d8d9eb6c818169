"""The seam between search and answering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from retrieval.types import Hit, Span


class Reader(Protocol):
    """Finds what answers a question in passages."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Give spans of the hits' articles, the most probable first, each place once.

        A span's probability is that of answering the question, and doesn't depend on how
        many other passages were read.
        """
        ...
