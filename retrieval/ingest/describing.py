"""What an article's own text tells: title, publisher, date, language, and its boilerplate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from retrieval.ingest.boilerplate import inline_boilerplate, is_boilerplate
from retrieval.ingest.corrections import corrections
from retrieval.ingest.credits import inline_credits, is_credit, signature
from retrieval.ingest.datelines import (
    Dateline,
    are_people,
    date_prefix,
    is_byline,
    leading,
    own_line,
    stamp,
)
from retrieval.ingest.headlines import is_headline, is_title, repeats, shortened
from retrieval.ingest.language import detect_language, language_code
from retrieval.ingest.lines import Line, split_lines
from retrieval.text import heads
from retrieval.types import Draft, Offsets

_HEAD = 12
_OPENING = 3
_SAMPLE = 4000
_LONGEST_NAME = 500
"""No title or publisher needs more characters; each is read anew with every passage."""


@dataclass(frozen=True, slots=True)
class Description:
    """An article's metadata, given or derived, and the ranges of its text to never quote.

    ``boilerplate`` is sorted and doesn't overlap: headlines, datelines, bylines, credits,
    signatures, links, separators, what corrections say was wrong, and the lines that name a
    table's columns. What isn't told anywhere is None; ``title`` never is.
    """

    title: str
    publisher: str | None
    published: date | None
    language: str | None
    boilerplate: tuple[Offsets, ...]


@dataclass(slots=True)
class _Marks:
    """What is found while the lines are walked through."""

    boilerplate: list[Offsets] = field(default_factory=list)
    headline: str | None = None
    publisher: str | None = None
    published: date | None = None

    def line(self, line: Line) -> None:
        self.boilerplate.append((line.start, line.end))

    def dateline(self, start: int, found: Dateline) -> None:
        self.boilerplate.append((start, start + found.end))
        self.publisher = self.publisher or found.publisher
        self.published = self.published or found.published


def describe(draft: Draft, path: Path | None) -> Description:
    """What is known of an article; what its metadata gives wins over what its text tells.

    ``path`` names an article that says nothing of itself.
    """
    text, marks = draft.text, _Marks()
    given = _words(draft.title)
    lines = _without_prefix(text, list(split_lines(text)), marks)
    body = _mark_head(text, lines, given, marks)
    _mark_body(lines[body:], marks)
    _mark_end(lines, marks)
    marks.boilerplate += heads(text)
    boilerplate = _merged(marks.boilerplate)
    sample = _sample(text, boilerplate)
    return Description(
        title=given or marks.headline or shortened(sample) or _stem(path),
        publisher=_words(draft.publisher) or marks.publisher,
        published=draft.published or marks.published,
        language=language_code(draft.language) or detect_language(sample),
        boilerplate=boilerplate,
    )


def _words(value: str | None) -> str | None:
    return (" ".join(value[:_LONGEST_NAME].split()) or None) if value else None


def _stem(path: Path | None) -> str:
    name = path.stem.encode("utf-8", "replace").decode() if path else ""
    return name or "Untitled"


def _without_prefix(text: str, lines: list[Line], marks: _Marks) -> list[Line]:
    prefix = date_prefix(text)
    if prefix is None or not lines:
        return lines
    marks.dateline(0, prefix)
    first = lines[0]
    rest = Line(prefix.end, first.end, text[prefix.end : first.end])
    return [rest, *lines[1:]] if rest.text else lines[1:]


def _mark_head(text: str, lines: Sequence[Line], title: str | None, marks: _Marks) -> int:
    """Mark what stands over the body and tell the index of the body's first line."""
    width = max((len(line.text) for line in lines[:200]), default=0)
    known = title
    for index, line in enumerate(lines[:_HEAD]):
        if known and len(lines) > 1 and repeats(line.text, known):
            marks.line(line)
            continue
        over = _over_body(lines, index)
        if not known and _may_head(line.text, over) and _heads(text, lines, index, width):
            marks.headline = known = _words(line.text.lstrip("# "))
            marks.line(line)
        elif over is not None:
            marks.dateline(line.start, over)
        elif not _is_boilerplate(line.text, early=True):
            return index
        else:
            marks.line(line)
    return min(_HEAD, len(lines))


def _heads(text: str, lines: Sequence[Line], index: int, width: int) -> bool:
    return is_title(text, lines, index) or is_headline(text, lines, index, width)


def _may_head(words: str, over: Dateline | None) -> bool:
    """Whether a line may be a headline: not boilerplate of another kind, or one in capitals."""
    if over is None:
        return words.startswith("#") or not _is_boilerplate(words)
    told = over.publisher is not None or over.published is not None
    return words.isupper() and len(words.split()) > 2 and not told


def _over_body(lines: Sequence[Line], index: int) -> Dateline | None:
    """The dateline or time stamp that a line of the head is, or names that one follows."""
    words = lines[index].text
    found = stamp(words) or own_line(words)
    if found or index + 1 == len(lines) or not are_people(words):
        return found
    below = lines[index + 1].text
    source = own_line(below)
    house = source is not None and source.publisher is not None and below[-1].isalpha()
    address = "@" in below and source is not None
    return Dateline(len(words)) if house or address or is_byline(below) else None


def _is_boilerplate(words: str, *, early: bool = False) -> bool:
    return is_boilerplate(words) or is_credit(words, early=early) or is_byline(words)


def _mark_body(lines: Sequence[Line], marks: _Marks) -> None:
    for index, line in enumerate(lines):
        if _is_boilerplate(line.text, early=index < _HEAD):
            marks.line(line)
            continue
        if index < _HEAD and (stamped := stamp(line.text)):
            marks.dateline(line.start, stamped)
            continue
        short = index < _OPENING and len(line.text.split()) <= 2
        alone = short or line.text.endswith(("—", "–", "--"))
        told = own_line(line.text) if alone else None
        told = told or leading(line.text, opening=index < _OPENING, first=index == 0)
        if told:
            if index >= _HEAD:
                told = Dateline(told.end)
            marks.dateline(line.start, told)
        inline = (*inline_credits(line.text), *inline_boilerplate(line.text))
        for start, end in (*inline, *corrections(line.text)):
            marks.boilerplate.append((line.start + start, line.start + end))


def _mark_end(lines: Sequence[Line], marks: _Marks) -> None:
    """Mark the agency's signature in the last line that is the article's own."""
    for line in reversed(lines[-4:]):
        if _is_boilerplate(line.text):
            continue
        signed = signature(line.text)
        if signed:
            marks.boilerplate.append((line.start + signed[0], line.end))
            marks.publisher = marks.publisher or signed[1]
        return


def _merged(ranges: Sequence[Offsets]) -> tuple[Offsets, ...]:
    merged: list[Offsets] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def _sample(text: str, boilerplate: Sequence[Offsets]) -> str:
    """The first characters of the text that aren't boilerplate, without leading space."""
    pieces, length = [], 0
    for piece in _pieces(text, boilerplate):
        pieces.append(piece[: _SAMPLE - length])
        length += len(pieces[-1])
        if length >= _SAMPLE:
            break
    return re.sub(r"[\s\x00]*\n\s*", "\n", "".join(pieces)).strip(" \t\r\n\x00")


def _pieces(text: str, boilerplate: Sequence[Offsets]) -> Iterator[str]:
    done = 0
    for start, end in (*boilerplate, (len(text), len(text))):
        piece = text[done : min(start, done + _SAMPLE)]
        if piece.strip():
            yield piece
        done = end
