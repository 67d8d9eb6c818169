"""Where the subject and the verb of an English question stand, after its auxiliary."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from retrieval.understanding import verbs
from retrieval.understanding.words import (
    ADVERBS,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    DO,
    HAVE,
    MODAL,
    PARTICLES,
    PREPOSITIONS,
    Word,
)

_NOMINATIVE = frozenset(("he", "she", "it", "they", "i", "we", "you"))


def own_verb(words: Sequence[Word], aux: int) -> int | None:
    """Give the verb where the auxiliary has no subject after it: "who has met", "who was killed".

    "who had an army" is its own verb.
    """
    if aux + 1 >= len(words):
        return aux if words[aux].key not in DO else None
    key, following = words[aux].key, words[aux + 1]
    at = aux + 1
    if key in MODAL and following.key == "be":
        passive = at + 1 < len(words) and verbs.is_past(words[at + 1].key)
        return at + 1 if passive else at
    if following.key in ("been", "not", "also", "ever", "first", "already", "recently"):
        at = min(at + 1, len(words) - 1)
    if words[at].capital or words[at].key in DETERMINERS:
        return aux if key in HAVE and words[at].key in ("the", "a", "an") else None
    if key in BE and (words[at].key in PREPOSITIONS or words[at].key == "there"):
        return aux
    if key in BE:
        fits = verbs.is_past(words[at].key) or verbs.is_gerund(words[at].key)
    elif key in HAVE:
        fits = verbs.is_past(words[at].key)
    else:
        negated = words[aux].text.endswith("t") or words[aux + 1].key == "not"
        fits = (key not in DO or negated) and verbs.is_base(words[at].key)
    return at if fits else None


def inverted(words: Sequence[Word], aux: int, *, firm: bool) -> tuple[tuple[int, int], int | None]:
    """Give the subject after an auxiliary, and the verb after that if one is found.

    After "is" and the like only a participle is a verb, and with ``firm`` none behind a
    preposition: "who is the minister in talks held in Oslo?".
    """
    start = aux + 1
    key = words[aux].key
    if start < len(words) and words[start].key in _NOMINATIVE:
        return (start, start + 1), _verb_after(words, start + 1, key)
    if key in BE:
        return _before_participle(words, start, firm=firm)
    fits = verbs.is_past if key in HAVE else verbs.is_base
    return _before_verb(words, start, fits)


def _verb_after(words: Sequence[Word], start: int, aux: str) -> int | None:
    """Give the verb after a subject that ends for sure, adverbs left aside."""
    at = start
    while at + 1 < len(words) and words[at].key in ADVERBS | {"being", "been"}:
        at += 1
    key = words[at].key if at < len(words) else ""
    if aux in BE:
        return at if verbs.is_past(key) or verbs.is_gerund(key) else None
    fits = verbs.is_past(key) if aux in HAVE else bool(key) and key not in PREPOSITIONS
    return at if fits else None


def _before_participle(
    words: Sequence[Word], start: int, *, firm: bool
) -> tuple[tuple[int, int], int | None]:
    stop = len(words)
    for at in range(start, len(words)):
        key = words[at].key
        if key in PREPOSITIONS and key != "of" and at > start:
            stop = min(stop, at)
            if firm:
                break
        if at == start or words[at].capital:
            continue
        if verbs.is_past(key) or (verbs.is_gerund(key) and at + 1 != len(words)):
            lone = words[start].key in ("the", "a", "an") and at == start + 1
            if not lone and (stop == len(words) or _ends(words, at)):
                held = key == "being" and at + 1 < len(words)  # "the talks being held"
                return (start, at), at + held
        if key in CONJUNCTIONS - {"and", "or"}:
            return (start, min(stop, at)), None
    return (start, stop), None


def _ends(words: Sequence[Word], at: int) -> bool:
    return at + 1 == len(words) or words[at + 1].key in PREPOSITIONS


def _before_verb(
    words: Sequence[Word], start: int, fits: Callable[[str], bool]
) -> tuple[tuple[int, int], int | None]:
    if start >= len(words):
        return (start, start), None
    described = words[start].key in DETERMINERS and start + 1 < len(words)
    first = start + 2 if described and words[start].key != "that" else start + 1
    stop = next((i for i in range(first, len(words)) if _stops(words, i)), len(words))
    named = _name_end(words, start)
    for at in range(first, stop):
        if fits(words[at].key) and not words[at].capital:
            nouns = described or at > named
            while nouns and at + 1 < stop and fits(words[at + 1].key):
                at += 1  # "the grain deal collapse"
            return (start, _before_adverbs(words, start, at)), at
    at = _unknown_verb(words, start, named, stop) if fits is verbs.is_base else stop
    later = _later_verb(words, stop, fits)
    if later is not None and (described or named == stop) and not first < at < stop:
        return (start, later), later  # "the talks in Ankara end"
    if not start < at < stop:
        return (start, stop), None
    return (start, _before_adverbs(words, start, at)), at


def _before_adverbs(words: Sequence[Word], start: int, end: int) -> int:
    while end > start + 1 and words[end - 1].key in ADVERBS:
        end -= 1
    return end


def _later_verb(words: Sequence[Word], stop: int, fits: Callable[[str], bool]) -> int | None:
    """Give the verb after a subject that goes on behind a preposition."""
    for at in range(stop + 1, len(words)):
        if words[at].key in CONJUNCTIONS - {"and", "or"}:
            return None
        if fits(words[at].key) and not words[at].capital and words[at - 1].key != "to":
            return at
    return None


def _unknown_verb(words: Sequence[Word], start: int, named: int, stop: int) -> int:
    """Give where the verb should stand that is not in the list: after a name, before "the"."""
    described = words[start].key in DETERMINERS
    again = next((i for i in range(start + 2, stop) if words[i].key in DETERMINERS), None)
    if again is not None:
        return again - 1
    if described and start + 1 < stop and words[start + 1].capital:
        return _name_end(words, start + 1)
    return named if words[start].capital else stop - 1


def _stops(words: Sequence[Word], at: int) -> bool:
    key = words[at].key
    return (key in PREPOSITIONS and key != "of") or key in CONJUNCTIONS - {"and", "or"}


def _name_end(words: Sequence[Word], start: int) -> int:
    """Give where the name that begins here ends: "Fidan and Blinken" is one."""
    end = start + 1
    while end < len(words):
        joins = words[end].key in PARTICLES | {"and"} and end + 1 < len(words)
        if not (words[end].capital or (joins and words[end + 1].capital)):
            break
        end += 1
    return end
