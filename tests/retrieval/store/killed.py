"""Stores an article a transaction until it is killed; says each key once it is stored."""

from __future__ import annotations

import sys
from itertools import count

from retrieval.store import Store, open_database
from retrieval.store.postgres import PostgresDatabase
from tests.retrieval.store.test_store import add, at

database = open_database(None, sys.argv[1])  # type: ignore[arg-type]
assert isinstance(database, PostgresDatabase)
database.create()
store = Store(database, ("shared",))
for number in count():
    add(store, f"text {sys.argv[2]} {number}", at(f"{sys.argv[2]}{number}"))
    print(number, flush=True)
