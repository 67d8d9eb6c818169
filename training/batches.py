"""Examples as tensors: word pieces in batches of like length, and the spans that are right."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from corpora.examples import Example
from retrieval.encoder.pieces import WordPieces
from retrieval.reader.inputs import Input, make_input
from retrieval.reader.spans import LONGEST
from retrieval.types import Offsets
from training.model import span_mask

MULTIPLE = 16
"""Lengths are padded to it: new shapes make the kernels of a CPU be compiled anew."""

SORTED = 50
"""Batches whose examples are sorted by length together."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of shape (batch, length); ``mask`` and ``golds`` (batch, length, length)."""

    ids: Tensor
    types: Tensor
    attention: Tensor
    mask: Tensor
    golds: Tensor


@dataclass(frozen=True, slots=True)
class Row:
    """An example in word pieces; ``spans`` are places of first and last piece in the row."""

    input: Input
    spans: tuple[Offsets, ...]


def rows(pieces: WordPieces, examples: Sequence[Example]) -> list[Row]:
    """Cut examples into word pieces; those whose answers don't fit are left out."""
    questions = pieces.plain([e.question for e in examples])
    titles = pieces.plain([e.title for e in examples])
    texts = pieces.plain([e.text for e in examples])
    made = []
    for example, question, title, text in zip(examples, questions, titles, texts, strict=True):
        input_ = make_input(question, title, text)
        spans = tuple(
            (first + input_.text, last + input_.text)
            for span in example.spans
            if (found := covering(input_.offsets, span))
            for first, last in [found]
            if last - first < LONGEST
        )
        if len(spans) == len(example.spans):
            made.append(Row(input_, spans))
    return made


def covering(offsets: Sequence[Offsets], span: Offsets) -> Offsets | None:
    """Give the first and the last word piece of a span, if all of it is there."""
    first = bisect_right([end for _, end in offsets], span[0])
    last = bisect_left([start for start, _ in offsets], span[1]) - 1
    if first > last or last >= len(offsets) or offsets[last][1] < span[1]:
        return None
    return first, last


def batches(rows: Sequence[Row], size: int, chance: random.Random) -> Iterator[list[Row]]:
    """Give batches of rows of like length, in random order."""
    for start in range(0, len(rows), size * SORTED):
        chunk = sorted(rows[start : start + size * SORTED], key=lambda row: len(row.input.ids))
        made = [chunk[at : at + size] for at in range(0, len(chunk), size)]
        chance.shuffle(made)
        yield from made


def tensors(rows: Sequence[Row]) -> Batch:
    """Pad rows to the longest."""
    size = -(-max(len(row.input.ids) for row in rows) // MULTIPLE) * MULTIPLE
    ids = torch.zeros(len(rows), size, dtype=torch.long)
    types, attention = torch.zeros_like(ids), torch.zeros_like(ids)
    golds = torch.zeros(len(rows), size, size)
    for place, row in enumerate(rows):
        length = len(row.input.ids)
        ids[place, :length] = torch.tensor(row.input.ids)
        types[place, row.input.first : length] = 1
        attention[place, :length] = 1
        for first, last in row.spans or [(0, 0)]:
            golds[place, first, last] = 1 / max(len(row.spans), 1)
    text = torch.tensor([row.input.text for row in rows])
    lengths = torch.tensor([len(row.input.ids) for row in rows])
    return Batch(ids, types, attention, span_mask(text, lengths, size), golds)
