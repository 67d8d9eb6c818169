"""An engine whose indexes live in Milvus: a server, a cluster, or a file of Milvus Lite.

Reading order: index (one build), scoping (what a scope asks), weights (what words count),
vocabulary (how many passages hold a word, and how far an index is), server (the connection).
No text leaves: terms go as hashes with their weights, names as digests; the vocabulary alone
holds the folded terms, each with how many passages hold it.
"""

from retrieval.engines.milvus.index import MilvusEngine, MilvusIndex

__all__ = ["MilvusEngine", "MilvusIndex"]
