"""The names, times and endings of a Turkish question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.languages import find_language
from retrieval.text import fold
from retrieval.understanding.phrases import PLACES
from retrieval.understanding.tokens import Word, split

WHEN_WHERE = "nerede|nerde|nereye|nereden|ne zaman|neden|niçin|niye|nasıl"
"""Question words that ask for a circumstance."""

WHOM = {"kim": "", "kimler": "", "kimi": "acc", "kimleri": "acc", "kime": "dat", "kimlere": "dat"}
WHOM |= {"kimden": "abl", "kiminle": "with", "kimle": "with", "kimlerle": "with"}
"""Question words that ask for a person, with the case that the answer has."""

QUESTION = re.compile(
    rf"\b({WHEN_WHERE}|ne kadar|{'|'.join(WHOM)}|neyi|neler|ne|kaç|hangi)\b", re.I
)
_TURKISH = find_language("tr")
LISTS = _TURKISH.lists
_STOP, _ENGLISH = (frozenset(map(fold, find_language(code).stop_words)) for code in ("tr", "en"))
ENGLISH_ONLY = _ENGLISH - _STOP
_PLAIN = _STOP - _ENGLISH - {"da", "de"}
_MONTHS = "|".join(name for names in _TURKISH.months for name in names)
_TIMES = re.compile(
    rf"\b(?:(?:{_MONTHS}) )?(?:1[6-9]|20)\d\d(?:['’][dt][ae](?:n beri)?\b| yılında\b)"
    r"|\b(?:geçen|bu) (?:hafta|ay|yıl|sene)\b|\b(?:dün|bugün)\b",
    re.I,
)
_SUFFIXED = re.compile(r"(?P<root>[^'’]+)['’](?P<suffix>[^\W\d_]{1,3})$")
_CASES = {case: LISTS[case] for case in ("loc", "abl", "dat", "acc", "gen", "with")}
_POSTPOSITIONS = {"ile": "with", "hakkında": "about", "konusunda": "about"}


@dataclass(frozen=True, slots=True)
class Part:
    """A name or time in a Turkish text: its range, its case, and the name without an ending.

    The case is "" for none, "time", "about", or a key of the endings ("loc", "with").
    """

    name: str
    start: int
    end: int
    case: str

    @property
    def place(self) -> bool:
        return fold(self.name) in PLACES


def is_turkish(question: str) -> bool:
    """Tell whether a text is Turkish by its words, or by letters of words in lower case."""
    words = split(question)
    if any(word.key in ENGLISH_ONLY for word in words):
        return False
    small = [word for word in words if not word.capital]
    if words and QUESTION.fullmatch(words[0].text) and words[1:2] == tuple(small[:1]):
        small.append(words[0])  # "Kim geldi?", but not "Kim Jong Un"
    return any(
        word.key in _PLAIN
        or word.key in ("peki", "baska")
        or set(_TURKISH.letters) & set(word.text)
        for word in small
    )


def parts(text: str) -> list[Part]:
    """Give the names in a text with their cases, and its words of time, in order."""
    found = [Part(match[0], *match.span(), "time") for match in _TIMES.finditer(text)]
    words = [word for word in split(text) if not any(t.start <= word.start < t.end for t in found)]
    for start, end in _runs(text, words):
        following = words[end] if end < len(words) else None
        found.append(_named(text, words[start:end], following))
    return sorted(found, key=lambda part: part.start)


def lone(text: str) -> Part:
    """Give a word in lower case as a name: "bükreşte", "fidan"."""
    root, ending = text[:-2], fold(text[-2:])
    placed = fold(root) in PLACES and ending in _CASES["loc"]
    return Part(root if placed else text, 0, len(text), "loc" if placed else "")


def suffixed(name: str, case: str) -> str:
    """Give a Turkish name with the ending of a case: "Ankara" → "Ankara'da"; "" is none."""
    vowels = re.findall("[aâıoueiöü]", lower(name)) or ["e"]
    back, rounded = vowels[-1] in "aâıou", vowels[-1] in "ouöü"
    wide = "a" if back else "e"
    close = ("u" if back else "ü") if rounded else ("ı" if back else "i")
    last = lower(name[-1:])
    open_ = last in "aâıoueiöü"
    y, n, hard = "y" * open_, "n" * open_, "t" if last in "fstkçşhp" else "d"
    endings = {"loc": hard + wide, "abl": f"{hard}{wide}n", "dat": y + wide, "acc": y + close}
    endings |= {"gen": f"{n}{close}n", "with": f"{y}l{wide}"}
    return f"{name}'{endings[case]}" if case in endings else name


def lower(text: str) -> str:
    """Give a text in lower case as Turkish has it: "I" becomes "ı"."""
    return text.replace("İ", "i").replace("I", "ı").lower()


def _runs(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Give the ranges of capitalised words that are one name each."""
    start = None
    for at, word in enumerate(words):
        named = word.capital and not QUESTION.fullmatch(word.text) and word.key not in _PLAIN
        apart = start is not None and (
            text[words[at - 1].end : word.start] != " " or _divided(words[start:at], word)
        )
        if start is not None and (not named or apart):
            yield start, at
            start = None
        if named and start is None:
            start = at
    if start is not None:
        yield start, len(words)


def _divided(before: Sequence[Word], word: Word) -> bool:
    """Tell whether a new name begins with a word: "Çavuşoğlu Bükreş'te", "İsveç NATO'ya"."""
    if _SUFFIXED.match(before[-1].text):
        return True
    joined = " ".join(fold(one.text) for one in before)
    match = _SUFFIXED.match(word.text)
    root = fold(match["root"] if match else word.text)
    if f"{joined} {root}" in PLACES:
        return False
    placed = match is not None and match["suffix"] in _CASES["loc"] | _CASES["abl"]
    return placed or joined in PLACES or root in PLACES or root.upper() == word.text[: len(root)]


def _named(text: str, words: Sequence[Word], following: Word | None) -> Part:
    start, end = words[0].start, words[-1].end
    if match := _SUFFIXED.match(words[-1].text):
        suffix = lower(match["suffix"])
        case = next((case for case, endings in _CASES.items() if suffix in endings), "other")
        return Part(text[start : words[-1].start + match.end("root")], start, end, case)
    if following and (case := _POSTPOSITIONS.get(lower(following.text), "")):
        return Part(text[start:end], start, following.end, case)
    return Part(text[start:end], start, end, "")
