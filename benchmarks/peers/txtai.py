"""txtai: embeddings and BM25 side by side, an article's paragraphs as its passages."""

from __future__ import annotations

from collections.abc import Sequence

from txtai import Embeddings

from benchmarks.peers.protocol import TOP, Article, Ask, run


def index(articles: Sequence[Article], model: str) -> Ask:
    """Index as txtai's documentation does for hybrid search, with the text kept."""
    embeddings = Embeddings(path=model, hybrid=True, content=True)
    embeddings.index(
        paragraph
        for article in articles
        for paragraph in article["text"].split("\n\n")
        if paragraph.strip()
    )
    return lambda question: [row["text"] for row in embeddings.search(question, TOP)]


if __name__ == "__main__":
    run(index)
