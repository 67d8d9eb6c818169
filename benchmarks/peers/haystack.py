"""Haystack: a splitter, sentence-transformers and the store in memory, as in its tutorials."""

from __future__ import annotations

from collections.abc import Sequence

from haystack import Document, Pipeline
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.protocol import TOP, Article, Ask, run


def index(articles: Sequence[Article], model: str) -> Ask:
    """Index with every component's defaults."""
    store = InMemoryDocumentStore()
    writing = Pipeline()
    writing.add_component("split", DocumentSplitter())
    writing.add_component("embed", SentenceTransformersDocumentEmbedder(model=model))
    writing.add_component("write", DocumentWriter(store))
    writing.connect("split", "embed")
    writing.connect("embed", "write")
    documents = [
        Document(content=article["text"], meta={"title": article["title"]}) for article in articles
    ]
    writing.run({"split": {"documents": documents}})
    asking = Pipeline()
    asking.add_component("embed", SentenceTransformersTextEmbedder(model=model))
    asking.add_component("find", InMemoryEmbeddingRetriever(store, top_k=TOP))
    asking.connect("embed.embedding", "find.query_embedding")

    def ask(question: str) -> list[str]:
        found = asking.run({"embed": {"text": question}})
        return [document.content for document in found["find"]["documents"]]

    return ask


if __name__ == "__main__":
    run(index)
