"""Measure passage retrieval: R@1, R@4, R@10 and MRR@10 for dense, lexical and fused rankings.

A hit is a passage that holds one of the question's evidence sentences, word for word. The
dateline in front of an evidence sentence ("LONDON (CNN) --") need not be there: Quoth keeps
datelines out of its passages.

    python -m benchmarks.retrieval --data ../shared/data
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.common import Metrics, open_indexed, parser
from bot.evaluation.evidence import comparable, holds
from corpora.rows import Row, rows
from retrieval.search import Candidate, Searcher

SETS = ("realtimeqa_hq_2022", "newsqa_dev", "squad2_dev_half")

Ranking = Sequence[Candidate]
Fusion = Callable[[Ranking], list[Candidate]]


def by_dense(ranking: Ranking) -> list[Candidate]:
    return sorted(ranking, key=lambda item: (-(item.scores.dense or 0), item.id))


def by_lexical(ranking: Ranking) -> list[Candidate]:
    return sorted(ranking, key=lambda item: (-(item.scores.lexical or 0), item.id))


def reciprocal_rank(k: int, lexical_weight: float) -> Fusion:
    """Fuse by rank: reciprocal rank fusion (Cormack et al. 2009), the lexical part weighted."""

    def fused(ranking: Ranking) -> list[Candidate]:
        scores: dict[int, float] = {}
        for weight, part in ((1.0, by_dense(ranking)), (lexical_weight, by_lexical(ranking))):
            for rank, item in enumerate(part, start=1):
                scores[item.id] = scores.get(item.id, 0.0) + weight / (k + rank)
        return sorted(ranking, key=lambda item: (-scores[item.id], item.id))

    return fused


def convex(lexical_weight: float) -> Fusion:
    """Fuse by score, each divided by the question's best: a convex combination."""

    def fused(ranking: Ranking) -> list[Candidate]:
        dense = [item.scores.dense or 0 for item in ranking]
        lexical = [item.scores.lexical or 0 for item in ranking]
        best = max(dense, default=0), max(lexical, default=0)
        scores = {
            item.id: lexical_weight * lex / (best[1] or 1)
            + (1 - lexical_weight) * den / (best[0] or 1)
            for item, den, lex in zip(ranking, dense, lexical, strict=True)
        }
        return sorted(ranking, key=lambda item: (-scores[item.id], item.id))

    return fused


def z_scores(lexical_weight: float) -> Fusion:
    """Fuse by score: both brought to mean 0 and deviation 1 over the candidates."""

    def fused(ranking: Ranking) -> list[Candidate]:
        dense = _standard([item.scores.dense or 0 for item in ranking])
        lexical = _standard([item.scores.lexical or 0 for item in ranking])
        scores = {
            item.id: lexical_weight * lex + (1 - lexical_weight) * den
            for item, den, lex in zip(ranking, dense, lexical, strict=True)
        }
        return sorted(ranking, key=lambda item: (-scores[item.id], item.id))

    return fused


FUSIONS: dict[str, Fusion] = {
    "dense": by_dense,
    "lexical (BM25)": by_lexical,
    "RRF k = 60": reciprocal_rank(60, 1),
    "RRF k = 10, lexical weight 2": reciprocal_rank(10, 2),
    **{f"scores, lexical weight {w}": convex(w) for w in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)},
    **{f"z-scores, lexical weight {w}": z_scores(w) for w in (0.5, 0.6, 0.7)},
    "**hybrid (as shipped)**": list,
}


def asked(folder: Path) -> list[Row]:
    """Give the questions that make sense without their article and have evidence."""
    return [
        row
        for row in rows(folder, "queries")
        if row["answerable"] and row["evidence"] and row.get("self_contained", True)
    ]


def measure(searcher: Searcher, questions: Sequence[Row]) -> None:
    """Print a row for each fusion."""
    ranks: dict[str, list[int | None]] = {name: [] for name in FUSIONS}
    for row in questions:
        evidence = comparable(row["evidence"])
        ranking = searcher.rank(row["question"])
        holding = {
            item.id
            for item, hit in zip(ranking, searcher.hits(ranking), strict=True)
            if holds(hit.text, evidence)
        }
        for name, fusion in FUSIONS.items():
            hits = (r for r, item in enumerate(fusion(ranking), 1) if item.id in holding)
            ranks[name].append(next(hits, None))
    for name, found in ranks.items():
        print(Metrics.of(found).row(name), flush=True)


def _standard(values: Sequence[float]) -> list[float]:
    mean = sum(values) / max(len(values), 1)
    deviation = (sum((value - mean) ** 2 for value in values) / max(len(values), 1)) ** 0.5
    return [(value - mean) / (deviation or 1) for value in values]


def main() -> None:
    options = parser(__doc__ or "", sets=SETS).parse_args()
    for name in options.sets:
        folder = options.data / name
        with open_indexed(folder, options.work, options.passage_tokens) as library:
            questions = asked(folder)
            searcher = library.session().searcher
            print(f"\n{name}: {len(questions)} questions, {library.status().passages} passages\n")
            print("| ranking | R@1 | R@4 | R@10 | MRR@10 |\n|---|---|---|---|---|")
            measure(searcher, questions)


if __name__ == "__main__":
    main()
