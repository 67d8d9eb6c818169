"""The sentences that hold an answer, with the one before where only that says who is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.answering.asked import Asked
from retrieval.answering.copies import Prints, also_in, sentence_words
from retrieval.answering.grouping import Mention, surest_first
from retrieval.answering.name_words import Part, words
from retrieval.reader.base import Reading
from retrieval.text import fold, labels_of, question_before, row_view, rows
from retrieval.types import Article, Field, Offsets, Quote, Span

FURTHEST = 3
"""Sentences before the answer's that a quote may reach back."""

_Key = tuple[str, str, Field]

_PRONOUN = re.compile(
    r"\b(?:he|she|they|it|him|her|his|them|their|its|both|each other"
    r"|the (?:two|pair|duo|latter|former))\b",
    re.I,
)
_TURKISH_PRONOUN = re.compile(
    r"\b(?:o|ona|onu|onun|ondan|onlar\w*|kendi\w*|bakan|baskan|lider|ikili|taraflar)\b"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A quote, the sentence of it that holds the answer, and what that stands under."""

    quote: Quote
    sentence: str
    context: str = ""


class Quoting:
    """Makes quotes out of the sentences that were read."""

    def __init__(self, readings: Iterable[Reading], asked: Asked | None, prints: Prints) -> None:
        self._sentences: Mapping[_Key, list[Offsets]] = _sentences(readings)
        self._asked = asked
        self._prints = prints

    def quotes(self, mentions: Sequence[Mention]) -> tuple[Quote, ...]:
        """Give the quotes of an answer's mentions, the most probable first, none twice."""
        ordered = sorted(mentions, key=surest_first)
        return tuple(self.distinct([self.told(item.span) for item in ordered], len(ordered)))

    def told(self, span: Span, *, answers: bool = True, statement: bool = False) -> Told:
        """Give the quote of a span: its sentence, and those before that say who is meant.

        In the quote of a ``statement`` nothing is marked as its answer.
        """
        article, field = span.article, span.field
        sentences = self._sentences.get((article.collection, article.id, field), [])
        held = [i for i, (a, b) in enumerate(sentences) if a < span.end and span.start < b]
        if not held:
            start, end = span.start, span.end
        else:
            start = min(sentences[held[0]][0], span.start)
            end = max(sentences[held[-1]][1], span.end)
        sentence, held_at = span.whole[start:end], start
        if held and answers and field == "text":
            start = min(start, self._begin(article, sentences, held[0], sentence))
        marked = span if answers and not statement else None
        quote = Quote(article, start, end, marked, field=field)
        context = self._context(article, held_at, span.start) if field == "text" else ""
        return Told(quote, sentence, context)

    def distinct(self, told: Iterable[Told], most: int) -> list[Quote]:
        """Give the first quotes, those of the same words merged and named in ``also_in``."""
        kept: dict[tuple[str, ...], Quote] = {}
        for item in told:
            quote, key = item.quote, sentence_words(item.quote.text)
            if key in kept:
                kept[key] = also_in(kept[key], (quote.article,))
            elif any(_overlap(one, quote) for one in kept.values()):
                continue
            elif len(kept) < most:
                kept[key] = self._prints.with_copies(quote)
        return list(kept.values())

    def independent(self, one: Span, other: Span) -> bool:
        """Tell whether two mentions come from different sources: no copies, other words."""
        if self._prints.are_copies(one.article, other.article):
            return False
        first, second = (self.told(item, answers=False).sentence for item in (one, other))
        return sentence_words(first) != sentence_words(second)

    def together(self, one: Span, other: Span) -> bool:
        """Tell whether two spans stand in the same sentence."""
        places = [self.told(item, answers=False).quote for item in (one, other)]
        return _overlap(*places)

    def _context(self, article: Article, start: int, place: int) -> str:
        """Give what a sentence stands under: the question before it, a row's labels and title.

        Of a number in a row, the label of its own column: what others tell is not asked for.
        """
        row = rows(article.text, article.language).get(start)
        if row is None:
            return question_before(article.text, start)
        asked = self._asked.words if self._asked else ()
        if self._asked and self._asked.wanted.kind == "number":
            labels = labels_of(article.text, row, asked)
            for (_, end), label in zip(row.cells, labels, strict=False):
                if place < end:
                    return f"{article.title} {label}"
        view = row_view(article.text, row, asked=asked)
        return f"{article.title} {view.text}"

    def _begin(
        self, article: Article, sentences: Sequence[Offsets], place: int, sentence: str
    ) -> int:
        """Give where a quote begins so that a person sees who is meant."""
        missing = self._asked.missing(sentence) if self._asked else set()
        turkish = article.language == "tr"
        if not self._asked or not missing or not refers_back(sentence, turkish=turkish):
            return sentences[place][0]
        for earlier in range(place - 1, max(place - 1 - FURTHEST, -1), -1):
            start, end = sentences[earlier]
            if article.text[end : sentences[earlier + 1][0]].strip():
                break  # something that is never quoted stands between them
            if missing - self._asked.missing(article.text[start:end]):
                return start
        return sentences[place][0]


def refers_back(sentence: str, *, turkish: bool = False) -> bool:
    """Tell whether a sentence names somebody only by a pronoun or an office: "the minister".

    A Turkish one also does so by its verb alone, where it has no name without an ending.
    """
    found = words(sentence, 0, len(sentence), turkish=turkish)
    if turkish:
        names = (one for one in found[1:] if one.part is Part.NAME and one.capital)
        return _TURKISH_PRONOUN.search(fold(sentence)) is not None or all(one.open for one in names)
    if _PRONOUN.search(sentence):
        return True
    for place, word in enumerate(found):
        titles = [one.part in (Part.OFFICE, Part.RANK) for one in found[place + 1 : place + 5]]
        if word.key == "the" and True in titles:
            office = place + 1 + titles.index(True)
            near = all(one.key not in ("of", "in", "and", "to") for one in found[place:office])
            if near and all(one.part is not Part.NAME for one in found[office + 1 : office + 2]):
                return True
    return False


def _sentences(readings: Iterable[Reading]) -> dict[_Key, list[Offsets]]:
    found: dict[_Key, set[Offsets]] = {}
    for reading in readings:
        article = reading.hit.article
        key = (article.collection, article.id, reading.hit.passage.field)
        found.setdefault(key, set()).update(reading.hit.passage.sentences)
    return {key: sorted(spans) for key, spans in found.items()}


def _overlap(one: Quote, other: Quote) -> bool:
    same = (one.article.collection, one.article.id, one.field) == (
        other.article.collection,
        other.article.id,
        other.field,
    )
    return same and one.start < other.end and other.start < one.end
