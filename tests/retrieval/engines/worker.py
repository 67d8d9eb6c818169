"""A process that syncs one engine through states, over and over, until it ends or is killed.

    worker.py ENGINE FOLDER STATES

Started by the tests, which read a line for each state that is complete.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from conftest import ENGINES


def state(number: int) -> np.ndarray:
    """Give the ids of a state: growing, and every other time without its first ones."""
    return np.arange(1 + 40 * (number % 2), 100 + 150 * (number % 20), dtype=np.int64)


def main(name: str, folder: str, states: str) -> None:
    engine = ENGINES[name]
    index = engine.open(Path(folder))
    for number in range(int(states)):
        index.sync(number, state(number), engine.fetch)
        engine.save(index)
        print(number, flush=True)


main(*sys.argv[1:])
