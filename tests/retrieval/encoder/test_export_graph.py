"""The graph shipped for the bundled model: what it holds, and that it can be made again."""

from __future__ import annotations

import importlib.util
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
import pytest
from tokenizers import Tokenizer

from retrieval.encoder import bundled as shipped
from retrieval.encoder.pieces import WordPieces
from retrieval.encoder.session import OnnxEncoder

TOOL = Path(__file__).parents[3] / "tools" / "export_graph.py"
SENTENCES = ["The ferry left.", "", "A long day at the harbour ended with a storm. " * 40]


def test_the_graph_holds_no_weights() -> None:
    graph = onnx.load_from_string(files("retrieval.encoder").joinpath("minilm.onnx").read_bytes())
    held = [tensor for tensor in graph.graph.initializer if not tensor.external_data]
    assert graph.ByteSize() < 120_000
    assert max(np.prod(tensor.dims) for tensor in held) <= 512
    assert not any(node.doc_string or node.metadata_props for node in graph.graph.node)


@pytest.mark.slow
def test_the_tool_makes_the_same_graph_again() -> None:
    spec = importlib.util.spec_from_file_location("export_graph", TOOL)
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    folder = shipped.bundled_folder()
    again = OnnxEncoder(
        tool.weightless_graph(),
        WordPieces(Tokenizer.from_file(str(folder / "tokenizer.json")), shipped.MAX_TOKENS),
        name="again",
        fingerprint=shipped.WEIGHTS_SHA256,
        threads=1,
        weights=shipped.in_graph(shipped.bundled_weights(folder)),
    )
    expected = shipped.load_bundled(folder, 1).encode(SENTENCES)
    np.testing.assert_allclose(again.encode(SENTENCES), expected, atol=1e-6)
