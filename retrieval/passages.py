"""From an article's text to embedded passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from types import MappingProxyType

from retrieval.encoder import Encoder, Pool
from retrieval.errors import ModelError
from retrieval.store import EmbeddedPassage, Recipe, Vectors
from retrieval.text import (
    Row,
    context_of,
    rows,
    split_long,
    split_passages,
    split_sentences,
    view_of,
)
from retrieval.types import Offsets, Passage

SPLITTER = 4
"""Grows whenever sentences, passages or search terms are made in another way."""

HEADING_TOKENS = 48
"""Word pieces that title, publisher and date may take in front of a passage."""

SPECIAL_TOKENS = 2
FEWEST_TOKENS = 16
YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)")


def make_recipe(encoder: Encoder, model: str, passage_tokens: int, overlap: int) -> Recipe:
    """Give how passages are to be cut and embedded.

    Raises ModelError for a model that reads too few word pieces at once.
    """
    if encoder.max_tokens < SPECIAL_TOKENS + HEADING_TOKENS + FEWEST_TOKENS:
        raise ModelError(
            f"the model {model!r} reads {encoder.max_tokens} word pieces at once, too few for a "
            "passage with its title: set another model"
        )
    return Recipe(model, encoder.fingerprint, encoder.dimension, passage_tokens, overlap, SPLITTER)


def cut_passages(
    article_id: str,
    text: str,
    boilerplate: Sequence[Offsets],
    encoder: Encoder,
    recipe: Recipe,
    language: str | None = None,
) -> list[Passage]:
    """Cut an article into passages of whole sentences within the recipe's word pieces.

    A sentence that alone is longer is cut at words, a row never. Furniture lies in no passage,
    and those of a table hold nothing but its rows.
    """
    limit = min(recipe.passage_tokens, encoder.max_tokens - SPECIAL_TOKENS - HEADING_TOKENS)
    whole = split_sentences(text, boilerplate, language)
    known = rows(text, language)
    sentences: list[Offsets] = []
    lengths: list[int] = []
    for (start, end), ends in zip(
        whole, encoder.token_ends([text[start:end] for start, end in whole]), strict=True
    ):
        if len(ends) <= limit or start in known:
            sentences.append((start, end))
            lengths.append(len(ends))
            continue
        pieces = split_long(text, (start, end), [start + last for last in ends], limit)
        sentences += pieces
        lengths += [len(piece) for piece in _tokens(encoder, text, pieces)]
    runs = split_passages(
        sentences,
        lengths,
        max_tokens=limit,
        overlap=recipe.overlap,
        breaks=[*_breaks(sentences, boilerplate), *_table_edges(sentences, known)],
    )
    return [
        Passage(article_id, sentences[first][0], sentences[last - 1][1], ordinal, held)
        for ordinal, (first, last) in enumerate(runs)
        if (held := tuple(sentences[first:last]))
    ]


def begin_embedding(
    passages: Sequence[Passage],
    text: str,
    head: str,
    encoder: Encoder,
    language: str | None = None,
    known: Mapping[Passage, Vectors] = MappingProxyType({}),
    pool: Pool | None = None,
) -> Callable[[], list[EmbeddedPassage]]:
    """Give what embeds passages, with their article's heading and what their first row is under.

    Those whose vectors are ``known`` keep them. A ``pool`` begins with it at once.
    """
    ends = encoder.token_ends([head])[0]
    short = head if len(ends) <= HEADING_TOKENS else head[: ends[HEADING_TOKENS - 1]]
    bodies = {passage: _body(text, passage, language) for passage in passages}
    new = [passage for passage in passages if passage not in known]
    texts = [f"{short}\n{bodies[passage]}" for passage in new]
    encode = pool.submit(texts).result if pool and new else partial(encoder.encode, texts)

    def embedded() -> list[EmbeddedPassage]:
        vectors = {**known, **dict(zip(new, encode() if new else (), strict=True))}
        return [
            EmbeddedPassage(
                passage,
                vectors[passage],
                tuple({int(year) for year in YEAR.findall(bodies[passage])}),
            )
            for passage in passages
        ]

    return embedded


def _body(text: str, passage: Passage, language: str | None) -> str:
    context = context_of(text, passage.start, language)
    body = view_of(text, passage.start, passage.end).text
    return f"{context}\n{body}" if context else body


def _table_edges(sentences: Sequence[Offsets], known: Mapping[int, Row]) -> list[int]:
    """Give the indexes of the sentences at which a table begins, or is over."""
    tables = [
        row.head or True if (row := known.get(start)) and not row.item else None
        for start, _ in sentences
    ]
    return [place for place, (one, other) in enumerate(pairwise(tables), 1) if one != other]


def _tokens(encoder: Encoder, text: str, spans: Sequence[Offsets]) -> list[list[int]]:
    return encoder.token_ends([text[start:end] for start, end in spans])


def _breaks(sentences: Sequence[Offsets], boilerplate: Sequence[Offsets]) -> list[int]:
    """Give the indexes of the sentences that boilerplate parts from the one before."""
    breaks, position = [], 0
    for index, (start, _) in enumerate(sentences):
        passed = position
        while position < len(boilerplate) and boilerplate[position][0] < start:
            position += 1
        if index and position > passed:
            breaks.append(index)
    return breaks
