"""What a question says itself, so that no answer merely repeats it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from retrieval.answering.answer_type import Wanted, wanted
from retrieval.answering.identity import Name, same_name
from retrieval.answering.name_words import Part, Word, words
from retrieval.answering.names import who
from retrieval.languages import find_language
from retrieval.text import fold, query_terms, terms

_EN, _TR = find_language("en"), find_language("tr")
_CLAUSE = re.compile(r"\bbut\b|;|,? \b(?:and|while|although|though|whereas)\b|\binstead\b", re.I)
_DENIAL = re.compile(
    r"(?:\b(?:not|never|without|neither|nor)\b|n['’]t\b|\b(?:refused|declined|failed) to\b)"
    r"((?:\W+\w+){1,3})",
    re.I,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_TURKISH_SETTING = re.compile(r"['’][dt][ae](?:n|ki)?$")
_CHOICE = re.compile(r"\b(?:or|veya|ya da|yoksa)\b")
_KIN = re.compile(rf"\b(?:{'|'.join(sorted(_EN.lists['kin'] | _TR.lists['kin']))})\b")
_PRONOUNS = _EN.lists["pronouns"] | {fold(word) for word in _TR.lists["pronouns"]}


@dataclass(frozen=True, slots=True)
class AskedName:
    """A name told in the question; ``setting`` if it only says where: "in Bucharest"."""

    text: str
    name: Name
    setting: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart once, with what it wants and the names that it tells."""

    wanted: Wanted
    terms: frozenset[str]
    names: tuple[AskedName, ...]
    offers_choice: bool
    of_kin: bool
    deeds: frozenset[str]

    @classmethod
    def of(cls, question: str, texts: Iterable[str] = ()) -> Asked:
        """Take a question apart. ``texts`` tell which of its small words are names."""
        names = tuple(_names(_capitals(question, texts)))
        named = {term for asked in names for term in terms(asked.text)}
        return cls(
            wanted(question),
            frozenset(terms(question)),
            names,
            _CHOICE.search(question.lower()) is not None,
            _KIN.search(question.lower()) is not None,
            frozenset(query_terms(question)) - named if not _denials(question) else frozenset(),
        )

    def repeats(self, text: str) -> bool:
        """Tell whether a text says nothing that the question doesn't, or is a mere pronoun."""
        found = [term for term in terms(text) if term not in ("the", "a", "an")]
        if all(fold(word) in _PRONOUNS for word in re.findall(r"\w+", text)):
            return True
        return not self.offers_choice and self.terms.issuperset(found)

    def denied(self, sentence: str, place: int) -> bool:
        """Tell whether the clause around a place says that what was asked did not happen.

        "Dahl did not meet Tamm, but saw Reed" denies that she met Tamm.
        """
        start = max((found.end() for found in _CLAUSE.finditer(sentence, 0, place)), default=0)
        after = _CLAUSE.search(sentence, place)
        clause = sentence[start : after.start() if after else len(sentence)]
        return any(self.deeds.intersection(terms(words)) for words in _denials(clause))

    def names_already(self, name: Name) -> bool:
        """Tell whether the question wants somebody and names this person itself.

        In a question about kin a surname alone is no evidence: "who did Bush marry?".
        """
        if self.offers_choice or self.wanted.kind != "person":
            return False
        return any(
            same_name(asked.name, name)
            and not (self.of_kin and len(asked.name.full) != len(name.full))
            for asked in self.names
        )

    def missing(self, text: str) -> tuple[AskedName, ...]:
        """Give the names of the question, settings left out, that a text doesn't tell."""
        told = {_EN.aliases.get(word, word) for word in re.findall(r"\w+", fold(text))}
        return tuple(
            asked
            for asked in self.names
            if not asked.setting and not told.intersection(asked.name.full)
        )


def _denials(text: str) -> list[str]:
    """Give the few words that follow each "not", "never" or the like."""
    return [found[1] for found in _DENIAL.finditer(text)]


def _names(question: str) -> Iterator[AskedName]:
    turkish = re.search(r"['’][a-zçğıöşü]{1,4}\b", question) is not None
    piece: list[Word] = []
    for word in (*words(question, 0, len(question), turkish=turkish), None):
        named = word is not None and (word.capital or word.part is Part.PARTICLE)
        if word is not None and named and word.part not in (Part.SMALL, Part.MARK):
            piece.append(word)
            if not word.open:
                continue
        told = who(piece) if piece else ()
        if told:
            text = question[told[0].start : told[-1].end]
            before = re.findall(r"\w+", question[: piece[0].start].lower())
            ending = question[told[-1].end :].split(" ", 1)[0]
            setting = bool(before) and before[-1] in _EN.lists["settings"]
            setting = setting or _TURKISH_SETTING.match(ending) is not None
            yield AskedName(text, Name.of(text), setting)
        piece = []


def _capitals(question: str, texts: Iterable[str]) -> str:
    """Give the question with capitals where it is written small and the texts write names."""
    shouted = question.isupper()
    small = {
        fold(word)
        for word in _LETTERS.findall(question)
        if (shouted or word[0].islower()) and len(word) > 1
    }
    asked = small & {fold(word) for word in _LETTERS.findall(" ".join(_content(question)))}
    written: dict[bool, set[str]] = {True: set(), False: set()}
    for word in (word for text in texts for word in _LETTERS.findall(text)) if asked else ():
        key = fold(word)
        if key in asked:
            written[word[0].isupper()].add(key)
    names = written[True] - written[False]

    def spelled(found: re.Match[str]) -> str:
        word = found[0].lower() if shouted else found[0]
        return word[0].upper() + word[1:] if fold(word) in names else word

    return _LETTERS.sub(spelled, question)


def _content(question: str) -> Iterator[str]:
    """Give the words of a question that are more than its grammar."""
    wanted_terms = set(query_terms(question.lower()))
    return (
        word
        for word in _LETTERS.findall(question)
        if wanted_terms.intersection(terms(word.lower()))
    )
