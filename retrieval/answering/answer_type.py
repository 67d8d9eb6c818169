"""The answer type of a question: a person, a place, a date, a number; one of them or all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.answering.name_words import DEMONYMS, FIELDS, PLACE_NOUNS, RANKS, is_office
from retrieval.answering.values import holds_number, holds_time, is_date, only_counts
from retrieval.languages import find_language
from retrieval.text import fold, split_sentences, terms
from retrieval.types import AnswerType


@dataclass(frozen=True, slots=True)
class Wanted:
    """The type of what a question asks for; ``many`` if it may have several answers.

    ``age`` asks how old somebody or something is.
    ``count`` is how many they are, where the question says so; ``measured`` asks for a unit too,
    ``counted`` ("how many", "how much") for no date. Of the answers to 8,400 such questions of
    SQuAD, SquadShifts, NewsQA and RealTimeQA less than one of 100 is a date. A ``reason`` is no
    date, number or name alone; of 1,900 in SQuAD, SquadShifts and QED less than one of 100 is.
    """

    kind: AnswerType
    many: bool
    count: int | None = None
    measured: bool = False
    counted: bool = False
    reason: bool = False
    age: bool = False

    def allows(self, text: str, *, turkish: bool = False) -> bool:
        """Tell whether a text can be of the type, as far as a look at its words tells."""
        if self.kind == "date":
            return holds_time(text) and fold(text) not in _UNITS
        if self.measured and re.fullmatch(r"[\d.,]+", text):
            return False
        if self.reason and (only_counts(text) or _NAMES.fullmatch(text)):
            return False
        if self.counted:
            return holds_number(text, turkish=turkish) and not is_date(text)
        if self.kind == "number":
            return holds_number(text, turkish=turkish) or holds_time(text)
        if self.kind in ("person", "place"):
            return any(map(str.isalpha, text)) and not only_counts(text)
        return True


_EN, _TR = find_language("en"), find_language("tr")
_LISTS = _EN.lists
_ASKING = _LISTS["question_words"] | {"who's"}
_HELPING = _LISTS["helping"]
_LEADING = _LISTS["leading"]
_DETERMINERS = _LISTS["determiners"] - {"all", "no", "some", "any"}
_NUMBERED = re.compile(r"(?!1$)\d+|two|three|four|five|six|seven|eight|nine|ten")
_UNITS = frozenset(fold(word) for word in (*_EN.time_words, *_TR.time_words))
"""Of 8,200 golds to "when" six say no more than "a month" or "in a few years"."""
_NAMES = re.compile(r"(?:(?:[^\W\d_a-zß-ÿ]|\d)[\w'’.-]*\W*)+")
_COUNTS = {
    word: number
    for line in ("two three four five six seven eight nine ten", "iki uc dort bes alti yedi")
    for number, word in enumerate(line.split(), 2)
}
_COUNTED = re.compile(rf"\b(?:which|what|the|hangi) ({'|'.join(_COUNTS)})\b(?! of)")
_TURKISH_PLURAL = re.compile(r"\w+l[ae]r(?:i|in|inin|e|a|de|da|den|dan|le|la|deki|daki|ini|ina)?$")
_TURKISH_ENDING = re.compile(r"(?:l[ae]r)?(?:(?:in|n|i)?[dt][ae]n?|yl?[ae]|l[ae]|in|yi|[aei])?")
_KIM = re.compile(r"\bkim(?:di|dir|ler\w*|in|i|e|de|den|le|inle)?\b")


def wanted(question: str) -> Wanted:
    """Give what a question asks for: English or Turkish, "other" and one where it's unclear."""
    sentences = [question[start:end] for start, end in split_sentences(question)] or [question]
    for sentence in reversed(sentences):
        written = re.findall(r"[\w'’-]+", sentence)
        found = [fold(word).replace("’", "'") for word in written]
        asked = _english(found, written) or _turkish(found, written)
        if asked:
            counted = _COUNTED.search(fold(question))
            count = _COUNTS[counted[1]] if counted else None
            return replace(asked, count=count) if asked.many else asked
    first = re.match(r"\W*(?:name|list)\b", question, re.I)
    return Wanted("other", first is not None)


def _english(found: Sequence[str], written: Sequence[str]) -> Wanted | None:
    place = _asking_place(found)
    if place is None:
        return None
    word, rest = found[place], found[place + 1 :]
    if word in ("who", "whom", "who's"):
        return _who(word, rest, written[place + 1 :], found[place - 1] if place else "")
    if word == "how":
        measured, counted = set(rest[:1]) & _LISTS["lengths"], rest[:1] in (["many"], ["much"])
        age = rest[:1] == ["old"]
        return Wanted(_how(rest), False, measured=bool(measured), counted=counted, age=age)
    if word in ("what", "which"):
        return Wanted("number", False, age=True) if _is_age(rest) else _which(rest)
    if word == "why":
        return Wanted("other", False, reason=True)
    kinds: dict[str, AnswerType] = {"whose": "person", "where": "place", "when": "date"}
    return Wanted(kinds.get(word, "other"), False)


def _asking_place(found: Sequence[str]) -> int | None:
    """Give where the word that asks stands: the first one, unless it begins a side clause."""
    places = [place for place, word in enumerate(found) if word in _ASKING]
    firm = [place for place in places if found[place] not in ("when", "where")]
    inverted = [p for p in places if p in firm or set(found[p + 1 : p + 2]) & _HELPING]
    asking = [p for p in inverted if all(word in _LEADING for word in found[:p])]
    return next(iter(asking or firm[-1:] or places[-1:]), None)


def _who(word: str, rest: Sequence[str], written: Sequence[str], before: str) -> Wanted:
    helper = rest[0] if rest else ""
    if helper in ("is", "was", "are", "were") or word == "who's":
        begin = word != "who's"
        if _is_description(rest[begin:], written[begin:]):
            return Wanted("other", False)
        plural = helper in ("are", "were") or (rest[-1:] and rest[-1].endswith("ing"))
        return Wanted("person", bool(plural))
    if word == "whom" or helper in ("did", "do", "does") or before in _LEADING - {"and", "so"}:
        return Wanted("person", True)
    if helper in _HELPING:
        subject = len(rest) > 2 and (written[1][:1].isupper() or rest[1] in _subjects())
        return Wanted("person", helper == "have" or subject)
    return Wanted("person", bool(set(terms(helper)) & set(terms(" ".join(_LISTS["joint_verbs"])))))


def _subjects() -> frozenset[str]:
    return _DETERMINERS | _LISTS["nominatives"]


def _is_description(rest: Sequence[str], written: Sequence[str]) -> bool:
    """Tell whether "who is …" names somebody and wants to know what he is."""
    small = not any(word[:1].isupper() for word in written)
    return 0 < len(rest) < 5 and all(
        (small or word[:1].isupper())
        and key not in _DETERMINERS | _LISTS["prepositions"] | FIELDS | {"responsible", "there"}
        and not key.endswith(("'s", "ing", "ed"))
        and not is_participle(key)
        and not (is_office(key) or (key in RANKS and word.islower()))
        for key, word in zip(rest, written, strict=True)
    )


def is_participle(word: str) -> bool:
    """Tell whether a word can be an irregular verb's: "shot", "cut"."""
    return word in _EN.irregular or word in _LISTS["unchanged_verbs"]


def _how(rest: Sequence[str]) -> AnswerType:
    first = rest[0] if rest else ""
    if first in ("soon", "early", "recently") or tuple(rest[:2]) == ("long", "ago"):
        return "date"
    return "number" if first in _LISTS["amounts"] else "other"


def _which(rest: Sequence[str]) -> Wanted:
    """Read "which ministers", "what are the three", "what is the capital of"."""
    if rest and rest[0] in ("is", "are", "was", "were", "'s"):
        plural = rest[0] in ("are", "were") and rest[1:2] not in (["a"], ["an"])
        noun = [word for word in rest[1:6] if word not in _DETERMINERS]
        if noun[:2] in (["name", "of"], ["names", "of"]):
            return Wanted(_kind_of(noun[2:5]), plural)
        kind = _kind_of(noun[:1])
        return Wanted("other" if kind == "place" and noun[0] != "capital" else kind, plural)
    ends = (i for i, word in enumerate(rest[:5]) if word in _LEADING or _ends_noun(word))
    return Wanted(_kind_of(rest[: next(ends, 5)]), _is_plural(rest))


def _is_age(rest: Sequence[str]) -> bool:
    """Tell whether "what …" asks for an age: "what age was she", "what is her age"."""
    if rest[:1] == ["age"]:
        return len(rest) == 1 or rest[1] in _HELPING
    if rest[:1] not in (["is"], ["was"]):
        return False
    owned = rest[-2].endswith("'s") or rest[-2] in ("his", "her", "their")
    return (owned and rest[-1] == "age") or rest[1:4] == ["the", "age", "of"]


def _ends_noun(word: str) -> bool:
    finite = word in _EN.irregular or word in _LISTS["third_persons"]
    helps = word in _HELPING or word in _DETERMINERS
    return helps or finite or (word.endswith("ed") and len(word) > 4)


def _kind_of(phrase: Sequence[str]) -> AnswerType:
    return next((kind for word in reversed(phrase) if (kind := _noun_kind(word))), "other")


def _noun_kind(word: str) -> AnswerType | None:
    word = word.removesuffix("'s")
    stems = {word, word.removesuffix("s"), re.sub("ies$", "y", word)}
    for kind in ("number", "date", "person"):
        if stems & (_LISTS[f"{kind}_nouns"] | frozenset(map(fold, _TR.lists[f"{kind}_nouns"]))):
            return kind
    if stems & PLACE_NOUNS:
        return "place"
    return "person" if any(map(is_office, stems)) else None


def _is_plural(rest: Sequence[str]) -> bool:
    """Tell whether the noun behind "which" is in the plural: "countries", "three ports"."""
    for place, word in enumerate(rest[:5]):
        following = rest[place + 1] if place + 1 < len(rest) else ""
        if _ends_noun(word):
            return False
        if word == "of":
            return place == 0
        if _NUMBERED.fullmatch(word) or word in _LISTS["irregular_plurals"]:
            return True
        if word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")):
            return place == 0 or following not in _DETERMINERS
        if word not in _LISTS["modifiers"] | FIELDS | DEMONYMS and place > 1:
            return False
    return False


def _stems(word: str) -> Iterator[str]:
    """Give what is left of a Turkish word without each ending that it may have."""
    for length in range(2, len(word) + 1):
        if _TURKISH_ENDING.fullmatch(word[length:]):
            yield word[:length]


def _turkish(found: Sequence[str], written: Sequence[str]) -> Wanted | None:
    for place, word in enumerate(found):
        rest = found[place + 1 :]
        following = rest[0] if rest else ""
        if word == "ne" and following in ("zaman", "zamandir"):
            return Wanted("date", False)
        if word == "ne" and following == "kadar":
            return Wanted("number", False)
        if re.fullmatch(r"kac\w{0,5}", word):
            dated = following.startswith(("yilinda", "tarih", "yuzyil")) or word == "kacta"
            return Wanted("date" if dated else "number", False, age=following.startswith("yas"))
        if word.startswith("nere"):
            return Wanted("place", word.startswith("nereler"))
        if word.startswith("hangi"):
            stems = [stem for one in rest[:3] for stem in _stems(one)]
            plural = word.startswith("hangiler") or any(map(_TURKISH_PLURAL.match, rest[:3]))
            numbered = following in _COUNTS or re.fullmatch(r"(?!1$)\d+", following)
            return Wanted(_kind_of(stems[::-1]), bool(plural or numbered))
        if word.startswith("neler"):
            return Wanted("other", True)
        if _KIM.fullmatch(word) and not (word == "kim" and _KIM.search(" ".join(rest))):
            described = word in ("kimdi", "kimdir") and 0 < place < 4
            if described and all(name[:1].isupper() for name in written[:place]):
                return Wanted("other", False)
            several = word.startswith("kimler") or word in ("kimi", "kime", "kimle", "kiminle")
            return Wanted("person", several)
    return None
