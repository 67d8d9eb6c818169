"""From the reader's spans to answers: names trimmed and grouped, weak ones left out.

Reading order: kinds (what is asked for), asked, words, people and names (what a span names),
same and values (what is equal), grouping, quoting, copies, assembly (what is said).
"""

from __future__ import annotations

from retrieval.answering.assembly import (
    CONFLICT,
    LISTED,
    NEAREST,
    THRESHOLDS,
    Answered,
    Caution,
    answers,
    nearest,
)
from retrieval.answering.copies import Copies, sentence_words
from retrieval.answering.grouping import SUPPORT
from retrieval.answering.kinds import Kind, Wanted, wanted
from retrieval.answering.same import same_name

__all__ = [
    "CONFLICT",
    "LISTED",
    "NEAREST",
    "SUPPORT",
    "THRESHOLDS",
    "Answered",
    "Caution",
    "Copies",
    "Kind",
    "Wanted",
    "answers",
    "nearest",
    "same_name",
    "sentence_words",
    "wanted",
]
