"""The engine in Milvus: Milvus Lite, and a real server that has no lexical search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pymilvus", reason="pip install 'quoth[milvus]'")
pytest.register_assert_rewrite("tests.retrieval.engines.behaviour")

from retrieval.engines import Changes, Index, Rankings  # noqa: E402
from retrieval.engines.milvus import MilvusEngine  # noqa: E402
from retrieval.engines.milvus.passages import ranked  # noqa: E402
from retrieval.types import Scope  # noqa: E402
from tests.retrieval.engines.behaviour import NAME, Behaviour  # noqa: E402
from tests.retrieval.engines.milvus_server import (  # noqa: E402
    URI,
    Apart,
    MilvusServer,
    lite,
    on_server,
)
from tests.retrieval.engines.reference import ReferenceEngine  # noqa: E402
from tests.retrieval.engines.world import DIMENSION, World  # noqa: E402


@pytest.mark.slow
class TestLite(Behaviour):
    """A file of Milvus Lite."""

    name = "lite"
    histories = 10

    @pytest.fixture(autouse=True, scope="class")
    def installed(self) -> None:
        pytest.importorskip("milvus_lite", reason="pip install 'quoth[milvus]'")

    def engine(self, folder: Path) -> MilvusEngine:
        return lite(folder)


class WithWords:
    """An index that finds by meaning alone, with another's lexical scores: what the suite asks
    of words is left, and its own part is as it is."""

    def __init__(self, index: Index, world: World, other: Index) -> None:
        self._index = index
        self._world = world
        self._other = other

    def apply(self, changes: Changes) -> None:
        self._index.apply(changes)
        self._other.apply(self._world.changes())

    def search(self, vector: np.ndarray, terms: Sequence[str], scope: Scope, k: int) -> Rankings:
        found = self._index.search(vector, terms, scope, k)
        assert found.lexical == {}
        lexical = self._other.search(vector, terms, scope, k)
        dense = {id: round(score, 6) for id, score in lexical.dense.items()} | found.dense
        wanted = found.dense.keys() | list(lexical.lexical)[:k]
        completed = {id: score for id, score in ranked(dense) if id in wanted}
        told = {id: score for id, score in lexical.lexical.items() if id in wanted}
        return Rankings(completed, told)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    pytest.importorskip("milvus", reason="pip install milvus==2.3.5")
    started = MilvusServer(tmp_path_factory.mktemp("server"))
    started.start()
    started.wait()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(URI, started.uri)
        yield started
    started.kill()


@pytest.mark.slow
class TestServer(Behaviour):
    """A server of version 2.3.5, which finds by meaning alone."""

    name = "server"
    histories = 3

    @pytest.fixture(autouse=True)
    def clean(self, server: MilvusServer, tmp_path: Path) -> Iterator[None]:
        yield
        self.engine(tmp_path).clear()

    def engine(self, folder: Path) -> Apart:
        return on_server(folder)

    def opened(self, world: World, folder: Path, name: str = NAME) -> Index:
        other = ReferenceEngine(folder).open(name, DIMENSION, self.allowed(world))
        return WithWords(super().opened(world, folder, name), world, other)
