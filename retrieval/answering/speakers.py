"""Who says something in a sentence: "Dahl, the mayor, said", "said Dahl", "according to Dahl"."""

from __future__ import annotations

import re

from retrieval.languages import find_language

_EN = find_language("en")
_SAYING = "|".join(sorted(_EN.speaking))
_ASKED = re.compile(rf"(?i)\W*who(?: (?:also|else|first))? (?:{_SAYING})\b(?! to\b)")
_VERB = rf"\s(?:(?:has|had|have|also|later|then) )*(?:{_SAYING})\b"
_SAYS = re.compile(rf"(?:,[^,;.]{{1,60}},|\s\([^)]*\))?{_VERB}" r"|[^.;:]{0,60}:\s?[“\"]")
_NAMED_SAYS = re.compile(rf",{_VERB}")
"""Behind a name in commas: the director, Elin Dahl, said."""
_SAID_BY = re.compile(
    r"\b(?:according\sto|"
    rf"{'|'.join(sorted(_EN.speaking - _EN.lists['addressing']))})"
    r"\s((?:[\w'’.-]+,?\s){0,5})$"
)
_ENDS = re.compile(r"['’]?s?(?:$|[,.;:”\"]|\s(?:on|in|at|after|before|during|to|when)\b)")
_CLAUSE = _EN.lists["prepositions"] - {"of"} | {"that", "he", "she", "they", "it"}


def asks_who_spoke(question: str) -> bool:
    """Tell whether a question asks who said something: "Who said that the ferry stops?"."""
    return _ASKED.match(question) is not None


def speaks(sentence: str, start: int, end: int) -> bool:
    """Tell whether what stands at a place of a sentence is told to say something there."""
    named = sentence[:start].rstrip().endswith(",")
    if _SAYS.match(sentence, end) or (named and _NAMED_SAYS.match(sentence, end)):
        return True
    before = _SAID_BY.search(sentence[:start])
    between = before[1].lower().replace(",", "").split() if before else []
    return before is not None and _CLAUSE.isdisjoint(between) and bool(_ENDS.match(sentence, end))
