"""Readings made by hand over invented articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from retrieval.answering import AS_READ, Choice, answers
from retrieval.reader.base import Reading
from retrieval.text import split_sentences
from retrieval.types import Answer, Article, Hit, Passage, Scores, Span

Read = Callable[..., Reading]
Ask = Callable[..., tuple[Answer, ...]]


def article(id: str, text: str, language: str | None = "en", sha256: str | None = None) -> Article:
    return Article(id, text, id, None, None, language, None, f"{id}.txt", sha256 or id)


def no_copies(item: Article) -> Sequence[Article]:
    return ()


@pytest.fixture
def read() -> Read:
    """``read(id, text, {"words": 0.9})``: a passage of the whole text, or of some sentences.

    Each span is given by its words (their first place in the text) with its probability.
    """

    def made(
        id: str,
        text: str,
        spans: Mapping[str, float],
        *,
        language: str | None = "en",
        sha256: str | None = None,
        sentences: slice = slice(None),
        published: date | None = None,
    ) -> Reading:
        item = replace(article(id, text, language, sha256), published=published)
        found = split_sentences(text)[sentences]
        passage = Passage(id, found[0][0], found[-1][1], 0, tuple(found))
        placed = [
            Span(item, text.index(words), text.index(words) + len(words), probability)
            for words, probability in spans.items()
        ]
        placed.sort(key=lambda span: -span.probability)
        hit = Hit(item, passage, 1, Scores(0.5))
        return Reading(hit, placed[0].probability if placed else 0.0, tuple(placed))

    return made


@pytest.fixture
def ask() -> Ask:
    """``ask(question, reading, …)``: the answers at a threshold of 0.3, without copies."""

    def asked(
        question: str,
        *readings: Reading,
        threshold: float = 0.3,
        most: int = 10,
        copies: Callable[[Article], Sequence[Article]] = no_copies,
        choice: Choice = AS_READ,
        today: date | None = None,
    ) -> tuple[Answer, ...]:
        made = answers(
            readings,
            question,
            threshold=threshold,
            most=most,
            copies=copies,
            choice=choice,
            today=today,
        )
        return made.answers

    return asked
