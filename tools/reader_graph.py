"""Make retrieval/reader/reader.onnx again: the reader's graph without its weights.

    python tools/reader_graph.py [FILE]

Six BERT layers and the heads, in products of whole numbers whose activations are quantized to 8
bits as they come (onnxruntime's DynamicQuantizeMatMul), each place of the text with a scale of
its own: one large number would else take the precision from all of them. Whoever runs the
graph hands over the weights and the sum of the embeddings (retrieval/reader/model.py). Needs
onnx.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

from retrieval.reader.weights import (
    HEADS,
    LAYERS,
    OUTPUTS,
    PAIR,
    WIDTH,
    matrix_shapes,
    plain_shapes,
)

GRAPH = Path(__file__).parents[1] / "retrieval" / "reader" / "reader.onnx"
CONTRIB = "com.microsoft"
EPSILON = 1e-12


class Builder:
    """Collects nodes; each method adds some and gives the name of their output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []

    def add(
        self, op: str, inputs: Sequence[str], output: str, domain: str = "", **options: Any
    ) -> str:
        self.nodes.append(helper.make_node(op, list(inputs), [output], domain=domain, **options))
        return output

    def linear(self, states: str, name: str, output: str) -> str:
        """Multiply by a quantized weight, and add its bias."""
        sizes = self.add("Abs", [states], f"{output}.sizes")
        most = self.add("ReduceMax", [sizes, "last"], f"{output}.most")
        even = self.add("Div", [states, most], f"{output}.even")
        inputs = [even, f"{name}.weight", f"{name}.scale"]
        product = self.add("DynamicQuantizeMatMul", inputs, f"{output}.product", CONTRIB)
        scaled = self.add("Mul", [product, most], f"{output}.scaled")
        return self.add("Add", [scaled, f"{name}.bias"], output)

    def norm(self, states: str, name: str, output: str) -> str:
        inputs = [states, f"{name}.weight", f"{name}.bias"]
        return self.add("LayerNormalization", inputs, output, axis=-1, epsilon=EPSILON)

    def layer(self, states: str, number: int) -> str:
        at = f"layer.{number}"
        projected = self.linear(states, f"{at}.attention", f"{at}.projected")
        parts = [f"{at}.{name}" for name in ("query", "key", "value")]
        self.nodes.append(helper.make_node("Split", [projected], parts, axis=-1, num_outputs=3))
        mixed = self.add("MultiHeadAttention", parts, f"{at}.mixed", CONTRIB, num_heads=HEADS)
        merged = self.linear(mixed, f"{at}.merge", f"{at}.merged")
        summed = self.add("Add", [merged, states], f"{at}.summed")
        states = self.norm(summed, f"{at}.merge_norm", f"{at}.attended")
        wide = self.linear(states, f"{at}.widen", f"{at}.wide")
        bent = self.add("Gelu", [wide], f"{at}.bent")
        narrow = self.linear(bent, f"{at}.narrow", f"{at}.narrowed")
        summed = self.add("Add", [narrow, states], f"{at}.summed_again")
        return self.norm(summed, f"{at}.narrow_norm", f"{at}.out")


def graph() -> bytes:
    """Give the graph, serialized."""
    build = Builder()
    states = build.norm("embeddings", "norm", "states")
    for number in range(LAYERS):
        states = build.layer(states, number)
    product = build.add("MatMul", [states, "heads.weight"], "heads.product")
    heads = build.add("Add", [product, "heads.bias"], "heads.out")
    build.nodes.append(helper.make_node("Split", [heads, "heads.sizes"], list(OUTPUTS), axis=-1))
    turned = build.add("Transpose", ["right"], "right.turned", perm=[0, 2, 1])
    fit = build.add("MatMul", ["left", turned], "fit")
    scaled = build.add("Mul", [fit, "fit.scale"], "fit.scaled")
    ends = build.add("Transpose", ["end"], "end.turned", perm=[0, 2, 1])
    both = build.add("Add", ["start", ends], "ends.both")
    build.add("Add", [both, scaled], "scores")
    return _model(build.nodes)


def _model(nodes: Sequence[onnx.NodeProto]) -> bytes:
    tensors = [
        *_weights(),
        helper.make_tensor(
            "heads.sizes", TensorProto.INT64, [len(OUTPUTS)], list(OUTPUTS.values())
        ),
        helper.make_tensor("last", TensorProto.INT64, [1], [-1]),
        helper.make_tensor("fit.scale", TensorProto.FLOAT, [], [PAIR**-0.5]),
    ]
    size = ["batch", "length"]
    made = helper.make_graph(
        nodes,
        "reader",
        [
            helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, [*size, WIDTH]),
        ],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [*size, "length"]),
        ],
        tensors,
    )
    domains = [helper.make_opsetid("", 20), helper.make_opsetid(CONTRIB, 1)]
    model = helper.make_model(made, opset_imports=domains, ir_version=9)
    return bytes(model.SerializeToString(deterministic=True))


def _weights() -> Iterator[onnx.TensorProto]:
    for name, shape in matrix_shapes().items():
        yield _reference(f"{name}.weight", shape, TensorProto.INT8)
        yield _reference(f"{name}.scale", shape[1:], TensorProto.FLOAT)
    for name, dims in plain_shapes().items():
        if name != "types":  # added to the embeddings before they come here
            yield _reference(name, dims, TensorProto.FLOAT)


def _reference(name: str, shape: Sequence[int], kind: int) -> onnx.TensorProto:
    """Name a weight that is handed over when the graph is opened."""
    tensor = TensorProto(name=name, dims=shape, data_type=kind)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights")
    return tensor


def main() -> None:
    """Write the graph to the file named on the command line, or to its place."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else GRAPH
    path.write_bytes(graph())
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
