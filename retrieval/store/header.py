"""The header of a database file, without which SQLite reads none of its pages.

All that it tells is known of a file that Quoth made, or can be done without while it is only read:
its length, its free pages, its counters.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BYTES = 100
PAGE_BYTES = 4096
"""SQLite's own choice; the header of a file with others tells them, while it is whole."""

_MAGIC = b"SQLite format 3\0"
_WAL, _UTF8, _SCHEMA_FORMAT, _FRACTIONS = 2, 1, 4, (64, 32, 32)
_LAYOUT = struct.Struct(">16sH6B12I20xII")


@contextmanager
def legible(path: Path) -> Iterator[None]:
    """Give a database file that nobody has open a header to be read with, until the block ends."""
    with path.open("r+b") as file:
        told = file.read(BYTES)
        length = path.stat().st_size
        file.seek(0)
        file.write(_header(_page_bytes(told)))
    try:
        yield
    finally:
        with path.open("r+b") as file:
            file.write(told)
            file.truncate(length)


def _page_bytes(told: bytes) -> int:
    """Give the size of a page, as it stands in a header: 1 is 65,536."""
    size = int.from_bytes(told[16:18])
    sound = told.startswith(_MAGIC) and told[20:24] == bytes((0, *_FRACTIONS))
    return size if sound and (size == 1 or (size >= 512 and size.bit_count() == 1)) else PAGE_BYTES


def _header(page_bytes: int) -> bytes:
    numbers = [0] * 12  # from the counter of changes to the application's own
    numbers[5], numbers[8] = _SCHEMA_FORMAT, _UTF8
    return _LAYOUT.pack(_MAGIC, page_bytes, _WAL, _WAL, 0, *_FRACTIONS, *numbers, 0, 0)
