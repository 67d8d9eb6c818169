"""Pronouns of an English question replaced by what they mean in the turns before.

Only where the question itself holds nothing that they could mean: as its subject ("what did he
say?"), in front of that ("what is his plan?"), or right after the verb ("who appointed him?",
"what did Fidan say about it?"). Elsewhere most pronouns mean a word of their own question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.types import Offsets
from retrieval.understanding import antecedents, verbs
from retrieval.understanding.past import Past
from retrieval.understanding.phrases import kind_of, phrases, place_names, time_at, times
from retrieval.understanding.shape import Shape, parse
from retrieval.understanding.words import (
    ADVERBS,
    AUXILIARY,
    BE,
    DETERMINERS,
    PREPOSITIONS,
    WH,
    is_cased,
    split,
    word_set,
)

_HE = word_set("he she")
_HIM = word_set("him her")
_THEY = word_set("they them")
_IT = word_set("it")
_THAT = word_set("that this")
_OWNERS = word_set("his her their its")
_SINGULAR = {"were": "was", "are": "is", "have": "has", "do": "does"}
_EXPLETIVE = re.compile(
    r"\bit (?:takes?|took|true|possible|likely|rain|snow)\b|\b(?:time|far) (?:is|was) it\b"
    r"|\bit (?:\w+ )?(?:to|that|for|if|when|because|like)\b"
    r"|\b(?:is|was) it \w.* (?:to|than|that|how|what|whether|if)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Change:
    """Words to put in the place of a pronoun."""

    at: int
    new: str


def resolve(question: str, pasts: Sequence[Past]) -> str | None:
    """Give a question with its pronouns replaced, or None where none of them could be."""
    shape = parse(question)
    if shape is None or shape.text != question or re.search(r"[.!?:;] ", question):
        return None
    if not _begins_plainly(shape):
        return None
    changes: list[Change] = []
    named = phrases(shape, cased=is_cased(shape.words))
    used = frozenset(word for one in named for word in _telling(one.text))
    if leading := _leading(shape, pasts, used):
        changes.append(leading)
        used |= _telling(leading.new)
    if following := _following(shape, pasts, used):
        changes.append(following)
    if ending := _ending(shape, pasts):
        changes.append(ending)
    return _changed(shape, changes) if changes else None


def resolve_owner(phrase: str, pasts: Sequence[Past]) -> str:
    """Give a phrase such as "his deputy" with the name of the owner, where it is known."""
    words = split(phrase)
    if len(words) < 2 or words[0].key not in _OWNERS:
        return phrase
    owner = _owner(words[0].key, pasts, frozenset())
    return f"{owner}'s{phrase[words[0].end :]}" if owner else phrase


def _changed(shape: Shape, changes: Sequence[Change]) -> str:
    text = shape.text
    edits: list[tuple[Offsets, str]] = []
    for change in changes:
        word = shape.words[change.at]
        edits.append(((word.start, word.end), change.new))
        edits += _agreeing(shape, change)
    for (start, end), new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _agreeing(shape: Shape, change: Change) -> list[tuple[Offsets, str]]:
    """Give the change of a plural verb that "they" needs when it turns out to be one."""
    several = change.new.endswith("s") or "and" in change.new.split()
    several = several or kind_of(change.new, cased=True) == "group"
    if shape.words[change.at].key != "they" or several or change.at == 0:
        return []
    verb = shape.words[change.at - 1]
    single = _SINGULAR.get(verb.key)
    return [((verb.start, verb.end), single)] if single else []


def _telling(name: str) -> frozenset[str]:
    """Give the folded words that tell one name from another."""
    return frozenset(word.key for word in split(name)) - DETERMINERS - PREPOSITIONS - {"and"}


def _begins_plainly(shape: Shape) -> bool:
    """Tell whether no noun comes before the question word but a time or a place."""
    begun = shape.words[: shape.asking[0]]
    known = [*times(shape.text)]
    known += [(one.start, one.end) for one in place_names(shape.text, begun, cased=False)]
    nouns = (word for word in begun if word.key not in PREPOSITIONS)
    return all(any(start <= word.start < end for start, end in known) for word in nouns)


# The subject ---------------------------------------------------------------------------------


def _leading(shape: Shape, pasts: Sequence[Past], used: frozenset[str]) -> Change | None:
    """Give the meaning of the pronoun that is the subject, or that owns it."""
    start, end = shape.subject
    if start == end:
        return None
    key = shape.words[start].key
    if end == start + 1:
        found = _subject(shape, key, pasts, used)
    elif key in _OWNERS:
        owner = _owner(key, pasts, used)
        found = f"{owner}'s" if owner else None
    else:
        found = None
    return Change(start, found) if found else None


def _subject(shape: Shape, key: str, pasts: Sequence[Past], used: frozenset[str]) -> str | None:
    if key in _HE:
        newest = pasts[0].person() if _asks_who_is(shape) else None
        return newest or antecedents.find_person(pasts, subject=True, avoid=used)
    if key in _THEY:
        return antecedents.find_people(pasts)
    if key in _IT:
        expletive = _EXPLETIVE.search(shape.text)
        return None if expletive else antecedents.find_thing(pasts, subject=True)
    if key in _THAT and shape.verb is not None and shape.verb_base not in ("happen", "mean"):
        return antecedents.find_thing(pasts)
    return None


def _asks_who_is(shape: Shape) -> bool:
    """Tell whether a question is "who is he?": about the person just told of."""
    return shape.key == "who" and shape.asked == "predicate" and len(shape.words) == 3


def _owner(key: str, pasts: Sequence[Past], used: frozenset[str]) -> str | None:
    if key == "its":
        return antecedents.find_thing(pasts, subject=True)
    if key == "their":
        return antecedents.find_people(pasts)
    return antecedents.find_person(pasts, subject=True, avoid=used)


# After the verb ------------------------------------------------------------------------------


def _following(shape: Shape, pasts: Sequence[Past], used: frozenset[str]) -> Change | None:
    """Give the meaning of the pronoun right after the verb, or after its preposition."""
    at = shape.rest
    while at < len(shape.words) and shape.words[at].key in (PREPOSITIONS | ADVERBS) - {"there"}:
        at += 1
    if at >= len(shape.words) or shape.verb is None or not _ends(shape, at + 1):
        return None
    if any(word.key in PREPOSITIONS for word in shape.words[slice(*shape.noun)]):
        return None  # "what president of the university left it?"
    key, before = shape.words[at].key, shape.words[at - 1].key
    found = None
    if key in _HIM:
        found = antecedents.find_person(pasts, subject=False, avoid=used)
    elif key in _THEY:
        found = antecedents.find_people(pasts)
    elif key in _IT and not _EXPLETIVE.search(shape.text):
        found = antecedents.find_thing(pasts, topic=before in ("about", "on", "of"))
    elif key in _THAT and before not in ("before", "after", "since", "until"):
        clause = at == shape.rest and shape.verb_base in verbs.SAYING
        clause = clause or _key(shape, at + 1) in ADVERBS | {"of"}
        found = None if clause else antecedents.find_thing(pasts, topic=True)
    if found and used & _telling(found):
        return None
    return Change(at, found) if found else None


def _key(shape: Shape, at: int) -> str:
    return shape.words[at].key if at < len(shape.words) else ""


def _ends(shape: Shape, at: int) -> bool:
    """Tell whether a phrase ends before a word: there is none, or it begins another."""
    if at >= len(shape.words):
        return True
    word = shape.words[at]
    if word.key in PREPOSITIONS:
        to_verb = word.key == "to" and at + 1 < len(shape.words)
        return not (to_verb and verbs.is_base(shape.words[at + 1].key))
    if word.key == "there":
        return at + 1 == len(shape.words) or shape.words[at + 1].key not in AUXILIARY
    return word.key in ADVERBS or time_at(shape.text, word.start) is not None


# At the end ----------------------------------------------------------------------------------


def _ending(shape: Shape, pasts: Sequence[Past]) -> Change | None:
    """Give the meaning of "there" or "then" where it ends the question, but for its date."""
    own = times(shape.text)
    last = next(
        (
            at
            for at in range(len(shape.words) - 1, 0, -1)
            if not any(start <= shape.words[at].start < end for start, end in own)
        ),
        0,
    )
    key, before = shape.words[last].key, shape.words[last - 1].key if last else ""
    if key == "then" and not own:
        found = _then(before, pasts)
    elif key == "there" and last > 1 and not _exists(shape, before):
        found = None if _names_place(shape) else _there(before, pasts)
    else:
        return None
    return Change(last, found) if found else None


def _exists(shape: Shape, before: str) -> bool:
    """Tell whether "there" is no place: "how many are there?"."""
    if before in BE:
        return shape.key != "who"
    return before in WH | (AUXILIARY - {"do"})


def _names_place(shape: Shape) -> bool:
    return bool(place_names(shape.text, shape.words, cased=is_cased(shape.words)))


def _there(before: str, pasts: Sequence[Past]) -> str | None:
    place = antecedents.find_place(pasts)
    if place is None or before in PREPOSITIONS or place.split()[0] in PREPOSITIONS:
        return place
    moved = verbs.base_form(before) in verbs.MOTION
    return f"{'to' if moved else 'in'} {place}"


def _then(before: str, pasts: Sequence[Past]) -> str | None:
    found = antecedents.find_time(pasts)
    if found is None or before not in PREPOSITIONS:
        return found
    words = split(found)
    return found[words[1].start :] if words[0].key in PREPOSITIONS else found
