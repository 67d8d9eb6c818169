"""What words count: BM25 as sparse vectors, so that any server ranks alike.

Milvus's own BM25 isn't used: Milvus Lite counts how rare a term is in each segment by itself, and
there in what a filter lets through; it knows no analyzer that leaves terms as they are. Here a
passage's vector holds what BM25 makes of how often it has a term, a question's how rare the
terms are; their inner product is the score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b

from retrieval.engines.base import LexicalDocument
from retrieval.engines.bm25 import TITLE_BOOST

K1, B = 1.2, 0.75

TITLE_LENGTH, BODY_LENGTH = 8, 90
"""Terms of a usual title and passage. A mean of the archive would move with every article."""

NOTHING = {0: 1.0}
"""The vector of a passage without terms: an empty one is refused. No term has the number 0."""


def number(term: str) -> int:
    """Give the dimension of a term, 1 to 2^32 - 2."""
    digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return 1 + int.from_bytes(digest, "little") % (2**32 - 2)


def of_document(document: LexicalDocument) -> dict[int, float]:
    """Give the sparse vector of a passage."""
    weights: dict[int, float] = {}
    parts = ((document.title, TITLE_LENGTH, TITLE_BOOST), (document.body, BODY_LENGTH, 1.0))
    for terms, usual, boost in parts:
        norm = K1 * (1 - B + B * len(terms) / usual)
        for term, count in Counter(terms).items():
            at = number(term)
            weights[at] = weights.get(at, 0.0) + boost * (K1 + 1) * count / (count + norm)
    return weights or NOTHING


def of_question(rarities: Mapping[str, float]) -> dict[int, float]:
    """Give the sparse vector of a question from the rarity of its terms."""
    return {number(term): rarity for term, rarity in rarities.items()}
