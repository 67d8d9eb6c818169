"""From the reader's spans to answers: candidates with evidence, grouped and judged.

Reading order: choosing (the way from readings to answers), statements (sentences that answer), news
(those of a time), answer_type and asked (what the question wants and says), names (what a span
names), grouping (candidates that are the same), features (how probable each is), quoting and copies
(the sentences shown). name_words, identity, values and trimming serve these.
"""

from __future__ import annotations

from retrieval.answering.answer_type import Wanted, wanted
from retrieval.answering.choosing import (
    CONFLICT,
    LISTED,
    NEAREST,
    Answered,
    answers,
    nearest,
    wants_one,
)
from retrieval.answering.copies import Copies, sentence_words
from retrieval.answering.features import AS_READ, Choice
from retrieval.answering.identity import same_name
from retrieval.answering.news import news, unread

__all__ = [
    "AS_READ",
    "CONFLICT",
    "LISTED",
    "NEAREST",
    "Answered",
    "Choice",
    "Copies",
    "Wanted",
    "answers",
    "nearest",
    "news",
    "same_name",
    "sentence_words",
    "unread",
    "wanted",
    "wants_one",
]
