"""What the pronouns of a follow-up can stand for: people, things, places and times of before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.understanding import verbs
from retrieval.understanding.called import is_among
from retrieval.understanding.history import Past, is_name, is_place
from retrieval.understanding.phrases import NAMED, PLACE, Phrase, kind_of
from retrieval.understanding.tokens import DETERMINERS, LISTS, PLACED, split

_OWNER = re.compile(r"(?<!^)\b((?:[A-Z][\w-]+ )*[A-Z][\w-]+)['’]s\b")

MOST_TOGETHER = 3
"""Answers that "they" can stand for at once."""


def find_person(
    pasts: Sequence[Past], pronoun: str, *, subject: bool, avoid: frozenset[str] = frozenset()
) -> str | None:
    """Give the person that "he" (``subject``) or "him" means; none named by ``avoid``.

    Whom the turns before called "she" isn't meant by "he".
    Where the last person asked for was answered in several ways it is unclear: None.
    """
    for past in pasts:
        people = [one for one in past.phrases if _may_be_person(past, one)]
        leading = [one.text for one in people if one.part == "subject"]
        others = [one.text for one in people if one.text not in leading]
        surely = past.clause is not None and past.clause.verb_base in verbs.HUMAN_OBJECT
        answered = past.person() or (None if surely and others else past.answered_name())
        if past.names_answer and answered is None and past.answers and not leading:
            return None
        answer_first = past.names_answer or not subject
        order = [answered, *others, *leading] if answer_first else [*leading, answered, *others]
        for one in filter(None, (*order, *owners(past))):
            avoided = avoid.intersection(word.key for word in split(one))
            if not avoided and not is_among(one, past.called.other(pronoun)):
                return one
    return None


def owners(past: Past) -> Iterator[str]:
    """Give the names that own something: "Ada Moe's new novel" gives "Ada Moe"."""
    for match in _OWNER.finditer(past.text):
        yield match[1]


def _may_be_person(past: Past, phrase: Phrase) -> bool:
    """Tell whether a phrase can be a person's; in lower case only where one is likely."""
    clause = past.clause
    if clause is None or phrase.kind not in NAMED:
        return False
    if phrase.kind != "unknown":
        named = clause.role == "predicate" and past.noun and not past.asks_person
        return not named or phrase.kind == "person"  # "what drug is Xanol?"
    if phrase.part == "subject":
        return clause.verb is not None and not verbs.is_past(split(phrase.text)[-1].key)
    return phrase.part == "object" and clause.verb_base in verbs.HUMAN_OBJECT


def find_people(pasts: Sequence[Past]) -> str | None:
    """Give whom "they" means: several people, a country, or else one person."""
    for past in pasts:
        led = next((one for one in past.phrases if one.part == "subject"), None)
        several = [one for one in past.phrases if one.kind == "group" or _is_plural(one)]
        order = [
            led.text if led and led in several else None,
            _asked_people(past),
            _together(past, led),
            led.text if led and led.kind in PLACE | {"organisation"} else None,
            *(one.text for one in several if one.part == "object"),
            find_person([past], "they", subject=True),
            *(one.text for one in several),
            past.answer(lambda text: kind_of(text, cased=True) == "group"),
            f"the {past.noun}" if past.noun.endswith("s") else None,
        ]
        if found := next(filter(None, order), None):
            return found
    return None


def _asked_people(past: Past) -> str | None:
    """Give the people asked for: the few who answered, or else "the ministers"."""
    clause = past.clause
    if clause is None or clause.role not in ("subject", "object"):
        return None
    head, names = clause.noun_head, past.answers
    plural = head in LISTS["groups"] or (head in LISTS["roles"] and past.noun.endswith("s"))
    few = 1 < len(names) <= MOST_TOGETHER and all(map(is_name, names))
    if few and (plural or (past.asks_person and clause.role == "subject")):
        return _joined(names)
    return f"the {past.noun}" if plural else None


def _together(past: Past, subject: Phrase | None) -> str | None:
    """Give the person a question is about with the one who answered it, or whom it names."""
    if past.clause is None or subject is None or subject.kind not in NAMED:
        return None
    asked = past.asks_person and past.clause.role == "object" and all(map(is_name, past.answers))
    others = (one for one in past.phrases if one is not subject and one.kind in ("person", "name"))
    met = past.answers if asked else tuple(one.text for one in others)[:1]
    return _joined((subject.text, *met)) if 0 < len(met) < MOST_TOGETHER else None


def _joined(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def find_thing(pasts: Sequence[Past], *, topic: bool = False, subject: bool = False) -> str | None:
    """Give what "it" means; with ``topic`` what "that" means, which may be a place too.

    ``subject``: it does something, so that it may be the country that did something before.
    """
    found = (one for past in pasts for one in _things(past, topic, subject))
    return next(filter(None, found), None)


def _things(past: Past, topic: bool, subject: bool) -> Iterator[str | None]:
    clause, noun = past.clause, past.noun
    caused = clause is not None and clause.verb_base in LISTS["causing_verbs"]
    yield None if caused else past.thing()
    yield from (one.text for one in past.topics if topic or one.kind in ("thing", "organisation"))
    for one in past.phrases:
        words = split(one.text)
        definite = words[0].key in DETERMINERS or any(word.capital for word in words)
        if one.kind == "thing" and not _is_plural(one) and (one.part == "subject" or definite):
            yield one.text
    if clause and noun and clause.key != "how" and clause.role != "adverb":
        single = not noun.endswith("s") and clause.noun_head not in LISTS["groups"]
        yield f"the {noun}" if single and not past.asks_person else None
    acting = [one for one in past.phrases if one.kind in PLACE | {"organisation"}]
    acting = [one for one in acting if one.part != "other"]
    yield from (one.text for one in acting if subject or len(acting) == 1)
    yield from (one.text for one in past.phrases if _may_be_thing(past, one))
    yield from (one.text for one in past.phrases if one.kind == "person" and not topic)


def _may_be_thing(past: Past, phrase: Phrase) -> bool:
    """Tell whether a single name can be a thing's: "who founded Ostrava Steel?" "when was it?"."""
    clause = past.clause
    if clause is None or phrase.kind not in ("name", "unknown") or clause.key == "whom":
        return False
    if phrase.part == "object":
        return clause.verb_base not in verbs.HUMAN_OBJECT
    return phrase.part == "subject" and clause.key == "what" and clause.verb is None


def _is_plural(phrase: Phrase) -> bool:
    words = split(phrase.text.split(" of ")[0])
    head = words[-1]
    if phrase.kind not in ("thing", "unknown") or head.capital or head.possessive:
        return False
    return head.key.endswith("s") and not head.key.endswith(("ss", "us", "is", "news"))


def find_place(pasts: Sequence[Past]) -> str | None:
    """Give what "there" means, without "in" before a bare name: "Bucharest", "at the summit"."""
    for past in pasts:
        for one in reversed(past.phrases):
            plain_ = one.preposition in ("in", "", "to", "from", "of")
            placed = one.preposition in PLACED and one.kind != "person"
            if placed or (one.kind in PLACE and plain_):
                bare = plain_ and one.kind != "thing"
                return one.text if bare else f"{one.preposition} {one.text}"
        if past.clause and past.clause.key == "where" and (answer := past.answer(is_place)):
            return answer.removeprefix("in ")
    return None
