"""How well questions are answered whose answers, or whose articles, are known.

``open_suite`` reads what is asked, ``indexed`` makes a corpus ready, ``Asker`` asks,
``measures`` sums up; ``tables`` and ``page`` show it.
"""

from bot.evaluation.asking import Asker, Attempt, Outcome
from bot.evaluation.judging import UNANSWERABLE, Expected, Score, is_right, scores, shaped
from bot.evaluation.measures import by_caution, measures
from bot.evaluation.questions import Query, evenly, read_questions
from bot.evaluation.suites import Suite, open_suite

__all__ = [
    "UNANSWERABLE",
    "Asker",
    "Attempt",
    "Expected",
    "Outcome",
    "Query",
    "Score",
    "Suite",
    "by_caution",
    "evenly",
    "is_right",
    "measures",
    "open_suite",
    "read_questions",
    "scores",
    "shaped",
]
