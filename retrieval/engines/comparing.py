"""What of an index's files isn't what the database holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tantivy

from retrieval.engines import lexical_folder, segment_files
from retrieval.engines.base import Passages
from retrieval.engines.ids import Ids, blocks, minus
from retrieval.engines.lexical import encodable
from retrieval.engines.segments import Segment
from retrieval.errors import shortage

BLOCK = 16_384
"""Passages compared at a time."""

LONGEST_TERM = 60_000
"""Bytes of a term that tantivy surely takes."""


def vector_problems(
    path: Path, dimension: int, generation: int, ids: Ids, passages: Passages
) -> Iterator[str]:
    """Compare the vectors in the files that begin with ``path`` with those of ``ids`` (growing).

    Only at the ``generation`` that the ids are of must it hold just these; what it holds of them
    must be the same at any. Raises OSError where the machine lacks memory or open files.
    """
    try:
        held = segment_files.load(path, dimension, anew=True)
    except FileNotFoundError:
        return  # it is made when it is needed
    except segment_files.UNUSABLE as error:
        yield _damaged("vector", error)
        return
    if held.generation == generation:
        yield from _others("vector", held.ids, ids)
    wrong = sum(_differing(each, ids, passages) for each in held.segments)
    if wrong:
        yield f"the vector index holds {wrong:,} vectors that differ from the database's"


def lexical_problems(folder: Path, generation: int, ids: Ids, passages: Passages) -> Iterator[str]:
    """Compare the terms in a folder with those of passages, as ``vector_problems`` does."""
    try:
        stands = lexical_folder.generation(folder)
        if not folder.exists():
            return
        searcher, dead = lexical_folder.searcher(folder), lexical_folder.deleted(folder)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        yield _damaged("lexical", error)
        return
    if stands != generation:
        return
    held = lexical_folder.held_ids(searcher)
    if not np.array_equal(held, ids):
        yield from _others("lexical", held, ids)
        return
    wrong = _miscounted(searcher, dead, ids, passages)
    if wrong:
        yield f"the lexical index counts {wrong:,} terms otherwise than the texts do"


def _damaged(which: str, error: Exception) -> str:
    if shortage(error):
        raise error
    return f"the {which} index is damaged: {error}"


def _others(which: str, held: Ids, ids: Ids) -> Iterator[str]:
    lacking, more = len(minus(ids, held)), len(minus(held, ids))
    if lacking or more:
        yield f"the {which} index lacks {lacking:,} passages, and holds {more:,} that are none"


def _differing(segment: Segment, ids: Ids, passages: Passages) -> int:
    wrong = 0
    for block in blocks(np.intersect1d(segment.held, ids, assume_unique=True), BLOCK):
        rows = segment.rows[segment.places(block)]
        stored = np.ascontiguousarray(passages.vectors(block))
        same = np.ascontiguousarray(rows).view(np.uint32) == stored.view(np.uint32)
        wrong += int((~same.all(axis=1)).sum())
    return wrong


def _miscounted(searcher: tantivy.Searcher, dead: int, ids: Ids, passages: Passages) -> int:
    """Count the terms that are in fewer or more documents than told; removed ones may count."""
    having = Counter[tuple[str, str]]()
    for block in blocks(ids, BLOCK):
        for document in passages.documents(block):
            having.update(("title", term) for term in set(document.title))
            having.update(("body", term) for term in set(document.body))
    return sum(
        not count <= searcher.doc_freq(field, term) <= count + dead
        for (field, word), count in having.items()
        if len((term := encodable(word)).encode()) < LONGEST_TERM
    )
