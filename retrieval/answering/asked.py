"""What a question says itself, so that no answer merely repeats it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from retrieval.answering.answer_type import Wanted, wanted
from retrieval.answering.comparison import Things, compared
from retrieval.answering.identity import Name
from retrieval.answering.name_words import RANKS, is_office
from retrieval.answering.speakers import asks_who_spoke
from retrieval.answering.superlative import direction
from retrieval.languages import find_language
from retrieval.text import find_names, fold, query_terms, terms

_EN, _TR = find_language("en"), find_language("tr")
_CLAUSE = re.compile(r"\bbut\b|;|,? \b(?:and|while|although|though|whereas)\b|\binstead\b", re.I)
_FIRM_CLAUSE = re.compile(r"\bbut\b|;|, (?:and|while|although|though|whereas)\b|\binstead\b", re.I)
"""Where "and" alone joins those who did not: what they didn't do follows the last of them."""
_DENIAL = re.compile(
    r"(?:\b(?:not|never|without|neither|nor)\b|n['’]t\b|\b(?:refused|declined|failed) to\b)"
    r"((?:\W+\w+){1,3})",
    re.I,
)
_NOT = re.compile(r"n['’]t\b", re.I)
_CHOICE = re.compile(r"\b(?:or|veya|ya da|yoksa)\b")
_KIN = re.compile(rf"\b(?:{'|'.join(sorted(_EN.lists['kin'] | _TR.lists['kin']))})\b")
_LATEST = re.compile(
    rf"\b(?:{'|'.join(sorted(map(fold, _EN.lists['latest'] | _TR.lists['latest'])))})\b"
)
_CAPITAL = r"[^\W\d_a-z]"
_INITIALS = re.compile(rf"\b{_CAPITAL}\w+ (?:{_CAPITAL}\.? ?){{1,3}}{_CAPITAL}\w+")
_PRONOUNS = (_EN.lists["pronouns"] - _EN.lists["nobody"]) | {
    fold(word) for word in _TR.lists["pronouns"]
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart once: what it wants, its terms, and its folded words in order.

    ``names`` are those that it tells, without settings ("in Bucharest"), each as folded words;
    ``compared`` are the two things that it compares, if any; ``undone`` tells whether it asks for
    what did not happen, ``decides`` whether for yes or no, ``latest`` whether of several values
    for the newest, ``speaker`` whether for who said something; ``extreme`` is 1 where it asks for
    the most of something, -1 for the least. ``full_names`` are the words of names with initials
    between first and last: George W. Bush.
    """

    question: str
    wanted: Wanted
    terms: frozenset[str]
    words: tuple[str, ...]
    names: tuple[frozenset[str], ...]
    offers_choice: bool
    of_kin: bool
    undone: bool
    compared: Things | None
    decides: bool
    latest: bool
    speaker: bool
    extreme: int
    full_names: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, question: str) -> Asked:
        """Take a question apart."""
        small = question.lower()
        return cls(
            question,
            wanted(question),
            frozenset(terms(question)),
            _words(question),
            tuple(_names(question)),
            _CHOICE.search(small) is not None,
            _KIN.search(small) is not None,
            _DENIAL.search(question) is not None,
            compared(question),
            _EN.lists["helping"].issuperset(_words(question)[:1]),
            _LATEST.search(fold(question)) is not None,
            asks_who_spoke(question),
            direction(question),
            tuple(tuple(re.findall(r"\w+", found[0])) for found in _INITIALS.finditer(question)),
        )

    def deeds(self, language: str | None) -> frozenset[str]:
        """Give the terms of what happened, as a text in a language has them."""
        return _deeds(self.question, language)

    def share_told(self, text: str, language: str | None) -> float:
        """Give the share of the question's words that a text in a language tells."""
        deeds = self.deeds(language)
        return len(deeds.intersection(terms(text, language))) / max(len(deeds), 1)

    def repeats(self, text: str) -> bool:
        """Tell whether a text says nothing that the question doesn't, or is a mere pronoun."""
        if all(word in _PRONOUNS for word in _words(text)):
            return True
        found = [term for term in terms(text) if term not in ("the", "a", "an")]
        return not self.offers_choice and self.terms.issuperset(found)

    def denied(self, sentence: str, place: int, language: str | None) -> bool:
        """Tell whether the clause around a place says that what was asked did not happen.

        "Dahl did not meet Tamm, but saw Reed" denies that she met Tamm.
        """
        return not self.undone and self._denies(sentence, place, _CLAUSE, language)

    def undone_in(self, sentence: str, place: int, language: str | None) -> bool:
        """Tell whether the clause around a place says that what was asked for did not happen.

        "Norway and Denmark did not sign, but Iceland did": neither Norway nor Denmark did.
        """
        return self.undone and self._denies(sentence, place, _FIRM_CLAUSE, language)

    def tells_done(self, sentence: str, language: str | None) -> bool:
        """Tell whether a sentence says that what is asked for as not done was done.

        It has the words that the question denies, and none of those that deny; these are known of
        some languages only.
        """
        negations = find_language(language).lists.get("negations", frozenset())
        if not negations.isdisjoint(_words(sentence)) or _NOT.search(sentence):
            return False
        denied = _denied(self.question, language)
        return bool(negations) and not denied.isdisjoint(terms(sentence, language))

    def _denies(
        self, sentence: str, place: int, ends: re.Pattern[str], language: str | None
    ) -> bool:
        clause = _clause(sentence, place, ends)
        small = (_small(found[1]) for found in _DENIAL.finditer(clause))
        deeds = self.deeds(language)
        return any(deeds.intersection(terms(words, language)) for words in small)

    def of_namesake(self, sentence: str) -> bool:
        """Tell whether a sentence names none but a namesake: George H. W. Bush for George W. Bush.

        Only a name that the question tells with its initials has any.
        """
        names = [name for name in self.full_names if name[0] in sentence and name[-1] in sentence]
        return any(_namesake(name).search(sentence) is not None for name in names) and not any(
            re.search(r"\W+".join(map(re.escape, name)), sentence) for name in names
        )

    def names_already(self, name: Name) -> bool:
        """Tell whether the question wants somebody and names this person itself.

        In a question about kin a surname alone is no evidence: "who did Bush marry?".
        """
        if self.offers_choice or self.wanted.kind != "person" or not name.full:
            return False
        if set(name.full) <= set(self.words):
            return True
        surname = name.full[-1]
        before = self.words[: self.words.index(surname)][-1:] if surname in self.words else ("?",)
        alone = all(one in _EN.stop_words or one in RANKS or is_office(one) for one in before)
        return alone and not self.of_kin

    def missing(self, text: str) -> set[frozenset[str]]:
        """Give the names of the question that a text doesn't tell."""
        told = _words(text)
        return {name for name in self.names if name.isdisjoint(told)}


def _small(text: str) -> str:
    """Give a text without its words with capitals: names are no deeds."""
    return re.sub(r"\b[^\W\d_a-z]\w*", "", text)


@lru_cache(maxsize=1 << 6)
def _deeds(question: str, language: str | None) -> frozenset[str]:
    return frozenset(query_terms(question, (language,)))


@lru_cache(maxsize=1 << 6)
def _denied(question: str, language: str | None) -> frozenset[str]:
    """Give the terms of what a question says was not done, as a text in a language has them."""
    told = (terms(_small(found[1]), language) for found in _DENIAL.finditer(question))
    return _deeds(question, language).intersection(chain.from_iterable(told))


@lru_cache(maxsize=1 << 8)
def _namesake(name: tuple[str, ...]) -> re.Pattern[str]:
    """What finds the first and the last word of a name with initials between them."""
    first, last = re.escape(name[0]), re.escape(name[-1])
    return re.compile(rf"\b{first} (?:{_CAPITAL}\.? ?){{1,3}}{last}\b")


def _clause(sentence: str, place: int, ends: re.Pattern[str]) -> str:
    start = max((found.end() for found in ends.finditer(sentence, 0, place)), default=0)
    after = ends.search(sentence, place)
    return sentence[start : after.start() if after else len(sentence)]


def _words(text: str) -> tuple[str, ...]:
    found = re.findall(r"\w+(?:['’]\w{2,})?", text)
    return tuple(_EN.aliases.get(key, key) for key in map(_key, found))


def _key(word: str) -> str:
    turkish = re.split("['’]", word)
    ends = len(turkish) > 1 and turkish[-1].islower() and fold(turkish[-1]) in _TR.endings
    return fold(turkish[0] if ends else word).replace("’", "'")


def _names(question: str) -> Iterator[frozenset[str]]:
    """Give the names that a question tells; where it is written small, its content words.

    "Who owns the goat?" is written as small as "who owns the goat?".
    """
    names = find_names(question)
    if names or not (question[1:].islower() or question.isupper()):
        place = 0
        for name in names:
            place = question.index(name, place)
            before = question[:place].lower().split()[-1:]
            located = re.match(r"['’][dt][ae](?:n|ki)?\b", question[place + len(name) :])
            if not located and not set(before) & _EN.lists["settings"]:
                yield frozenset(_words(name)) - _EN.stop_words
    else:
        content = set(query_terms(question.lower()))
        yield from (frozenset((word,)) for word in _words(question) if word in content)
