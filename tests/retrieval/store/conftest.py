"""The databases that the suite of the store runs over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.store import Backend, open_database


@pytest.fixture
def backend(database_url: str | None, tmp_path: Path) -> Iterator[Backend]:
    """An empty database with its tables."""
    with closing(open_database(tmp_path / "quoth.db", database_url)) as database:
        database.create()
        yield database
