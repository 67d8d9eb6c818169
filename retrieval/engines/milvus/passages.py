"""The passages of an index in Milvus: a row for each, at each of its places."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np

from retrieval.engines.base import Passages, Vectors
from retrieval.engines.ids import Ids, blocks
from retrieval.engines.milvus import scoping, weights
from retrieval.engines.milvus.server import FRESH, OWN, WAIT_S, Index, Server, create

MOST = 16_384
"""Rows that Milvus gives at once at most."""

MARGIN = 16
"""Rows asked for beyond those wanted, so that a tie at the end is seen."""

DIGITS = 6
"""Digits of a score behind the point; what is equal in them is a tie."""

DELETED = 4_000
"""Passages deleted at a time."""

COMPARED = 500
"""Passages compared with the database at a time."""

YEARS = 512
"""Years that a passage may tell of."""

EXACT = 300_000
"""Passages up to which a server compares every vector. Above, it sorts them into lists, and
compares those of the lists that are nearest."""

FLAT: Index = ("FLAT", "IP", {})
LISTS: Index = ("IVF_FLAT", "IP", {"nlist": 1024})
"""Lists in each of the segments that a server keeps: some hundred thousand rows."""

READ = 64
"""Lists that are read in each segment; the fewer rows a filter lets through, the more."""

REMEMBERED = 100
"""Filters whose rows are counted once between changes."""

ALL = "slot >= 0"
"""The filter that lets every row through."""

Scores = dict[int, float]


class Rows:
    """The rows of one index."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._name = name
        self._is_fresh = False
        self._kind = ""
        self._counts: dict[str, int] = {}

    def changed(self) -> None:
        """Let the next search see all that was written by then, by other processes too."""
        self._is_fresh = False
        self._kind = ""
        self._counts = {}

    def create(self, dimension: int, expected: int) -> None:
        """Make the collection anew, without rows, for about so many passages."""
        self.drop()
        sparse, index = self._server.sparse, self._index(expected)
        self._server.call(lambda client: _create(client, self._name, dimension, sparse, index))

    def drop(self) -> None:
        """Delete the collection."""
        self._server.call(lambda client: client.drop_collection(self._name))

    def load(self) -> bool:
        """Make the collection ready to be searched; tell whether it is there."""
        if not self._server.call(lambda client: client.has_collection(self._name)):
            return False
        self._server.call(lambda client: client.load_collection(self._name))
        return True

    def exact(self) -> bool:
        """Tell whether every vector is compared."""
        if not self._kind:
            self._kind = self._server.call(lambda client: _kind_of(client, self._name))
        return self._kind != LISTS[0]

    def outgrown(self, told: int, new: int) -> bool:
        """Tell whether the collection needs another index when new passages come to it.

        ``told``: about how many it holds; they are counted where that is many.
        """
        many = told + new > EXACT and self.exact()
        return many and self._index(self.count() + new) != FLAT

    def _index(self, count: int) -> Index:
        """Give the index that so many passages need; Milvus Lite isn't for many."""
        return LISTS if count > EXACT and not self._server.lite else FLAT

    def flush(self) -> None:
        """Let Milvus Lite sort what was written: in between every search does that anew.

        A server does it by itself, and refuses to be told often.
        """
        if self._server.lite:
            self._server.call(lambda client: client.flush(self._name))

    def count(self) -> int:
        """Give how many passages there are."""
        [row] = self._query("slot == 0", ["count(*)"], FRESH)
        return int(row["count(*)"])

    def put(
        self, ids: Ids, told: Passages, *, fresh: bool
    ) -> tuple[Set[int], Mapping[int, Set[str]]]:
        """Write passages; give those that are new, and the words of all.

        ``fresh``: the collection holds none of them.
        """
        held = {} if fresh else self._held(ids)
        vectors = dict(zip(ids.tolist(), told.vectors(ids), strict=True))
        documents = {each.id: each for each in told.documents(ids)}
        rows: list[dict[str, Any]] = []
        for each in told.descriptions(ids):
            if document := documents.get(each.id):
                row = {
                    "id": each.id,
                    "collection": scoping.key(each.collection),
                    "years": sorted(set(each.years))[:YEARS],
                    "vector": vectors[each.id],
                }
                if self._server.sparse:
                    row["words"] = weights.of_document(document)
                rows += _placed(row, scoping.places(each))
        if rows:
            self._server.call(lambda client: client.upsert(self._name, rows, timeout=WAIT_S))
        stale = set().union(*held.values()) - {row["row"] for row in rows}
        self._delete(sorted(stale))
        words = {id: {*document.title, *document.body} for id, document in documents.items()}
        return documents.keys() - held.keys(), words

    def delete(self, ids: Ids) -> None:
        """Delete passages, those that aren't held too."""
        for some in blocks(ids, DELETED):
            self._delete(sorted(set().union(*self._held(some).values())))

    def differences(self, ids: Ids, told: Passages) -> tuple[int, int]:
        """Give how many of some passages are lacking, and how many have other vectors."""
        lacking = wrong = 0
        fields = ["id", "vector", *(["words"] if self._server.sparse else [])]
        for some in blocks(ids, COMPARED):
            wanted = scoping.among("row", [scoping.row(id) for id in some.tolist()])
            held = {row["id"]: row for row in self._query(wanted, fields, FRESH)}
            vectors = dict(zip(some.tolist(), told.vectors(some), strict=True))
            words = {each.id: weights.of_document(each) for each in told.documents(some)}
            lacking += len(vectors.keys() - held.keys())
            wrong += sum(
                not _same(held[id], vectors[id], words.get(id, {}))
                for id in vectors.keys() & held.keys()
            )
        return lacking, wrong

    def nearest(self, vector: Vectors, filters: Iterable[str], k: int) -> Scores:
        """Give the k passages nearest to a vector that one of the filters lets through."""
        return self._best("vector", vector.tolist(), filters, k)

    def telling(self, asked: Mapping[int, float], filters: Iterable[str], k: int) -> Scores:
        """Give the k passages that tell most of what is asked, as far as any does."""
        found = self._best("words", dict(asked), filters, k)
        return {id: score for id, score in found.items() if score > 0}

    def vectors_of(self, vector: Vectors, ids: Set[int]) -> Scores:
        """Give how near passages are to a vector."""
        if not vector.any():
            return dict.fromkeys(ids, 0.0)
        held = self._told("vector", ids)
        return {
            id: round(float(np.asarray(other, np.float32) @ vector), DIGITS)
            for id, other in held.items()
        }

    def words_of(self, asked: Mapping[int, float], ids: Set[int]) -> Scores:
        """Give how much of what is asked passages tell, as far as they do."""
        found = {
            id: round(sum(weight * asked.get(at, 0.0) for at, weight in held.items()), DIGITS)
            for id, held in self._told("words", ids).items()
        }
        return {id: score for id, score in found.items() if score > 0}

    def _count(self, filter: str) -> int:
        """Give how many rows a filter lets through, once asked remembered until changes come."""
        count = self._counts.get(filter)
        if count is None:
            [row] = self._query(filter, ["count(*)"])
            count = int(row["count(*)"])
            if len(self._counts) < REMEMBERED:
                self._counts[filter] = count
        return count

    def _told(self, field: str, ids: Set[int]) -> dict[int, Any]:
        if not ids:
            return {}
        wanted = scoping.among("row", [scoping.row(id) for id in sorted(ids)])
        rows = self._query(wanted, ["id", field])
        return {row["id"]: row[field] for row in rows}

    def _held(self, ids: Ids) -> dict[int, set[int]]:
        """Give the keys of the rows that are held of some passages."""
        found: dict[int, set[int]] = {}
        for row in self._query(scoping.among("id", ids.tolist()), ["row", "id"], FRESH):
            found.setdefault(row["id"], set()).add(row["row"])
        return found

    def _query(
        self, asked: str, fields: list[str], level: str = OWN, **most: int
    ) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._server.call(
            lambda client: client.query(
                self._name, asked, fields, consistency_level=level, timeout=WAIT_S, **most
            )
        )
        return rows

    def _delete(self, rows: Sequence[int]) -> None:
        if rows:
            self._server.call(lambda client: client.delete(self._name, list(rows), timeout=WAIT_S))

    def _best(self, field: str, asked: object, filters: Iterable[str], k: int) -> Scores:
        found: Scores = {}
        for each in filters:
            found |= self._within(field, asked, each, k)
        return dict(ranked(found)[:k])

    def _within(self, field: str, asked: object, filter: str, k: int) -> Scores:
        """Give the k best, ties by id: more rows are asked for until the next is worse."""
        limit = k + MARGIN
        while True:
            limit = min(limit, MOST)
            hits = self._hits(field, asked, filter, limit)
            found = ranked(dict(hits))
            if len(hits) < limit:
                found = self._completed(found, field, asked, filter, len(hits))
                break
            if limit == MOST:
                break
            if len(found) > k and found[k - 1][1] > hits[-1][1]:
                break
            limit *= 4
        return dict(found[:k])

    def _completed(
        self, found: list[tuple[int, float]], field: str, asked: object, filter: str, reached: int
    ) -> list[tuple[int, float]]:
        """Give what was found, or all that a filter lets through where lists told too few rows."""
        if field != "vector" or self.exact():
            return found
        rows = self._query(filter, ["id"], limit=MOST)
        if not reached < len(rows) < MOST:
            return found
        ids = np.array(sorted({row["id"] for row in rows}), np.int64)
        vector = np.asarray(asked, np.float32)
        scores: Scores = {}
        for some in blocks(ids, DELETED):
            scores |= self.vectors_of(vector, set(some.tolist()))
        return ranked(scores)

    def _read(self, filter: str) -> dict[str, dict[str, int]]:
        """Give how many lists to read: nearly as many of the nearest are found for any filter."""
        share = self._count(filter) / max(1, self._count(ALL))
        return {"params": {"nprobe": int(min(LISTS[2]["nlist"], READ / max(share, 1e-9) ** 0.5))}}

    def _hits(self, field: str, asked: object, filter: str, limit: int) -> list[tuple[int, float]]:
        level = OWN if self._is_fresh else FRESH
        lists = field == "vector" and not self.exact()
        params = self._read(filter) if lists else None
        [hits] = self._server.call(
            lambda client: client.search(
                self._name,
                [asked],
                filter,
                limit,
                ["id"],
                params,
                anns_field=field,
                consistency_level=level,
                timeout=WAIT_S,
            )
        )
        self._is_fresh = True
        return [(hit["entity"]["id"], round(hit["distance"], DIGITS)) for hit in hits]


def ranked(scores: Mapping[int, float]) -> list[tuple[int, float]]:
    """Give ids with their scores, the best first, ties by id."""
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _same(row: Mapping[str, Any], vector: Vectors, words: Mapping[int, float]) -> bool:
    if not np.allclose(row["vector"], vector, rtol=0, atol=1e-6):
        return False
    if "words" not in row:
        return True
    held: dict[int, float] = row["words"]
    return held.keys() == words.keys() and all(
        math.isclose(held[at], words[at], rel_tol=1e-5) for at in words
    )


def _placed(row: Mapping[str, Any], places: Sequence[scoping.Place]) -> Iterator[dict[str, Any]]:
    for slot, (publisher, day) in enumerate(places):
        key = scoping.row(row["id"], slot)
        yield {**row, "row": key, "slot": slot, "publisher": publisher, "day": day}


def _kind_of(client: Any, name: str) -> str:
    """Give the kind of index that vectors have, nothing where they have none."""
    if not client.has_collection(name) or "vector" not in client.list_indexes(name):
        return ""
    return str(client.describe_index(name, "vector")["index_type"])


def _create(client: Any, name: str, dimension: int, sparse: bool, index: Index) -> None:
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", DataType.INT64, is_primary=True)
    schema.add_field("id", DataType.INT64)
    schema.add_field("slot", DataType.INT32)
    schema.add_field("collection", DataType.VARCHAR, max_length=scoping.KEY_LENGTH)
    schema.add_field("publisher", DataType.VARCHAR, max_length=scoping.KEY_LENGTH)
    schema.add_field("day", DataType.INT32)
    schema.add_field("years", DataType.ARRAY, element_type=DataType.INT32, max_capacity=YEARS)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    indexes = {"vector": index}
    if sparse:
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        indexes["words"] = ("SPARSE_INVERTED_INDEX", "IP", {})
    create(client, name, schema, indexes)
