"""Guard against getting slower or worse: ratios over seeds/, none a matter of the machine's speed.

Exits with 1 when one is out of its bounds. --short leaves out what imports sentence-transformers.

    python -m benchmarks.check
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.machine import in_turns
from benchmarks.speed import QUESTIONS, SEEDS, cold_starts
from bot.evaluation.judging import is_right
from bot.evaluation.questions import read_questions
from retrieval import Library
from retrieval.encoder import load_encoder
from retrieval.encoder.bundled import bundled_folder

ASKED = Path("tests/seeds")
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure, and the least or most that it may be."""

    what: str
    figure: float
    least: float = 0.0
    most: float = float("inf")

    @property
    def holds(self) -> bool:
        """Tell whether the figure lies within its bounds."""
        return self.least <= self.figure <= self.most

    def __str__(self) -> str:
        limit = f"at least {self.least:g}" if self.least else f"at most {self.most:g}"
        return f"{'ok  ' if self.holds else 'FAIL'} {self.what}: {self.figure:.2f} ({limit})"


def main() -> None:
    """Print every figure with its bound, and exit with 1 where one is broken."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--short", action="store_true", help="without sentence-transformers")
    short = options.parse_args().short
    held = True
    with tempfile.TemporaryDirectory() as folder:
        for bound in bounds(Path(folder), short):
            print(bound, flush=True)
            held &= bound.holds
    sys.exit(not held)


def bounds(folder: Path, short: bool) -> Iterator[Bound]:
    """Measure one figure after the other."""
    with Library.open(folder) as library:
        library.index([SEEDS])
        yield from answers(library)
        texts = [hit.text for hit in library.search("minister", 60).hits]
        yield from encoding(library, texts)
        if not short:
            yield beside_sentence_transformers(texts)
    if not short:
        yield cold(folder)


def answers(library: Library) -> Iterator[Bound]:
    """Ask the questions of tests/seeds."""
    asked = read_questions(ASKED)
    replies = [(expected, library.ask(expected.question)) for expected in asked]
    quotes = [
        quote
        for _, reply in replies
        for answer in reply.answers
        for quote in answer.quotes
        if quote.field == "text"
    ]
    exact = sum(
        library.article(quote.article.id).text[quote.start : quote.end] == quote.text
        for quote in quotes
    )
    yield Bound("share of quotes that are exact", exact / len(quotes), least=1)
    right = sum(is_right(expected, reply) for expected, reply in replies)
    yield Bound(f"right of the {len(asked)} questions over seeds/", right, least=35)


def encoding(library: Library, texts: list[str]) -> Iterator[Bound]:
    """Encode passages at once and one by one, and ask."""
    encoder = load_encoder()
    together, alone, question, answer = map(
        min,
        in_turns(
            [
                partial(encoder.encode, texts),
                lambda: [encoder.encode([text]) for text in texts],
                lambda: [encoder.encode([asked]) for asked in QUESTIONS],
                lambda: [library.ask(asked) for asked in QUESTIONS],
            ],
            ROUNDS,
        ),
    )
    yield Bound("passages one by one beside all at once, in time", alone / together, least=0.75)
    yield Bound("a question answered beside its encoding, in time", answer / question, most=200)


def beside_sentence_transformers(texts: list[str]) -> Bound:
    """Encode with both, with the threads that both choose."""
    from sentence_transformers import SentenceTransformer

    ours = load_encoder()
    peer = SentenceTransformer(str(bundled_folder()), device="cpu")
    mine, theirs = in_turns(
        [partial(ours.encode, texts), partial(peer.encode, texts, normalize_embeddings=True)],
        ROUNDS,
    )
    return Bound("encoding, times as fast as sentence-transformers", min(theirs) / min(mine), 1.15)


def cold(folder: Path) -> Bound:
    """Ask from a cold start, beside importing sentence-transformers."""
    mine, theirs = cold_starts(folder, ROUNDS)
    return Bound("a cold start beside importing sentence-transformers", mine / theirs, most=0.4)


if __name__ == "__main__":
    main()
