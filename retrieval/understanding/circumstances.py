"""A question word alone: "where?", "when was that?", "who else?" asked of the previous question."""

from __future__ import annotations

import re

from retrieval.understanding import verbs
from retrieval.understanding.clauses import Clause, parse
from retrieval.understanding.history import Past
from retrieval.understanding.phrases import time_at
from retrieval.understanding.tokens import ADVERBS, BE, CLAUSAL, PREPOSITIONS

_BEFORE = r"(?:about|against|at|by|for|from|in|of|on|over|since|to|until|with)"
_ASKED = re.compile(
    rf"(?P<word>(?:{_BEFORE} )?(?:who|whom|what|when|where|why|how(?: long| often)?)"
    rf"|{_BEFORE} (?:which|what|whose|how much|how many)(?: (?!was|were|did)\w+){{0,3}})"
    r"(?P<else> else)?(?P<event> (?:was|were) (?:that|this|it)"
    r"| did (?:that|this|it) (?:happen|occur|take place))?",
    re.I,
)
_ANY_ELSE = {"anyone else": "who else", "anything else": "what else"}
_EVENT = re.compile(r"(?:when|where|why|how)\b")


def asks_alone(question: str) -> bool:
    """Tell whether a question, without what ends it, is a question word alone."""
    return _word(question) is not None


def ask_alone(question: str, past: Past) -> str | None:
    """Give the previous question asked with this question word, or None where that is unclear."""
    asked, clause = _word(question), past.clause
    if asked is None or clause is None:
        return None
    word, other = asked
    if other:
        return _ask_else(word, past, clause)
    if word in ("who", "whom"):
        return _ask_who(past, clause)
    return None if word == "what" else ask_adverb(word, past, clause)


def _word(question: str) -> tuple[str, bool] | None:
    """Give the question word, its preposition first, and whether "else" came with it."""
    match = _ASKED.fullmatch(_ANY_ELSE.get(question.lower(), question))
    if match is None or (parse(question) and not match["event"]):
        return None
    word = re.sub("(?<= )who$", "whom", match["word"].lower())
    if match["event"] and not match["else"] and not _EVENT.match(word):
        return None  # "what is it?" asks about a thing
    return word, match["else"] is not None


def _with(clause: Clause, asking: str, *after: str | None) -> str:
    """Give the question with another question phrase, and all or this coming after it."""
    start, end = clause.asking
    tail = " ".join(filter(None, after or (clause.slice(end),)))
    return f"{clause.text[: clause.words[start].start]}{asking} {tail}".strip()


def ask_adverb(word: str, past: Past, clause: Clause) -> str | None:
    """Ask where, when, why or how it was."""
    if word == "by whom" and not (clause.verb is not None and clause.auxiliary in BE):
        return None
    if word == "by whom" and clause.role == "adverb" and _is_plain_past(clause):
        done = clause.words[clause.verb or 0].text
        return f"who {done} {clause.slice(*clause.subject)} {clause.slice(clause.rest)}".strip()
    if clause.role == "truth":
        return f"{word} {clause.auxiliary} {clause.slice(1)}"
    if clause.role == "adverb":
        return _with(clause, word)
    if clause.role == "predicate":
        answer = past.person() or past.thing()
        capital = clause.words[clause.subject[0]].capital
        if not capital and answer:
            return _with(clause, word, clause.auxiliary, answer, clause.slice(clause.subject[0]))
        return _with(clause, word) if capital and word == "where" else None
    if clause.role == "subject":
        return _ask_adverb_of_subject(word, past, clause)
    if clause.key in ("who", "whom") and word.endswith("whom"):
        return None
    at, filler = clause.rest, _filler(past, clause)
    if _is_stranded(clause, at):
        at, filler = at + 1, filler or "someone"  # "who did she talk to in May?"
    return _with(clause, word, clause.slice(clause.asking[1], at), filler, clause.slice(at))


def _is_plain_past(clause: Clause) -> bool:
    """Tell whether the participle, as in "was shot", is the verb's past too."""
    done = clause.words[clause.verb or 0].key
    return clause.auxiliary in ("was", "were") and done.endswith(("d", "t"))


def _ask_adverb_of_subject(word: str, past: Past, clause: Clause) -> str | None:
    filler, rest = _filler(past, clause), clause.slice(clause.rest)
    told = filler or ("someone" if clause.key == "who" else "that")
    if clause.aux is not None:
        return _with(clause, word, clause.auxiliary, told, clause.slice(clause.aux + 1))
    verb = "" if clause.verb is None else clause.words[clause.verb].key
    if verb in BE:
        return _with(clause, word, verb, told, rest)
    do = "did" if verbs.is_past(verb) else "does" if verbs.is_present(verb) else "do"
    base = verbs.base_form(verb)
    return _with(clause, word, do, told, base, rest) if base else None


def _ask_who(past: Past, clause: Clause) -> str | None:
    if clause.key in ("who", "whom"):
        return clause.text
    if clause.key == "how" and past.noun:
        return _with(clause, "who")
    if clause.role != "adverb" or clause.verb is None or not _ends_phrase(clause, clause.rest):
        return None
    return _with(clause, "who") if clause.verb_base in verbs.HUMAN_OBJECT else None


def _ask_else(word: str, past: Past, clause: Clause) -> str | None:
    people = past.asks_person and word in ("who", "whom") and clause.role != "adverb"
    if clause.role == "predicate" or not (people or clause.key == word):
        return None
    return _with(clause, f"{clause.key if clause.key == word else word} else")


def _filler(past: Past, clause: Clause) -> str | None:
    """Give what stands where the question word asked: the answer, or the noun asked about."""
    if answer := past.person() or past.thing():
        return answer
    if past.noun:
        return past.noun if clause.key == "how" else f"the {past.noun}"
    return "something" if clause.key == "what" and clause.role == "object" else None


def _ends_phrase(clause: Clause, at: int) -> bool:
    """Tell whether no further word of a phrase stands at a place."""
    if at >= len(clause.words):
        return True
    word = clause.words[at]
    divides = word.key in PREPOSITIONS and word.key != "of"
    timed = time_at(clause.text, word.start) is not None
    return divides or word.key in CLAUSAL | ADVERBS or timed


def _is_stranded(clause: Clause, at: int) -> bool:
    """Tell whether a preposition stands without its noun: "who did she talk to in May?"."""
    word = clause.words[at] if at < len(clause.words) else None
    if word is None or word.key not in PREPOSITIONS or time_at(clause.text, word.start):
        return False
    return _ends_phrase(clause, at + 1)
