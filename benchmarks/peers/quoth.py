"""Quoth, through the same door: indexing to its folder, then searching."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.protocol import TOP, Article, Ask, run
from retrieval import Library


def index(articles: Sequence[Article], model: str) -> Ask:
    """Index with the defaults; ``model`` is the one that is bundled."""
    folder = Path(tempfile.mkdtemp(prefix="quoth-"))
    corpus = folder / "corpus.jsonl"
    corpus.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    library = Library.open(folder / "index")
    library.index([corpus])
    searcher = library.session().searcher
    return lambda question: [hit.text for hit in searcher.hits(searcher.rank(question)[:TOP])]


if __name__ == "__main__":
    run(index)
