"""The reader scores alike on every processor, whichever instructions it multiplies with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from retrieval.encoder.bundled import bundled_folder, bundled_weights
from retrieval.encoder.session import open_session
from retrieval.reader import weights
from retrieval.reader.checkpoint import load_checkpoint
from retrieval.reader.model import load_model

Whole = NDArray[np.int64]

BIGGEST = 255
"""The largest activation: they are quantized to 0 … 255."""


@pytest.fixture(scope="module")
def runnable() -> dict[str, NDArray[Any]]:
    return weights.runnable(load_checkpoint().tensors, bundled_weights(bundled_folder()))


def products(runnable: dict[str, NDArray[Any]]) -> Iterator[Whole]:
    """Give the matrices that are multiplied as whole numbers."""
    for name in weights.matrix_shapes():
        assert runnable[f"{name}.weight"].dtype == np.int8
        yield runnable[f"{name}.weight"].astype(np.int64)


def saturating(activations: Whole, matrix: Whole) -> Whole:
    """Multiply as processors without VNNI do: two neighbouring products are added in 16 bits."""
    terms = activations[:, :, None] * matrix[None]
    pairs = terms[:, 0::2] + terms[:, 1::2]
    summed: Whole = np.clip(pairs, -(2**15), 2**15 - 1).sum(1)
    return summed


def hardest(matrix: Whole, columns: int) -> Whole:
    """Give activations that let some columns' sums grow as far as they can, up and down."""
    some = matrix[:, :columns].T
    activations: Whole = BIGGEST * np.concatenate([some > 0, some < 0]).astype(np.int64)
    return activations


def test_no_two_products_overflow_16_bits(runnable: dict[str, NDArray[Any]]) -> None:
    for matrix in products(runnable):
        ordered = np.sort(matrix, axis=0)
        assert BIGGEST * (ordered[-1] + ordered[-2]).max() <= 2**15 - 1
        assert BIGGEST * (ordered[0] + ordered[1]).min() >= -(2**15)


def test_adding_in_16_bits_changes_nothing(
    runnable: dict[str, NDArray[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    base = weights.matrices(bundled_weights(bundled_folder()))["layer.0.merge"]
    codes = weights.quantize(base)[0].astype(np.int64)
    assert np.array_equal(saturating(hardest(codes, 8), codes), hardest(codes, 8) @ codes)
    for matrix in products(runnable):
        hard = hardest(matrix, 2)
        assert np.array_equal(saturating(hard, matrix), hard @ matrix)
    monkeypatch.setattr(weights, "MOST", 127)  # as it was: eight bits
    codes = weights.quantize(base)[0].astype(np.int64)
    assert not np.array_equal(saturating(hardest(codes, 8), codes), hardest(codes, 8) @ codes)


@pytest.mark.parametrize("name", ["layer.0.attention", "layer.5.narrow"])
def test_this_processor_adds_every_product(runnable: dict[str, NDArray[Any]], name: str) -> None:
    matrix, scale = runnable[f"{name}.weight"], runnable[f"{name}.scale"]
    rows, columns = matrix.shape
    model = helper.make_model(
        helper.make_graph(
            [
                helper.make_node(
                    "DynamicQuantizeMatMul", ["a", "b", "s"], ["y"], domain="com.microsoft"
                )
            ],
            "product",
            [helper.make_tensor_value_info("a", TensorProto.FLOAT, ["n", rows])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", columns])],
            [
                helper.make_tensor("b", TensorProto.INT8, matrix.shape, matrix.tobytes(), raw=True),
                helper.make_tensor("s", TensorProto.FLOAT, scale.shape, scale.tobytes(), raw=True),
            ],
        ),
        opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
    )
    session = open_session(model.SerializeToString(), 1, {})
    whole = hardest(matrix.astype(np.int64), 16)  # quantized as they are: from 0 to 255
    (found,) = session.run(None, {"a": whole.astype(np.float32)})
    expected = (whole @ matrix.astype(np.int64)) * scale.astype(np.float64)
    assert np.abs(found - expected).max() < 1e-6 * np.abs(expected).max()


def test_only_these_products_are_of_whole_numbers(tool: Callable[[str], ModuleType]) -> None:
    graph = onnx.load_from_string(tool("reader_graph").GRAPH.read_bytes()).graph
    whole = [node for node in graph.node if node.op_type == "DynamicQuantizeMatMul"]
    assert {node.input[1] for node in whole} == {
        f"{name}.weight" for name in weights.matrix_shapes()
    }
    others = {node.op_type for node in graph.node} - {"DynamicQuantizeMatMul"}
    assert others.isdisjoint({"MatMulInteger", "QLinearMatMul", "QuantizeLinear", "QAttention"})
    assert sum(tensor.data_type == TensorProto.INT8 for tensor in graph.initializer) == len(whole)


def test_scores_are_those_of_another_kind_of_processor(tool: Callable[[str], ModuleType]) -> None:
    """The table is from a processor with AVX2 and neither VNNI nor AVX-512.

    It was made by tools/reader_scores.py where tools/older_processor.c hid the rest (OLDER=2).
    Sums in float32 round differently elsewhere, and now and then an activation is quantized to
    its neighbour: with AVX-512 and VNNI the scores differ by .04 (root of the mean square),
    without AVX by .09; weights in eight bits differ by .22, and by .45 where sums saturate and
    all places of a text share a scale.
    """
    scores = tool("reader_scores")
    expected = json.loads(scores.SCORES.read_text(encoding="utf-8"))
    found = scores.measured(load_model(), expected)
    for case, told in zip(found, expected, strict=True):  # of nothing, the best is a toss-up
        assert case["answer"] == told["answer"] or told["margin"] < -5
    errors = [
        case[name] - told[name]
        for case, told in zip(found, expected, strict=True)
        for name in ("margin", "none")
    ]
    assert np.sqrt(np.mean(np.square(errors))) < 0.15
