"""A process that tells an index of three generations and waits to be killed.

    python -m tests.retrieval.engines.killed ENGINE FOLDER

It says a line when the first is applied, when it is flushed, and when all are applied.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from retrieval.engines import Engine, LocalEngine
from tests.retrieval.engines.behaviour import NAME, made_up
from tests.retrieval.engines.milvus_server import lite, on_server
from tests.retrieval.engines.reference import ReferenceEngine
from tests.retrieval.engines.world import DIMENSION, World

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "local": LocalEngine,
    "reference": ReferenceEngine,
    "lite": lite,
    "server": on_server,
}


def main(engine: str, folder: str) -> None:
    world = World()
    index = ENGINES[engine](Path(folder)).open(NAME, DIMENSION, world.allowed)
    world.add(made_up(1, 100))
    index.apply(world.changes())
    print("applied", flush=True)
    index.flush()
    print("flushed", flush=True)
    world.add(made_up(101, 50))
    world.drop(*range(1, 20))
    index.apply(world.changes(1))
    print("all applied", flush=True)
    time.sleep(600)


main(*sys.argv[1:])
