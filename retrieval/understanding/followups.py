"""Follow-up questions made to stand alone by what was asked before, without an LLM."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.types import Turn
from retrieval.understanding import turkish
from retrieval.understanding.circumstances import ask_alone, asks_alone
from retrieval.understanding.ellipsis import complete, other_verb, read_half
from retrieval.understanding.history import Past, past_turns
from retrieval.understanding.pronouns import resolve, resolve_owner
from retrieval.understanding.tokens import plain

_MARK = re.compile(
    r"^(?P<link>(?:(?:and|but|or|so|also|then|plus|now|well|ok|okay|thanks|right|oh)\b[,.!]* +)*"
    r"(?P<no>(?:no[,.!;]+ +|no(?= i mean)|(?:sorry|wait|actually)\b[,.!]* +|i mean(?:t|) +)+)?)"
    r"(?:(?:what|how) about +|same (?:question )?(?:for|with) +"
    r"|how (?:many|much) +(?=(?:at|for|from|in|on)\b))?",
    re.I,
)


def stand_alone(question: str, previous: Sequence[Turn]) -> str:
    """Give a follow-up as a question of its own; any other question is given as it is.

    ``previous`` are the turns before it, the latest last. A question that names what it asks
    about is never touched, nor one whose meaning is in doubt.
    """
    if not previous:
        return question
    if turkish.is_turkish(question) or turkish.is_turkish(previous[-1].question):
        return turkish.stand_alone(question, previous)
    pasts = past_turns(previous)
    asked = plain(question)
    mark = _MARK.match(asked)
    rest = asked[mark.end() :] if mark else asked
    if not rest:
        return question
    understood = _understood(rest, pasts, marked=rest != asked)
    if understood is None and mark:
        whole = asked[mark.end("link") :]
        understood = resolve(whole, pasts) or (whole if mark["no"] else None)
    if not understood or understood == asked:
        return question
    first = understood[0].upper() if question[0].isupper() else understood[0]
    return f"{first}{understood[1:]}?"


def _understood(rest: str, pasts: Sequence[Past], *, marked: bool) -> str | None:
    if asks_alone(rest):
        return ask_alone(rest, pasts[0])
    if marked and (changed := other_verb(rest, pasts[0])):
        return changed
    rest = resolve_owner(rest, pasts) if marked else rest
    pieces = read_half(rest, marked=marked, past=pasts[0])
    return complete(pieces, pasts[0]) if pieces else None
