"""Sentences as ranges of the text: one set of rules for all languages, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.languages import Language, Words, all_languages, find_language, with_borrowed
from retrieval.text.paragraphs import paragraphs
from retrieval.text.rows import rows
from retrieval.types import Offsets

_LOWER = "a-zßà-öø-ÿğışœ"
_UPPER = "A-ZÀ-ÖØ-ÞĞİŞŒ"

# A full stop and the like, with what closes after it. Starts with a plain set of characters,
# which the regex engine searches fast; the look-behind and the possessive repeats keep a long
# run of dots from being scanned again from each of its dots.
_STOP = re.compile(
    rf"""[.!?…؟۔।。！？｡](?<![.!?…؟۔।][.!?…؟۔।])(?:
        [.!?…؟۔।]*+(?:["'”’“»)\]}}*_]|\[\d{{1,3}}\])*+(?:[ \u00a0\u202f]»)?+(?=\s|$)
      | (?<=[。！？｡])[。！？｡]*+[」』】）”’"')]*+        # no space follows in Chinese, Japanese
      | (?:(?<=[{_LOWER}]{{2}}.)|(?<=\d{{4}}.)|(?<=\).))   # a space was lost: "left.Then"
        ["”]?(?=["“]?[{_UPPER}][{_LOWER}])
    )""",
    re.VERBOSE,
)
_NEXT = re.compile(r"""(?P<space>\s*+)(?P<open>["'“‘«‹„(\[{*_¿¡]*+)(?P<word>[\w'’-]{0,24})""")
_SPEAKER = re.compile(rf"\s++(?:[{_UPPER}][\w'’.-]{{0,24}}\s+){{1,4}}([{_LOWER}]{{3,9}})\b")
_ACRONYM = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_INITIALS = re.compile(r"(?<!\w)[^\W\d_](?:\.[ \u00a0\u202f]?[^\W\d_])+$")
_ORDINAL = re.compile(r"\d{1,3}|[IVX]{1,5}")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)", re.IGNORECASE)
_LONGEST = 24
_LETTERS_IN = 80
"""Characters of which one at least is a letter of its own, in a language that has such."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What sentences of a language are split by (see Language)."""

    never_last: Words
    before_number: Words
    seldom_last: Words
    openers: Words
    after_time: Words
    speaking: Words
    ordinals: bool


@cache
def _facts(known: Language) -> _Facts:
    return _Facts(
        never_last=with_borrowed(known, "never_last"),
        before_number=with_borrowed(known, "before_number"),
        seldom_last=with_borrowed(known, "seldom_last"),
        openers=with_borrowed(known, "openers"),
        after_time=with_borrowed(known, "after_time"),
        speaking=with_borrowed(known, "speaking"),
        ordinals=known.ordinals,
    )


def split_sentences(
    text: str, boilerplate: Sequence[Offsets] = (), language: str | None = None
) -> list[Offsets]:
    """The sentences of a text: sorted, disjoint ranges without white space at their ends.

    Together they hold every character that is neither white space nor boilerplate (ranges of
    datelines, credits and the like, in any order). None reaches over boilerplate, a blank
    line or, but in text wrapped at a width, a line break. A closing quotation mark belongs
    to the sentence before it; a quotation of several sentences is several. A row of a table
    or list is one, whatever stops stand in it.
    """
    known = find_language(language)
    whole = {(row.start, row.end) for row in rows(text, language).values()}
    return [
        sentence
        for paragraph in paragraphs(text, _between(boilerplate, len(text)), known)
        for sentence in (
            (paragraph,)
            if paragraph in whole
            else _split(text, *paragraph, _facts(_written_in(text, *paragraph, known)))
        )
    ]


def _between(boilerplate: Sequence[Offsets], length: int) -> Iterator[Offsets]:
    done = 0
    for start, end in sorted(boilerplate):
        if start >= end:
            continue
        if done < start:
            yield done, start
        done = max(done, end)
    if done < length:
        yield done, length


def _split(text: str, start: int, end: int, facts: _Facts) -> Iterator[Offsets]:
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and _ends(text, start, stop, end, facts):
            yield start, stop.end()
            start = _next(text, stop, end).start("open")
    yield start, end


def _written_in(text: str, start: int, end: int, known: Language) -> Language:
    """The language of a paragraph: another than its text's where the letters say so."""
    for other in all_languages():
        told = sum(text.count(letter, start, end) for letter in other.letters)
        if told * _LETTERS_IN > end - start:
            return other
    return known


def _next(text: str, stop: re.Match[str], end: int) -> re.Match[str]:
    found = _NEXT.match(text, stop.end(), end)
    assert found is not None  # the pattern matches the empty string
    return found


def _ends(text: str, start: int, stop: re.Match[str], end: int, facts: _Facts) -> bool:
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
        return _full_stop_ends(text, start, stop.start(), following, facts)
    if stop.start() == start:
        return False
    return len(mark) == len(stop[0]) or not _is_spoken(text, stop, end, facts)


def _is_spoken(text: str, stop: re.Match[str], end: int, facts: _Facts) -> bool:
    """Whether a speaker's name and verb follow: “Why now?” Rutte asked."""
    speaker = _SPEAKER.match(text, stop.end(), end)
    return speaker is not None and speaker[1] in facts.speaking


def _is_address(text: str, stop: re.Match[str]) -> bool:
    """Whether a stop without a space after it is within a URL or an e-mail address."""
    before = text[max(stop.start() - 80, 0) : stop.start()]
    at = stop.start() - len(before.split()[-1]) if before and not before[-1].isspace() else 0
    return bool(at) and _ADDRESS.match(text, at, stop.end() + 80) is not None


def _full_stop_ends(
    text: str, start: int, at: int, following: re.Match[str], facts: _Facts
) -> bool:
    """Whether the full stop at ``at`` ends a sentence, or belongs to an abbreviation only."""
    before = _word_before(text, start, at, facts)
    word = following["word"]
    if not before or (at - start <= 3 and (before.isdigit() or len(before) == 1)):
        return False  # a list's number or letter
    if _is_among(before, facts.never_last):
        return False
    if before.lower() in facts.before_number and word[:1].isdigit():
        return False
    if before.lower() in ("a.m", "p.m"):
        return word not in facts.after_time and "(" not in following["open"]
    if _may_go_on(before, facts) or (facts.ordinals and _ORDINAL.fullmatch(before)):
        return _begins_sentence(text, following, facts)
    return True


def _is_among(word: str, listed: Words) -> bool:
    """Whether a word is listed, perhaps written all in capitals."""
    return word in listed or (word.isupper() and word.capitalize() in listed)


def _word_before(text: str, start: int, at: int, facts: _Facts) -> str:
    """The word that a full stop follows, without opening brackets and quotation marks.

    Letters with full stops between them are one word where it is listed: "z. B".
    """
    initials = _INITIALS.search(text, max(start, at - _LONGEST), at)
    joined = re.sub(r"\s", "", initials[0]) if initials else ""
    if joined in facts.never_last or joined in facts.seldom_last:
        return joined
    words = text[max(start, at - _LONGEST) : at].split()
    word = words[-1].lstrip("\"'“‘«‹„([{*_¿¡-–—•/") if words else ""
    return word if _ACRONYM.fullmatch(word) or word in facts.seldom_last else word.split(".")[-1]


def _may_go_on(before: str, facts: _Facts) -> bool:
    """Whether the word is an initial, an acronym or an abbreviation within sentences."""
    initial = len(before) == 1 and before.isalpha()
    listed = _is_among(before, facts.seldom_last)
    return initial or listed or _ACRONYM.fullmatch(before) is not None


def _begins_sentence(text: str, following: re.Match[str], facts: _Facts) -> bool:
    """Whether what follows an abbreviation looks like a new sentence, not like a name."""
    word = following["word"]
    if following["open"]:
        return "(" not in following["open"] and word[:1].isupper()
    initial = len(word) == 1 and text[following.end() : following.end() + 1] == "."
    return word in facts.openers and not initial
