"""Many texts at once in bfloat16: OpenVINO, where it is installed and the processor has it.

The vectors are those of fp32 up to a cosine of .9999, so that both stand in one index.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Run = Callable[[Mapping[str, NDArray[np.int64]]], NDArray[np.float32]]
"""Gives the vectors of a batch of ``input_ids`` with its ``attention_mask``."""

_CPU = Path("/proc/cpuinfo")
_BF16 = {"avx512_bf16", "amx_bf16"}


@cache
def is_here() -> bool:
    """Tell whether OpenVINO is installed (``pip install ".[fast]"``) and bfloat16 is fast."""
    return find_spec("openvino") is not None and has_bf16()


def has_bf16() -> bool:
    """Tell whether the processor multiplies in bfloat16."""
    return bool(_BF16 & cpu_flags())


def cpu_flags() -> set[str]:
    """What the processor can do, in Linux's words; nothing elsewhere."""
    try:
        lines = _CPU.read_text().splitlines()
    except OSError:
        return set()
    return next((set(line.split()) for line in lines if line.startswith("flags")), set())


def load_openvino() -> Any:
    """Import OpenVINO without what reports each import to its makers. Raises ImportError."""
    sys.modules["openvino_telemetry"] = cast(Any, None)  # as if that weren't installed
    import openvino

    return openvino


def open_bulk(graph: bytes, weights: Mapping[str, NDArray[Any]], threads: int) -> Run:
    """Compile a graph that names its weights, with these weights, to run in bfloat16.

    What it gives may be called from several threads at once.
    """
    import onnx

    openvino = load_openvino()
    model = onnx.load_from_string(graph)
    for tensor in model.graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            tensor.CopyFrom(onnx.numpy_helper.from_array(weights[tensor.name], tensor.name))
    core = openvino.Core()
    compiled = core.compile_model(
        core.read_model(model.SerializeToString()),
        "CPU",
        {
            "INFERENCE_PRECISION_HINT": "bf16",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
        },
    )

    def run(feed: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = compiled.create_infer_request().infer(dict(feed))[0]
        return vectors

    return run
