"""LangChain: its recursive splitter, sentence-transformers and FAISS, as in its tutorials."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from benchmarks.peers.protocol import TOP, Article, Ask, run


def index(articles: Sequence[Article], model: str) -> Ask:
    """Index pieces of 1,000 characters, 200 shared with the one before."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    pieces = splitter.split_documents(
        [Document(item["text"], metadata={"title": item["title"]}) for item in articles]
    )
    store = FAISS.from_documents(pieces, HuggingFaceEmbeddings(model_name=model))
    return lambda question: [
        document.page_content for document in store.similarity_search(question, k=TOP)
    ]


if __name__ == "__main__":
    run(index)
