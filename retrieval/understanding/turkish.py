"""Follow-ups in Turkish: "peki ya Bükreş'te?", "nerede?", "orada kiminle görüştü?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.text import fold
from retrieval.types import Offsets, Turn
from retrieval.understanding.history import is_name
from retrieval.understanding.tokens import Word, plain, split
from retrieval.understanding.turkish_names import (
    ENGLISH_ONLY,
    LISTS,
    QUESTION,
    WHEN_WHERE,
    WHOM,
    Part,
    is_turkish,
    lone,
    lower,
    parts,
    suffixed,
)

_MARK = re.compile(r"(?:(?:peki|ya|ve|ama|tamam)\b,? *)+", re.I)
_ALONE = re.compile(
    rf"(?:bu )?(?P<word>(?P<other>başka )?(?:{WHEN_WHERE}|{'|'.join(WHOM)})|(?P<any>başka))"
    r"(?: oldu| olmuştu)?(?: bu)?",
    re.I,
)
_PRONOUNS = {"o": "", "onun": "gen", "onu": "acc", "ona": "dat", "ondan": "abl", "onunla": "with"}
_THERE = {"orada": "loc", "oraya": "dat", "oradan": "abl"}
_ACTIVE = re.compile(r"\w+(?<![ıiuü][ln])[dt][ıiuü]")
_ASKS_SUBJECT = ("kim", "kimler", "kaç", "hangi")


def stand_alone(question: str, previous: Sequence[Turn]) -> str:
    """Give a Turkish follow-up as a question of its own, or as it is where that is in doubt."""
    asked = plain(question)
    turns = [
        replace(turn, question=plain(turn.question))
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
        led = _person(turns, subject=True) if _lacks_subject(rest) else None
        understood = f"{led} {_begun(resolved)}" if led else resolved
    if not understood or understood == rest:
        return question
    first = understood[0].replace("i", "İ").upper() if question[0].isupper() else understood[0]
    return f"{first}{understood[1:]}?"


def _begun(text: str) -> str:
    """Give a question as it goes on behind its subject."""
    return text if any(one.start == 0 for one in parts(text)) else lower(text[:1]) + text[1:]


def _ask_alone(alone: re.Match[str], turn: Turn) -> str | None:
    """Ask the previous question with another question word, what it asked for filled in."""
    text, old = turn.question, QUESTION.search(turn.question)
    if old is None:
        return None
    word, was = lower(alone["word"]), lower(old[1])
    circumstance = re.fullmatch(WHEN_WHERE, was) is not None
    if alone["any"] or alone["other"]:
        fits, new = was in WHOM and "başka" not in lower(text), f"başka {was}"
    elif word in WHOM:
        fits, new = was == word or (circumstance and WHOM[word] == "with"), word
    else:
        answer, case = _answer(turn), WHOM.get(was, "")
        given = f"{answer} ile" if case == "with" else suffixed(answer or "", case)
        fits, new = circumstance or was in WHOM, f"{given} {word}" if answer else word
    return _put(text, old.span(), new) if fits else None


# Half questions ----------------------------------------------------------------------------------


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
            written = rest[piece.start : piece.end]
            text = _swapped(text, piece, written, adding=number == 0) if text else None
        if text is not None:
            return text
    return None


def _swapped(text: str, piece: Part, written: str, *, adding: bool) -> str | None:
    held = parts(text)
    subject = next((one for one in held if one.case in ("", "gen")), None)
    if not piece.case and subject and subject.place == piece.place:
        return _put(text, (subject.start, subject.end), suffixed(piece.name, subject.case))
    if not (piece.case or piece.place):
        return None
    new = written if piece.case else suffixed(piece.name, "loc")
    same = [one for one in held if one.case == (piece.case or "loc")]
    if same:
        return _put(text, (same[-1].start, same[-1].end), new)
    if not adding:
        return None
    question = QUESTION.search(text)
    at = question.start() if question else text.rfind(" ") + 1
    return f"{text[:at]}{new} {text[at:] if at else lower(text[:1]) + text[1:]}"


# Whole questions ---------------------------------------------------------------------------------


def _resolved(text: str, turns: Sequence[Turn]) -> str | None:
    """Give a question with its pronouns replaced, or None without any that could be."""
    changes: list[tuple[Offsets, str]] = []
    words, known = split(text), _known(text)
    for at, word in enumerate(words):
        key = lower(word.text)
        if key not in _PRONOUNS and key not in _THERE and not _covered(word, known):
            break  # a noun that a pronoun after it may mean
        found = None
        if key in _THERE:
            found = _place(turns)
        elif key in _PRONOUNS and (key != "o" or _leads(text, words, at)):
            leads = key in ("o", "onun")
            named = any(not one.case and one.start < word.start for one in parts(text))
            found = None if leads and named else _person(turns, subject=leads)
        if found:
            new = suffixed(found, (_THERE | _PRONOUNS)[key])
            changes.append(((word.start, word.end), new))
    for place, new in reversed(changes):
        text = _put(text, place, new)
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
    verb, known = lower(words[-1].text), _known(text)
    if (
        question.end() > words[-1].start
        or verb in LISTS["said_of_things"]
        or not _ACTIVE.fullmatch(verb)
    ):
        return False
    other = _THERE.keys() | {key for key, case in _PRONOUNS.items() if case not in ("", "gen")}
    return all(one.case for one in parts(text)) and all(
        _covered(word, known) or lower(word.text) in other for word in words[:-1]
    )


def _known(text: str) -> list[Offsets]:
    """Give the ranges of a text's names, times and question words."""
    named = [(one.start, one.end) for one in parts(text)]
    return [*named, *(match.span() for match in QUESTION.finditer(text))]


def _covered(word: Word, ranges: Sequence[Offsets]) -> bool:
    return any(start <= word.start < end for start, end in ranges)


# What came before --------------------------------------------------------------------------------


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
