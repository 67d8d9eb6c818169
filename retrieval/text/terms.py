"""The words of a text as search terms: one spelling for all the ways a word is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

import Stemmer

from retrieval.languages import Language, Table, all_languages, find_language
from retrieval.text.fold import fold, fold_with_map

_MARKS = "".join(c for c in map(chr, range(0x300, 0x3100)) if unicodedata.category(c)[0] == "M")
_WORD = rf"[\w\u00ad\u200b-\u200d\u2060\ufe0f{_MARKS}]"
_LETTER = r"[^\W\d_]"
_DASH = "[-\u2010\u2011\u2013]"
_BROKEN = r"(?<=[^\W\d_])[-\u2010\u00ad]\r?\n[ \t]{0,8}[^\W\d_A-Z][\w\u00ad]{0,62}"
_TAIL = r"(?:['’](?:[sdmSDM]|re|ve|ll|RE|VE|LL)|(?<=[nN])['’][tT])(?!\w)"

# No group may capture: terms() takes the matches of findall. The first character stands in
# front of all kinds of words, and plain words come first, for speed. A word of more than 64
# characters is no word; cut there, it costs no more than others.
_TOKEN = re.compile(
    rf"""{_WORD}(?:
        (?<=[A-Za-z])[a-z]{{2}}{_WORD}{{0,61}}(?:{_BROKEN})?+                   # Fidan, Fi-\ndan
        | (?<={_LETTER})(?:\.{_LETTER})+\.?(?!\w)                               # U.S., T.C.
        | (?<=\d)\d{{0,63}}+(?:[.,]\d++)+                                       # 1,611, 4.3
        | (?:(?<=[A-Za-z])[A-Za-z]?|(?<=[A-Z])[A-Z]{{2,4}}){_DASH}\d{{1,4}}[A-Za-z]?(?!\w)  # F-35s
        | (?:(?<=[B-HJ-Zb-hj-z])|(?<=[A-Z])[A-Z]{{1,2}})[ \u00a0]\d{{1,3}}(?![.,]?\w)       # F 35
        | (?<=[A-Z])[A-Z]{{1,4}}/[A-Z]{{1,3}}(?!\w)                             # SAMP/T
        | {_WORD}{{0,63}}(?:{_BROKEN})?+
    )(?:{_TAIL})?""",
    re.VERBOSE,
)
_CODE = re.compile(rf"([A-Za-z]{{1,5}})({_DASH}?|[ \u00a0])(\d{{1,4}})([A-Za-z]?)")
_SLASHED = re.compile(r"([A-Z]{2,5})(/)([A-Z]{1,3})()")
_LINE_END = re.compile(r"[-\u2010\u00ad]\r?\n[ \t]*")
_CONTRACTION = re.compile(rf"(?:(?<=\w)[nN](?=['’][tT]))?{_TAIL}$")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})++(?:\.\d+)?")
_POINTED = re.compile(r"\d{1,3}(?:\.\d{3})++")
_DECIMAL = re.compile(r"\d+(?:\.\d+|,\d{1,2})")

# Japanese and Chinese are written without spaces: there a character is a term.
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


class Term(NamedTuple):
    """A term with its place; ``spare`` ones help a text to be found, not a question to ask."""

    text: str
    start: int
    end: int
    spare: bool = False


class Token(NamedTuple):
    """A word as written, where it starts, and its terms."""

    written: str
    start: int
    terms: tuple[Term, ...]


def terms(text: str, language: str | None = None) -> list[str]:
    """The words of a text in a language as search terms, in order.

    Folded, stemmed (irregular verbs too), and spelled one way: ``Türkiye's`` gives
    ``turkey``, ``U.S.`` ``us``, ``1,611`` ``1611``, ``met`` ``meet``. A word written in parts
    gives its parts too: ``F-35`` ``f35 f 35``. Terms hold letters and digits, in decimals also
    a full stop.
    """
    known = find_language(language)
    return list(chain.from_iterable(_term_texts(word, known) for word in _TOKEN.findall(text)))


def term_spans(text: str, language: str | None = None) -> list[tuple[str, int, int]]:
    """``terms(text)``, each with the range ``[start, end)`` of the text that it came from."""
    return [
        (term.text, token.start + term.start, token.start + term.end)
        for token in tokens(text, find_language(language))
        for term in token.terms
    ]


def tokens(text: str, known: Language) -> Iterator[Token]:
    """The words of a text as they are written, each with its terms (offsets from its start)."""
    for match in _TOKEN.finditer(text):
        yield Token(match[0], match.start(), terms_of(match[0], known))


def bare(written: str) -> str:
    """A word without ``'s`` and other contractions: ``Turkey's``, ``won't`` → Turkey, wo."""
    return _CONTRACTION.sub("", written)


@cache
def aliases() -> Table:
    """The spelling that stands for each other one of a name: those of all languages."""
    return {form: name for known in all_languages() for form, name in known.aliases.items()}


@lru_cache(maxsize=1 << 16)
def _term_texts(written: str, known: Language) -> tuple[str, ...]:
    return tuple(term.text for term in terms_of(written, known))


@lru_cache(maxsize=1 << 14)
def terms_of(written: str, known: Language) -> tuple[Term, ...]:
    """The terms of one word as it is written (a token's), with offsets from its start."""
    word = bare(written)
    if code := _CODE.fullmatch(word) or _SLASHED.fullmatch(word):
        return tuple(_code_terms(code, known))
    if broken := _LINE_END.search(word):
        return tuple(_broken_terms(word, broken, known))
    if word[0].isdigit() and word[-1].isdigit() and ("." in word or "," in word):
        return tuple(_number_terms(word))
    if "." in word:
        joined = word.replace(".", "")
        return (Term(_normal(fold(joined), joined, known), 0, len(word)),)
    if word == "us":
        return (Term("we", 0, len(word)),)  # the pronoun, not the country
    folded = fold_with_map(word)
    pieces = [(piece[0], *folded.span(*piece.span())) for piece in _PIECE.finditer(folded.text)]
    return tuple(
        Term(_normal(key, word[start:end], known), start, end) for key, start, end in pieces
    )


def _broken_terms(word: str, broken: re.Match[str], known: Language) -> Iterator[Term]:
    """A word broken at a line end, whole; then its parts, for the hyphen may be its own."""
    joined = word[: broken.start()] + word[broken.end() :]
    yield Term(_normal(fold(joined), joined, known), 0, len(word))
    for start, end in ((0, broken.start()), (broken.end(), len(word))):
        part = word[start:end]
        yield Term(_normal(fold(part), part, known), start, end, spare=True)


def _code_terms(code: re.Match[str], known: Language) -> Iterator[Term]:
    """``F-35A``, ``F35A``: f35a, f35, then the spare f and 35. ``US 50`` asks for 50 too."""
    whole = code.span()
    joined, variant = fold(code[1] + code[3]), fold(code[4])
    if variant not in ("", "s"):
        yield Term(joined + variant, *whole)
    yield Term(joined, *whole)
    yield Term(_normal(fold(code[1]), code[1], known), *code.span(1), spare=len(code[1]) == 1)
    spare = len(code[3]) == 1 if code[2] == "/" else len(code[3]) < 4 and not code[2].isspace()
    yield Term(fold(code[3]), *code.span(3), spare=spare)


def _number_terms(word: str) -> Iterator[Term]:
    """Thousands without their commas; a decimal comma is a point; dates fall into numbers."""
    whole = 0, len(word)
    if _THOUSANDS.fullmatch(word):
        yield Term(word.replace(",", ""), *whole)
    elif _POINTED.fullmatch(word):
        # 1.611 is a thousand and more in Turkish, a decimal in English: both are found.
        yield Term(word.replace(".", ""), *whole)
        if word.count(".") == 1:
            yield Term(word, *whole)
    elif _DECIMAL.fullmatch(word):
        yield Term(word.replace(",", "."), *whole)
    else:
        yield from (Term(part[0], *part.span()) for part in re.finditer(r"\d+", word))


def _normal(key: str, written: str, known: Language) -> str:
    """The term of a word by its key and as it is written."""
    stemmer = _stemmer(known)
    if stemmer is None and known.also:
        return _normal(key, written, find_language(known.also))
    plain = unicodedata.normalize("NFC", written).lower() if known.accents else key
    word = aliases().get(key, plain)
    base = known.irregular.get(word, word)
    stem = fold(stemmer.stemWord(base) if stemmer else base)
    return aliases().get(stem, stem)


@cache
def _stemmer(known: Language) -> Stemmer.Stemmer | None:
    """A language's stemmer; one that has none is stemmed as the one that it borrows from."""
    try:
        return Stemmer.Stemmer(known.stemmer, 0)
    except KeyError:
        return None
