"""What a question asks for: follow-ups made to stand alone, words of time made a filter.

Reading order: question, followups, parts (two questions in one). tokens, verbs, clauses and phrases
take an English question apart, history the turns before it; ellipsis, circumstances and pronouns
(with antecedents) are the three kinds of follow-up. turkish does the same for Turkish,
and glossing asks it in English. Words are
data, in retrieval/languages.
"""

from __future__ import annotations

from retrieval.understanding.followups import stand_alone
from retrieval.understanding.glossing import in_english
from retrieval.understanding.parts import first_turn, second_question, split_question
from retrieval.understanding.question import (
    ANY_DATE,
    MAX_QUESTION_CHARS,
    Understood,
    understand,
)
from retrieval.understanding.turkish import is_turkish

__all__ = [
    "ANY_DATE",
    "MAX_QUESTION_CHARS",
    "Understood",
    "first_turn",
    "in_english",
    "is_turkish",
    "second_question",
    "split_question",
    "stand_alone",
    "understand",
]
