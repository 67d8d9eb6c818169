"""Make retrieval/encoder/minilm.onnx again: the bundled model's graph without its weights.

    python tools/export_graph.py [FILE]

The graph names its weights as model.safetensors does and holds none of them, so that whoever
runs it hands them over (retrieval/encoder/bundled.py). Needs the packages that a model other
than the bundled one needs: sentence-transformers, torch, onnx, onnxscript.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import onnx
from numpy.typing import NDArray
from safetensors.numpy import load_file
from sentence_transformers import SentenceTransformer

from retrieval.encoder.bundled import bundled_folder
from retrieval.encoder.export import export_graph

GRAPH = Path(__file__).parents[1] / "retrieval" / "encoder" / "minilm.onnx"
WEIGHTS = "model.safetensors"
SMALL = 64

Place = tuple[str, bool]
"""A weight's name, and whether the graph has it transposed."""


def main() -> None:
    """Write the graph to the file named on the command line, or to its place."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else GRAPH
    path.write_bytes(weightless_graph())
    print(f"{path}: {path.stat().st_size:,} bytes")


def weightless_graph() -> bytes:
    """The bundled model's graph, serialized; the same bytes for the same versions of packages."""
    folder = bundled_folder()
    # In onnxruntime written-out attention is faster than the exported sdpa, up to 18 %.
    model = SentenceTransformer(
        str(folder), device="cpu", model_kwargs={"attn_implementation": "eager"}
    )
    with tempfile.TemporaryDirectory() as temporary:
        whole = Path(temporary) / "model.onnx"
        export_graph(model, whole)
        graph = onnx.load(whole)
    strip(graph, load_file(folder / WEIGHTS))
    return bytes(graph.SerializeToString(deterministic=True))


def strip(model: onnx.ModelProto, weights: dict[str, NDArray[Any]]) -> None:
    """Let each weight of the graph be the one of ``weights`` that equals it, and drop notes."""
    places = _places(weights)
    renamed: dict[str, str] = {}
    tensors: dict[str, onnx.TensorProto] = {}
    turned: list[onnx.NodeProto] = []
    for tensor in model.graph.initializer:
        name, transposed = places.get(_key(onnx.numpy_helper.to_array(tensor)), (None, False))
        if name is None:
            tensors[tensor.name] = tensor
            continue
        tensors[name] = _reference(name, weights[name], tensor.data_type)
        if transposed:  # the exporter folds a weight and its Transpose into one: take them apart
            turned.append(onnx.helper.make_node("Transpose", [name], [tensor.name], perm=[1, 0]))
        else:
            renamed[tensor.name] = name
    _rewrite(model, [*turned, *model.graph.node], list(tensors.values()), renamed)


def _rewrite(
    model: onnx.ModelProto,
    nodes: list[onnx.NodeProto],
    tensors: list[onnx.TensorProto],
    renamed: dict[str, str],
) -> None:
    graph = model.graph
    for node in nodes:
        node.input[:] = [renamed.get(name, name) for name in node.input]
    for notes in (model, graph, *nodes, *tensors, *graph.input, *graph.output):
        notes.doc_string = ""
        del notes.metadata_props[:]
    for field, values in ((graph.node, nodes), (graph.initializer, tensors)):
        del field[:]
        field.extend(values)
    del graph.value_info[:]


def _places(weights: dict[str, NDArray[Any]]) -> dict[object, Place]:
    places: dict[object, Place] = {}
    for name, weight in weights.items():
        if weight.size > SMALL:
            places[_key(weight)] = (name, False)
            if weight.ndim == 2:
                places.setdefault(_key(weight.T), (name, True))
    return places


def _key(array: NDArray[Any]) -> object:
    return array.shape, array.dtype, array.tobytes()


def _reference(name: str, weight: NDArray[Any], data_type: int) -> onnx.TensorProto:
    tensor = onnx.TensorProto(
        name=name,
        data_type=data_type,
        dims=weight.shape,
        data_location=onnx.TensorProto.EXTERNAL,
    )
    tensor.external_data.add(key="location", value=WEIGHTS)
    return tensor


if __name__ == "__main__":
    main()
