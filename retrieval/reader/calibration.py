"""What turns a reader's scores into probabilities, and these into saying something or not.

The numbers are fitted to the reader's weights and stand in the same file (checkpoint.py), with
what they were fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self, get_args

Caution = Literal["cautious", "balanced", "eager"]
"""How sure the reader must be for anything to be said."""

CAUTIONS: tuple[Caution, ...] = get_args(Caution)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Numbers fitted to a reader.

    ``weights`` are those of a span's features, by name, in a logistic regression, and
    ``relevance`` those of a passage's; ``thresholds`` the probability of the best answer below
    which nothing is said.
    ``choice`` are the weights of what tells a right answer from a wrong one, empty before any
    were learnt.
    ``provenance`` tells in words where all come from: data, command, date, commit.
    """

    weights: Mapping[str, float]
    relevance: Mapping[str, float]
    thresholds: Mapping[Caution, float]
    provenance: Mapping[str, str]
    choice: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Self:
        """Take what ``written`` gave. Raises KeyError where something is missing."""
        thresholds = {name: float(written["thresholds"][name]) for name in CAUTIONS}
        weights, relevance = (
            {name: float(weight) for name, weight in written[kind].items()}
            for kind in ("weights", "relevance")
        )
        choice = {name: float(weight) for name, weight in written.get("choice", {}).items()}
        return cls(weights, relevance, thresholds, dict(written["provenance"]), choice)

    def written(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        return asdict(self)

    def probability(self, features: Mapping[str, float]) -> float:
        """Give the probability (0 to 1) that a span with these features answers."""
        return _logistic(self.weights, features)

    def relevant(self, features: Mapping[str, float]) -> float:
        """Give the probability (0 to 1) that a passage with these features holds the answer."""
        return _logistic(self.relevance, features)


def _logistic(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    logit = sum(weight * features[name] for name, weight in weights.items())
    return 1 / (1 + math.exp(-max(min(logit, 500.0), -500.0)))
