"""Follow-ups in Turkish: "peki ya Bükreş'te?", "nerede?", "orada kiminle görüştü?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.text import fold
from retrieval.types import Offsets, Turn
from retrieval.understanding.past import is_name
from retrieval.understanding.shape import body
from retrieval.understanding.turkish_words import (
    ENGLISH_ONLY,
    QUESTION,
    WHEN_WHERE,
    WHOM,
    Part,
    is_turkish,
    lone,
    lower,
    parts,
    suffixed,
    upper,
)
from retrieval.understanding.words import Word, split, word_set

_MARK = re.compile(r"(?:(?:peki|ya|ve|ama|tamam)\b,? *)+", re.I)
_ALONE = re.compile(
    rf"(?:bu )?(?P<word>(?P<other>başka )?(?:{WHEN_WHERE}|{'|'.join(WHOM)})|(?P<any>başka))"
    r"(?: oldu| olmuştu)?(?: bu)?",
    re.I,
)
_PRONOUNS = {"o": "", "onun": "gen", "onu": "acc", "ona": "dat", "ondan": "abl", "onunla": "with"}
_THERE = {"orada": "loc", "oraya": "dat", "oradan": "abl"}
_ACTIVE = re.compile(r"\w+(?<![ıiuü][ln])[dt][ıiuü]")
_SAID_OF_THINGS = word_set("oldu sürdü bitti başladı çıktı düştü battı patladı")
_ASKS_SUBJECT = ("kim", "kimler", "kaç", "hangi")


def stand_alone(question: str, previous: Sequence[Turn]) -> str:
    """Give a Turkish follow-up as a question of its own, or as it is where that is in doubt."""
    asked = body(question)
    turns = [
        replace(turn, question=body(turn.question))
        for turn in reversed(previous)
        if is_turkish(turn.question)
    ]
    if not turns or any(word.key in ENGLISH_ONLY for word in split(asked)):
        return question
    mark = _MARK.match(asked)
    rest = asked[mark.end() :] if mark else asked
    if alone := _ALONE.fullmatch(rest):
        understood = _ask_alone(alone, turns[0])
    elif mark and (pieces := _half(rest)):
        understood = _complete(rest, pieces, turns)
    else:
        resolved = _resolved(rest, turns) or rest
        led = _with_subject(resolved, turns) if _lacks_subject(rest) else None
        understood = led or resolved
    if not understood or understood == rest:
        return question
    first = upper(understood[0]) if question[0].isupper() else understood[0]
    return f"{first}{understood[1:]}?"


# A question word alone ---------------------------------------------------------------------


def _ask_alone(alone: re.Match[str], turn: Turn) -> str | None:
    text, old = turn.question, QUESTION.search(turn.question)
    if old is None:
        return None
    word, was = lower(alone["word"]), lower(old[1])
    if alone["any"] or alone["other"]:
        fits = was in WHOM and "başka" not in lower(text)
        return _put(text, old.span(), f"başka {was}") if fits else None
    circumstance = re.fullmatch(WHEN_WHERE, was) is not None
    if word in WHOM:
        fits = was == word or (circumstance and WHOM[word] == "with")
        return _put(text, old.span(), word) if fits else None
    if circumstance:
        return _put(text, old.span(), word)
    if was not in WHOM:
        return None
    answer, case = _answer(turn), WHOM[was]
    if answer is None:
        return _put(text, old.span(), word)
    given = f"{answer} ile" if case == "with" else suffixed(answer, case)
    return _put(text, old.span(), f"{given} {word}")


# Half questions ------------------------------------------------------------------------------


def _half(text: str) -> list[Part]:
    """Give the parts of a half question, or none where it holds anything else."""
    found = parts(text)
    if not found and len(split(text)) == 1 and not QUESTION.fullmatch(text):
        return [lone(text)]
    covered = sum(one.end - one.start for one in found) + max(len(found) - 1, 0)
    return found if covered == len(text) else []


def _complete(rest: str, pieces: Sequence[Part], turns: Sequence[Turn]) -> str | None:
    for number, turn in enumerate(turns):
        text: str | None = turn.question
        for piece in pieces:
            if text is not None:
                text = _swapped(text, piece, rest[piece.start : piece.end], adding=number == 0)
        if text is not None:
            return text
    return None


def _swapped(text: str, piece: Part, written: str, *, adding: bool) -> str | None:
    held = parts(text)
    if piece.case:
        same = [one for one in held if one.case == piece.case]
        if same:
            return _put(text, (same[-1].start, same[-1].end), written)
        return _added(text, written) if adding else None
    subject = next((one for one in held if one.case in ("", "gen")), None)
    if subject and subject.place == piece.place:
        return _put(text, (subject.start, subject.end), suffixed(piece.name, subject.case))
    if not piece.place:
        return None
    new = suffixed(piece.name, "loc")
    where = next((one for one in held if one.case == "loc"), None)
    if where:
        return _put(text, (where.start, where.end), new)
    return _added(text, new) if adding else None


def _added(text: str, words: str) -> str:
    """Give a question with words before its question word, or else before its verb."""
    question = QUESTION.search(text)
    at = question.start() if question else text.rfind(" ") + 1
    after = text[at:] if at else lower(text[:1]) + text[1:]
    return f"{text[:at]}{words} {after}"


# Whole questions -----------------------------------------------------------------------------


def _resolved(text: str, turns: Sequence[Turn]) -> str | None:
    """Give a question with its pronouns replaced, or None without any that could be."""
    changes: list[tuple[Offsets, str]] = []
    words = split(text)
    known = _known(text)
    for at, word in enumerate(words):
        key = lower(word.text)
        if key not in _PRONOUNS and key not in _THERE and not _covered(word, known):
            break  # a noun that a pronoun after it may mean
        new = None
        if key in _THERE and (place := _place(turns)):
            new = suffixed(place, _THERE[key])
        elif key in _PRONOUNS and (key != "o" or _leads(text, words, at)):
            leads = key in ("o", "onun")
            named = any(not one.case and one.start < word.start for one in parts(text))
            person = None if leads and named else _person(turns, subject=leads)
            new = suffixed(person, _PRONOUNS[key]) if person else None
        if new is not None:
            changes.append(((word.start, word.end), new))
    for place_, new in reversed(changes):
        text = _put(text, place_, new)
    return text if changes else None


def _leads(text: str, words: Sequence[Word], at: int) -> bool:
    """Tell whether "o" is "he": in front of a noun it is "that"."""
    if at + 1 == len(words):
        return False
    start = words[at + 1].start
    asks = QUESTION.match(text, start) is not None
    return asks or any(one.start == start and one.case for one in parts(text))


def _lacks_subject(text: str) -> bool:
    """Tell whether a question names no subject, as Turkish leaves out "o": "ne dedi?".

    Only where each word is the verb, the question word, or has another part to play.
    """
    words, question = split(text), QUESTION.search(text)
    if question is None or lower(question[1]) in _ASKS_SUBJECT:
        return False
    verb = lower(words[-1].text)
    if question.end() > words[-1].start or verb in _SAID_OF_THINGS or not _ACTIVE.fullmatch(verb):
        return False
    known = _known(text)
    other = _THERE.keys() | {key for key, case in _PRONOUNS.items() if case not in ("", "gen")}
    return all(one.case for one in parts(text)) and all(
        _covered(word, known) or lower(word.text) in other for word in words[:-1]
    )


def _with_subject(text: str, turns: Sequence[Turn]) -> str | None:
    person = _person(turns, subject=True)
    named = any(one.start == 0 for one in parts(text))
    begun = text if named else lower(text[0]) + text[1:]
    return f"{person} {begun}" if person else None


def _known(text: str) -> list[Offsets]:
    """Give the ranges of a text's names, times and question words."""
    named = [(one.start, one.end) for one in parts(text)]
    return [*named, *(match.span() for match in QUESTION.finditer(text))]


def _covered(word: Word, ranges: Sequence[Offsets]) -> bool:
    return any(start <= word.start < end for start, end in ranges)


# What came before ----------------------------------------------------------------------------


def _person(turns: Sequence[Turn], *, subject: bool) -> str | None:
    for turn in turns:
        question = QUESTION.search(turn.question)
        asks_subject = question is not None and WHOM.get(lower(question[1])) == ""
        answered = _answer(turn)
        if asks_subject and answered is None and turn.answers:
            return None
        named = (one for one in parts(turn.question) if one.case in ("", "gen") and not one.place)
        acting = next((one.name for one in named), None)
        first, second = (acting, answered) if subject and not asks_subject else (answered, acting)
        if first or second:
            return first or second
    return None


def _place(turns: Sequence[Turn]) -> str | None:
    told = (one for turn in turns for one in reversed(parts(turn.question)))
    return next((one.name for one in told if one.case == "loc" or (one.place and one.case)), None)


def _answer(turn: Turn) -> str | None:
    """Give the one person that a question was answered with."""
    question = QUESTION.search(turn.question)
    if question is None or lower(question[1]) not in WHOM or not turn.answers:
        return None
    first = turn.answers[0]
    same = all(fold(other) in fold(first) for other in turn.answers)
    return first if same and is_name(first) else None


def _put(text: str, place: Offsets, new: str) -> str:
    return text[: place[0]] + new + text[place[1] :]
