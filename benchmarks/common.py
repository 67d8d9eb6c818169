"""What the benchmarks share: indexing data sets once, leaving articles out, telling results."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from retrieval import Library, LibraryConfig, Progress
from retrieval.engines import LocalIndex
from retrieval.reader import ExtractiveReader, Reader
from retrieval.search import Searcher
from retrieval.store import Database, Ids, Store
from retrieval.text import fold
from retrieval.types import Scope

RESULTS = "| what | data | questions | result | date | commit |\n|---|---|---|---|---|---|"
"""The head of the table whose rows ``result`` gives."""


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
        at_1, at_4, at_10 = (sum(rank <= k for rank in found) / count for k in (1, 4, 10))
        mrr = sum(1 / rank for rank in found) / count
        return cls(len(ranks), at_1, at_4, at_10, mrr)

    def row(self, name: str) -> str:
        """Give a row of a markdown table."""
        figures = (self.recall_1, self.recall_4, self.recall_10, self.mrr_10)
        return f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |"


def parser(
    description: str, *, sets: Sequence[str], indexes: bool = True
) -> argparse.ArgumentParser:
    """Make the parser of a benchmark: --data DIR, --sets, --passage-tokens, --work DIR.

    The last only where it makes ``indexes``.
    """
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    made.add_argument("--sets", nargs="*", default=list(sets), help="which of the data sets")
    if indexes:
        made.add_argument(
            "--work", type=Path, default=Path(".benchmarks"), help="where indexes stay"
        )
    made.add_argument(
        "--passage-tokens", type=int, default=LibraryConfig().passage_tokens, help="word pieces"
    )
    return made


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


def commit() -> str:
    """Give the commit's short name; a "+" behind it tells that files differed from it."""
    command = ["git", "--no-optional-locks", "describe", "--always", "--exclude=*", "--dirty=+"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


def result(what: str, data: str, questions: int, figures: str) -> str:
    """Give a row of the table of results, with today's date and the commit."""
    return f"| {what} | {data} | {questions:,} | {figures} | {date.today()} | {commit()} |"


def open_reader() -> Reader:
    """Load the reader that ships."""
    return ExtractiveReader()


def holds(text: str, answers: Sequence[str]) -> bool:
    """Tell whether a folded text contains one of the answers, however it is spelled."""
    return any(fold(answer) in text for answer in answers)


def only(searcher: Searcher, ids: Ids) -> Searcher:
    """Give a searcher of these passages only, with the same index in memory."""
    whole = searcher.index
    if not isinstance(whole, LocalIndex):
        raise TypeError("only the engine that ships can be narrowed")

    def narrowed(scope: Scope) -> Ids:
        passing = whole.allowed(scope)
        return ids if passing is None else np.intersect1d(ids, passing)

    index, other = copy(whole), copy(searcher)
    index.allowed = narrowed
    other.index = index
    return other


def without_answers(library: Library) -> Callable[[Sequence[str]], Ids]:
    """Give a function that tells which passages remain when answers are not to be found.

    It takes answer strings and leaves out every article whose title or text contains one.
    """
    build = library.session().build
    store = Store(Database(library.data_dir / "quoth.db"), ("shared",))
    articles: list[tuple[str, list[int]]] = []
    for item in library.articles():
        key = store.find(item.id) or 0
        text = fold(f"{item.title}\n{store.article(key)[0].text}")
        articles.append((text, [found.id for found in store.passages_of(build, key)]))

    def remaining(answers: Sequence[str]) -> Ids:
        kept = (ids for text, ids in articles if not holds(text, answers))
        return np.array(sorted({id for ids in kept for id in ids}), dtype=np.int64)

    return remaining
