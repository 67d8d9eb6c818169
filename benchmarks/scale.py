"""Measure what an archive costs as it grows: indexing, asking, adding an article, memory, disk.

The first passages are those of a real corpus, or of an index (--index). The rest are made up of
them: each of two real ones' sentences, shuffled, with a vector between theirs and some noise.

    OMP_NUM_THREADS=1 python -m benchmarks.scale --data ../shared/data --sizes 10000 30000 100000
"""

from __future__ import annotations

import argparse
import json
import math
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.growth import Panel, exponent, growth
from benchmarks.machine import seconds
from bot.evaluation import evenly
from retrieval import Filters, Library
from retrieval.builds import save_indexes
from retrieval.engines import LocalIndex
from retrieval.store import Database, EmbeddedPassage, Source, Store, Vectors
from retrieval.store.proof import text_digest
from retrieval.text import sketch
from retrieval.types import Passage

_T = TypeVar("_T")

DATA = "realtimeqa_hq_2022"
REAL = 4_000
"""Passages that are encoded, about."""

MODELS = 50_000
"""Real passages, at most, that others are made of."""

PASSAGES = 12
"""Passages of a made-up article."""

RARE, PUBLISHER = 1000, "Rare"
"""Every thousandth made-up article is of the publisher that the filter names."""

TOLD = "made.json"

FEW = 1_000
"""New passages whose cost isn't told: what is done once outweighs it."""

NOISE = 0.3
ASKED = 200
ANSWERED = 20
ADDED = 5

FILES = 26_701
"""Files that are indexed a second time, with nothing changed."""

COLD = """
import sys, time
started = time.perf_counter()
from pathlib import Path
from retrieval import Library
with Library.open(Path(sys.argv[1])) as library:
    for number, question in enumerate(sys.argv[2:]):
        library.ask(question)
        if not number:
            print(round(1000 * (time.perf_counter() - started)))
    for line in open("/proc/self/status"):
        if line.startswith(("VmRSS", "RssAnon")):
            print(line.split()[1])
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured at one size, each quantity as LABELS tells."""

    passages: int
    search_ms: float
    search_99_ms: float
    search_cpu_ms: float
    filter_ms: float
    filter_99_ms: float
    filter_cpu_ms: float
    encode_cpu_ms: float
    dense_cpu_ms: float
    recall_10: float
    whole_ms: float
    whole_cpu_ms: float
    store_s: float
    index_s: float
    add_ms: float
    answerable_ms: float
    answerable_cpu_ms: float
    first_s: float
    resident_mb: float
    own_mb: float
    database_mb: float
    vectors_mb: float
    lexical_mb: float
    names_ms: float
    check_s: float


LABELS = {
    "search_ms": "search, p50, ms",
    "search_99_ms": "– p99",
    "search_cpu_ms": "– CPU, p50",
    "filter_ms": "search of one article in 1,000, p50, ms",
    "filter_99_ms": "– p99",
    "filter_cpu_ms": "– CPU, p50",
    "encode_cpu_ms": "encoding the question, CPU, p50, ms",
    "dense_cpu_ms": "vectors, CPU, p50, ms",
    "recall_10": "recall@10 of the vectors",
    "whole_ms": "whole question, p50, ms",
    "whole_cpu_ms": "– CPU, p50",
    "store_s": "storing 1,000 passages, s",
    "index_s": "indexing 1,000 passages, s",
    "add_ms": "an article added and found, ms",
    "answerable_ms": "one that another process added found, ms",
    "answerable_cpu_ms": "– CPU",
    "first_s": "first answer of a process, s",
    "resident_mb": "memory after 20 answers, MB",
    "own_mb": "– not mapped from files",
    "database_mb": "database, MB",
    "vectors_mb": "vectors, MB",
    "lexical_mb": "words, MB",
    "names_ms": "names for completion, ms",
    "check_s": "`quoth check`, s",
}

PLOTTED = {
    ("Asking", "ms of CPU time"): {
        "a whole question": "whole_cpu_ms",
        "search": "search_cpu_ms",
        "search of one article in 1,000": "filter_cpu_ms",
        "vectors": "dense_cpu_ms",
    },
    ("Looking the whole index through", "s"): {"quoth check": "check_s"},
    ("Memory", "MB"): {"after 20 answers": "resident_mb", "not mapped from files": "own_mb"},
    ("Disk", "MB"): {"database": "database_mb", "vectors": "vectors_mb", "words": "lexical_mb"},
}
"""The panels of the plot: title and unit, and the quantities by their names there."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    options.add_argument(
        "--work", type=Path, default=Path(".benchmarks"), help="where indexes stay"
    )
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    options.add_argument("--real", type=int, default=REAL, help="passages that are encoded")
    options.add_argument("--files", type=int, default=FILES, help="files indexed a second time")
    options.add_argument("--index", type=Path, help="data folder to begin with, nothing encoded")
    options.add_argument("--plot", type=Path, help="write what grows and how to this SVG")
    given = options.parse_args()
    questions = questions_of(given.data / DATA)
    done: list[Row] = []
    folder = given.index or _real(given.data / DATA, given.work, given.real)
    with Library.open(folder) as library:
        real = library.status().passages
    for size in sorted(given.sizes):
        folder = _made(given.work / f"scale-{size}", folder, size, real)
        with Library.open(folder) as library:
            done.append(_measured(library, questions))
        print(done[-1], flush=True, file=sys.stderr)
    print("\n".join(_table(done)))
    if given.files:
        with Library.open(folder) as library:
            unchanged = _unchanged(library, given.work / "files", given.files)
        print(f"\n{given.files} files indexed again, with nothing changed: {unchanged:.1f} s")
    if given.plot:
        growth(given.plot, [row.passages for row in done], _grown(done))


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """Give the table: a column for each size, and the exponent by which a quantity grows."""
    yield "| | " + " | ".join(f"{row.passages:,}" for row in rows) + " | exponent |"
    yield "|---" * (len(rows) + 2) + "|"
    for name, label in LABELS.items():
        values = " | ".join(_shown(getattr(row, name)) for row in rows)
        power = exponent([row.passages for row in rows], [getattr(row, name) for row in rows])
        yield f"| {label} | {values} | {'' if math.isnan(power) else f'{power:.2f}'} |"


def _grown(rows: Sequence[Row]) -> list[Panel]:
    """Give the panels of the plot."""
    return [
        Panel(title, unit, {name: [getattr(row, it) for row in rows] for name, it in names.items()})
        for (title, unit), names in PLOTTED.items()
    ]


def _made(folder: Path, smaller: Path, size: int, real: int) -> Path:
    """Give a folder with so many passages, made once of a smaller one whose first are real."""
    if (folder / TOLD).exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(smaller, folder, ignore=shutil.ignore_patterns(TOLD))
    with Library.open(folder) as library:
        session, before = library.session(), library.status().passages
        store = Store(Database(folder / "quoth.db"), ("shared",))
        store_s = seconds(lambda: _grow(store, session.build, size, min(real, MODELS)))
        index_s = seconds(lambda: save_indexes(session.searcher))
    (folder / TOLD).write_text(json.dumps([size - before, store_s, index_s]))
    return folder


def _measured(library: Library, questions: Sequence[str]) -> Row:
    session = library.session()
    searcher, encoder = session.searcher, session.encoder
    new, *made = json.loads((library.data_dir / TOLD).read_text())
    store_s, index_s = (1000 * taken / new if new > FEW else math.nan for taken in made)
    for question in questions[:5]:
        searcher.search(question, 25)
    rare = Filters(publisher=PUBLISHER)
    free = asked(lambda one: searcher.search(one, 25), questions)
    within = asked(lambda one: searcher.search(one, 25, rare), questions)
    encode = asked(lambda one: encoder.encode([one]), questions)
    whole = asked(library.ask, questions[:ANSWERED])
    added = _median([_added(library) for _ in range(ADDED)])
    cold = subprocess.run(
        [sys.executable, "-c", COLD, str(library.data_dir), *questions[:ANSWERED]],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    return Row(
        library.status().passages,
        *free,
        *within,
        encode[2],
        *_recall(library, questions),
        whole[0],
        whole[2],
        store_s,
        index_s,
        *added,
        float(cold[0]) / 1000,
        *(int(cold[1]) / 1024, int(cold[2]) / 1024),
        _megabytes(library.data_dir, "quoth.db*"),
        _megabytes(library.data_dir, "vectors-*"),
        _megabytes(library.data_dir, "lexical-*/*"),
        1000 * seconds(library.names),
        seconds(library.check),
    )


def _real(data: Path, work: Path, wanted: int) -> Path:
    """Give a folder with an index of about so many passages of real articles, made once."""
    folder = work / f"scale-real-{wanted}"
    folder.mkdir(parents=True, exist_ok=True)
    with Library.open(folder) as library, (data / "corpus.jsonl").open() as lines:
        part = work / "part.jsonl"
        while not library.exists() or library.status().passages < wanted:
            part.write_text("".join(islice(lines, 20)))
            library.index([part.rename(work / f"part-{time.monotonic_ns()}.jsonl")])
    return folder


def _grow(store: Store, build: int, size: int, real: int) -> None:
    """Add articles made of the first, real ones until there are so many passages."""
    rng = np.random.default_rng(size)
    ids = store.passage_ids(build)
    vectors, count, made = store.vectors(ids[:real]), len(ids), 0
    texts = {
        id: re.split(r"(?<=[.!?])\s+", text) for id, _, text, _ in store.passage_texts(ids[:real])
    }
    told = [texts[id] for id in ids[:real].tolist()]
    while count < size:
        pairs = rng.integers(0, len(told), (min(PASSAGES, size - count), 2))
        _add(
            store,
            build,
            rng,
            count,
            "Made up" if made % RARE else PUBLISHER,
            [[*told[one], *told[other]] for one, other in pairs],
            _between(rng, vectors, pairs),
        )
        count, made = count + len(pairs), made + 1


def _add(
    store: Store,
    build: int,
    rng: np.random.Generator,
    number: int,
    publisher: str,
    told: list[list[str]],
    vectors: Vectors,
) -> None:
    passages, text, path = [], "", f"/made-up/{number}.txt"
    for ordinal, (sentences, vector) in enumerate(zip(told, vectors, strict=True)):
        words = " ".join(
            sentences[place] for place in rng.permutation(len(sentences))[: len(sentences) // 2 + 1]
        )
        start, end = len(text), len(text) + len(words)
        text += f"{words}\n\n"
        passage = Passage(path, start, end, ordinal, ((start, end),))
        passages.append(EmbeddedPassage(passage, vector, ()))
    day = date(2022, 1, 1) + timedelta(int(rng.integers(1000)))
    source = Source(path, "", f"made-up-{number}", told[0][0][:80], publisher, day, "en", None)
    store.add(text, text_digest(text), source, (), sketch(text), build, passages)


def _between(rng: np.random.Generator, vectors: Vectors, pairs: np.ndarray) -> Vectors:
    noise = rng.standard_normal((len(pairs), vectors.shape[1]), dtype=np.float32)
    made: Vectors = vectors[pairs[:, 0]] + 0.5 * vectors[pairs[:, 1]]
    made += NOISE * noise / np.sqrt(vectors.shape[1])
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def _recall(library: Library, questions: Sequence[str]) -> tuple[float, float]:
    """Give the vectors' CPU time in ms (median), and which part of the ten nearest is found."""
    session = library.session()
    assert isinstance(session.searcher.index, LocalIndex)
    index = session.searcher.index._vectors
    asked = session.encoder.encode(list(questions))
    best: list[list[tuple[float, int]]] = [[] for _ in asked]
    for segment in index._snapshot.segments:
        for first in range(0, len(segment.rows), 100_000):
            products = asked @ segment.rows[first : first + 100_000].T
            for mine, scores in zip(best, products, strict=True):
                top = np.argsort(-scores)[:10]
                mine.extend(
                    zip(scores[top].tolist(), segment.ids[first + top].tolist(), strict=True)
                )
    times, shares = [], []
    for vector, mine in zip(asked, best, strict=True):
        clock = time.perf_counter(), time.process_time()
        hits = index.search(vector, 100)[:10]
        times.append(_since(clock)[1])
        exact = {id for _, id in sorted(mine, reverse=True)[:10]}
        shares.append(len(exact & {id for id, _ in hits}) / 10)
    return float(np.median(times)), float(np.mean(shares))


def _added(library: Library) -> tuple[float, float, float]:
    """Give how long an article takes to be indexed and found, and what of it the search does."""
    name = f"Zarbon{time.monotonic_ns()}"
    path = library.data_dir.parent / f"{name}.txt"
    path.write_text(f"{name} opened\n\nThe mayor of {name} opened the bridge on Monday.\n")
    searcher = library.session().searcher
    started = time.perf_counter()
    library.index([path])
    hits = searcher.search(f"Who opened the bridge of {name}?", 5)
    whole = time.perf_counter() - started
    assert name in hits[0].text
    path.unlink()
    return 1000 * whole, *_caught_up(library, name)


def _caught_up(library: Library, name: str) -> tuple[float, float]:
    """Give how long a search takes that first takes in what another process stored, in ms."""
    store = Store(Database(library.data_dir / "quoth.db"), ("shared",))
    session = library.session()
    text = f"The harbour of {name}"
    vector = session.encoder.encode([text])[0]
    passage = Passage(name, 0, len(text), 0, ((0, len(text)),))
    source = Source(f"/{name}", "", name, name, None, None, "en", None)
    stored = [EmbeddedPassage(passage, vector, ())]
    store.add(text, text_digest(text), source, (), (), session.build, stored)
    clock = time.perf_counter(), time.process_time()
    hits = session.searcher.search(text, 5)
    taken = _since(clock)
    assert name in hits[0].text
    return taken


def _unchanged(library: Library, folder: Path, count: int) -> float:
    """Give how long so many files take that are known; a few texts stand in all of them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number in range(count):
        text = f"Bridge {number % 500}\n\nBridge {number % 500} was opened on Monday.\n"
        (folder / f"{number}.txt").write_text(text)
    library.index([folder])
    return seconds(lambda: library.index([folder]))


def questions_of(data: Path) -> list[str]:
    """Give so many questions of a data set as are asked."""
    with (data / "queries.jsonl").open() as lines:
        return [json.loads(line)["question"] for line in evenly(list(lines), ASKED)]


def asked(work: Callable[[_T], object], questions: Sequence[_T]) -> tuple[float, float, float]:
    """Give the 50th and the 99th percentile of how long questions take, and the median CPU time.

    All in ms; CPU time tells more where others use the machine too.
    """
    times = []
    for question in questions:
        clock = time.perf_counter(), time.process_time()
        work(question)
        times.append(_since(clock))
    wall, cpu = zip(*times, strict=True)
    half, most = np.percentile(wall, (50, 99))
    return float(half), float(most), float(np.median(cpu))


def _since(clock: tuple[float, float]) -> tuple[float, float]:
    """Give the time and the CPU time since two clocks, in ms."""
    wall, cpu = clock
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def _median(times: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    whole, part, cpu = np.median(times, axis=0)
    return float(whole), float(part), float(cpu)


def _megabytes(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern)) / 2**20


def _shown(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:,.3f}" if value < 2 else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


if __name__ == "__main__":
    main()
