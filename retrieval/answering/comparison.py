"""The two things that a question compares: "Is Tarn larger than Lund?", "Which rose more, A or B?".

Nothing is computed: the sentences that tell of each are shown side by side.
"""

from __future__ import annotations

import re

from retrieval.languages import find_language
from retrieval.text import find_names, terms

_EN = find_language("en")
_WORD = re.compile(r"[\w'’.-]*\w")
_THAN = re.compile(r"\b(?:than|compared (?:with|to))\s(?!an?\b|\W*\d)", re.I)
_OR = re.compile(r"\bor\s", re.I)
_GRADABLE = _EN.lists["amounts"] | _EN.lists["measured"] | _EN.lists["gradable"]
_MORE = frozenset(("more", "less", "fewer", "better", "worse", "further", "farther"))
_ASKING = _EN.lists["helping"] | _EN.lists["question_words"]
_SMALL = _ASKING | _EN.lists["prepositions"] | _EN.lists["determiners"]

Things = tuple[frozenset[str], frozenset[str]]
"""The terms of two things, in the order in which the question tells them."""


def compared(question: str) -> Things | None:
    """Give what a question compares; None where it compares nothing, or not two things.

    "Which town has more ships than Tarn?" doesn't: it asks for a town.
    """
    asked = question.rstrip(" ?.!")
    words = _WORD.findall(asked.lower())
    link = _THAN.search(asked)
    if link and (words[0] in _EN.lists["helping"] or words[0] == "how"):
        first, second = _parts(asked, link, nearest=False)
    elif not link and (link := _last_or(asked)) and any(map(_is_comparative, words)):
        first, second = _parts(asked, link, nearest=True)
    else:
        return None
    return (first, second) if first and second and first != second else None


def _parts(asked: str, link: re.Match[str], *, nearest: bool) -> Things:
    """Give the terms of what stands on both sides; before it the nearest thing or the first."""
    before, after = asked[: link.start()], asked[link.end() :]
    first, second = _named(before, first=not nearest), _named(after, first=True)
    if first and second:
        return first, second
    return _words(before, first=not nearest), _words(after, first=True)


def _last_or(text: str) -> re.Match[str] | None:
    return max(_OR.finditer(text), key=lambda found: found.start(), default=None)


def _is_comparative(word: str) -> bool:
    small = word.lower()
    if small in _MORE:
        return True
    stem = small.removesuffix("er")
    doubled = stem[:-1] if stem[-1:] == stem[-2:-1] else stem
    forms = {stem, f"{stem}e", doubled, f"{stem[:-1]}y" if stem.endswith("i") else stem}
    return stem != small and not forms.isdisjoint(_GRADABLE)


def _named(text: str, *, first: bool) -> frozenset[str]:
    found = (name.split() for name in find_names(f"of {text}"))
    names = [" ".join(name[name[0].lower() in _ASKING :]) for name in found]
    names = [name for name in names if name]
    return frozenset(terms(names[0 if first else -1])) if names else frozenset()


def _words(text: str, *, first: bool) -> frozenset[str]:
    """Give the words of a thing without a name: the first that say something, or the last."""
    words = [word for word in _WORD.findall(text) if word.lower() not in _SMALL]
    chosen = words[:1] if first else words[-1:]
    return frozenset(term for word in chosen for term in terms(word))
