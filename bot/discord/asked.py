"""Whether a message asks something: it is answered only then, so that talk is let be.

A question mark asks in every language, and so do the question words of the languages that Quoth
knows (``retrieval/languages``). The rest that depends on a language is in ``asked.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from retrieval.languages import all_languages
from retrieval.text import fold

_MARK = re.compile(r"[?？؟՞\u037e]")
_ADDRESS = re.compile(r"https?://\S+")
_WORD = re.compile(r"[\w'’]+")
FIRST = 2
"""Among so many words at its beginning a question has its question word ("and who …")."""

SHORTEST_YES_OR_NO = 3
"""Words of a question for yes or no: "did Fidan resign"."""


def is_asked(text: str, *, spoken_to: bool) -> bool:
    """Tell whether a message without its mentions asks something.

    ``spoken_to``: it begins with a mention, or was written to nobody else. Then it need not look
    like a question, as long as it doesn't go on about the mention ("@Quoth is our new bot").
    """
    if _MARK.search(_ADDRESS.sub("", text)):
        return True
    written = _WORD.findall(text)
    words = [fold(word) for word in written]
    if not words or " ".join(words) in _told("courtesies"):
        return False
    if any(word in _question_words() for word in words[:FIRST]) or words[0] in _told("requests"):
        return True
    if _is_yes_or_no(written, words):
        return True
    return spoken_to and not text.rstrip().endswith("!") and words[0] not in _function_words()


def _is_yes_or_no(written: Sequence[str], words: Sequence[str]) -> bool:
    """Tell whether a verb and what it is about begin a question: "is Fidan in Ankara".

    "is our new bot" and "is awesome at quoting" go on about the mention before them, and
    "Will Smith resigned" begins with a name.
    """
    surely = words[0] in _told("surely_yes_no")
    if len(words) < SHORTEST_YES_OR_NO or not (surely or words[0] in _told("yes_no")):
        return False
    if written[0][0].isupper() and words[0] in _names():
        return False
    named = surely or written[1][0].isupper()
    return words[1] in _told("subjects") or (named and words[1] not in _function_words())


@cache
def _question_words() -> frozenset[str]:
    return frozenset(fold(word) for known in all_languages() for word in known.question_words)


@cache
def _function_words() -> frozenset[str]:
    return frozenset(fold(word) for known in all_languages() for word in known.stop_words)


@cache
def _names() -> frozenset[str]:
    """Function words that are names when they are written with a capital."""
    return frozenset(fold(word) for known in all_languages() for word in known.stop_names)


@cache
def _told(kind: str) -> frozenset[str]:
    text = files("bot.discord").joinpath("asked.toml").read_text(encoding="utf-8")
    phrases = (phrase for said in tomllib.loads(text)[kind].values() for phrase in said)
    return frozenset(" ".join(map(fold, _WORD.findall(phrase))) for phrase in phrases)
