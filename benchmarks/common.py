"""What the benchmarks share: reading data folders, indexing them once, metrics."""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval import Library, LibraryConfig, Progress

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Metrics:
    """Means over questions; ``recall`` at 1, 4 and 10, and the reciprocal rank up to 10."""

    questions: int
    recall_1: float
    recall_4: float
    recall_10: float
    mrr_10: float

    @classmethod
    def of(cls, ranks: Sequence[int | None]) -> Metrics:
        """Compute from the rank (from 1) of the first hit of each question, None if missed."""
        count = max(len(ranks), 1)
        found = [rank for rank in ranks if rank is not None and rank <= 10]
        recall = [sum(rank <= k for rank in found) / count for k in (1, 4, 10)]
        return cls(len(ranks), *recall, sum(1 / rank for rank in found) / count)

    def row(self, name: str) -> str:
        """Give a row of a markdown table."""
        figures = (self.recall_1, self.recall_4, self.recall_10, self.mrr_10)
        return f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |"


def parser(description: str, *, sets: Sequence[str]) -> argparse.ArgumentParser:
    """Make the parser of a benchmark: --data DIR, --sets, --work DIR, --passage-tokens."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    made.add_argument("--sets", nargs="*", default=list(sets), help="which of its folders")
    made.add_argument("--work", type=Path, default=Path(".benchmarks"), help="where indexes stay")
    made.add_argument(
        "--passage-tokens", type=int, default=LibraryConfig().passage_tokens, help="word pieces"
    )
    return made


def rows(folder: Path, name: str) -> list[Row]:
    """Read ``name``.jsonl or ``name``.jsonl.gz of a data set."""
    path = next(folder.glob(f"{name}.jsonl*"))
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return [json.loads(line) for line in text.split("\n") if line]


def open_indexed(folder: Path, work: Path, passage_tokens: int) -> Library:
    """Index a data set's corpus (once: a later call finds it done) and open it."""
    config = LibraryConfig(passage_tokens=passage_tokens, caution="eager")
    library = Library.open(work / f"{folder.name}-{passage_tokens}", config=config)
    corpus = next(folder.glob("corpus.jsonl*"))
    report = library.index([corpus], on_progress=_show)
    print(
        f"{folder.name}: {report.added} added, {report.unchanged} unchanged, "
        f"{report.duplicate} duplicate, {len(report.failed)} failed, {report.elapsed_s:.0f} s",
        file=sys.stderr,
    )
    return library


def _show(progress: Progress) -> None:
    if progress.articles_done % 200 == 0:
        share = progress.bytes_done / max(progress.bytes_total, 1)
        print(f"  {share:4.0%} {progress.articles_done} articles", file=sys.stderr)


def plain(text: str) -> str:
    """Give a text with every run of white space as one space, for comparing."""
    return " ".join(text.split())
