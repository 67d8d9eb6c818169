"""What a question asks for: its words without those that only make it a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from retrieval.languages import DEFAULT, Language, all_languages, find_language, with_borrowed
from retrieval.text.fold import fold
from retrieval.text.terms import Token, bare, term_spans, terms_of, tokens
from retrieval.types import Offsets


def query_terms(question: str, languages: Iterable[str | None] = (None,)) -> list[str]:
    """The search terms of a question, each once, in order, without its function words.

    ``languages`` are those of the texts to be found: as nobody knows which one a short
    question is in, or a name, each word gives the term that it would be in each of them. A
    question of function words alone keeps them all. ``US``, ``May`` and the like are terms
    where their capitals say that they are names. Any text will do.
    """
    records = tuple(map(find_language, dict.fromkeys(languages)))
    words = list(tokens(question, find_language(None)))
    asking = asked_in(question, words)
    shouted = question.isupper()
    asked = [word for word in words if not _is_stop(question, word, asking, shouted)]
    return list(
        dict.fromkeys(
            term.text
            for word in asked or words
            for known in records
            for term in terms_of(word.written, known)
            if not term.spare
        )
    )


def asked_in_english(question: str) -> str:
    """A question with the words that ask in English: "Wann tritt Dahl zurück?", "when tritt …".

    The reader learnt to read from English questions. Those in a language whose record tells
    nothing of them are left as they are.
    """
    known = asked_in(question, list(tokens(question, find_language(None))))
    found = _asking(known).match(question) if known.asking else None
    if not found:
        return question
    return f"{known.asking[found[1].lower().replace('’', chr(39))]}{question[found.end() :]}"


@cache
def _asking(known: Language) -> re.Pattern[str]:
    longest_first = sorted(known.asking, key=lambda words: -len(words))
    words = "|".join(map(re.escape, longest_first)).replace("'", "['’]")
    return re.compile(rf"[\s¿]*({words})(?![\w-])", re.I)


def matches(question: str, text: str, language: str | None = None) -> list[Offsets]:
    """The ranges of a text whose terms a question asks for: sorted, disjoint, by word."""
    asked = set(query_terms(question, (language,)))
    found: list[Offsets] = []
    for term, start, end in term_spans(text, language):
        if term in asked and (not found or found[-1][1] <= start):
            found.append((start, end))
    return found


def asked_in(question: str, words: Sequence[Token]) -> Language:
    """The language that most of a question's function words are of; the default in doubt."""
    whole = [word for word in words if not _is_attached(question, word)]
    return max(all_languages(), key=lambda known: _evidence(known, whole))


def _evidence(known: Language, words: Sequence[Token]) -> int:
    """How much speaks for a language: a word of its letters as well, a question word twice.

    Names are no evidence: "Kim Jong Un" holds a Turkish question word, "De La Rosa" Spanish
    articles.
    """
    keys = {_key(word) for word in words}
    plain = [word for word in words if word.written[0].islower()]
    small = {_key(word) for word in plain}
    names = (keys & _folded(known, "stop_names")) - small
    asking = keys & _folded(known, "question_words") - names
    first = {_key(word) for word in words[:1]} - names
    told = keys - names if known.code == DEFAULT else small | first | asking
    letters = sum(any(letter in word.written for letter in known.letters) for word in plain)
    return len(told & _stop_words(known)) + len(asking) + letters


def _is_attached(question: str, word: Token) -> bool:
    """Whether a word is part of a longer one: the ending of a name, "el" in "el-Kindi"."""
    end = word.start + len(word.written)
    return (
        question[max(word.start - 1, 0) : word.start] in tuple("-'’")
        or question[end : end + 1] == "-"
    )


def _is_stop(question: str, word: Token, asking: Language, shouted: bool) -> bool:
    key = _key(word)
    if _is_ending(question, word, key):
        return True
    if key not in _stop_words(asking, borrowed=True) or _is_accented(asking, word):
        return False
    capitals = _folded(asking, "stop_capitals", borrowed=True)
    if key in capitals and word.written.isupper() and not shouted:
        return False
    inside = not _starts_sentence(question, word.start)
    is_name = key in _folded(asking, "stop_names", borrowed=True) and word.written[0].isupper()
    return not (is_name and inside)


def _is_accented(asking: Language, word: Token) -> bool:
    """Whether a word is told from a function word by its accents alone: "né" and "ne"."""
    written = word.written.lower()
    listed = asking.stop_words | asking.question_words
    return asking.accents and not written.isascii() and written not in listed


def _is_ending(question: str, word: Token, key: str) -> bool:
    """Whether the word is the ending of a name, as "da" in "Ankara'da" is in Turkish."""
    before = question[max(word.start - 2, 0) : word.start]
    after_name = len(before) == 2 and before[0].isalnum() and before[1] in "'’"
    return after_name and word.written.islower() and key in _endings()


def _starts_sentence(question: str, start: int) -> bool:
    before = question[max(start - 8, 0) : start].rstrip(" \"'“‘«(¿¡")
    return not before or before[-1] in ".?!:\n"


def _key(word: Token) -> str:
    return fold(bare(word.written))


@cache
def _stop_words(known: Language, borrowed: bool = False) -> frozenset[str]:
    return _folded(known, "stop_words", borrowed) | _folded(known, "question_words", borrowed)


@cache
def _folded(known: Language, name: str, borrowed: bool = False) -> frozenset[str]:
    own: frozenset[str] = getattr(known, name)
    return frozenset(map(fold, with_borrowed(known, name) if borrowed else own))


@cache
def _endings() -> frozenset[str]:
    return frozenset(fold(ending) for known in all_languages() for ending in known.endings)
