"""What a question asks for: follow-ups made to stand alone, words of time made a filter.

Reading order: question, followups; for English shape, predicates, phrases, past, and the three
kinds of follow-up: alone, ellipsis, pronouns (with antecedents); then turkish, turkish_words. The
lexicons are words, verbs and places.
"""

from __future__ import annotations

from retrieval.understanding.followups import stand_alone
from retrieval.understanding.question import ANY_DATE, MAX_QUESTION_CHARS, Understood, understand

__all__ = ["ANY_DATE", "MAX_QUESTION_CHARS", "Understood", "stand_alone", "understand"]
