"""Write anew what the reader scores for the questions in tests/retrieval/reader/scores.json.

    python tools/reader_scores.py

Run it after the reader's weights or its graph have changed, on another kind of processor than
the tests usually run on (tools/older_processor.c makes one of a newer one).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrieval.encoder.bundled import bundled_folder, bundled_pieces
from retrieval.reader.inputs import make_input
from retrieval.reader.model import SpanModel, load_model
from retrieval.reader.spans import best_spans
from retrieval.text import view_of

SCORES = Path(__file__).parents[1] / "tests" / "retrieval" / "reader" / "scores.json"

Case = dict[str, Any]
"""A ``text`` and a ``question`` with the best span (``answer``), by how much its score beats
that of no answer (``margin``), and the latter (``none``)."""


def measured(model: SpanModel, cases: Sequence[Case]) -> list[Case]:
    """Give the cases with what the model says of them."""
    pieces = bundled_pieces(bundled_folder())
    rows = [make_input(*pieces.plain([case["question"], "", case["text"]])) for case in cases]
    made = []
    for case, row, scores in zip(cases, rows, model.scores(rows), strict=True):
        ((start, end), margin), *_ = best_spans(
            scores, row, view_of(case["text"], 0, len(case["text"]))
        )
        told = {
            "answer": case["text"][start:end],
            "margin": round(margin, 3),
            "none": round(float(scores[0, 0]), 3),
        }
        made.append({**case, **told})
    return made


def main() -> None:
    """Measure, and rewrite the file."""
    cases = json.loads(SCORES.read_text(encoding="utf-8"))
    made = json.dumps(measured(load_model(), cases), ensure_ascii=False, indent=1)
    SCORES.write_text(made + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
