"""Follow-ups in Turkish: "peki ya Bükreş'te?", "nerede?", "orada kiminle görüştü?".

A name or a time takes the place of the one with the same ending; a pronoun means the last person or
place; a question word alone asks about the previous question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from retrieval.languages import find_language
from retrieval.text import fold
from retrieval.types import Offsets, Turn
from retrieval.understanding.history import is_name
from retrieval.understanding.phrases import PLACES
from retrieval.understanding.tokens import Word, plain, split

_WHEN_WHERE = "nerede|nereye|nereden|ne zaman|neden|niçin|niye|nasıl"
_WHOM = {"kim": "", "kimi": "acc", "kime": "dat", "kimden": "abl", "kiminle": "with"}
"""Question words that ask for a person, with the case that the answer has."""

QUESTION = re.compile(rf"\b(?:{_WHEN_WHERE}|{'|'.join(_WHOM)}|ne kadar|ne|kaç|hangi)\b", re.I)
_ALONE = re.compile(rf"(?:bu )?({_WHEN_WHERE}|{'|'.join(_WHOM)})(?: oldu)?", re.I)
_MARK = re.compile(r"(?:(?:peki|ya|ve|ama|tamam)\b,? *)+", re.I)
_PRONOUNS = {"o": "", "onun": "gen", "onu": "acc", "ona": "dat", "ondan": "abl", "onunla": "with"}
_THERE = {"orada": "loc", "oraya": "dat", "oradan": "abl"}
_ACTIVE = re.compile(r"\w+(?<![ıiuü][ln])[dt][ıiuü]")

_TURKISH = find_language("tr")
_STOP, _ENGLISH = (frozenset(map(fold, find_language(code).stop_words)) for code in ("tr", "en"))
_ENGLISH_ONLY = _ENGLISH - _STOP
_PLAIN = (_STOP - _ENGLISH - {"da", "de"}) | {"peki", "baska"}
_CASES = {case: _TURKISH.lists[case] for case in ("loc", "abl", "dat", "acc", "gen", "with")}
_POSTPOSITIONS = {"ile": "with", "hakkında": "about"}
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d(?:['’][dt][ae]\b| yılında\b)", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """A name or a year in a Turkish text: its range, its case, and the name without an ending.

    The case is "" for none, "time", "about", or a key of the endings ("loc", "with").
    """

    name: str
    start: int
    end: int
    case: str

    @property
    def place(self) -> bool:
        return fold(self.name) in PLACES


def is_turkish(question: str) -> bool:
    """Tell whether a text is Turkish by its words, or by letters of words in lower case."""
    words = split(question)
    small = [word for word in words if not word.capital]
    if any(word.key in _ENGLISH_ONLY for word in words):
        return False
    if words and QUESTION.fullmatch(words[0].text) and words[1:2] == tuple(small[:1]):
        small.append(words[0])  # "Kim geldi?", but not "Kim Jong Un"
    return any(word.key in _PLAIN or set(_TURKISH.letters) & set(word.text) for word in small)


def stand_alone(question: str, previous: Sequence[Turn]) -> str:
    """Give a Turkish follow-up as a question of its own, or as it is where that is in doubt."""
    asked = plain(question)
    turns = [turn for turn in reversed(previous) if is_turkish(turn.question)]
    if not turns or any(word.key in _ENGLISH_ONLY for word in split(asked)):
        return question
    mark = _MARK.match(asked)
    rest = asked[mark.end() :] if mark else asked
    pieces = parts(rest) if mark else []
    if alone := _ALONE.fullmatch(rest):
        understood = _ask_alone(alone[1], turns[0])
    elif pieces and not _outside(rest, pieces):
        understood = _complete(rest, pieces, plain(turns[0].question))
    else:
        led = _person(turns, subject=True) if _lacks_subject(rest) else None
        resolved = _resolved(rest, turns)
        understood = f"{led} {_begun(resolved)}" if led else resolved
    if not understood or understood == rest:
        return question
    first = understood[0].replace("i", "İ").upper() if question[0].isupper() else understood[0]
    return f"{first}{understood[1:]}?"


def _ask_alone(word: str, turn: Turn) -> str | None:
    """Ask the previous question with another question word, what it asked for filled in."""
    text = plain(turn.question)
    old = QUESTION.search(text)
    if old is None:
        return None
    answer = _answer(turn)
    given = f"{suffixed(answer, _WHOM[lower(old[0])])} " if answer else ""
    return _put(text, old.span(), f"{given}{lower(word)}")


def _complete(rest: str, pieces: Iterable[Part], text: str) -> str | None:
    """Give the previous question with the parts of a half question in it."""
    for piece in pieces:
        held = parts(text)
        subject = next((one for one in held if one.case in ("", "gen")), None)
        case = piece.case
        if not case and subject and subject.place == piece.place:
            case, same = subject.case, [subject]
        elif case or piece.place:
            case = case or "loc"
            same = [one for one in held if one.case == case]
        else:
            return None
        new = rest[piece.start : piece.end] if piece.case else suffixed(piece.name, case)
        question = QUESTION.search(text)
        at = question.start() if question else text.rfind(" ") + 1
        if same:
            text = _put(text, (same[-1].start, same[-1].end), new)
        else:
            text = _put(text, (at, at), f"{new} ") if at else f"{new} {_begun(text)}"
    return text


def _resolved(text: str, turns: Sequence[Turn]) -> str:
    """Give a question with its pronouns replaced by the last person or place."""
    words = split(text)
    unknown = _outside(text, parts(text))
    meant = _PRONOUNS | _THERE
    clear = list(takewhile(lambda w: w not in unknown or lower(w.text) in meant, words))
    for at, word in reversed(list(enumerate(clear))):
        key = lower(word.text)
        if key in ("o", "onun") and any(not one.case for one in parts(text[: word.start])):
            continue
        if key == "o" and words[at + 1 : at + 2] != tuple(clear[at + 1 : at + 2]):
            continue  # in front of a noun it is "that"
        found = _place(turns) if key in _THERE else None
        found = _person(turns, subject=key in ("o", "onun")) if key in _PRONOUNS else found
        if found:
            text = _put(text, (word.start, word.end), suffixed(found, meant[key]))
    return text


def _lacks_subject(text: str) -> bool:
    """Tell whether a question leaves out who did it, as Turkish does for "o": "ne dedi?"."""
    question, held = QUESTION.search(text), parts(text)
    if question is None or lower(question[0]) in ("kim", "kaç", "hangi"):
        return False
    unknown = [lower(word.text) for word in _outside(text, held)]
    *others, verb = unknown or [""]
    acts = _ACTIVE.fullmatch(verb) and verb not in _TURKISH.lists["said_of_things"]
    if not acts or not lower(text).endswith(verb) or not all(one.case for one in held):
        return False
    return all((_PRONOUNS | _THERE).get(word, "gen") not in ("", "gen") for word in others)


def _person(turns: Sequence[Turn], *, subject: bool) -> str | None:
    for turn in turns:
        question = QUESTION.search(turn.question)
        asks_subject = question is not None and lower(question[0]) == "kim"
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
    person = question is not None and lower(question[0]) in _WHOM
    one = person and len(turn.answers) == 1 and is_name(turn.answers[0])
    return turn.answers[0] if one else None


# Names and endings -------------------------------------------------------------------------------


def parts(text: str) -> list[Part]:
    """Give the names in a text with their cases, and its years, in order."""
    found = [Part(match[0], *match.span(), "time") for match in _YEAR.finditer(text)]
    for word in split(text):
        root, case = _without_ending(word.text)
        last = found[-1] if found else None
        if not _is_named(word) and not (case and fold(root) in PLACES):
            postposition = _POSTPOSITIONS.get(lower(word.text))
            if last and postposition and text[last.end : word.start] == " ":
                found[-1] = Part(last.name, last.start, word.end, postposition)
        elif last and not last.case and _goes_on(text, last, word, case):
            found[-1] = Part(f"{last.name} {root}", last.start, word.end, case)
        else:
            found.append(Part(root, word.start, word.end, case))
    return sorted(found, key=lambda part: part.start)


def _is_named(word: Word) -> bool:
    return word.capital and not QUESTION.fullmatch(word.text) and word.key not in _PLAIN


def _goes_on(text: str, name: Part, word: Word, case: str) -> bool:
    """Tell whether a word belongs to the name before it: "Elin Dahl", but not "Dahl Oslo'da"."""
    root, _ = _without_ending(word.text)
    if text[name.end : word.start] != " ":
        return False
    apart = case == "loc" or name.place or fold(root) in PLACES or root.isupper()
    return fold(f"{name.name} {root}") in PLACES or not apart


def _without_ending(written: str) -> tuple[str, str]:
    """Give a name without its ending, and its case: "Oslo'da" and, of a known place, "osloda"."""
    if match := re.fullmatch(r"([^'’]+)['’]([^\W\d_]{1,3})", written):
        known = (case for case, endings in _CASES.items() if lower(match[2]) in endings)
        return match[1], next(known, "other")
    root, ending = written[:-2], fold(written[-2:])
    return (root, "loc") if fold(root) in PLACES and ending in _CASES["loc"] else (written, "")


def suffixed(name: str, case: str) -> str:
    """Give a Turkish name with the ending of a case: "Ankara" → "Ankara'da"; "" is none."""
    vowels = re.findall("[aâıoueiöü]", lower(name)) or ["e"]
    back, rounded = vowels[-1] in "aâıou", vowels[-1] in "ouöü"
    wide = "a" if back else "e"
    close = ("u" if back else "ü") if rounded else ("ı" if back else "i")
    last = lower(name[-1:])
    open_ = last in "aâıoueiöü"
    y, n, hard = "y" * open_, "n" * open_, "t" if last in "fstkçşhp" else "d"
    endings = {"loc": hard + wide, "abl": f"{hard}{wide}n", "dat": y + wide, "acc": y + close}
    endings |= {"gen": f"{n}{close}n", "with": f"{y}l{wide}"}
    return f"{name}'{endings[case]}" if case in endings else name


def lower(text: str) -> str:
    """Give a text in lower case as Turkish has it: "I" becomes "ı"."""
    return text.replace("İ", "i").replace("I", "ı").lower()


def _outside(text: str, held: Sequence[Part]) -> list[Word]:
    """Give the words that are in no name and no question word."""
    taken = [(one.start, one.end) for one in held]
    taken += [match.span() for match in QUESTION.finditer(text)]
    words = split(text)
    return [word for word in words if not any(start <= word.start < end for start, end in taken)]


def _begun(text: str) -> str:
    """Give a question as it goes on behind its subject."""
    return text if any(one.start == 0 for one in parts(text)) else lower(text[:1]) + text[1:]


def _put(text: str, place: Offsets, new: str) -> str:
    return text[: place[0]] + new + text[place[1] :]
