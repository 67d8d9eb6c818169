"""Pronouns of an English question replaced by what they mean in the turns before.

Only where the question itself holds nothing that they could mean: as its subject ("what did he
say?"), in front of that ("what is his plan?"), or right after the verb ("who appointed him?",
"what did Fidan say about it?"). Elsewhere most pronouns mean a word of their own question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.understanding import verbs
from retrieval.understanding.antecedents import (
    find_people,
    find_person,
    find_place,
    find_thing,
)
from retrieval.understanding.called import is_among
from retrieval.understanding.clauses import Clause, parse
from retrieval.understanding.history import Past
from retrieval.understanding.phrases import phrases, time_at, times
from retrieval.understanding.tokens import (
    ADVERBS,
    AUXILIARY,
    BE,
    DETERMINERS,
    PREPOSITIONS,
    WH,
    Word,
    is_cased,
    split,
)

_OWNERS = frozenset(("his", "her", "their", "its"))
_EXPLETIVE = re.compile(
    r"\bit (?:takes?|took|true|possible|likely|rain|snow)\b|\b(?:time|far) (?:is|was) it\b"
    r"|\bit (?:\w+ )?(?:to|that|for|if|when|because|like)\b"
    r"|\b(?:is|was) it \w.* (?:to|than|that|how|what|whether|if)\b",
    re.I,
)

Change = tuple[int, str]
"""The place of a pronoun, counted in words, and the words to put there."""


def resolve(question: str, pasts: Sequence[Past]) -> str | None:
    """Give a question with its pronouns replaced, or None where none of them could be."""
    clause = parse(question)
    if clause is None or clause.text != question or re.search(r"[.!?:;] ", question):
        return None
    if any(_is_noun(clause, word) for word in clause.words[: clause.asking[0]]):
        return None
    used = frozenset(
        word for one in phrases(clause, cased=is_cased(clause.words)) for word in _telling(one.text)
    )
    leading = _leading(clause, pasts, used)
    following = _following(clause, pasts, used | (_telling(leading[1]) if leading else set()))
    changes = [change for change in (leading, following, _ending(clause, pasts)) if change]
    return _changed(clause, changes) if changes else None


def resolve_owner(phrase: str, pasts: Sequence[Past]) -> str:
    """Give a phrase such as "his deputy" with the name of the owner, where it is known."""
    words = split(phrase)
    if len(words) < 2 or words[0].key not in _OWNERS:
        return phrase
    owner = _owner(words[0].key, pasts, frozenset())
    return f"{owner}'s{phrase[words[0].end :]}" if owner else phrase


def _changed(clause: Clause, changes: Sequence[Change]) -> str:
    text = clause.text
    for at, new in sorted(changes, reverse=True):
        word = clause.words[at]
        text = text[: word.start] + new + text[word.end :]
    return text


def _telling(name: str) -> frozenset[str]:
    """Give the folded words that tell one name from another."""
    return frozenset(word.key for word in split(name)) - DETERMINERS - PREPOSITIONS - {"and"}


def _is_noun(clause: Clause, word: Word) -> bool:
    """Tell whether a word before the question word is more than its preposition or a time."""
    timed = any(start <= word.start < end for start, end in times(clause.text))
    return not timed and word.key not in PREPOSITIONS


# The subject -------------------------------------------------------------------------------------


def _leading(clause: Clause, pasts: Sequence[Past], used: frozenset[str]) -> Change | None:
    """Give the meaning of the pronoun that is the subject, or that owns it."""
    start, end = clause.subject
    key = clause.words[start].key if start < end else ""
    if end > start + 1:
        owner = _owner(key, pasts, used) if key in _OWNERS else None
        return (start, f"{owner}'s") if owner else None
    found = None
    if key in ("he", "she"):
        who_is = clause.key == "who" and clause.role == "predicate" and len(clause.words) == 3
        answered = pasts[0].person() if who_is else None
        other = pasts[0].called.other(key)
        found = None if answered and is_among(answered, other) else answered
        found = found or find_person(pasts, key, subject=True, avoid=used)
    elif key == "they":
        found = find_people(pasts)
    elif key == "it":
        found = None if _EXPLETIVE.search(clause.text) else find_thing(pasts, subject=True)
    elif key in ("that", "this") and clause.verb is not None:
        found = None if clause.verb_base in ("happen", "mean") else find_thing(pasts)
    return (start, found) if found else None


def _owner(key: str, pasts: Sequence[Past], used: frozenset[str]) -> str | None:
    if key == "its":
        return find_thing(pasts, subject=True)
    if key == "their":
        return find_people(pasts)
    return find_person(pasts, key, subject=True, avoid=used)


# After the verb ----------------------------------------------------------------------------------


def _following(clause: Clause, pasts: Sequence[Past], used: frozenset[str]) -> Change | None:
    """Give the meaning of the pronoun right after the verb, or after its preposition."""
    at, words = clause.rest, clause.words
    while at < len(words) and words[at].key in (PREPOSITIONS | ADVERBS) - {"there"}:
        at += 1
    if at >= len(words) or clause.verb is None or not _ends(clause, at + 1):
        return None
    key, before = words[at].key, words[at - 1].key
    found = None
    if key in ("him", "her"):
        found = find_person(pasts, key, subject=False, avoid=used)
    elif key == "them":
        found = find_people(pasts)
    elif key == "it" and not _EXPLETIVE.search(clause.text):
        found = find_thing(pasts, topic=before in ("about", "on", "of"))
    elif key in ("that", "this"):
        said = at == clause.rest and clause.verb_base in verbs.SAYING  # "who said that?"
        found = None if said else find_thing(pasts, topic=True)
    return (at, found) if found and not used & _telling(found) else None


def _ends(clause: Clause, at: int) -> bool:
    """Tell whether a phrase ends before a word: there is none, or it begins another."""
    if at >= len(clause.words):
        return True
    word, following = clause.words[at], clause.words[at + 1 : at + 2]
    if word.key in PREPOSITIONS:
        return not (word.key == "to" and following and verbs.is_base(following[0].key))
    if word.key == "there":
        return not following or following[0].key not in AUXILIARY
    return word.key in ADVERBS or time_at(clause.text, word.start) is not None


# At the end --------------------------------------------------------------------------------------


def _ending(clause: Clause, pasts: Sequence[Past]) -> Change | None:
    """Give the meaning of "there" where it ends the question."""
    last = len(clause.words) - 1
    before = clause.words[last - 1].key
    exists = clause.key != "who" if before in BE else before in WH | (AUXILIARY - {"do"})
    if last < 2 or clause.words[last].key != "there" or exists:
        return None
    place = find_place(pasts)
    if place is None or before in PREPOSITIONS or place.split()[0] in PREPOSITIONS:
        return (last, place) if place else None
    return last, f"{'to' if verbs.base_form(before) in verbs.MOTION else 'in'} {place}"
