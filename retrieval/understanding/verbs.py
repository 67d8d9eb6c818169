"""English verbs that the news use, in all their forms: where a question's verb stands."""

from __future__ import annotations

from retrieval.languages import find_language
from retrieval.understanding.tokens import LISTS

SAYING, MOTION = LISTS["saying_verbs"], LISTS["motion_verbs"]
HUMAN_OBJECT = LISTS["human_object_verbs"]
_IRREGULAR = find_language("en").irregular


def _inflected(verb: str) -> tuple[str, str, str]:
    """Give the -s, -ed and -ing form of a regular verb."""
    if verb[-1] == "y" and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    root = verb + verb[-1] if verb in LISTS["doubling_verbs"] else verb
    s = f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else f"{verb}s"
    if verb.endswith("e"):
        return s, f"{verb}d", f"{verb if verb.endswith('ee') else verb[:-1]}ing"
    return s, f"{root}ed", f"{root}ing"


_BASES = LISTS["verbs"] | LISTS["unchanged_verbs"] | {*_IRREGULAR.values(), "be", "do", "have"}
_PRESENT = {_inflected(verb)[0]: verb for verb in _BASES} | {"has": "have"}
_GERUND = {_inflected(verb)[2]: verb for verb in _BASES} | {
    "being": "be",
    "dying": "die",
    "lying": "lie",
}
_PAST = (
    {_inflected(verb)[1]: verb for verb in LISTS["verbs"]}
    | {form: verb for form, verb in _IRREGULAR.items() if not form.endswith("ing")}
    | {verb: verb for verb in LISTS["unchanged_verbs"]}
    | {"born": "bear", "been": "be", "had": "have", "done": "do", "died": "die"}
)


def is_base(word: str) -> bool:
    """Tell whether a folded word is the infinitive of a known verb."""
    return word in _BASES


def is_past(word: str) -> bool:
    """Tell whether a folded word is a verb's past or past participle, known or by its -ed."""
    return word in _PAST or (len(word) > 4 and word.endswith("ed") and word not in LISTS["no_past"])


def is_present(word: str) -> bool:
    """Tell whether a folded word is a known verb's form for he, she or it."""
    return word in _PRESENT


def is_gerund(word: str) -> bool:
    """Tell whether a folded word is a known verb's -ing form."""
    return word in _GERUND


def base_form(word: str) -> str | None:
    """Give the infinitive of a verb's form ("signed" → "sign"), or None for an unknown one."""
    if word in _BASES:
        return word
    return _PAST.get(word) or _PRESENT.get(word) or _GERUND.get(word)


def past_form(verb: str) -> str:
    """Give the past of a regular verb by its infinitive."""
    return _inflected(verb)[1]
