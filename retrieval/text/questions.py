"""What a question asks for: its words without those that only make it a question."""

from __future__ import annotations

from retrieval.text.fold import fold
from retrieval.text.stopwords import (
    CAPITALS,
    ENGLISH,
    ENGLISH_ONLY,
    NAMES,
    TURKISH,
    TURKISH_ENDINGS,
    TURKISH_LETTERS,
    TURKISH_ONLY,
)
from retrieval.text.terms import Token, bare, term_spans, tokens
from retrieval.types import Offsets


def query_terms(question: str) -> list[str]:
    """The search terms of a question, each once, in order, without its function words.

    English and Turkish; a question of function words alone keeps them all. ``US``, ``May``
    and the like are terms where their capitals say that they are names. Any text will do.
    """
    words = list(tokens(question))
    stop = _stop_words(words)
    shouted = question.isupper()
    asked = [word for word in words if not _is_stop(question, word, stop, shouted)]
    return list(dict.fromkeys(t.text for w in asked or words for t in w.terms if not t.spare))


def matches(question: str, text: str) -> list[Offsets]:
    """The ranges of the text whose terms a question asks for: sorted, disjoint, by word."""
    asked = set(query_terms(question))
    found: list[Offsets] = []
    for term, start, end in term_spans(text):
        if term in asked and (not found or found[-1][1] <= start):
            found.append((start, end))
    return found


def _stop_words(words: list[Token]) -> frozenset[str]:
    """The stop words of the question's language; English unless it is plainly Turkish.

    Names are no evidence: "Kim Jong Un" holds a Turkish question word.
    """
    plain = {word.written for word in words if word.written[0].islower()}
    keys = {_key(word) for word in words}
    keys -= {key for key in keys & NAMES if key not in plain}
    if keys & ENGLISH_ONLY:
        return ENGLISH
    turkish = keys & TURKISH_ONLY or any(TURKISH_LETTERS.intersection(word) for word in plain)
    return ENGLISH | TURKISH if turkish else ENGLISH


def _is_stop(question: str, word: Token, stop: frozenset[str], shouted: bool) -> bool:
    key = _key(word)
    if _is_ending(question, word, key):
        return True
    if key not in stop:
        return False
    if key in CAPITALS and word.written.isupper() and not shouted:
        return False
    inside = not _starts_sentence(question, word.start)
    return not (key in NAMES and word.written[0].isupper() and inside)


def _is_ending(question: str, word: Token, key: str) -> bool:
    """Whether the word is the ending of a Turkish name, as "da" in "Ankara'da"."""
    before = question[max(word.start - 2, 0) : word.start]
    after_name = len(before) == 2 and before[0].isalnum() and before[1] in "'’"
    return after_name and key in TURKISH_ENDINGS and word.written.islower()


def _starts_sentence(question: str, start: int) -> bool:
    before = question[max(start - 8, 0) : start].rstrip(" \"'“‘«(¿¡")
    return not before or before[-1] in ".?!:\n"


def _key(word: Token) -> str:
    return fold(bare(word.written))
