"""Questions that ask two things: "Who won and with which song?", "When and where was it?".

Only question words on both sides of "and" make two parts; "Who met Trump and Putin?" is one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.types import Reply, Turn
from retrieval.understanding import turkish
from retrieval.understanding.circumstances import ask_adverb, ask_alone
from retrieval.understanding.clauses import Clause, parse
from retrieval.understanding.history import Past, is_name, past_turns
from retrieval.understanding.question import without_range
from retrieval.understanding.tokens import (
    AUXILIARY,
    DETERMINERS,
    LISTS,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    plain,
    split,
)

_AND = re.compile(r",? (?:and|&) (?:also )?", re.I)
_TURKISH_AND = re.compile(r",? ve ", re.I)
_TURKISH_PHRASE = re.compile(
    rf"(?:{turkish.QUESTION.pattern})(?:(?<=hangi) \w+|(?<=kaç) \w+|(?<=kim) tarafından)?", re.I
)
_LONGEST_PHRASE = 6
"""Words of "in which city" at most."""

_LONGEST_TURKISH = 3
"""Words of "hangi yeni şarkıyla" at most."""


def split_question(question: str) -> tuple[str, str]:
    """Give the first question of two and what asks for the second; that is "" where it is one."""
    asked = plain(question)
    if turkish.is_turkish(question):
        return _split_turkish(asked) or (question, "")
    for link in _AND.finditer(asked):
        before, after = asked[: link.start()].strip(" ,"), asked[link.end() :]
        if _is_phrase(before) and (clause := _begins(after)):
            return f"{before} {clause.slice(clause.asking[1])}?", f"{_capital(after)}?"
        if _begins(before, side=True) and (_is_phrase(after) or _stands_alone(after)):
            return f"{_led(before, after)}?", after
    return question, ""


def first_turn(reply: Reply) -> Turn:
    """Give the turn that the second question refers to; "it" is no sum that answered the first."""
    turn = without_range(Turn.of(reply))
    return replace(turn, answers=tuple(filter(is_name, turn.answers)))


def second_question(rest: str, first: Turn) -> str:
    """Give the second question, what it lacks taken from the first and its answers."""
    if rest.endswith("?"):
        return rest
    text = plain(first.question)
    if turkish.is_turkish(text):
        return f"{turkish.QUESTION.sub(rest, text, count=1)}?"
    past = past_turns([first])[0]
    clause, second = past.clause, parse(rest)
    if clause is None:
        return rest
    if second is None:
        return _capital(f"{ask_alone(rest, past) or _asked_instead(rest, past, clause)}?")
    return _capital(f"{_completed(second, clause)}?")


def _asked_instead(asking: str, past: Past, clause: Clause) -> str:
    """Give the first question with another question phrase."""
    words = split(asking)
    if clause.role == "subject" and words[0].key in PREPOSITIONS:
        return ask_adverb(asking, past, clause) or asking
    return f"{asking} {clause.slice(clause.asking[1])}"


def _completed(second: Clause, first: Clause) -> str:
    """Give a question without names the setting of the first, and its noun to a number.

    "How many people died in Tarn and how many were hurt?" asks for people in Tarn.
    """
    named = any(word.capital or word.key in PRONOUNS for word in second.words[1:])
    bare = second.rest >= len(second.words) and second.role == "subject"
    setting = "" if named or not (bare or _is_setting(first)) else first.slice(first.rest)
    counted = bare and second.key == "how" and second.noun[0] == second.noun[1]
    noun = first.slice(*first.noun) if counted else ""
    asking, doing = second.slice(*second.asking), second.slice(second.asking[1])
    setting = "" if setting in doing else setting
    return " ".join(filter(None, (asking, noun, doing, setting)))


def _is_setting(clause: Clause) -> bool:
    return clause.rest < len(clause.words) and clause.words[clause.rest].key in PREPOSITIONS


def _is_phrase(text: str) -> bool:
    """Tell whether a text is a question phrase and no more: "when", "with which song"."""
    words = split(text)
    start = 1 if words and words[0].key in PREPOSITIONS else 0
    if not start < len(words) <= _LONGEST_PHRASE or words[start].key not in WH:
        return False
    noun = words[start + 1 :]
    if any(word.key in AUXILIARY | PRONOUNS for word in noun) or parse(text) is not None:
        return False
    first = noun[0].key if noun else ""
    if words[start].key == "how":
        return (
            not noun or first in ("many", "much") or (first in LISTS["measured"] and not noun[1:])
        )
    return not noun or words[start].key in ("which", "what", "whose")


def _begins(text: str, *, side: bool = False) -> Clause | None:
    """Give a question that begins with its question phrase, taken apart.

    It has no other question word; with ``side`` it may have one that asks nothing: "How old was
    she when she died".
    """
    clause = parse(text)
    if clause is None or clause.role == "truth" or clause.asking[0] > 0:
        return None
    rest = clause.words[clause.asking[1] :]
    following = (*rest[1:], None)
    asks = (
        word.key in WH and not (side and then and not then.auxiliary)
        for word, then in zip(rest, following, strict=True)
    )
    return None if any(asks) else clause


def _stands_alone(text: str) -> bool:
    """Tell whether a text is a question with words of its own, or that goes on with the first's."""
    clause = _begins(text)
    if clause is None or (clause.key == "what" and clause.rest == len(clause.words) == 2):
        return False  # "and what happened?"
    return clause.aux is not None or clause.role == "subject"


def _led(before: str, after: str) -> str:
    """Give "Who won" what the second part tells: "and who lost the election"."""
    first, second = parse(before), parse(after)
    if first and second and first.role == second.role == "subject" and len(first.words) == 2:
        starts = (
            at
            for at, word in enumerate(second.words[second.rest :], second.rest)
            if word.capital or word.key in PREPOSITIONS | DETERMINERS
        )
        return f"{before} {second.slice(next(starts, len(second.words)))}".strip()
    return before


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _split_turkish(asked: str) -> tuple[str, str] | None:
    """Split "ne zaman ve nerede kuruldu", and "kim kazandı ve hangi şarkıyla"."""
    for link in _TURKISH_AND.finditer(asked):
        before, after = asked[: link.start()], asked[link.end() :]
        asking, also = list(_TURKISH_PHRASE.finditer(before)), _TURKISH_PHRASE.match(after)
        if not asking or not also:
            continue
        doing = after[also.end() :]
        if asking[-1].end() == len(before) and doing:
            return f"{before}{doing}?", f"{before[: asking[-1].start()]}{after}?"
        if len(split(after)) <= _LONGEST_TURKISH:
            return f"{before}?", after
    return None
