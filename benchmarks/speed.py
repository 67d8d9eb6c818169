"""Measure speed beside sentence-transformers: encoding, from a cold start, warm, eight at once.

Everything that is compared runs in turns in one process, or in processes in turns, so that the
ratios hold on a busy machine. With --data passages of news_corpus are encoded, else of seeds/.

    python -m benchmarks.speed --data ../shared/data
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from benchmarks.machine import ceiling, features, in_turns, operations, seconds
from retrieval import Library
from retrieval.encoder import BUNDLED, Encoder, precision
from retrieval.encoder.bulk import has_bf16, is_here
from retrieval.encoder.bundled import bundled_folder, bundled_pieces, bundled_weights, load_bundled
from retrieval.encoder.cores import usable_cores
from retrieval.passages import cut_passages, make_recipe
from retrieval.reader import ExtractiveReader
from retrieval.reader.checkpoint import load_checkpoint
from retrieval.reader.model import SpanModel
from retrieval.reader.weights import runnable

SEEDS = Path("seeds")
QUESTIONS = (
    "who did Fidan meet?",
    "How many people were killed?",
    "Where was the summit held?",
    "What did Rutte say about the defence industry?",
    "Who won the World Cup?",
)
ASKERS = 8
TURNS = 500
"""Passages that one encodes before it is the other's turn."""

_DOTTED = str.maketrans("ıİ", "iI")
"""Quoth reads ı as i, which sentence-transformers doesn't: so that both read the same."""

_KINDS = {"fp32": torch.float32, "bf16": torch.bfloat16}

EVERY = 20
"""Of so many articles of news_corpus one is taken."""

COLD = [sys.executable, "-c", "import sys; from bot.cli import main; sys.argv[0] = 'quoth'; main()"]
IMPORTING = [sys.executable, "-c", "import sentence_transformers"]


def main() -> None:
    """Measure what the options ask for, and print it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, help="folder that holds news_corpus")
    options.add_argument("--limit", type=int, default=5000, help="passages to encode")
    options.add_argument("--threads", type=int, default=usable_cores())
    given = options.parse_args()
    print(f"processor: {features()}; encoder: {precision(BUNDLED)}; threads: {given.threads}\n")
    with tempfile.TemporaryDirectory() as name:
        with Library.open(Path(name)) as library:
            library.index([SEEDS])
            texts = passages(given.data, library, given.limit)
            print("| what | Quoth | reference | ratio |\n|---|---|---|---|")
            encoding(texts, given.threads)
            one_question(given.threads)
            warm(library)
        cold(Path(name))
        throughput(Path(name))


def row(what: str, mine: str, reference: str, ratio: float) -> None:
    """Print a row of the table."""
    print(f"| {what} | {mine} | {reference} | {ratio:.2f} |", flush=True)


def passages(data: Path | None, library: Library, limit: int) -> list[str]:
    """Give passages as they are indexed, their titles in front."""
    if data is None:
        hits = library.search("minister", limit).hits
        return [f"{hit.article.title}\n{hit.text}" for hit in hits]
    encoder = load_bundled(bundled_folder(), 1)
    return list(islice(_news(data / "news_corpus" / "corpus.jsonl.gz", encoder), limit))


def _news(corpus: Path, encoder: Encoder) -> Iterator[str]:
    recipe = make_recipe(encoder, BUNDLED, 128, 1)
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, None, EVERY):
            item = json.loads(line)
            text = item["text"]
            for one in cut_passages("", text, (), encoder, recipe):
                yield f"{item['title']}\n{text[one.start : one.end]}"


def encoding(texts: list[str], threads: int) -> None:
    """Encode with Quoth in fp32, in bf16 where that is chosen, and with sentence-transformers."""
    texts = [text.translate(_DOTTED) for text in texts]
    exact = load_bundled(bundled_folder(), threads, True)
    encoders = {"fp32": exact}
    if is_here():
        encoders["bf16"] = load_bundled(bundled_folder(), threads)
    peer = SentenceTransformer(str(bundled_folder()), device="cpu")
    torch.set_num_threads(threads)
    for encoder in encoders.values():
        encoder.encode(texts[:64])
    peer.encode(texts[:64])
    took = dict.fromkeys([*encoders, "peer"], 0.0)
    best = dict.fromkeys(encoders, 0.0)
    least = dict.fromkeys(encoders, 1.0)
    for start in range(0, len(texts), TURNS):
        some = texts[start : start + TURNS]
        for kind in encoders:
            best[kind] = max(best[kind], ceiling(_KINDS[kind], threads))
        started = time.perf_counter()
        vectors = peer.encode(some, normalize_embeddings=True)
        took["peer"] += time.perf_counter() - started
        for kind, encoder in encoders.items():
            started = time.perf_counter()
            mine = encoder.encode(some)
            took[kind] += time.perf_counter() - started
            least[kind] = min(least[kind], float((mine * vectors).sum(axis=1).min()))
    count = len(texts)
    work = operations([len(ids) for ids in bundled_pieces(bundled_folder()).ids(texts)])
    words = sum(len(text.split()) for text in texts) / count
    for kind in encoders:
        row(
            f"encoding {count:,} passages of {words:.0f} words, a second, {kind}",
            f"{count / took[kind]:.1f}",
            f"sentence-transformers fp32 {count / took['peer']:.1f}",
            took["peer"] / took[kind],
        )
        reached = work / took[kind]
        row(
            f"the same, GFLOP/s, least cosine to fp32 {least[kind]:.5f}",
            f"{reached / 1e9:.0f}",
            f"large products {best[kind] / 1e9:.0f}",
            reached / best[kind],
        )
    if not is_here():
        why = "OpenVINO isn't installed" if has_bf16() else "the processor has no bf16"
        print(f"| bf16 | – ({why}) | | |")


def one_question(threads: int) -> None:
    """Encode a single question, as often as makes a stable median."""
    mine = load_bundled(bundled_folder(), threads)
    peer = SentenceTransformer(str(bundled_folder()), device="cpu")
    torch.set_num_threads(threads)
    asked = [QUESTIONS[0]]
    ours, theirs = in_turns(
        [partial(mine.encode, asked), partial(peer.encode, asked, normalize_embeddings=True)], 60
    )
    one, other = statistics.median(ours), statistics.median(theirs)
    row(
        "encoding a question",
        f"{one * 1000:.1f} ms",
        f"sentence-transformers {other * 1000:.1f} ms",
        other / one,
    )


def warm(library: Library) -> None:
    """Ask over and over, everything loaded."""
    durations = in_turns([partial(library.ask, question) for question in QUESTIONS], 7)
    every = sorted(duration for one in durations for duration in one)
    print(f"| a question, warm, over seeds/ | {statistics.median(every) * 1000:.0f} ms | | |")


def cold(data_dir: Path) -> None:
    """Ask from a cold start, beside importing sentence-transformers."""
    ours, theirs = cold_starts(data_dir, 5)
    row(
        "a cold process to its first answer (the best of 5)",
        f"{ours:.2f} s",
        f"importing sentence-transformers {theirs:.2f} s",
        ours / theirs,
    )


def cold_starts(data_dir: Path, rounds: int) -> tuple[float, float]:
    """Give the seconds to a first answer and to import sentence-transformers, the best of some."""
    ask = [*COLD, "ask", QUESTIONS[0], "--data-dir", str(data_dir)]
    # Installed packages are compiled, so that Quoth's own source must be too.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    run = partial(subprocess.run, capture_output=True, check=True, env=environment)
    ours, theirs = map(min, in_turns([partial(run, ask), partial(run, IMPORTING)], rounds))
    return ours, theirs


def throughput(data_dir: Path) -> None:
    """Let eight ask at once, beside one asker that is held to one thread."""
    weights = runnable(load_checkpoint().tensors, bundled_weights(bundled_folder()))
    model = SpanModel(weights, 1, load_checkpoint().calibration)
    questions = [*QUESTIONS] * 16
    with (
        Library.open(data_dir) as several,
        Library.open(
            data_dir,
            encoder=load_bundled(bundled_folder(), 1),
            reader=ExtractiveReader(model=lambda: model),
        ) as single,
    ):
        alone, _ = _asked(single, questions, 1)
        together, durations = _asked(several, questions, ASKERS)
    middle, slow = statistics.median(durations), _percentile(durations, 0.99)
    row(
        f"questions a second, {ASKERS} askers (median {middle * 1000:.0f} ms, "
        f"99 % within {slow * 1000:.0f} ms: {slow / middle:.1f} ×)",
        f"{together:.2f}",
        f"one asker on one thread {alone:.2f}",
        together / alone,
    )


def _asked(library: Library, questions: Sequence[str], askers: int) -> tuple[float, list[float]]:
    """Give questions a second, and how long each took."""
    library.ask(questions[0])
    with ThreadPoolExecutor(askers) as pool:
        started = time.perf_counter()
        durations = list(
            pool.map(lambda question: seconds(partial(library.ask, question)), questions)
        )
        return len(questions) / (time.perf_counter() - started), durations


def _percentile(durations: Sequence[float], share: float) -> float:
    return sorted(durations)[math.ceil(share * len(durations)) - 1]


if __name__ == "__main__":
    main()
