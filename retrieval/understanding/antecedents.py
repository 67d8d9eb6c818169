"""What the pronouns of a follow-up can stand for: people, things, places and times of before."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.understanding import verbs
from retrieval.understanding.past import Past, is_name, is_place, noun_head
from retrieval.understanding.phrases import (
    NAMED,
    PLACE,
    Kind,
    Phrase,
    dated,
    kind_of,
    time_at,
    times,
)
from retrieval.understanding.words import (
    DETERMINERS,
    GROUPS,
    PLACED,
    ROLES,
    split,
    word_set,
)

MOST_TOGETHER = 3
"""Answers that "they" can stand for at once."""

_PEOPLE: frozenset[Kind] = frozenset(("person", "name"))
_THINGS: frozenset[Kind] = frozenset(("thing", "organisation"))
_TOPICAL = word_set("about on regarding concerning")
_ATTACHED = word_set("on against between")
"""Prepositions whose phrase belongs to the noun before it."""


def find_person(
    pasts: Sequence[Past], *, subject: bool, avoid: frozenset[str] = frozenset()
) -> str | None:
    """Give the person that "he" (``subject``) or "him" means; none named by ``avoid``.

    Where the last person asked for was answered in several ways it is unclear: None.
    """
    for past in pasts:
        people = [one for one in past.phrases if _may_be_person(past, one)]
        named = [one.text for one in people]
        leading = [one.text for one in people if one.part == "subject"]
        leading = leading or ([] if past.names_answer else _owners(past))
        answered = past.person()
        if past.names_answer and answered is None and past.answers and not leading:
            return None
        if past.names_answer or not subject:
            order = [answered, *(one for one in named if one not in leading), *leading]
        else:
            order = [*leading, answered, *named]
        for one in order:
            if one and not avoid.intersection(word.key for word in split(one)):
                return one
    return None


def _may_be_person(past: Past, phrase: Phrase) -> bool:
    """Tell whether a phrase can be a person's; in lower case only where one is likely."""
    if phrase.kind != "unknown":
        noun = past.shape is not None and past.shape.asked == "predicate" and past.noun()
        drug = noun and not past.asks_person and phrase.kind == "name"  # "what drug is Xanol?"
        return phrase.kind in NAMED and not drug
    words = split(phrase.text)
    if past.shape is None or any(one.key.endswith("ly") or verbs.is_past(one.key) for one in words):
        return False
    if phrase.part == "subject":
        return past.shape.verb is not None
    return phrase.part == "object" and past.shape.verb_base in verbs.HUMAN_OBJECT


def _owners(past: Past) -> list[str]:
    """Give the person whose something a question is about: "what is Fidan's plan?"."""
    for one in past.phrases:
        words = split(one.text)
        at = next((i for i, word in enumerate(words) if word.possessive), None)
        owner = one.text[: words[at].bare_end] if at is not None else ""
        if owner and kind_of(owner, cased=past.cased, names=past.names) in _PEOPLE:
            return [owner]
    return []


def find_people(pasts: Sequence[Past]) -> str | None:
    """Give whom "they" means: several people, a country, or else one person."""
    for past in pasts:
        led = next((one for one in past.phrases if one.part == "subject"), None)
        several = [one for one in past.phrases if one.kind == "group" or _is_plural(one)]
        acted_on = [one.text for one in several if one.part == "object"]
        order = [
            led.text if led in several and led else None,
            _asked_people(past),
            _together(past, led),
            led.text if led and led.kind in PLACE | {"organisation"} else None,
            *acted_on,
            find_person([past], subject=True),
            *(one.text for one in several),
        ]
        for found in order:
            if found:
                return found
    return None


def _asked_people(past: Past) -> str | None:
    """Give the people asked for: the few who answered, or else "the ministers"."""
    shape, noun = past.shape, past.noun() or ""
    if shape is None or shape.asked not in ("subject", "object"):
        return None
    head = noun_head(shape)
    plural = head in GROUPS or (head in ROLES and f"{head}s" in noun.split())
    names = [one for one in past.answers if is_name(one)]
    few = 1 < len(past.answers) == len(names) <= MOST_TOGETHER
    if few and (plural or (past.asks_person and shape.asked == "subject")):
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return f"the {noun}" if plural else None


def _together(past: Past, subject: Phrase | None) -> str | None:
    """Give the person a question is about with the one who answered it, or whom it names."""
    if past.shape is None or subject is None or subject.kind not in NAMED:
        return None
    second = past.person() if past.shape.asked == "object" else None
    others = (one.text for one in past.phrases if one is not subject and one.kind in _PEOPLE)
    second = second or next(others, None)
    return f"{subject.text} and {second}" if second else None


def find_thing(pasts: Sequence[Past], *, topic: bool = False, subject: bool = False) -> str | None:
    """Give what "it" means; with ``topic`` what "that" means, which may be a place too.

    ``subject``: it does something, so that it may be the country that did something before.
    """
    for past in pasts:
        order: list[str | None] = [past.thing()]
        order += [one.text for one in _topics(past) if topic or one.kind in _THINGS]
        things = [one for one in past.phrases if one.kind == "thing" and not _is_plural(one)]
        told = (one for one in things if one.part == "subject" or _is_definite(one))
        order += [_with_attached(past, one) for one in told]
        order += _asked_thing(past)
        acting = [one for one in past.phrases if one.kind in PLACE | {"organisation"}]
        acting = [one for one in acting if one.part != "other"]
        order += [one.text for one in acting if subject or len(acting) == 1]
        order += [one.text for one in past.phrases if _may_be_thing(past, one)]
        for found in order:
            if found:
                return found
    return None


def _is_definite(phrase: Phrase) -> bool:
    words = split(phrase.text)
    return words[0].key in DETERMINERS or any(word.capital for word in words)


def _topics(past: Past) -> list[Phrase]:
    """Give what was spoken about: with "on" only after a verb of saying."""
    said = past.shape is not None and past.shape.verb_base in verbs.SAYING
    topical = _TOPICAL if said else _TOPICAL - {"on"}
    return [one for one in past.phrases if one.preposition in topical]


def _with_attached(past: Past, phrase: Phrase) -> str:
    """Give a thing with what belongs to it: "the attack on Elm Street"."""
    for one in past.phrases:
        between = past.text[phrase.end : one.start].strip()
        if one.start > phrase.end and between == one.preposition and between in _ATTACHED:
            return past.text[phrase.start : one.end]
    return phrase.text


def _asked_thing(past: Past) -> list[str]:
    noun = past.noun()
    plural = noun is not None and past.shape is not None and noun_head(past.shape) in GROUPS
    if past.shape is None or noun is None or past.shape.key == "how" or past.asks_person:
        return []
    return [] if plural or noun.endswith("s") or past.shape.asked == "adverb" else [f"the {noun}"]


def _may_be_thing(past: Past, phrase: Phrase) -> bool:
    """Tell whether a single name can be a thing's: "who founded Ostrava Steel?" "when was it?"."""
    if past.shape is None or phrase.kind not in ("name", "unknown") or past.shape.key == "whom":
        return False
    if phrase.part == "object":
        return past.shape.verb_base not in verbs.HUMAN_OBJECT
    return phrase.part == "subject" and past.shape.key == "what" and past.shape.verb is None


def _is_plural(phrase: Phrase) -> bool:
    words = split(phrase.text)
    stop = next((i for i, word in enumerate(words) if word.key == "of"), len(words))
    head = words[max(stop - 1, 0)]
    if phrase.kind not in ("thing", "unknown") or head.capital or head.possessive:
        return False
    return head.key.endswith("s") and not head.key.endswith(("ss", "us", "is", "ws"))


def find_place(pasts: Sequence[Past]) -> str | None:
    """Give what "there" means, without "in" before a bare name: "Bucharest", "at the summit"."""
    for past in pasts:
        for one in reversed(past.phrases):
            placed = one.preposition in PLACED and one.kind != "person"
            if placed or (one.kind in PLACE and one.preposition in ("", "to", "from", "of")):
                plain = one.preposition in ("in", "", "to", "from", "of")
                return (
                    one.text if plain and one.kind != "thing" else f"{one.preposition} {one.text}"
                )
        if past.shape and past.shape.key == "where" and (answer := past.answer(is_place)):
            words = split(answer)
            return answer[words[1].start :] if words[0].key == "in" else answer
    return None


def find_time(pasts: Sequence[Past]) -> str | None:
    """Give what "then" means, with its preposition: "in 2022"."""
    for past in pasts:
        if found := times(past.text):
            return past.text[slice(*found[-1])]
        if past.shape and past.shape.key == "when":
            answer = past.answer(lambda text: time_at(text, 0) == (0, len(text)))
            if answer:
                return dated(answer)
    return None
