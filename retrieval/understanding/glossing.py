"""A Turkish question in rough English, for articles in English: "Kimi yendi?", "Who did … beat?".

Names and numbers carry it; words that the glossary (retrieval/languages/tr) lacks are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from retrieval.languages import find_language
from retrieval.text import fold
from retrieval.understanding import verbs
from retrieval.understanding.phrases import PLACES
from retrieval.understanding.tokens import LISTS, plain
from retrieval.understanding.turkish import lower

_TURKISH, _ENGLISH = find_language("tr"), find_language("en")

# Folded, since endings change their vowels with the word.
_CASE = re.compile(r"(?:(?P<abl>n?[dt]an|n?[dt]en)|(?P<loc>n?[dt][ae])(?:ki)?|(?P<with>y?l[ae]))$")
_OBJECT = re.compile(r"(?:(?P<dat>[yn]?[ae])|(?P<gen>n?[iu]n)|(?P<acc>[yn]?[iu]))$")
_ENDING = re.compile(
    r"(?:l[ae]r|s?[iu]|[yn][iu]|n?[iu]n|[yn]?[ae]|n?[dt][ae]n?|ki|l[iu]k|l[iu]g|y?l[ae]|y?[dt][iu]|d[iu]r)*"
)
_PASSIVE = re.compile(r"(?:[iu]?l|(?<![^aeiou])n|[iu]n)(?:[dmty]|[iu]?yor|[iua]r|[ae]c)")
_PREPOSITIONS = {"loc": "in", "abl": "from", "dat": "to", "with": "with"}
_AFTER = {"icin": "for", "hakkinda": "about", "sonra": "after", "once": "before", "ile": "with"} | {
    "tarafindan": "by", "nedeniyle": "because of", "adina": "for", "arasinda": "between",
    "karsi": "against", "ilgili": "about", "kadar": "until"
}  # fmt: skip
_NEGATED = re.compile(r"(?:[iu]?[ln])?m(?:[ae](?:d|m[iu]s|y|z)|[iu]yor)")
_LIGHT = re.compile(r"(?P<passive>edil|olun|yapil|veril|gor)|et|ed|ol|yap|ver|al|sur|koy|gel")
_ASKING = {
    "ne zaman": "when", "ne kadar": "how much", "ne kadara": "how much",
    "neden": "why", "nicin": "why", "niye": "why",
    "nasil": "how", "nerede": "where", "nereye": "where", "nereden": "from where",
    "neresi": "where", "kim": "who", "kimi": "whom", "kime": "whom", "kimden": "from whom",
    "kimdi": "who", "kiminle": "with whom", "kimle": "with whom", "kimlerle": "with whom",
    "kimin": "whose", "kimler": "who", "kimleri": "whom",
    "kimdir": "who", "nedir": "what", "ne": "what", "neyi": "what", "neler": "what",
    "kac": "how many", "kacinci": "which", "hangi": "which", "hangisi": "which",
}  # fmt: skip
_DOUBT = frozenset(("mi", "mu", "midir", "mudur"))
_DESCRIBING = frozenset(
    (
        "two",
        "three",
        "four",
        "five",
        "new",
        "old",
        "first",
        "second",
        "last",
        "biggest",
        "foreign",
        "black",
    )
)
_GIVING = frozenset(("give", "send", "sell", "go", "come", "return"))
_PLURALS = {"people": "people", "child": "children", "man": "men", "woman": "women"}
_WORD = re.compile(r"[^\W_]+(?:[.,\u00a0-]\w+)*(?:['’]\w+)?")


@dataclass(frozen=True, slots=True)
class _Item:
    """A word in English, with its case in Turkish.

    ``owned``: it is the second noun of two, as in "Ian Kasırgası".
    """

    text: str
    case: str
    name: bool = False
    place: bool = False
    owned: bool = False


@dataclass(frozen=True, slots=True)
class _Verb:
    """What is done, by its English infinitive."""

    base: str
    passive: bool
    negated: bool

    @classmethod
    def of(cls, base: str, ending: str, passive: bool = False) -> _Verb:
        """Give a verb with what its ending says."""
        return cls(
            base,
            passive or base == "bear" or bool(_PASSIVE.match(ending)),
            _NEGATED.match(ending) is not None,
        )

    @property
    def acting(self) -> str:
        """The verb after its subject, which the question asks for."""
        if self.passive:
            return f"was{' not' * self.negated} {_participle(self.base)}"
        return f"did not {self.base}" if self.negated else _past(self.base)

    @property
    def inverted(self) -> tuple[str, str]:
        """The verb around its subject."""
        doing = _participle(self.base) if self.passive else self.base
        return "was" if self.passive else "did", f"{'not ' * self.negated}{doing}"


def in_english(question: str) -> str:
    """Give a Turkish question in rough English; "" where no word of it could be told."""
    text = _with_names(plain(question))
    words = [match[0] for match in _WORD.finditer(text)]
    doubt = any(fold(word) in _DOUBT for word in words)
    words = [word for word in words if fold(word) not in _DOUBT]
    verb, words = _verb(words)
    asking, before, after = _around(words)
    if not asking and not doubt:
        return " ".join(item.text for item in _items(words))
    subject, objects, settings = _phrases(list(_items(before)))
    items = list(_items(after))
    if items and asking in ("how many", "which", "how much"):
        head = _head(items)
        asking = _counted(asking, items[:head], acts=verb is not None)
        items = items[head:]
    late, more, further = _phrases(items)
    if not subject and not (asking == "who" or asking.startswith(("how many", "which"))):
        subject, late = late, ""
    rest = [late, *objects, *more, *settings, *further]
    if verb is None:
        return _question(asking, "is" * bool(asking), subject, *rest)
    if asking.endswith("whom"):
        preposition = "" if verb.base == "meet" else asking.removesuffix("whom").strip()
        helping, doing = verb.inverted
        return _question("who", helping, subject, doing, preposition, *rest)
    if verb.base not in verbs.MOTION | _GIVING:
        rest = [one.removeprefix("to ") for one in rest]
    if asking == "who":
        return _question(asking, verb.acting, subject, *rest)
    if not subject and asking.startswith(("how many", "which")):
        acting = verb.acting
        return _question(
            asking, acting.replace("was ", "were ") if "many" in asking else acting, *rest
        )
    helping, doing = verb.inverted
    return _question(asking, helping, subject, doing, *rest)


def _head(items: list[_Item]) -> int:
    """Give how many words the noun has that "kaç" or "hangi" asks about: "füze sistemi" two."""
    head = 1
    while head < len(items):
        last, item = items[head - 1], items[head]
        described = last.name or last.text in _DESCRIBING or last.text[0].isdigit()
        if last.case or not (described or item.owned):
            break
        head += 1
    return head


def _counted(asking: str, noun: list[_Item], *, acts: bool) -> str:
    text = " ".join(item.text for item in noun)
    if text == "age":
        return "at what age" if acts else "how old"
    if asking == "how many":
        plural = f"{text[:-1]}ies" if text.endswith("y") else f"{text}s"
        return f"how many {_PLURALS.get(text, plural)}"
    return f"{asking} {text}"


def _question(*parts: str) -> str:
    text = " ".join(filter(None, parts))
    return f"{text[:1].upper()}{text[1:]}?"


# Words ------------------------------------------------------------------------------------------


@cache
def _known(verbs_too: bool) -> Mapping[str, str]:
    """English words by their stems, as they are written and folded; what is written comes first."""
    table = _TURKISH.glossary_verbs if verbs_too else _TURKISH.glossary
    return {fold(stem): word for stem, word in table.items()} | {
        lower(stem): word for stem, word in table.items()
    }


@cache
def _countries() -> Mapping[str, str]:
    """English names of countries and regions by their folded Turkish ones."""
    english: dict[str, str] = {}
    names = sorted(_ENGLISH.territories.items(), key=lambda item: (" " in item[0], item))
    for name, code in names:  # one word, where there is one
        english.setdefault(code, name)
    told = _TURKISH.territories.items()
    return {fold(name): english[code] for name, code in told if code in english}


@cache
def _long_names() -> re.Pattern[str]:
    names = [name for name in _TURKISH.territories if " " in name]
    listed = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"\b(?:{listed})")


def _with_names(text: str) -> str:
    """Give a text with the names of countries of several words in English."""
    return _long_names().sub(
        lambda match: _countries().get(fold(match[0]), match[0]).replace(" ", "\u00a0"), text
    )


def _stem(written: str, stems: Mapping[str, str]) -> tuple[str, str] | None:
    """Give what the longest stem stands for that a word begins with, and its folded ending.

    "öldü" is of "öl" and not of "ol"; where no stem is written so, letters are compared folded.
    """
    for key in (lower(written), fold(written)):
        for end in range(len(key), 1, -1):
            if key[:end] in stems:
                return stems[key[:end]], fold(key[end:])
    return None


def _verb(words: list[str]) -> tuple[_Verb | None, list[str]]:
    """Give the verb that ends a question, and the words before it."""
    known = _known(True)
    if not words or fold(words[-1]) in _ASKING or re.search("['’]", words[-1]):
        return None, words
    *before, last = words
    if before and fold(last).startswith("ist") and re.search("m[ae]k$", fold(before[-1])):
        *before, last = before  # "katılmak istiyor": the verb is the one that is wanted
    if before:
        for stem in (one for one in known if " " in one):
            both = f"{lower(before[-1])} {lower(last)}"
            if both.startswith(stem):
                return _Verb.of(known[stem], fold(both[len(stem) :])), before[:-1]
            if len(before) > 1 and f"{lower(before[-2])} {both}".startswith(stem):
                return _Verb.of(known[stem], ""), before[:-2]
        light = _LIGHT.match(fold(last))
        if light and (base := known.get(lower(before[-1]))):
            ending = fold(last)[light.end() :]
            return _Verb.of(base, ending, light["passive"] is not None), before[:-1]
    found = _stem(last, known)
    if not found or not found[1]:
        return None, words
    return _Verb.of(*found), before


def _around(words: list[str]) -> tuple[str, list[str], list[str]]:
    """Give the question word in English, and the words before and after it."""
    for at, word in enumerate(words):
        two = fold(" ".join(words[at : at + 2]))
        if two in _ASKING:
            return _ASKING[two], words[:at], words[at + 2 :]
        small = word[0].islower() or at == 0
        if small and (asking := _ASKING.get(fold(word))):
            return asking, words[:at], words[at + 1 :]
    return "", words, []


def _items(words: list[str]) -> Iterator[_Item]:
    """Give the words that can be told in English; a few stems are two words."""
    at = 0
    while at < len(words):
        preposition = _AFTER.get(fold(words[at]))
        both = " ".join(map(lower, words[at : at + 2]))
        two = next((stem for stem in _known(False) if " " in stem and both.startswith(stem)), None)
        if preposition:
            yield _Item(preposition, "after")
        elif two:
            yield _noun(_known(False)[two], fold(both[len(two) :]))
            at += 1
        elif item := _item(words[at]):
            yield item
        at += 1


def _item(word: str) -> _Item | None:
    root, _, ending = word.replace("’", "'").partition("'")
    capital = word[0].isupper()
    if "\u00a0" in root:  # put there by _with_names
        return _Item(root.replace("\u00a0", " "), _case(fold(ending)), True, True)
    if word[0].isdigit():
        return _Item(root, _case(fold(ending)))
    found = _stem(root, _countries()) if capital else None
    if found and (not found[1] or (not ending and _case(found[1]))):
        return _Item(found[0], _case(fold(ending) or found[1]), True, True)
    noun = _stem(root, _known(False))
    if noun and _is_ending(noun[1]) and not (ending and noun[1] not in ("", "i", "u", "si", "su")):
        text, rest = noun
        if capital and text[0].isupper():
            return _Item(text, _case(fold(ending) or rest), True, True)
        return _noun(text, rest + fold(ending))
    place = fold(root) in PLACES or root.isupper()
    return _Item(root, _case(fold(ending)), True, place) if capital else None


def _noun(text: str, ending: str) -> _Item:
    owned = re.match(r"s?[iu](?:n[dt]?[aeiu]|$)|l[ae]r[iu]", ending) is not None
    case = _case(ending)
    if owned and case in ("", "acc", "gen"):
        case = "acc" if re.search(r"[iu]n[iu]$", ending) else ""  # "anlaşmasını", "anlaşması"
    return _Item(text, case, owned=owned)


def _case(ending: str) -> str:
    if match := _CASE.search(ending):
        return match.lastgroup or ""
    match = _OBJECT.fullmatch(ending)
    return (match.lastgroup or "") if match else ""


def _is_ending(ending: str) -> bool:
    return _ENDING.fullmatch(ending) is not None


def _phrases(items: list[_Item]) -> tuple[str, list[str], list[str]]:
    """Give the subject, the objects, and the settings with their prepositions, in English."""
    subject, objects, settings = "", [], []
    held: list[_Item] = []

    def close(case: str) -> None:
        nonlocal subject
        phrase = " ".join(f"{one.text}'s" if one.case == "gen" else one.text for one in held)
        if phrase and case in _PREPOSITIONS.values():
            settings.append(f"{case} {phrase}")
        elif phrase and (case == "acc" or subject):
            objects.append(phrase)
        elif phrase:
            subject = phrase
        held.clear()

    for item in items:
        if item.case == "after":
            pair = len(held) == 2 and held[0].name and held[1].name and not subject
            if pair and (item.text == "with" or (held[0].place and held[1].place)):
                last = held.pop()
                close("")
                held.append(last)
            if held:
                settings.append(f"{item.text} {' '.join(one.text for one in held)}")
                held.clear()
            elif settings:
                settings[-1] = f"{item.text} {settings[-1].split(' ', 1)[-1]}"
            continue
        if held and _goes_apart(held[-1], item):
            close("")
        held.append(item)
        if item.case in ("loc", "abl", "dat", "with", "acc"):
            close(_PREPOSITIONS.get(item.case, item.case))
    close("")
    return subject, objects, settings


def _goes_apart(last: _Item, item: _Item) -> bool:
    """Tell whether a word begins a phrase of its own: "Fidan Kiev'e", but not "Elin Dahl'a"."""
    if last.case == "gen" or last.text in _DESCRIBING or not item.case or item.owned:
        return False
    if item.text[0].isdigit():
        return False
    if item.name:
        return last.owned or last.place or item.place or item.case == "loc"
    return last.name or item.case == "acc"


# English verbs ----------------------------------------------------------------------------------


def _forms(verb: str) -> list[str]:
    if verb in LISTS["unchanged_verbs"]:
        return [verb]
    found = sorted(form for form, base in _ENGLISH.irregular.items() if base == verb)
    return [form for form in found if not form.endswith("ing")] or [verbs.past_form(verb)]


def _past(verb: str) -> str:
    return next((form for form in _forms(verb) if not form.endswith("n")), _forms(verb)[0])


def _participle(verb: str) -> str:
    if verb == "bear":
        return "born"
    return next((form for form in _forms(verb) if form.endswith("n")), _forms(verb)[-1])
