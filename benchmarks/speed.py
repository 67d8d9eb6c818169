"""Measure speed: encoding beside sentence-transformers, asking warm and from a cold start.

The same passages in the same process, so that the ratio holds on a noisy machine.

    python -m benchmarks.speed --articles seeds
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from retrieval import Library
from retrieval.encoder import load_encoder
from retrieval.encoder.bundled import bundled_folder

QUESTIONS = (
    "who did Fidan meet?",
    "How many people were killed?",
    "Where was the summit held?",
    "What did Rutte say about the defence industry?",
    "Who won the World Cup?",
)
COLD = "import sys; from bot.cli import main; sys.argv[0] = 'quoth'; main()"


def seconds(work: Callable[[], object], times: int) -> float:
    """Give the median duration of so many calls, after one that isn't counted."""
    work()
    durations = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        durations.append(time.perf_counter() - started)
    return statistics.median(durations)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=Path, default=Path("seeds"))
    options.add_argument("--threads", type=int, default=2)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, Library.open(Path(name)) as library:
        started = time.perf_counter()
        report = library.index([given.articles])
        print(
            f"index: {report.added} articles, {time.perf_counter() - started:.2f} s with the model"
        )
        hits = library.search("minister", 400).hits
        passages = [hit.text for hit in hits]
        _encoding(passages, given.threads)
        warm = statistics.median(
            seconds(partial(library.ask, question), 9) for question in QUESTIONS
        )
        print(f"ask, warm: {warm * 1000:.0f} ms median over {len(QUESTIONS)} questions")
        command = [sys.executable, "-c", COLD, "ask", QUESTIONS[0], "--data-dir", name]
        cold = seconds(lambda: subprocess.run(command, capture_output=True, check=True), 5)
        print(f"ask, from a cold start: {cold:.2f} s median")


def _encoding(passages: list[str], threads: int) -> None:
    torch.set_num_threads(threads)
    ours = load_encoder(threads=threads)
    peer = SentenceTransformer(str(bundled_folder()), device="cpu")
    mine = seconds(lambda: ours.encode(passages), 3)
    theirs = seconds(lambda: peer.encode(passages, normalize_embeddings=True), 3)
    count = len(passages)
    print(
        f"encode, {threads} threads, {count} passages: {count / mine:.0f} a second, "
        f"sentence-transformers {count / theirs:.0f}: {theirs / mine:.2f} times as fast"
    )
    one = seconds(lambda: ours.encode([QUESTIONS[0]]), 50)
    other = seconds(lambda: peer.encode([QUESTIONS[0]], normalize_embeddings=True), 50)
    print(
        f"encode, one question: {one * 1000:.1f} ms, sentence-transformers "
        f"{other * 1000:.1f} ms: {other / one:.2f} times as fast"
    )


if __name__ == "__main__":
    main()
