"""Which line is an article's headline, and what to call an article without one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.ingest.credits import inline_credits
from retrieval.ingest.lines import Line, ends_sentence

_LONGEST = 160
_SHORTEST_BODY = 40
_TITLE = 80
_WRAP = 120
_MARKS = "|-*+>•◦▪‣·–—"
_EMPTY_LINE = re.compile(r"(?:\r\n|[\n\r\u2028])[ \t]*[\n\r\u2028\u2029]|\u2029")
_WITHIN = re.compile(r"[^\W\d_A-Z]{3}[.!?][\"”’]? [^\W\d_a-z]")
_CUT_OFF = re.compile(r"\s*(?:\.\.\.|…)$")
_SITE = re.compile(r"\s+(?:[|–—-]|::)\s+[^|]{2,40}$")
_STOP = re.compile(
    r"(?<=[^\W\d_A-Z]{3})(?<!\b[A-Z][a-z]{3})[.!?…]+[\"'”’)\]]*(?=\s+[^\s\da-z])|[。！？]"
)


def is_title(text: str, lines: Sequence[Line], index: int) -> bool:
    """Whether a line is a title by its place: alone over the text, with an empty line below.

    Not where the text goes on in lower case line after line, which is one spaced out.
    """
    line, below = lines[index], lines[index + 1 : index + 3]
    if len(line.text) > _LONGEST or len(line.text.split()) < 2 or not below:
        return False
    if line.text.endswith((":", ";", ",", "-")) or line.text[0] in _MARKS:
        return False
    if ends_sentence(line.text) and not line.text.rstrip("\"'”’»)]").endswith(("?", "!")):
        return False
    spaced = len(below) == 2 and all(other.text[0].islower() for other in below)
    return not spaced and _EMPTY_LINE.search(text, line.end, below[0].start) is not None


def is_headline(text: str, lines: Sequence[Line], index: int, width: int) -> bool:
    """Whether a line is short, isn't a sentence and stands over one.

    ``width`` is the length of the text's longest line, by which a line that was wrapped is
    told from a headline.
    """
    line = lines[index].text
    if len(line) > _LONGEST or len(line.split()) < 2 or line.endswith((":", ";", ",", "»", "!")):
        return False
    if (ends_sentence(line) and not line.endswith("?")) or _WITHIN.search(line):
        return False
    following = lines[index + 1 : index + 7]
    below = next((other for other in following if other.text != line), None)
    if below is None or below.text[0].islower() or not _any_body(text, following):
        return False
    close = "\n" not in text[lines[index].end : below.start].replace("\r\n", "\n").strip(" \t")[1:]
    first_word = below.text.split(None, 1)[0]
    wrapped = width <= _WRAP and len(line) + 1 + len(first_word) > width
    return not (close and wrapped)


def _any_body(text: str, lines: Sequence[Line]) -> bool:
    """Whether one of the lines is text, alone or with those of its paragraph before it."""
    paragraph = ""
    for before, line in zip((None, *lines), lines, strict=False):
        apart = before is None or _EMPTY_LINE.search(text, before.end, line.start)
        paragraph = line.text if apart else f"{paragraph} {line.text}"
        if _is_body(line.text) or _is_body(paragraph):
            return True
    return False


def _is_body(words: str) -> bool:
    words = words[: min((start for start, _ in inline_credits(words)), default=len(words))].rstrip()
    return len(words) >= _SHORTEST_BODY and (ends_sentence(words) or len(words) > _LONGEST)


def repeats(line: str, title: str) -> bool:
    """Whether a line says the title again, which may be cut off or end in a site's name."""
    said, known = _key(line.lstrip("# ")), _key(title)
    if said == known or said == _key(_SITE.sub("", title)):
        return True
    stem = _CUT_OFF.sub("", known)
    return stem != known and len(stem) >= 20 and said.startswith(stem)


def _key(words: str) -> str:
    return " ".join(words.split()).casefold()


def shortened(words: str) -> str:
    """The first sentence of the words as a title: at most about 80 characters, cut at a word."""
    line = " ".join(words[: 8 * _TITLE].split())
    stop = _STOP.search(line, 24)
    if stop and stop.end() <= _TITLE:
        return line[: stop.end()]
    if len(line) <= _TITLE:
        return line
    cut = line.rfind(" ", _TITLE // 2, _TITLE)
    return line[: cut if cut > 0 else _TITLE - 1].rstrip(" ,;:-–—") + "…"
