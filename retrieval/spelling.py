"""Misspelt words of a question, put right by the words that the articles tell.

What has several right spellings (Müller or Mueller, Kyiv or Kiev) is spelled as there. Else only a
word that no article holds is changed, into one that differs by a letter or two and begins alike. A
word that is known to be right though no article holds it ("vanish", "Smyth") stays, except as a
part of a name: "Will Smyth" where the articles tell of Will Smith.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache

from retrieval.encoder.bundled import bundled_folder, bundled_pieces
from retrieval.languages import DEFAULT, Language, find_language
from retrieval.search import Searcher
from retrieval.text import fold
from retrieval.text.questions import asked_in
from retrieval.text.terms import Token, aliases, bare, terms_of, tokens
from retrieval.text.umlauts import other_spellings, written_out
from retrieval.types import Filters, Hit

SHORTEST = 5
"""Letters that a word needs, or else a neighbour: of shorter ones too many differ by a letter."""

LONG = 8
"""Letters with which a name may differ by two: "Volodimir"."""

LIKELY = 2
"""How many times as frequent the likeliest of equally near words has to be."""

CHECKED = 8
"""Terms whose passages are looked at."""

PASSAGES = 8
"""Passages that tell how a term is written."""

ENDING = 3
"""Letters by which two forms of a word that is spelled out may differ: "Geschaefte", Geschäften."""

LONGEST_ENDING = 5
"""Letters that stemming cuts off at most: "administr"."""

_ALIKE = ("ckq", "sz", "vw", "fp", "gj")
"""Letters that a misspelt word may begin with one for the other."""


@dataclass(frozen=True, slots=True)
class _Doubtful:
    """A word that no article holds.

    ``named``: it is written as a name is, ``beside`` are its neighbours that may be parts of the
    name.
    """

    written: str
    named: bool
    beside: tuple[Token, ...]

    @property
    def most(self) -> int:
        """How many letters may be wrong."""
        return 2 if self.named and len(self.written) >= LONG else 1


@dataclass(frozen=True, slots=True)
class _Meant:
    """A word that may be meant, as articles write it; ``joined``: next to the same neighbour."""

    written: str
    distance: int
    count: int
    joined: bool

    @property
    def rank(self) -> tuple[bool, int]:
        return not self.joined, self.distance


def misspelt(question: str, searcher: Searcher, filters: Filters) -> dict[str, str]:
    """Give the misspelt words of a question, each with the word that was meant.

    Where several may be meant and none is much more frequent, the word stays as it is.
    """
    searcher.catch_up()
    words = list(tokens(question, find_language(None)))
    english = asked_in(question, words).code == DEFAULT
    found = dict(_spelled_otherwise(words, searcher, filters))
    found |= _asking(question) if english else {}
    for word in _doubtful(words, searcher, english=english, small=question.islower()):
        if word.written not in found and (meant := _meant(word, searcher, filters)):
            found[word.written] = meant
    return found


def respelled(text: str, found: Mapping[str, str]) -> str:
    """Give a text with its misspelt words put right."""
    if not found:
        return text
    words = "|".join(map(re.escape, found))
    return re.sub(rf"\b(?:{words})\b", lambda match: found[match[0]], text)


def distance(one: str, other: str, most: int) -> int:
    """Give how many letters are missing, added, wrong or swapped; more than ``most`` is most + 1.

    Two neighbours that are swapped count as one.
    """
    if abs(len(one) - len(other)) > most or len({*one} ^ {*other}) > 2 * most:
        return most + 1
    last: list[int] = []
    before, row = last, list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _asking(question: str) -> dict[str, str]:
    """Give the word that asks, where a question begins with nearly one: "wher", "waht"."""
    first, following, *_ = (*re.findall(r"\w+", question), "", "")
    key = fold(first)
    named = first[:1].isupper() and following[:1].isupper()  # Whit Stillman
    if not key.isalpha() or len(key) < SHORTEST - 2 or named or _is_right(key):
        return {}
    near = [word for word in find_language(None).question_words if distance(key, word, 1) == 1]
    (meant, *others) = [word for word in near if Counter(key) <= Counter(word)] or near or ("",)
    if others or not meant:
        return {}
    return {first: meant.capitalize() if first[0].isupper() else meant}


def _spelled_otherwise(
    words: Sequence[Token], searcher: Searcher, filters: Filters
) -> Iterator[tuple[str, str]]:
    """Give the words that articles only spell in another of the ways that are as right.

    With two letters for one or with one for two, or as another language does ("Qaddafi").
    """
    languages = [find_language(code) for code in dict.fromkeys((None, *searcher.languages()))]
    for token in words:
        written = bare(token.written)
        others = list(other_spellings(written)) if written.isalpha() else []
        name = _names_in_several_spellings().get(fold(written))
        if name and _texts(token) != [one.text for one in terms_of(name, find_language(None))]:
            name = None  # “us”, the pronoun
        others = [other for other in others if _terms(other, languages, searcher)]
        if not (others or name) or _told(written, languages, searcher, filters):
            continue
        if name:
            (term,) = _texts(token)
            told = _written(searcher.telling([term], PASSAGES, filters), term)
            yield from ((written, form) for form, _ in told.most_common(1))
            continue
        for other in others:
            if forms := _told(other, languages, searcher, filters):
                same = (form for form in forms if written_out(form) == written_out(written))
                yield written, next(same, other)
                break


def _texts(token: Token) -> list[str]:
    return [term.text for term in token.terms]


@cache
def _names_in_several_spellings() -> Mapping[str, str]:
    return {**aliases(), **{name: name for name in aliases().values()}}


def _told(
    word: str, languages: Sequence[Language], searcher: Searcher, filters: Filters
) -> list[str]:
    """Give the forms of a word, spelled as it is, that articles tell."""
    return [
        form
        for term in _terms(word, languages, searcher)
        for form in _written(searcher.telling([term], PASSAGES, filters), term)
        if _is_form(fold(form), fold(word))
    ]


def _terms(word: str, languages: Sequence[Language], searcher: Searcher) -> list[str]:
    """Give the terms of a word, in any of the languages, that articles hold."""
    terms = {term.text for known in languages for term in terms_of(word, known)}
    return [term for term in sorted(terms) if searcher.count(term)]


def _is_form(one: str, other: str) -> bool:
    """Tell whether two words differ in nothing but an ending."""
    longest = max(len(one), len(other))
    stem = longest - min(ENDING, longest // 3)
    return one[:stem] == other[:stem]


def _doubtful(
    words: Sequence[Token], searcher: Searcher, *, english: bool, small: bool
) -> Iterator[_Doubtful]:
    """Give the words of a question that no article holds in any form.

    Of other languages than English names alone, since only its words are known to be right.
    """
    small = english and small
    known = tuple(map(find_language, dict.fromkeys((None, *searcher.languages()))))
    for at, word in enumerate(words):
        written = bare(word.written)
        named = small or (written[:1].isupper() and at > 0)
        if not written.isalpha() or len(written) < SHORTEST - 1 or not (english or named):
            continue
        forms = {term.text for one in known for term in terms_of(word.written, one)}
        if any(map(searcher.count, forms)) and not (
            named and _lacks_ending(written, forms, searcher)
        ):
            continue
        near = (words[i] for i in (at - 1, at + 1) if named and 0 <= i < len(words))
        beside = tuple(one for one in near if small or one.written[0].isupper())
        if beside or (len(written) >= SHORTEST and not _is_right(fold(written))):
            yield _Doubtful(written, named, beside)


def _lacks_ending(written: str, forms: Set[str], searcher: Searcher) -> bool:
    """Tell whether articles write a name with a last letter that its term goes without."""
    key = fold(written)
    if forms != {key} or len(key) < SHORTEST or _is_right(key):
        return False
    told = _written(searcher.telling([key], PASSAGES), key)
    return bool(told) and key not in map(fold, told)


def _meant(word: _Doubtful, searcher: Searcher, filters: Filters) -> str | None:
    alone = len(word.written) >= SHORTEST and not _is_right(fold(word.written))
    found: list[_Meant] = []
    for term, count in _near(word, searcher)[:CHECKED]:
        for one in word.beside:
            name = [told.text for told in one.terms]
            if not any(map(searcher.count, name)):
                continue
            hits = searcher.telling([term, *name], PASSAGES, filters)
            together = [hit for hit in hits if _stand_together(hit, term, name)]
            found += _forms(word, term, together, count, joined=True)
        if alone:
            found += _forms(
                word, term, searcher.telling([term], PASSAGES, filters), count, joined=False
            )
    if not found:
        return None
    best, *others = sorted(found, key=lambda one: (one.rank, -one.count))
    rivals = (one for one in others if one.rank == best.rank and one.written != best.written)
    return None if any(one.count * LIKELY > best.count for one in rivals) else best.written


def _near(word: _Doubtful, searcher: Searcher) -> list[tuple[str, int]]:
    """Give the terms that a word may be meant for, the nearest and then most frequent first.

    Each has about how many passages hold it.
    """
    key = fold(word.written)
    letters = next((group for group in _ALIKE if key[0] in group), key[0])
    found = []
    for letter in letters:
        for term, count in searcher.index.words(letter).items():
            apart = _apart(key, term, word.most)
            if apart <= word.most and term.isalpha():
                found.append((distance(key, term, word.most), apart, -count, term))
    return [(term, -count) for *_, count, term in sorted(found)]


def _apart(key: str, term: str, most: int) -> int:
    """Give how far a word is from a term, whose ending may be cut off: "presid", "academi"."""
    whole = distance(key, term, most)
    term = term.removesuffix("i")
    if len(term) < SHORTEST - 2 or len(key) - len(term) > LONGEST_ENDING:
        return whole
    cuts = range(max(len(term) - 1, SHORTEST - 2), min(len(term) + 2, len(key)))
    return min((whole, *(distance(key[:cut], term, most) for cut in cuts)))


def _forms(
    word: _Doubtful, term: str, hits: Sequence[Hit], count: int, *, joined: bool
) -> Iterator[_Meant]:
    """Give the nearest form in which passages write a term, if it is near enough."""
    forms = _written(hits, term)
    key, most = fold(word.written), word.most
    ranked = sorted(
        (distance(key, fold(form), most), -times, form)
        for form, times in forms.items()
        if _fits(word, form)
    )
    if ranked and ranked[0][0] <= most:
        yield _Meant(ranked[0][2], ranked[0][0], count, joined)


def _written(hits: Sequence[Hit], term: str) -> Counter[str]:
    """Give the forms in which passages write a term, with how often they do."""
    return Counter(
        bare(token.written)
        for hit in hits
        for token in _tokens(hit)
        if any(one.text == term for one in token.terms)
    )


def _fits(word: _Doubtful, form: str) -> bool:
    """Tell whether a form is written as the word is: a name for a name, no function word."""
    if word.written[0].isupper():
        return form[0].isupper()
    return (word.named or form.islower()) and form.lower() not in find_language(None).stop_words


def _stand_together(hit: Hit, term: str, told: Sequence[str]) -> bool:
    """Tell whether a passage tells a term next to a word with these terms."""
    held = [{one.text for one in token.terms} for token in _tokens(hit)]
    pairs = itertools.pairwise(held)
    return any(
        (term in one and other.intersection(told)) or (term in other and one.intersection(told))
        for one, other in pairs
    )


def _tokens(hit: Hit) -> list[Token]:
    known = find_language(hit.article.language)
    return [*tokens(hit.article.title, known), *tokens(hit.text, known)]


@lru_cache(maxsize=1 << 12)
def _is_right(word: str) -> bool:
    """Tell whether a word is in the vocabulary of the model that ships: 24,000 English ones."""
    return bundled_pieces(bundled_folder()).is_word(word)
