"""Rows: lines of a table or list, each of which says something by itself under one head."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from retrieval.languages import find_language
from retrieval.text.paragraphs import paragraphs, trim
from retrieval.types import Offsets

LONGEST_HEAD = 240
"""Characters of the line over a list that go with its items."""

LONGEST = 1000
"""Characters of the longest row; a longer line is text."""

_LONGEST = 160
_FEWEST = 3
"""Lines that look alike before they are taken for rows, where nothing marks them as such."""

_RULE = re.compile(r"[|+:=\s–—-]*[|+=–—-]{2}[|+:=\s–—-]*")
_PIPE = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r"\t+ *| {2,}")
ITEM = re.compile(r"(?:[-*+•◦▪‣·–—]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+")
_SENTENCE = re.compile(r"[.!?…؟。！？][\"'”’»)\]]*$")
_STOP_WITHIN = re.compile(r"[^\W\d_]{3}[.!?][\"”’]?\s+[^\W\d_a-z]")
_LABEL = re.compile(r"[^:|\t\n]{1,60}?(?::|\s[–—-])\s+\S")
_NUMBER = re.compile(r"[^\w\s]{0,2}\d[\d.,:'’/–-]{0,20}\s?\S{0,3}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row ``[start, end)`` of a text. It is one sentence, whatever stands in it.

    ``cells`` are those of a table, in order, else none; ``labels`` what stands over each, or
    none. ``head`` is what the row stands under: a table's first line, the line that leads in
    a list. It tells what the row means, and is no part of it. An ``item`` has a bullet or number.
    """

    start: int
    end: int
    item: bool = False
    cells: tuple[Offsets, ...] = ()
    labels: tuple[Offsets, ...] = ()
    head: Offsets | None = None


def rows(text: str, language: str | None = None) -> Mapping[int, Row]:
    """The rows of a text in a language, in order, by where they start."""
    return _rows(text, language)[0] if "\n" in text or "\r" in text else {}


def heads(text: str) -> tuple[Offsets, ...]:
    """The first lines of a text's tables, which name the columns and say nothing else."""
    return _rows(text, None)[1] if "\n" in text or "\r" in text else ()


@lru_cache(maxsize=64)
def _rows(text: str, language: str | None) -> tuple[Mapping[int, Row], tuple[Offsets, ...]]:
    found: list[Row] = []
    heads: list[Offsets] = []
    before: Offsets | None = None
    for lines in _runs(text, list(paragraphs(text, [(0, len(text))], find_language(language)))):
        made, head = _table(text, lines)
        if head:
            heads.append(head)
        made = made or _list(text, lines, before)
        found += made
        before = None if made else lines[-1]
    return {row.start: row for row in found}, tuple(heads)


def _runs(text: str, lines: Sequence[Offsets]) -> Iterator[list[Offsets]]:
    """Neighbouring lines of the same make; blank lines may stand between the items of a list."""
    run: list[Offsets] = []
    kind = ""
    for line in lines:
        this = _kind(text, line)
        apart = bool(run) and _blank_between(text, run[-1], line)
        if run and (this != kind or this == "text" or (apart and this != "item")):
            yield run
            run = []
        run.append(line)
        kind = this
    if run:
        yield run


def _kind(text: str, line: Offsets) -> str:
    words = text[line[0] : min(line[1], line[0] + 2 * _LONGEST)]
    if len(_PIPE.findall(words)) > 1 or (words[0] != "|" and " | " in words):
        return "pipes"
    if ITEM.match(words):
        return "item"
    if len(words) > _LONGEST or _SENTENCE.search(words) or words.endswith((",", ":", ";")):
        return "text"
    if len(_GAP.split(words)) > 1 or _RULE.fullmatch(words):
        return "spaced"
    if words[0].islower() or not any(c.isalpha() for c in words):
        return "text"
    if any(c.isdigit() for c in words):
        return "data"
    return "labelled" if _LABEL.match(words) else "text"


def _blank_between(text: str, line: Offsets, following: Offsets) -> bool:
    between = text[line[1] : following[0]].replace("\r\n", "\n")
    return between.count("\n") + between.count("\r") > 1


def _table(text: str, lines: list[Offsets]) -> tuple[list[Row], Offsets | None]:
    """The rows of a table and the line over them; none if the lines are no table."""
    kind = _kind(text, lines[0])
    if kind not in ("pipes", "spaced"):
        return [], None
    ruled = len(lines) > 1 and _RULE.fullmatch(text, *lines[1]) is not None
    filled = [line for line in lines if not _RULE.fullmatch(text, *line)]
    if len(filled) < (2 if kind == "pipes" else _FEWEST):
        return [], None
    cut = [_cells(text, line, _PIPE if kind == "pipes" else _GAP) for line in filled]
    head = filled[0] if ruled or _names_columns(text, cut) else None
    first = 1 if head else 0
    labels = cut[0] if head else ()
    return [
        Row(*line, False, cells, labels if len(labels) == len(cells) else (), head)
        for line, cells in zip(filled[first:], cut[first:], strict=True)
        if line[1] - line[0] <= LONGEST
    ], head


def _cells(text: str, line: Offsets, mark: re.Pattern[str]) -> tuple[Offsets, ...]:
    """Where the cells of a line stand; an empty one is an empty range."""
    start, end = line
    if mark is _PIPE:
        start += text[start] == "|"
        end -= end > start and text[end - 1] == "|"
    cuts = [
        (start, start),
        *(found.span() for found in mark.finditer(text, start, end)),
        (end, end),
    ]
    return tuple(trim(text, before[1], after[0]) for before, after in pairwise(cuts))


def _names_columns(text: str, cut: Sequence[tuple[Offsets, ...]]) -> bool:
    """Whether the first line of a table names columns: words, over numbers."""

    def numbers(cells: tuple[Offsets, ...]) -> int:
        return sum(_NUMBER.fullmatch(text, *cell) is not None for cell in cells)

    alike = len({len(cells) for cells in cut}) == 1
    return alike and not numbers(cut[0]) and all(map(numbers, cut[1:]))


def _list(text: str, lines: list[Offsets], before: Offsets | None) -> list[Row]:
    """The rows of a list: items under the line that leads them in, or lines of the same make."""
    kind = _kind(text, lines[0])
    head = _head(text, before) if before else None
    if kind == "item" and len(lines) > 1:
        led = head is not None and text[head[1] - 1] == ":"
        items = [line for line in lines if _is_row(text, line, led)]
        return [Row(*line, item=True, head=head) for line in items]
    if kind in ("data", "labelled") and len(lines) >= _FEWEST:
        return [Row(*line, head=head) for line in lines]
    return []


def _is_row(text: str, line: Offsets, led: bool) -> bool:
    """Whether an item is one piece that its list's lead-in explains, not sentences."""
    words = text[line[0] : line[1]]
    bare = ITEM.sub("", words, count=1)
    if len(words) > 2 * _LONGEST or _STOP_WITHIN.search(bare):
        return False
    return led or not _SENTENCE.search(bare)


def _head(text: str, line: Offsets) -> Offsets | None:
    """The last words of the line over a list where they lead in or are its headline."""
    start, end = line
    words = text[start:end]
    if words.endswith(":"):
        stops = [found.end() for found in re.finditer(r"[.!?][\"”’]?\s+", words)]
        start += stops[-1] if stops else 0
        return (start, end) if end - start <= LONGEST_HEAD else None
    return None if _SENTENCE.search(words) or len(words) > _LONGEST else (start, end)
