"""An English question taken apart: what it asks for, of whom, and with which verb."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.understanding import verbs
from retrieval.understanding.tokens import (
    ADVERBS,
    BE,
    CLAUSAL,
    DETERMINERS,
    DO,
    HAVE,
    LISTS,
    MODAL,
    PREPOSITIONS,
    WH,
    Word,
    plain,
    split,
)

Role = Literal["subject", "object", "adverb", "predicate", "truth"]
"""The part that the question word plays; "truth" is asked without one ("did Fidan come?")."""

Range = tuple[int, int]
_LONGEST_NOUN = 8
_TIMES = frozenset(("year", "month", "week", "day", "date", "time"))
_PARTICLES = LISTS["particles"] | {"and"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A question taken apart. Ranges and places count ``words``.

    ``asking`` are the question word with its preposition and noun ("from which ports"),
    ``noun`` that noun; ``subject`` is empty where the question asks for it. What follows the
    verb, or without one the subject, begins at ``rest``.
    """

    text: str
    words: tuple[Word, ...]
    key: str
    role: Role
    asking: Range
    noun: Range
    aux: int | None
    subject: Range
    verb: int | None

    @property
    def rest(self) -> int:
        if self.verb is not None:
            return self.verb + 1
        return max(self.subject[1], self.asking[1], 0 if self.aux is None else self.aux + 1)

    @property
    def verb_base(self) -> str | None:
        return None if self.verb is None else verbs.base_form(self.words[self.verb].key)

    @property
    def auxiliary(self) -> str:
        return "" if self.aux is None else self.words[self.aux].text.lower()

    @property
    def noun_head(self) -> str:
        """The last word of the noun asked about, in the singular where that is a role."""
        words = self.words[slice(*self.noun)]
        stop = next((i for i, word in enumerate(words) if word.key in PREPOSITIONS), len(words))
        head = words[stop - 1].key if stop else ""
        return head.removesuffix("s") if head.removesuffix("s") in LISTS["roles"] else head

    def slice(self, start: int, end: int | None = None) -> str:
        """Give the text of the words in a range, with the punctuation between them."""
        chosen = self.words[start:end]
        return self.text[chosen[0].start : chosen[-1].end] if chosen else ""


def parse(question: str) -> Clause | None:
    """Take an English question apart; None where its words have no such order."""
    text = plain(question)
    words = split(text)
    if words and words[0].auxiliary:
        subject, verb = _inverted(words, 0, firm=False)
        whole = Clause(text, words, "", "truth", (0, 0), (0, 0), 0, subject, verb)
        return whole if subject[0] < subject[1] else None
    at = next((i for i, word in enumerate(words) if word.key in WH), None)
    if at is None:
        return None
    glued = at > 0 and words[at - 1].key in PREPOSITIONS
    start = at - (glued and "," not in text[words[at - 1].end : words[at].start])
    if start and words[0].key not in PREPOSITIONS:
        return None
    noun = _noun(words, at)
    end = noun[1]
    end += end < len(words) and words[end].key == "else"
    return _asked(text, words, (start, end), at, noun) if end < len(words) else None


def _noun(words: Sequence[Word], at: int) -> Range:
    """Give the range of the noun in "which ports", "how many people"; empty for "how long"."""
    key, start = words[at].key, at + 1
    following = words[start].key if start < len(words) else ""
    if key == "how" and following not in ("many", "much"):
        described = start + 1 < len(words) and words[start + 1].auxiliary  # "how strong was"
        start += following in LISTS["measured"] or described
        return start, start
    start += key == "how"
    finite = key == "what" and start < len(words) and _is_finite(words[start])
    if key not in ("which", "what", "whose", "how") or finite:
        return start, start
    end = start
    while end < min(len(words), start + _LONGEST_NOUN):
        if words[end].auxiliary or (end > start and _ends_noun(words, end)):
            break
        end += 1
    return start, end


def _ends_noun(words: Sequence[Word], at: int) -> bool:
    """Tell whether the noun asked about ends before a word, since that is its verb."""
    if words[at].key == "else" or _is_finite(words[at]):
        return True
    plural = words[at - 1].key.endswith("s") or words[at - 1].key in ("people", "men", "women")
    return plural and verbs.is_base(words[at].key)


def _is_finite(word: Word) -> bool:
    return not word.capital and (verbs.is_past(word.key) or verbs.is_present(word.key))


def _asked(
    text: str, words: tuple[Word, ...], asking: Range, at: int, noun: Range
) -> Clause | None:
    key, aux = words[at].key, asking[1]
    adverb = key in ("when", "where", "why") or asking[0] < at
    adverb |= noun[0] < noun[1] and key in ("what", "which") and words[noun[1] - 1].key in _TIMES
    adverb |= key == "how" and words[at + 1].key not in ("many", "much")

    def made(role: Role, aux: int | None, subject: Range, verb: int | None) -> Clause:
        return Clause(text, words, key, role, asking, noun, aux, subject, verb)

    if not words[aux].auxiliary:
        verbless = adverb or words[aux].key in PREPOSITIONS | DETERMINERS
        return None if verbless else made("subject", None, (aux, aux), aux)
    if not adverb and (verb := _own_verb(words, aux)) is not None:
        return made("subject", aux if verb != aux else None, (verb, verb), verb)
    subject, found = _inverted(words, aux, firm=not adverb)
    if subject[0] == subject[1]:
        return None
    if found is None and words[aux].key in HAVE and not adverb:
        return made("subject", None, (aux, aux), aux)
    if found is None and words[aux].key not in BE:
        return None
    return made("adverb" if adverb else "object" if found else "predicate", aux, subject, found)


def _own_verb(words: Sequence[Word], aux: int) -> int | None:
    """Give the verb where the auxiliary has no subject after it: "who has met", "who was killed".

    "who had an army" is its own verb.
    """
    key, at = words[aux].key, aux + 1
    if at < len(words) and words[at].key in ADVERBS | {"been", "be", "not"}:
        at += 1
    if at >= len(words):
        return aux if key not in DO else None
    following = words[at]
    if following.capital or following.key in DETERMINERS:
        return aux if key in HAVE and following.key in ("the", "a", "an") else None
    if key in BE and (following.key in PREPOSITIONS or following.key == "there"):
        return aux
    negated = key in DO and (words[aux].text.endswith("t") or words[at - 1].key == "not")
    fits = _fitting("be" if words[at - 1].key == "be" else "" if negated else key)
    return at if (negated or key not in DO) and fits(following.key) else None


def _inverted(words: Sequence[Word], aux: int, *, firm: bool) -> tuple[Range, int | None]:
    """Give the subject after an auxiliary, and the verb after that if one is found.

    The verb is the first word that has its form, or else where one should stand. With ``firm``
    none follows "is" behind a preposition: "who is the minister in talks held in Oslo?".
    """
    start, key = aux + 1, words[aux].key
    if start >= len(words):
        return (start, start), None
    described = words[start].key in DETERMINERS - {"that", "this"}
    named = _name_end(words, start)
    first = start + 1 + described
    ends = (at for at in range(start + 1, len(words)) if words[at].key in CLAUSAL)
    end = next(ends, len(words))
    stop = next((at for at in range(start + 1, end) if _stops(words[at])), end)
    fits = _fitting(key)
    found = [at for at in range(first, end) if fits(words[at].key) and not words[at].capital]
    if key in BE and firm:
        found = [at for at in found if at < stop]
    pronoun = words[start].key in LISTS["nominatives"]
    if found:
        verb = found[0]
        while verb + 1 in found and key in DO | MODAL and (described or verb > named):
            verb += 1  # "the grain deal collapse"
    elif key in DO | MODAL and first < stop:
        verb = named if words[start].capital or pronoun else stop - 1
    else:
        verb = stop
    subject = start + 1 if pronoun else verb
    while subject > start + 1 and words[subject - 1].key in ADVERBS | {"being", "been"}:
        subject -= 1
    return (start, subject), verb if found or verb < stop else None


def _fitting(aux: str) -> Callable[[str], bool]:
    """Give the test of whether a verb has the form that it has after an auxiliary."""
    if aux in BE | {"be"}:
        return lambda key: key != "being" and (verbs.is_past(key) or verbs.is_gerund(key))
    return verbs.is_past if aux in HAVE else verbs.is_base


def _stops(word: Word) -> bool:
    return (word.key in PREPOSITIONS and word.key != "of") or word.key in CLAUSAL


def _name_end(words: Sequence[Word], start: int) -> int:
    """Give where the name that begins here ends: "Fidan and Blinken" is one."""
    end = start + 1
    while end < len(words):
        joins = words[end].key in _PARTICLES and end + 1 < len(words) and words[end + 1].capital
        if not (words[end].capital or joins):
            break
        end += 1
    return end
