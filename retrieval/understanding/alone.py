"""A question word alone: "where?", "when was that?", "who else?" asked of the previous question."""

from __future__ import annotations

import re

from retrieval.understanding import verbs
from retrieval.understanding.past import Past
from retrieval.understanding.phrases import NAMED, time_at, times
from retrieval.understanding.shape import Shape
from retrieval.understanding.words import (
    ADVERBS,
    BE,
    CONJUNCTIONS,
    PREPOSITIONS,
    word_set,
)

_PREPOSED = "about|against|at|by|for|from|in|of|on|since|to|until|with"
_ASKED = re.compile(
    rf"(?P<word>(?:(?:{_PREPOSED}) )?(?:who|whom|what|when|where|which|how|why)"
    r"|how (?:long|often|many|much|many people)|which ones?"
    r"|(?:(?:in|on) )?(?:what|which) (?:year|month|week|day|date|city|country|town|place))"
    r"(?P<else> else)?(?: exactly| precisely)?"
    r"(?: (?:was|were) (?:that|this|it)"
    r"| did (?:that|this|it|all this) (?:happen|occur|take place))?",
    re.I,
)
_REVERSED = re.compile(r"(who|what|where) (with|to|by|about|from|for)", re.I)
_ANY = {"anyone": "who", "anybody": "who", "anything": "what", "anywhere": "where"}
_ANY_ELSE = re.compile(rf"({'|'.join(_ANY)}) else", re.I)
_EVENT = re.compile(r"(?:when|where|why|how)\b", re.I)
_DAYS = word_set("day date")
_MANY = {"was": "were", "is": "are", "has": "have", "does": "do"}
_TALKING = word_set("talk speak negotiate")


def asks_alone(question: str) -> bool:
    """Tell whether a question, without what ends it, is a question word alone."""
    return _word(question) is not None


def ask_alone(question: str, past: Past) -> str | None:
    """Give the previous question asked with this question word, or None where that is unclear."""
    asked, shape = _word(question), past.shape
    if asked is None or shape is None:
        return None
    word, other = asked
    if other:
        made = _ask_else(word, past, shape)
    elif word in ("who", "whom"):
        made = _ask_who(past, shape)
    elif word in ("how many", "how many people"):
        made = _ask_how_many(shape)
    elif word in ("which", "which one", "which ones"):
        made = _with(shape, f"which {past.noun()}") if shape.key == "how" and past.noun() else None
    elif word in ("what", "how much"):
        made = None
    else:
        made = _ask_adverb(word, past, shape)
    return made


def _word(question: str) -> tuple[str, bool] | None:
    """Give the question word, its preposition first, and whether "else" came with it."""
    if match := _REVERSED.fullmatch(question):
        question = f"{match[2]} {'whom' if match[1].lower() == 'who' else match[1]}"
    if match := _ANY_ELSE.fullmatch(question):
        return _ANY[match[1].lower()], True
    match = _ASKED.fullmatch(question)
    if match is None:
        return None
    word = re.sub("(?<= )who$", "whom", match["word"].lower())
    rest = question[match.end("word") :].removesuffix(" exactly").removesuffix(" precisely")
    if rest and not match["else"] and not _EVENT.match(word):
        return None  # "what is it?" asks about a thing
    last = word.split()[-1]
    if last in ("year", "month", "week", "city", "country", "town", "place", *_DAYS):
        bare = word if word.startswith(("in ", "on ")) else f"in {word}"
        word = re.sub("^in ", "on ", bare) if last in _DAYS else bare
    return word, match["else"] is not None


def _with(shape: Shape, asking: str, after: str | None = None) -> str:
    """Give the question with another question phrase, and all that comes after it."""
    start, end = shape.asking
    before = shape.text[: shape.words[start].start]
    tail = shape.slice(end) if after is None else after
    return f"{before}{asking} {tail}".strip()


def _ask_adverb(word: str, past: Past, shape: Shape) -> str | None:
    """Ask where, when, why or how it was."""
    if word == "by whom" and not (shape.verb is not None and _aux(shape) in BE):
        return None
    if shape.asked == "truth":
        return f"{word} {_aux(shape)} {shape.slice(1)}"
    if shape.asked == "adverb":
        return _with(shape, word)
    if shape.asked == "predicate":
        return _ask_adverb_of_predicate(word, past, shape)
    if shape.asked == "subject":
        return _ask_adverb_of_subject(word, past, shape)
    if shape.key in ("who", "whom") and word.endswith("whom"):
        return None
    gap = next((i for i in range(shape.rest, len(shape.words)) if _is_stranded(shape, i)), None)
    after = shape.rest if gap is None else gap + 1
    filler = _filler(past, shape)
    done = shape.slice(shape.asking[1], after if gap is None or filler else gap)
    return _with(shape, word, " ".join(_given(done, filler, shape.slice(after))))


def _ask_adverb_of_predicate(word: str, past: Past, shape: Shape) -> str | None:
    answer = past.person() or past.thing()
    subject = shape.words[shape.subject[0]]
    if not subject.capital and answer:
        return _with(shape, word, f"{_aux(shape)} {answer} {shape.slice(shape.subject[0])}")
    return _with(shape, word) if subject.capital and word == "where" else None


def _ask_adverb_of_subject(word: str, past: Past, shape: Shape) -> str | None:
    filler = _filler(past, shape)
    if shape.aux is not None:
        parts = _given(_aux(shape), filler or "someone", shape.slice(shape.aux + 1))
        return _with(shape, word, " ".join(parts))
    if shape.verb is None:
        return None
    verb = shape.words[shape.verb].key
    if verb in BE:
        return _with(shape, word, f"{verb} {filler} {shape.slice(shape.rest)}") if filler else None
    object_end = next(i for i in range(shape.rest, len(shape.words) + 1) if _ends_phrase(shape, i))
    done = verbs.participle(verb)
    if filler is None and object_end > shape.rest and done:
        what = shape.slice(shape.rest, object_end)
        be = "were" if _is_plural(what) else "was"
        return _with(shape, word, " ".join(_given(be, what, done, shape.slice(object_end))))
    base = verbs.base_form(verb)
    if base is None:
        return None
    do = "did" if verbs.is_past(verb) else "does" if verbs.is_present(verb) else "do"
    who = filler or ("someone" if shape.key == "who" else "that")
    return _with(shape, word, " ".join(_given(do, who, base, shape.slice(shape.rest))))


def _ask_who(past: Past, shape: Shape) -> str | None:
    if shape.key in ("who", "whom"):
        return shape.text
    if shape.key == "how" and past.noun():
        return _with(shape, "who")
    base = shape.verb_base
    if shape.asked == "adverb" and shape.verb is not None and _ends_phrase(shape, shape.rest):
        if _aux(shape) in BE and verbs.is_past(shape.words[shape.verb].key):
            return _with(shape, "by whom") if base != "bear" else None
        if base in verbs.HUMAN_OBJECT:
            return _with(shape, "who")
        return _with(shape, "with whom") if base in _TALKING else None
    if shape.asked == "truth" and shape.rest < len(shape.words):
        open_object = shape.words[shape.rest].key in ("anyone", "anybody", "someone", "somebody")
        return f"who {_without_object(shape, shape.rest + 1)}" if open_object else None
    return None


def _ask_how_many(shape: Shape) -> str | None:
    if shape.key not in ("who", "whom", "which") or shape.asked not in ("subject", "object"):
        return None
    noun = shape.slice(*shape.noun) or "people"
    if shape.asked == "subject" and shape.aux is not None:
        many = _MANY.get(_aux(shape), _aux(shape))
        return _with(shape, f"how many {noun}", f"{many} {shape.slice(shape.aux + 1)}")
    return _with(shape, f"how many {noun}")


def _ask_else(word: str, past: Past, shape: Shape) -> str | None:
    if shape.asked in ("adverb", "truth") and word in ("who", "whom"):
        seen = next((one for one in past.phrases if one.part == "object"), None)
        if seen is None or seen.kind not in NAMED or shape.verb is None:
            return None
        end = next(i for i, one in enumerate(shape.words, 1) if one.end >= seen.end)
        return f"who else {_without_object(shape, end)}"
    people = past.asks_person and word in ("who", "whom") and shape.asked != "adverb"
    if shape.asked == "predicate" or not (people or shape.key == word):
        return None
    return _with(shape, f"{shape.key if shape.key == word else word} else")


def _without_object(shape: Shape, end: int) -> str:
    aux = 0 if shape.aux is None else shape.aux
    parts = _given(_aux(shape), shape.slice(aux + 1, shape.rest), shape.slice(end))
    return " ".join(parts)


def _filler(past: Past, shape: Shape) -> str | None:
    """Give what stands where the question word asked: the answer, or the noun asked about."""
    answer = past.person() or past.thing()
    if answer:
        return answer
    noun = past.noun()
    if noun:
        return noun if shape.key == "how" else f"the {noun}"
    return "something" if shape.key == "what" and shape.asked == "object" else None


def _aux(shape: Shape) -> str:
    return "" if shape.aux is None else shape.words[shape.aux].text.lower()


def _ends_phrase(shape: Shape, at: int) -> bool:
    """Tell whether no further word of a phrase stands at a place."""
    if at >= len(shape.words):
        return True
    word = shape.words[at]
    divides = word.key in PREPOSITIONS and word.key != "of"
    return (
        divides
        or word.key in (CONJUNCTIONS - {"and"}) | ADVERBS
        or time_at(shape.text, word.start) is not None
    )


def _is_stranded(shape: Shape, at: int) -> bool:
    """Tell whether a preposition stands without its noun: "who did she talk to in May?"."""
    if at >= len(shape.words) or shape.words[at].key not in PREPOSITIONS:
        return False
    timed = any(start <= shape.words[at].start < end for start, end in times(shape.text))
    return not timed and _ends_phrase(shape, at + 1)


def _is_plural(noun: str) -> bool:
    words = noun.split(" of ")[0].split()
    return "and" in words or (words[-1].endswith("s") and words[-1].islower())


def _given(*parts: str | None) -> list[str]:
    return [part for part in parts if part]
