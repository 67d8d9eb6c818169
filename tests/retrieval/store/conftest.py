"""The databases that the suite of the store runs over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.store import Backend, open_database
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """The address of an empty database; None: a SQLite file."""
    if request.param == "sqlite":
        return None
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.url(postgres.emptied())


@pytest.fixture
def backend(url: str | None, tmp_path: Path) -> Iterator[Backend]:
    """An empty database with its tables."""
    with closing(open_database(tmp_path / "quoth.db", url)) as database:
        database.create()
        yield database
