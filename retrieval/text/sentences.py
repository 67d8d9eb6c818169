"""Sentences as ranges of the text: rules for English and Turkish, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.text.abbreviations import (
    AFTER_TIME,
    BEFORE_NUMBER,
    NEVER_LAST,
    OPENERS,
    SELDOM_LAST,
    SPEAKING,
)
from retrieval.text.lines import paragraphs
from retrieval.types import Offsets

# A full stop and the like, with what closes after it. Starts with a plain set of characters,
# which the regex engine searches fast; the look-behind and the possessive repeats keep a long
# run of dots from being scanned again from each of its dots.
_STOP = re.compile(
    r"""[.!?…؟۔।。！？｡](?<![.!?…؟۔।][.!?…؟۔।])(?:
        [.!?…؟۔।]*+(?:["'”’“»)\]}*_]|\[\d{1,3}\])*+(?:[ \u00a0\u202f]»)?+(?=\s|$)
      | (?<=[。！？｡])[。！？｡]*+[」』】）”’"')]*+        # no space follows in Chinese, Japanese
      | (?:(?<=[a-zçğıöşü]{2}.)|(?<=\d{4}.)|(?<=\).))   # a space was lost: "left.Then"
        ["”]?(?=["“]?[A-ZÇĞİÖŞÜ][a-zçğıöşü])
    )""",
    re.VERBOSE,
)
_NEXT = re.compile(r"""(?P<space>\s*+)(?P<open>["'“‘«‹„(\[{*_¿¡]*+)(?P<word>[\w'’-]{0,24})""")
_SPEAKER = re.compile(r"\s+(?:[A-ZÇĞİÖŞÜ][\w'’.-]{0,24}\s+){1,4}([a-z]{3,9})\b")
_ACRONYM = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_ORDINAL = re.compile(r"\d{1,3}|[IVX]{1,5}")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)", re.IGNORECASE)
_TURKISH = "ığşİĞŞ"
_LONGEST = 24


def split_sentences(text: str, furniture: Sequence[Offsets] = ()) -> list[Offsets]:
    """The sentences of a text: sorted, disjoint ranges without white space at their ends.

    Together they hold every character that is neither white space nor furniture (ranges of
    datelines, credits and the like, in any order). None reaches over furniture, a blank
    line or, but in text wrapped at a width, a line break. A closing quotation mark belongs
    to the sentence before it; a quotation of several sentences is several.
    """
    return [
        sentence
        for paragraph in paragraphs(text, _between(furniture, len(text)))
        for sentence in _split(text, *paragraph)
    ]


def _between(furniture: Sequence[Offsets], length: int) -> Iterator[Offsets]:
    done = 0
    for start, end in sorted(furniture):
        if start >= end:
            continue
        if done < start:
            yield done, start
        done = max(done, end)
    if done < length:
        yield done, length


def _split(text: str, start: int, end: int) -> Iterator[Offsets]:
    turkish = _is_turkish(text, start, end)
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and _ends(text, start, stop, end, turkish):
            yield start, stop.end()
            start = _next(text, stop, end).start("open")
    yield start, end


def _is_turkish(text: str, start: int, end: int) -> bool:
    """Whether a paragraph is Turkish: in Turkish one letter in twelve is ı, ğ or ş."""
    return sum(text.count(letter, start, end) for letter in _TURKISH) * 80 > end - start


def _next(text: str, stop: re.Match[str], end: int) -> re.Match[str]:
    found = _NEXT.match(text, stop.end(), end)
    assert found is not None  # the pattern matches the empty string
    return found


def _ends(text: str, start: int, stop: re.Match[str], end: int, turkish: bool) -> bool:
    """Whether a sentence that began at ``start`` ends with ``stop``."""
    following = _next(text, stop, end)
    word = following["word"]
    if not word and (following.end() == end or text[following.end()] in ".…,;:"):
        return False
    if word[:1].islower() and not (word[1:2].isupper() or following["open"].endswith(("¿", "¡"))):
        return False
    if not following["space"] and _is_address(text, stop):
        return False
    mark = stop[0].rstrip("\"'”’“»)]}*_ \u00a0\u202f0123456789[")
    if mark == ".":
        return _full_stop_ends(text, start, stop.start(), following, turkish)
    if stop.start() == start:
        return False
    return len(mark) == len(stop[0]) or not _is_spoken(text, stop, end)


def _is_spoken(text: str, stop: re.Match[str], end: int) -> bool:
    """Whether a speaker's name and verb follow: “Why now?” Rutte asked."""
    speaker = _SPEAKER.match(text, stop.end(), end)
    return speaker is not None and speaker[1] in SPEAKING


def _is_address(text: str, stop: re.Match[str]) -> bool:
    """Whether a stop without a space after it is within a URL or an e-mail address."""
    before = text[max(stop.start() - 80, 0) : stop.start()]
    at = stop.start() - len(before.split()[-1]) if before and not before[-1].isspace() else 0
    return bool(at) and _ADDRESS.match(text, at, stop.end() + 80) is not None


def _full_stop_ends(
    text: str, start: int, at: int, following: re.Match[str], turkish: bool
) -> bool:
    """Whether the full stop at ``at`` ends a sentence, or belongs to an abbreviation only."""
    before = _word_before(text, start, at)
    word = following["word"]
    if not before or (at - start <= 3 and (before.isdigit() or len(before) == 1)):
        return False  # a list's number or letter
    if before in NEVER_LAST or (before.isupper() and before.capitalize() in NEVER_LAST):
        return False
    if before.lower() in BEFORE_NUMBER and word[:1].isdigit():
        return False
    if before.lower() in ("a.m", "p.m"):
        return word not in AFTER_TIME and "(" not in following["open"]
    if _may_go_on(before) or (turkish and _ORDINAL.fullmatch(before)):
        return _begins_sentence(text, following)
    return True


def _word_before(text: str, start: int, at: int) -> str:
    """The word that a full stop follows, without opening brackets and quotation marks."""
    words = text[max(start, at - _LONGEST) : at].split()
    word = words[-1].lstrip("\"'“‘«‹„([{*_¿¡-–—•/") if words else ""
    return word if _ACRONYM.fullmatch(word) or word in SELDOM_LAST else word.split(".")[-1]


def _may_go_on(before: str) -> bool:
    """Whether the word is an initial, an acronym or an abbreviation within sentences."""
    initial = len(before) == 1 and before.isalpha()
    known = before in SELDOM_LAST or (before.isupper() and before.capitalize() in SELDOM_LAST)
    return initial or known or _ACRONYM.fullmatch(before) is not None


def _begins_sentence(text: str, following: re.Match[str]) -> bool:
    """Whether what follows an abbreviation looks like a new sentence, not like a name."""
    word = following["word"]
    if following["open"]:
        return "(" not in following["open"] and word[:1].isupper()
    initial = len(word) == 1 and text[following.end() : following.end() + 1] == "."
    return word in OPENERS and not initial
