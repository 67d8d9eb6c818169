"""Index the whole of news_corpus, killed on the way: how long it takes, and what is done again.

Each article is a file of its own in --index, and so is the index. A run that ended goes on.

    python -m benchmarks.corpus --data ../shared/data --index .benchmarks/news_corpus
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KILLED_AT = (0.3, 0.6)
"""After which parts of the articles the process is killed."""

_DONE = re.compile(r"^([\d,]+) articles?, ")
QUOTH = (sys.executable, "-m", "bot")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of ``quoth index``: what stood in the index before and after, and what it told.

    One that was killed told nothing: None.
    """

    before: int
    after: int
    seconds: float
    added: int | None = None
    unchanged: int | None = None
    failed: int | None = None


def split(corpus: Path, into: Path) -> int:
    """Write each line of a corpus to a file of its own, unless that was done; count them."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        into.mkdir(parents=True, exist_ok=True)
        for number, line in enumerate(lines, 1):
            path = into / f"{number:05}.jsonl"
            if not path.exists():
                path.write_text(line, encoding="utf-8")
    return number


def status(data: Path) -> dict[str, Any]:
    """Give what ``quoth status`` tells of an index."""
    told = subprocess.run(
        [*QUOTH, "status", "--json", "--data-dir", data], capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def articles(data: Path) -> int:
    """Count the articles of an index that may not be there yet."""
    return int(status(data)["articles"]) if (data / "quoth.db").exists() else 0


def run(files: Path, data: Path, kill_at: int | None) -> Run:
    """Index the files, until so many articles are known."""
    before, started = articles(data), time.perf_counter()
    command = [*QUOTH, "index", str(files), "--json", "--data-dir", str(data)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        for done in _progress(process.stderr):
            if kill_at is not None and done >= kill_at:
                process.kill()
                break
        out = process.stdout.read()
    seconds = time.perf_counter() - started
    if process.returncode < 0:
        return Run(before, articles(data), seconds)
    told = json.loads(out)
    counts = told["added"], told["unchanged"], len(told["failed"])
    return Run(before, articles(data), seconds, *counts)


def _progress(lines: Iterator[str]) -> Iterator[int]:
    for line in lines:
        print(line, end="", file=sys.stderr)
        if shown := _DONE.match(line):
            yield int(shown[1].replace(",", ""))


def row(made: Run) -> str:
    """Give a row of the table of runs."""
    told = (
        f"{made.added:,} added, {made.unchanged:,} unchanged, {made.failed:,} failed"
        if made.unchanged is not None
        else "killed"
    )
    return f"| {made.before:,} | {made.after:,} | {made.seconds:,.1f} | {told} |"


def main() -> None:
    """Index, be killed, go on; then once more with nothing changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the data sets")
    parser.add_argument("--index", type=Path, required=True, help="folder for files and index")
    given = parser.parse_args()
    files, data = given.index / "articles", given.index / "data"
    count = split(given.data / "news_corpus" / "corpus.jsonl.gz", files)
    log = given.index / "runs.jsonl"
    ends = [round(part * count) for part in KILLED_AT if round(part * count) > articles(data)]
    for kill_at in [*ends, None, None]:
        made = run(files, data, kill_at)
        with log.open("a", encoding="utf-8") as told:
            print(json.dumps(asdict(made)), file=told)
    print("| articles before | after | seconds | |\n|---|---|---|---|")
    for line in log.read_text(encoding="utf-8").splitlines():
        print(row(Run(**json.loads(line))))
    print(f"\n{status(data)['passages']:,} passages")


if __name__ == "__main__":
    main()
