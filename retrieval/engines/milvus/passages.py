"""The passages of an index in Milvus: a row for each, at each of its places."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np

from retrieval.engines.base import Passages, Vectors
from retrieval.engines.ids import Ids, blocks
from retrieval.engines.milvus import scoping, weights
from retrieval.engines.milvus.server import FRESH, OWN, WAIT_S, Server, create

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

Scores = dict[int, float]


class Rows:
    """The rows of one index."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._name = name
        self._is_fresh = False

    def changed(self) -> None:
        """Let the next search see all that was written by then, by other processes too."""
        self._is_fresh = False

    def create(self, dimension: int) -> None:
        """Make the collection anew, without rows."""
        self.drop()
        sparse = self._server.sparse
        self._server.call(lambda client: _create(client, self._name, dimension, sparse))

    def drop(self) -> None:
        """Delete the collection."""
        self._server.call(lambda client: client.drop_collection(self._name))

    def load(self) -> bool:
        """Make the collection ready to be searched; tell whether it is there."""
        if not self._server.call(lambda client: client.has_collection(self._name)):
            return False
        self._server.call(lambda client: client.load_collection(self._name))
        return True

    def flush(self) -> None:
        """Let Milvus Lite sort what was written: in between every search does that anew.

        A server does it by itself, and refuses to be told often.
        """
        if self._server.lite:
            self._server.call(lambda client: client.flush(self._name))

    def count(self) -> int:
        """Give how many passages there are."""
        rows: list[dict[str, Any]] = self._server.call(
            lambda client: client.query(
                self._name,
                "slot == 0",
                ["count(*)"],
                consistency_level=FRESH,
                timeout=WAIT_S,
            )
        )
        return int(rows[0]["count(*)"])

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

    def _query(self, asked: str, fields: list[str], level: str = OWN) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._server.call(
            lambda client: client.query(
                self._name, asked, fields, consistency_level=level, timeout=WAIT_S
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
            if len(hits) < limit or limit == MOST:
                break
            if len(found) > k and found[k - 1][1] > hits[-1][1]:
                break
            limit *= 4
        return dict(found[:k])

    def _hits(self, field: str, asked: object, filter: str, limit: int) -> list[tuple[int, float]]:
        level = OWN if self._is_fresh else FRESH
        [hits] = self._server.call(
            lambda client: client.search(
                self._name,
                [asked],
                filter,
                limit,
                ["id"],
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


def _create(client: Any, name: str, dimension: int, sparse: bool) -> None:
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
    indexes = {"vector": ("FLAT", "IP")}
    if sparse:
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        indexes["words"] = ("SPARSE_INVERTED_INDEX", "IP")
    create(client, name, schema, indexes)
