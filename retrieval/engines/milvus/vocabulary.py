"""How many passages hold a word, and how far an index is: one collection of numbers by name.

Milvus tells neither the words of an index nor how many rows hold one. Both kinds of numbers are
about right and no more: what a killed process had counted is counted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from retrieval.engines.base import NEVER
from retrieval.engines.milvus.server import FRESH, OWN, WAIT_S, Gone, Server, create

FORMAT = 1
"""Grows whenever what an index holds is made in another way: older ones are made anew."""

LONGEST = 100
"""Characters of a word that is counted."""

BATCH = 2_000
"""Numbers read or written at a time."""

MARK = "#"
"""Begins the names of numbers that are no words'."""

_STATE = ("format", "sparse", "dimension", "whole", "begun", "passages")


@dataclass(frozen=True, slots=True)
class State:
    """How far an index is: the generation it was last flushed at, and the last one begun.

    ``passages`` are those whose words are counted.
    """

    whole: int = NEVER
    begun: int = NEVER
    passages: int = 0


class Vocabulary:
    """The numbers of one index."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._name = name

    def create(self, dimension: int, begun: int) -> None:
        """Make it anew, of an index that takes in a generation."""
        self.drop()
        self._server.call(lambda client: _create(client, self._name))
        kind = {"format": FORMAT, "sparse": int(self._server.sparse), "dimension": dimension}
        self.note(**kind, whole=NEVER, begun=begun, passages=0)

    def drop(self) -> None:
        """Delete it."""
        self._server.call(lambda client: client.drop_collection(self._name))

    def state(self, dimension: int) -> State:
        """Give how far the index is: nowhere where there is none, or one of another kind."""
        try:
            told = self._read([MARK + name for name in _STATE], FRESH)
        except Gone:
            return State()
        kind = tuple(told.get(MARK + name) for name in _STATE[:3])
        if kind != (FORMAT, int(self._server.sparse), dimension):
            return State()
        return State(*(told.get(MARK + name, NEVER) for name in _STATE[3:]))

    def note(self, **numbers: int) -> None:
        """Write some of the numbers that aren't words'."""
        self._write({MARK + name: number for name, number in numbers.items()})

    def add(self, counts: Mapping[str, int], *, anew: bool) -> None:
        """Add to how many passages hold words; ``anew``: none of them is counted yet."""
        told = {word: count for word, count in counts.items() if _is_plain(word)}
        for batch in _batches(told):
            held = {} if anew else self._read(batch, FRESH)
            self._write({word: told[word] + held.get(word, 0) for word in batch})

    def having(self, words: Iterable[str]) -> dict[str, int]:
        """Give about how many passages hold each word."""
        asked = list(words)
        found = self._read([word for word in asked if _is_plain(word)], OWN)
        return {word: found.get(word, 0) for word in asked}

    def words(self, prefix: str) -> dict[str, int]:
        """Give the words that begin so, each with about how many passages hold it."""
        if not _is_plain(prefix):
            return {}
        return self._found(f'name like "{prefix}%"', OWN)

    def _read(self, names: list[str], level: str) -> dict[str, int]:
        if not names:
            return {}
        quoted = ", ".join(f'"{name}"' for name in names)
        return self._found(f"name in [{quoted}]", level)

    def _found(self, asked: str, level: str) -> dict[str, int]:
        rows: list[dict[str, Any]] = self._server.call(
            lambda client: client.query(
                self._name, asked, ["name", "number"], consistency_level=level, timeout=WAIT_S
            )
        )
        return {row["name"]: row["number"] for row in rows}

    def _write(self, numbers: Mapping[str, int]) -> None:
        rows = [
            {"name": name, "number": number, "nothing": [0.0, 0.0]}
            for name, number in numbers.items()
        ]
        self._server.call(lambda client: client.upsert(self._name, rows, timeout=WAIT_S))


def _create(client: Any, name: str) -> None:
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("name", DataType.VARCHAR, is_primary=True, max_length=4 * LONGEST)
    schema.add_field("number", DataType.INT64)
    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)  # a collection has to have one
    create(client, name, schema, {"nothing": ("FLAT", "IP", {})})


def _is_plain(word: str) -> bool:
    """Tell whether a word can stand in a filter as it is; nearly all do."""
    return len(word) <= LONGEST and word.replace(".", "").isalnum()


def _batches(words: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(words)
    while batch := list(islice(rest, BATCH)):
        yield batch
