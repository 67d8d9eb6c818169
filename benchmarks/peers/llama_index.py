"""LlamaIndex: VectorStoreIndex over its sentence splitter, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core import Document, VectorStoreIndex
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from benchmarks.peers.protocol import TOP, Article, Ask, run


def index(articles: Sequence[Article], model: str) -> Ask:
    """Index with the defaults: pieces of 1,024 tokens, 200 shared with the one before."""
    made = VectorStoreIndex.from_documents(
        [Document(text=item["text"], metadata={"title": item["title"]}) for item in articles],
        embed_model=HuggingFaceEmbedding(model_name=model),
    )
    retriever = made.as_retriever(similarity_top_k=TOP)
    return lambda question: [node.get_content() for node in retriever.retrieve(question)]


if __name__ == "__main__":
    run(index)
