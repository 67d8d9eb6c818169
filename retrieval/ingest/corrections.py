"""What a correction says was wrong: it answers nothing any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.dates import any_of
from retrieval.languages import in_all
from retrieval.text import split_sentences
from retrieval.types import Offsets

_LABEL = re.compile(
    rf"\W{{0,4}}{any_of(in_all('correction_labels'))}(?:[^:\n]{{0,40}}:|\W{{0,3}}$)", re.I
)
_EARLIER = re.compile(any_of(in_all("earlier_versions")), re.I)
_WRONG = re.compile(any_of(in_all("wrong_before")), re.I)


def corrections(line: str) -> Iterator[Offsets]:
    """The sentences of a line that tell what stood there before it was corrected.

    They tell of the article's earlier version or, where that was told of before in the line or
    the line begins as a correction, of what was wrong. What is true stays.
    """
    labelled = _LABEL.match(line) is not None
    if not labelled and not _EARLIER.search(line):
        return
    for start, end in split_sentences(line):
        if _EARLIER.search(line, start, end):
            labelled = True
            yield start, end
        elif labelled and _WRONG.search(line, start, end):
            yield start, end
