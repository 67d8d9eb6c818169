"""From printed lines and their places to a text: paragraphs, without running heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from retrieval.ingest.lines import ends_sentence

_MARGIN = 0.12
"""Share of the page's height, above and below, where running heads and feet stand."""

_LARGER = 1.15
_LONGEST_TITLE = 160
_LETTER = 0.5
"""Width of a letter as a share of its height, more or less."""

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:(?:page|seite|sayfa|página|p\.)\s*)?\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—\s]*",
    re.I,
)
_BROKEN_WORD = re.compile(r"\b([^\W\d_]{1,40})[-‐\xad]\n([^\W\d_]{1,40})")
_HYPHENATED = re.compile(r"\b[^\W\d_]{1,40}-[^\W\d_]{1,40}\b")
_HYPHEN = ("-", "‐", "\xad")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line as it is printed: from ``left`` to ``right``, ``bottom`` as a share of the height."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are printed close below each other, in a column."""

    lines: tuple[PrintedLine, ...]


def printed_text(pages: Sequence[Sequence[Block]]) -> str:
    """Give the text of pages, whose blocks come in the order of reading.

    A line that is full goes on in the next, also on the next page; words broken at a line end
    are joined.
    """
    blocks = [block for page in _without_running(pages) for block in page]
    usual = _usual_size(blocks)
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before is not None:
            parts.append(_between(before, block, usual))
        parts.append(_joined(block))
        before = block
    return _mended("".join(parts))


def headline(pages: Sequence[Sequence[Block]]) -> str | None:
    """Give what is printed largest on the first page, if it is larger than the text."""
    pages = _without_running(pages)
    blocks = [block for block in pages[0] if block.lines] if pages else []
    usual = _usual_size([block for page in pages for block in page])
    if not usual or not blocks:
        return None
    largest = max(blocks, key=lambda block: max(line.size for line in block.lines))
    words = " ".join(line.text for line in largest.lines)
    large = min(line.size for line in largest.lines) >= _LARGER * usual
    return words if large and " " in words and len(words) <= _LONGEST_TITLE else None


def _usual_size(blocks: Sequence[Block]) -> float:
    sizes = [line.size for block in blocks for line in block.lines for _ in line.text.split()]
    return median(sizes) if sizes else 0.0


def _without_running(pages: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Give pages without page numbers and the lines that stand at the same edge of several."""
    edges = Counter(
        place for page in pages for place in {_place(line) for line in _edge_lines(page)}
    )
    often = max(2, len(pages) / 3)
    running = {place for place, count in edges.items() if count >= often}
    made = []
    for page in pages:
        gone = {
            line
            for line in _edge_lines(page)
            if _place(line) in running or _PAGE_NUMBER.fullmatch(line.text)
        }
        kept = (Block(tuple(line for line in block.lines if line not in gone)) for block in page)
        made.append([block for block in kept if block.lines])
    return made


def _edge_lines(page: Sequence[Block]) -> list[PrintedLine]:
    """The lines in the margins of a page, and its first and last one."""
    lines = [line for block in page for line in block.lines]
    within = [line for line in lines[1:-1] if not _MARGIN < line.bottom < 1 - _MARGIN]
    return [*lines[:1], *within, *lines[1:][-1:]]


def _place(line: PrintedLine) -> tuple[str, int]:
    """What tells a running line: its words with their numbers levelled, and how high it stands."""
    return re.sub(r"\d+", "0", line.text), round(50 * line.bottom)


def _joined(block: Block) -> str:
    right = max(line.right for line in block.lines)
    full = [_is_full(line, following, right) for line, following in pairwise(block.lines)]
    wrapped = 2 * sum(full) >= len(full)  # of the lines of a list the longest alone is full
    parts = [block.lines[0].text]
    for goes_on, (line, following) in zip(full, pairwise(block.lines), strict=True):
        joined = wrapped and goes_on and not line.text.endswith(_HYPHEN)
        parts += [" " if joined else "\n", following.text]
    return "".join(parts)


def _is_full(line: PrintedLine, following: PrintedLine, right: float) -> bool:
    """Whether the next line's first word found no room at the end of a line."""
    word = following.text.split(" ", 1)[0]
    return line.right + (len(word) + 2) * _LETTER * line.size > right


def _between(before: Block, block: Block, usual: float) -> str:
    """What stands between two blocks: nothing but a space where a sentence goes on."""
    last, first = before.lines[-1], block.lines[0]
    if last.text.endswith(_HYPHEN):
        return "\n"
    right = max(line.right for line in before.lines)
    alone = len(before.lines) == 1 and not first.text[0].islower()
    headed = max(last.size, first.size) >= _LARGER * usual and last.size != first.size
    goes_on = not (ends_sentence(last.text) or alone or headed) and _is_full(last, first, right)
    return " " if goes_on else "\n\n"


def _mended(text: str) -> str:
    """Words broken at a line end joined; a hyphen that the text writes elsewhere stays."""
    written = {word.lower() for word in _HYPHENATED.findall(text)}

    def mend(found: re.Match[str]) -> str:
        whole = f"{found[1]}-{found[2]}"
        keep = whole.lower() in written or not found[2][0].islower()
        return whole if keep else found[1] + found[2]

    return _BROKEN_WORD.sub(mend, text)
