"""What a question wants: a person, a place, a date, a number; one of them or all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.answering.titles import FIELDS, PEOPLES, PLACES, folded
from retrieval.answering.values import holds_number, holds_time, only_counts
from retrieval.answering.words import is_office
from retrieval.text import fold, split_sentences, terms
from retrieval.text.irregular import BASE_FORMS
from retrieval.types import AnswerType

Kind = AnswerType


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of thing that a question asks for; ``many`` if it may have several answers.

    ``count`` is how many they are, where the question says so.
    """

    kind: Kind
    many: bool
    count: int | None = None

    def allows(self, text: str, *, turkish: bool = False) -> bool:
        """Tell whether a text can be of the kind, as far as a look at its words tells."""
        if self.kind == "date":
            return holds_time(text)
        if self.kind == "number":
            return holds_number(text, turkish=turkish) or holds_time(text)
        if self.kind in ("person", "place"):
            return any(map(str.isalpha, text)) and not only_counts(text)
        return True


_ASKING = folded("who whom whose who's where when which what how")
_HELPING = folded(
    """
    did do does has have had will would can could should shall may might must is are was were 's
    didn't doesn't don't
    """
)
_LEADING = folded("and so with to for from against by in on at of about after before since until")
_AMOUNT = folded(
    """
    many much old long far tall high big large fast deep wide heavy often hot cold strong few small
    thick
    """
)
_DATES = folded(
    """
    year date day month week weekday decade century hour yıl gün ay tarih hafta saat yüzyıl
    """
)
_NUMBERS = folded(
    """
    percentage percent proportion number amount age price cost temperature magnitude population
    distance height speed rate salary fee oran sayı fiyat yaş nüfus yüzde
    """
)
_TURKISH_PLACES = folded(
    "ülke şehir şehr kent il ilçe köy kasaba liman ada eyalet bölge başkent kıta semt"
)
_HUMANS = folded("person people man woman men women child children celebrity couple kişi")
_SEVERAL = frozenset(
    terms(
        "attend meet visit sign speak join participate testify die resign vote accompany support"
        " oppose criticize criticise protest gather talk negotiate come travel fly star"
        " compete run survive escape belong"
    )
)
_THIRD_PERSON = folded(
    """
    makes flies owns wants plays hosts leads runs has is does says holds produces sells wins lives
    works comes goes gets gives takes means needs uses shows becomes borders supplies buys provides
    builds offers operates serves covers costs contains includes connects begins starts ends stands
    lies remains belongs seems keeps helps allows opposes supports controls governs rules publishes
    exports imports bans
    """
)
_MODIFIERS = (
    FIELDS
    | PEOPLES
    | folded(
        """
        other main new old big major top key large small young famous different many several few
        certain high low common recent local public private black white red two three four five six
        seven eight nine ten dozen
        """
    )
)
_DETERMINERS = folded("the a an his her its their our your my this that these those")
_SUBJECTS = _DETERMINERS | folded("he she they it we you i")
_IRREGULAR = folded("people men women children criteria phenomena teeth feet mice police")
_TURKISH_PLURAL = re.compile(r"\w+l[ae]r(?:i|in|inin|e|a|de|da|den|dan|le|la|deki|daki|ini|ina)?$")
_TURKISH_ENDINGS = [
    f"{plural}{case}"
    for plural in ("ler", "lar", "")
    for case in (
        *("inde", "inda", "inden", "indan", "nde", "nda", "den", "dan", "ten", "tan", "de", "da"),
        *("te", "ta", "yle", "yla", "le", "la", "ye", "ya", "yi", "in", "e", "a", "i", ""),
    )
]
_KIM = re.compile(r"\bkim(?:di|dir|ler\w*|in|i|e|de|den|le|inle)?\b")
_SEVERAL_NUMBER = re.compile(r"(?!1$)\d+|two|three|four|five|six|seven|eight|nine|ten")
_COUNTS = {
    word: number
    for line in ("two three four five six seven eight nine ten", "iki uc dort bes alti yedi")
    for number, word in enumerate(line.split(), 2)
}
_COUNTED = re.compile(rf"\b(?:which|what|the|hangi) ({'|'.join(_COUNTS)})\b(?! of)")
_TURKISH_NUMBER = re.compile(r"(?!1$)\d+|iki|uc|dort|bes|alti|yedi|sekiz|dokuz|on")


def wanted(question: str) -> Wanted:
    """Give what a question asks for: English or Turkish, "other" and one where it's unclear."""
    sentences = [question[start:end] for start, end in split_sentences(question)] or [question]
    for sentence in reversed(sentences):
        written = re.findall(r"[\w'’-]+", sentence)
        found = [fold(word).replace("’", "'") for word in written]
        asked = _english(found, written) or _turkish(found, written)
        if asked:
            return replace(asked, count=_count(fold(question))) if asked.many else asked
    found = [fold(word) for word in re.findall(r"\w+", question)]
    return Wanted("other", bool(found) and found[0] in ("name", "list"))


def _english(found: Sequence[str], written: Sequence[str]) -> Wanted | None:
    place = _asking_place(found)
    if place is None:
        return None
    word, rest = found[place], found[place + 1 :]
    if word in ("who", "whom", "who's"):
        return _who(word, rest, written[place + 1 :], found[place - 1] if place else "")
    if word == "whose":
        return Wanted("person", False)
    if word == "where":
        return Wanted("place", False)
    if word == "when":
        return Wanted("date", False)
    return _how(rest) if word == "how" else _which(rest)


def _asking_place(found: Sequence[str]) -> int | None:
    """Give where the word that asks stands: the first one, unless it begins a side clause."""
    places = [place for place, word in enumerate(found) if word in _ASKING]
    asking = [
        place
        for place in places
        if (found[place] not in ("when", "where") or set(found[place + 1 : place + 2]) & _HELPING)
        and all(word in _LEADING for word in found[:place])
    ]
    firm = [place for place in places if found[place] not in ("when", "where")]
    return next(iter(asking or firm[-1:] or places[-1:]), None)


def _who(word: str, rest: Sequence[str], written: Sequence[str], before: str) -> Wanted:
    helper = rest[0] if rest else ""
    if helper in ("is", "was", "are", "were") or word == "who's":
        plural = helper in ("are", "were")
        described = rest if word == "who's" else rest[1:]
        if _is_description(described, written[len(written) - len(described) :]):
            return Wanted("other", False)
        return Wanted("person", plural or (bool(rest) and rest[-1].endswith("ing")))
    if word == "whom" or helper in ("did", "do", "does") or before in _LEADING - {"and", "so"}:
        return Wanted("person", True)
    if helper in _HELPING:
        subject = len(rest) > 2 and (written[1][:1].isupper() or rest[1] in _SUBJECTS)
        return Wanted("person", helper == "have" or subject)
    return Wanted("person", bool(set(terms(helper)) & _SEVERAL))


def _is_description(rest: Sequence[str], written: Sequence[str]) -> bool:
    """Tell whether "who is …" names somebody and wants to know what he is."""
    if not rest or len(rest) > 4:
        return False
    small = not any(word[:1].isupper() for word in written)
    return all(
        (small or word[:1].isupper())
        and key not in _DETERMINERS
        and not key.endswith(("'s", "ing", "ed"))
        and key not in ("in", "of", "at", "to", "on", "behind", "responsible", "there")
        and not is_office(key)
        and key not in FIELDS
        for key, word in zip(rest, written, strict=True)
    )


def _how(rest: Sequence[str]) -> Wanted:
    if not rest or rest[0] not in _AMOUNT:
        return Wanted(
            "date" if rest and rest[0] in ("soon", "early", "recently") else "other", False
        )
    return Wanted("date" if tuple(rest[:2]) == ("long", "ago") else "number", False)


def _which(rest: Sequence[str]) -> Wanted:
    """Read "which ministers", "what are the three", "what is the capital of"."""
    if rest and rest[0] in ("is", "are", "was", "were", "'s"):
        plural = rest[0] in ("are", "were") and rest[1:2] not in (["a"], ["an"])
        noun = [word for word in rest[1:6] if word not in _DETERMINERS]
        if noun[:2] in (["name", "of"], ["names", "of"]):
            return Wanted(_kind_of(noun[2:5]), plural)
        kind = _kind_of(noun[:1])
        if kind == "place" and noun[0] != "capital":
            kind = "other"
        return Wanted(kind, plural)
    phrase = list(_noun_phrase(rest))
    return Wanted(_kind_of(phrase), _is_plural(rest))


def _noun_phrase(rest: Sequence[str]) -> list[str]:
    taken = []
    for word in rest[:5]:
        if word in _HELPING or word in _DETERMINERS or word in _LEADING or _is_verb(word):
            break
        taken.append(word)
    return taken


def _kind_of(phrase: Sequence[str]) -> Kind:
    for word in reversed(phrase):
        kind = _noun_kind(word)
        if kind:
            return kind
    return "other"


def _noun_kind(word: str) -> Kind | None:
    word = word.removesuffix("'s")
    if word in _NUMBERS:
        return "number"
    for stem in (word, word.removesuffix("s"), re.sub("ies$", "y", word)):
        if stem in _DATES:
            return "date"
        if stem in PLACES or stem in _TURKISH_PLACES or stem == "continent":
            return "place"
        if stem in _HUMANS or is_office(stem):
            return "person"
    return None


def _count(question: str) -> int | None:
    match = _COUNTED.search(question)
    return _COUNTS[match[1]] if match else None


def _is_plural(rest: Sequence[str]) -> bool:
    """Tell whether the noun behind "which" is in the plural: "countries", "three ports"."""
    for place, word in enumerate(rest[:5]):
        following = rest[place + 1] if place + 1 < len(rest) else ""
        if word in _HELPING or word in _DETERMINERS or _is_verb(word):
            return False
        if word == "of":
            return place == 0
        if _SEVERAL_NUMBER.fullmatch(word) or word in _IRREGULAR:
            return True
        if word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")):
            return place == 0 or following not in _DETERMINERS
        if word not in _MODIFIERS and place > 1:
            return False
    return False


def _is_verb(word: str) -> bool:
    return word in BASE_FORMS or word in _THIRD_PERSON or (word.endswith("ed") and len(word) > 4)


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
            return Wanted("date" if dated else "number", False)
        if word.startswith("nere"):
            return Wanted("place", word.startswith("nereler"))
        if word.startswith("hangi"):
            return _which_turkish(word, rest)
        if re.fullmatch(r"neler\w*", word):
            return Wanted("other", True)
        if _KIM.fullmatch(word) and not (word == "kim" and _KIM.search(" ".join(rest))):
            described = word in ("kimdi", "kimdir") and 0 < place < 4
            if described and all(name[:1].isupper() for name in written[:place]):
                return Wanted("other", False)
            several = word.startswith("kimler") or word in ("kimi", "kime", "kimle", "kiminle")
            return Wanted("person", several)
    return None


def _which_turkish(word: str, rest: Sequence[str]) -> Wanted:
    phrase = rest[:3]
    stems = [word.removesuffix(end) for word in phrase for end in _TURKISH_ENDINGS]
    plural = word.startswith("hangiler") or any(_TURKISH_PLURAL.match(one) for one in phrase)
    numbered = bool(rest) and _TURKISH_NUMBER.fullmatch(rest[0]) is not None
    return Wanted(_kind_of(stems[::-1]), plural or numbered)
