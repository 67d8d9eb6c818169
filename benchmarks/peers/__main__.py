"""Measure Quoth beside what a user would pick instead, over one sample, with one model.

Each peer runs in an environment of its own (.benchmarks/peers/NAME, made at the first run from
the packages below), indexes the same articles with its documented defaults, and gives ten
passages for each question. A hit holds an evidence sentence, word for word. Long passages do so
more easily: "R in N words" counts what stands within so many words, read from the first one on.

    python -m benchmarks.peers --data ../shared/data
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import Metrics
from benchmarks.retrieval import asked
from bot.evaluation.evidence import comparable, holds
from bot.evaluation.questions import evenly
from corpora.rows import Row, rows
from retrieval.encoder.bundled import bundled_folder
from retrieval.encoder.cores import usable_cores

WORDS = 500
"""As many as one reads before one asks otherwise."""

TORCH = "torch==2.13.0"
PEERS = {
    "quoth": (),
    "txtai": ("txtai",),
    "haystack": ("haystack-ai", "sentence-transformers-haystack"),
    "llama_index": ("llama-index-core", "llama-index-embeddings-huggingface"),
    "langchain": (
        "langchain-community",
        "langchain-huggingface",
        "sentence-transformers",
        "faiss-cpu",
    ),
}
"""What is installed for each; Quoth runs in the environment that runs this."""

NAMES = {
    "quoth": "**Quoth** (search)",
    "txtai": "txtai, hybrid",
    "haystack": "Haystack",
    "llama_index": "LlamaIndex",
    "langchain": "LangChain + FAISS",
}


def main() -> None:
    """Print a row of a table for each peer."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder that holds the data set")
    options.add_argument("--set", default="realtimeqa_hq_dev", help="which of the data sets")
    options.add_argument("--limit", type=int, default=600, help="articles")
    options.add_argument("--work", type=Path, default=Path(".benchmarks/peers"))
    options.add_argument("--only", nargs="*", default=list(PEERS), help="which of the peers")
    given = options.parse_args()
    articles, questions = sample(given.data / given.set, given.limit)
    print(f"{given.set}: {len(questions)} questions, {len(articles)} articles\n")
    print(
        f"| | R@1 | R@4 | R@10 | MRR@10 | words a passage | R in {WORDS} words | indexing, s "
        "| a question, ms |"
    )
    print("|---" * 9 + "|")
    with tempfile.TemporaryDirectory() as folder:
        task = Path(folder, "task.json")
        told = [row["question"] for row in questions]
        model = str(bundled_folder())
        task.write_text(json.dumps({"articles": articles, "questions": told, "model": model}))
        for peer in given.only:
            print(measured(peer, given.work / peer, task, questions), flush=True)


def sample(folder: Path, limit: int) -> tuple[list[dict[str, str]], list[Row]]:
    """Give a third as many questions as articles, evenly spaced, and articles with theirs first."""
    questions = evenly(asked(folder), limit // 3)
    wanted = {id for row in questions for id in row["doc_ids"]}
    every = rows(folder, "corpus")
    held = [row for row in every if row["id"] in wanted]
    others = [row for row in every if row["id"] not in wanted]
    kept = [*held, *evenly(others, max(limit - len(held), 0))]
    return [{"title": row["title"], "text": row["text"]} for row in kept], questions


def measured(peer: str, place: Path, task: Path, questions: Sequence[Row]) -> str:
    """Give a peer's row; one that can't be installed or fails has the reason in it."""
    try:
        report = answered(environment(peer, place), peer, task)
    except subprocess.CalledProcessError as error:
        why = ((error.stderr or "").strip() or str(error)).splitlines()[-1]
        return f"| {NAMES[peer]} | – ({why[:120]}) | | | | | | | |"
    ranks, soon = [], 0
    for row, found in zip(questions, report["found"], strict=True):
        evidence = comparable(row["evidence"])
        ranks.append(next((n for n, text in enumerate(found, 1) if holds(text, evidence)), None))
        soon += any(holds(text, evidence) for text in _first(found, WORDS))
    words = statistics.mean(len(text.split()) for found in report["found"] for text in found)
    median = statistics.median(report["asked_s"]) * 1000
    metrics = Metrics.of(ranks).row(NAMES[peer])
    share = soon / max(len(questions), 1)
    return f"{metrics} {words:.0f} | {share:.3f} | {report['indexed_s']:.0f} | {median:.0f} |"


def _first(texts: Sequence[str], words: int) -> Iterator[str]:
    """Give texts up to so many words in all, the last one cut."""
    for text in texts:
        parts = re.split(r"(?<=\S)(?=\s)", text)[: max(words, 0)]
        yield "".join(parts)
        words -= len(parts)


def environment(peer: str, place: Path) -> str:
    """Give the Python that has a peer installed. Raises CalledProcessError where that fails."""
    if not PEERS[peer]:
        return sys.executable
    python = place / "bin" / "python"
    if not (place / "installed").exists():
        _quietly([sys.executable, "-m", "venv", str(place)])
        for packages in ([TORCH], [TORCH, *PEERS[peer]]):
            _quietly([str(python), "-m", "pip", "install", "--quiet", *packages])
        (place / "installed").touch()
    return str(python)


def answered(python: str, peer: str, task: Path) -> dict[str, Any]:
    """Let a peer index and answer, with as many threads as there are cores."""
    report = task.with_name(f"{peer}.json")
    command = [python, "-m", f"benchmarks.peers.{peer}", str(task), str(report)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(usable_cores()))
    _quietly(command, {**os.environ, **threads, "HF_HUB_OFFLINE": "1"})
    made: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return made


def _quietly(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, env=environment)


if __name__ == "__main__":
    main()
