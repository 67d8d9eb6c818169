"""Both engines behind one face, over passages that are made up from their ids alone."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.engines import LexicalDocument, LexicalIndex, VectorIndex

DIMENSION = 6
WORDS = ["ankara", "bucharest", "minister", "talks", "gas", "AND", '"NEAR(', "*", "ağrı", "2022"]


def words(id: int) -> list[str]:
    """Give the words of a made-up passage: 3 to 20, common ones more often."""
    rng = random.Random(id)
    return [WORDS[min(rng.randrange(len(WORDS)), rng.randrange(len(WORDS)))] for _ in range(20)][
        : rng.randrange(3, 21)
    ]


def vector(id: int) -> np.ndarray:
    """Give its vector: quarters, so that products are exact and ties are frequent."""
    rng = random.Random(id)
    return np.array([rng.randrange(-4, 5) / 4 for _ in range(DIMENSION)], np.float32)


class Vectors:
    """The dense engine in a folder."""

    name = "vectors"

    def open(self, folder: Path) -> VectorIndex:
        return VectorIndex(folder / "vectors", DIMENSION)

    def fetch(self, ids: np.ndarray) -> np.ndarray:
        return np.stack([vector(int(id)) for id in ids])

    def save(self, index: VectorIndex) -> None:
        index.save()

    def find(
        self, index: VectorIndex, seed: int, k: int, allowed: np.ndarray | None = None
    ) -> list[tuple[int, float]]:
        return index.search(vector(seed), k, allowed)


class Lexical:
    """The lexical engine in a folder."""

    name = "lexical"

    def open(self, folder: Path) -> LexicalIndex:
        return LexicalIndex(folder / "lexical")

    def fetch(self, ids: np.ndarray) -> Iterator[LexicalDocument]:
        return (LexicalDocument(int(id), words(id + 1)[:3], words(int(id))) for id in ids.tolist())

    def save(self, index: LexicalIndex) -> None:
        """Do nothing: it is written while it syncs."""

    def find(
        self, index: LexicalIndex, seed: int, k: int, allowed: np.ndarray | None = None
    ) -> list[tuple[int, float]]:
        return index.search(words(seed)[:4], k, allowed)


ENGINES = {engine.name: engine for engine in (Vectors(), Lexical())}
SEEDS = range(900_000, 900_005)
"""What the passages are asked with: five made-up questions."""


def answers(engine: Any, index: Any, k: int = 1000) -> list[list[tuple[int, float]]]:
    """Give all that some questions find: what must be the same for the same passages."""
    return [engine.find(index, seed, k) for seed in SEEDS]


def never(ids: np.ndarray) -> Any:
    """Stand in for fetch where nothing may be fetched."""
    raise AssertionError(f"fetched {ids}")


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Any:
    return ENGINES[request.param]


@pytest.fixture(scope="session")
def tools() -> Any:
    """Give the helpers of this module."""
    return sys.modules[__name__]


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any, np.ndarray], Any]:
    """Give an index of these ids that was never anything else."""

    def build(engine: Any, ids: np.ndarray) -> Any:
        index = engine.open(tmp_path_factory.mktemp("fresh"))
        index.sync(1, ids, engine.fetch)
        return index

    return build


@pytest.fixture
def worker() -> Callable[..., subprocess.Popen[str]]:
    """Start worker.py in a process of its own."""

    def start(*arguments: object) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("worker.py")
        return subprocess.Popen(
            [sys.executable, str(script), *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be an ordinary user, whom permissions stop."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond ``size`` bytes: as good as a full disk for what is larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


nothing = nullcontext
