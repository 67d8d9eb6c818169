"""The engine in Milvus: Milvus Lite, and a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.engines.milvus import MilvusEngine

pytest.register_assert_rewrite("tests.retrieval.engines.behaviour")

from tests.retrieval.engines.behaviour import Behaviour  # noqa: E402


class TestLite(Behaviour):
    """A file of Milvus Lite."""

    name = "lite"

    def engine(self, folder: Path) -> MilvusEngine:
        return MilvusEngine(str(folder / "milvus.db"), folder)
