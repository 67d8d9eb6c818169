"""The reader's weights: small on the disk, whole numbers when they run.

Only the six layers and the heads are the reader's own; the embeddings are the bundled
model's. On the disk a layer's matrix is its difference from the bundled model's in a few
bits; loading adds both up and quantizes the sum to whole numbers, with a scale for each column.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

LAYERS = 6
WIDTH = 384
WIDE = 1536
HEADS = 12
PAIR = 64
"""Numbers that say of a place which ends fit a start."""

OUTPUTS = {"start": 1, "end": 1, "left": PAIR, "right": PAIR}
"""What the heads give of each place, and in how many numbers."""

MOST = 64
"""The largest weight that is multiplied, as a whole number.

Processors without VNNI add two products with 8-bit activations (0 to 255) in 16 bits, and cut
off what doesn't fit: 2 * 255 * 64 does, so that every processor gets the same sums.
"""

GROUP = 128
"""Neighbouring rows of a column that share a scale on the disk."""

Floats = NDArray[np.float32]

_LAYER = "encoder.layer.{}."
MATRICES = {
    "attention": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "merge": ("attention.output.dense",),
    "widen": ("intermediate.dense",),
    "narrow": ("output.dense",),
}
"""The graph's matrices of a layer, and those of BERT's that are put side by side in each."""


def matrix_shapes() -> dict[str, tuple[int, int]]:
    """The matrices of the layers by name, as (inputs, outputs)."""
    sizes = {
        "attention": (WIDTH, 3 * WIDTH),
        "merge": (WIDTH, WIDTH),
        "widen": (WIDTH, WIDE),
        "narrow": (WIDE, WIDTH),
    }
    return {f"layer.{n}.{name}": size for n in range(LAYERS) for name, size in sizes.items()}


def plain_shapes() -> dict[str, tuple[int, ...]]:
    """The weights by name that are kept as they are."""
    norms = [f"layer.{n}.{name}" for n in range(LAYERS) for name in ("merge_norm", "narrow_norm")]
    shapes: dict[str, tuple[int, ...]] = {}
    for name in ("norm", *norms):
        shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = (WIDTH,)
    for name, (_, columns) in matrix_shapes().items():
        shapes[f"{name}.bias"] = (columns,)
    outputs = sum(OUTPUTS.values())
    shapes["types"] = (2, WIDTH)
    return {**shapes, "heads.weight": (WIDTH, outputs), "heads.bias": (outputs,)}


def matrices(bert: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Give the matrices of the graph out of BERT's, named as safetensors has them."""
    made = {}
    for number in range(LAYERS):
        for name, parts in MATRICES.items():
            weights = [bert[f"{_LAYER.format(number)}{part}.weight"] for part in parts]
            made[f"layer.{number}.{name}"] = np.concatenate(weights).T
    return made


def quantize(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Give a matrix as whole numbers up to MOST, and the scale of each column."""
    scale = np.maximum(np.abs(matrix).max(0), 1e-12) / MOST
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)


def pack(difference: Floats, bits: int) -> dict[str, NDArray[Any]]:
    """Give a difference, (rows, columns), as codes of 1, 2, 4 or 8 bits and their scales.

    The scale of each group is the one, of some, that leaves the least squared error.
    """
    groups = difference.reshape(-1, GROUP, difference.shape[1])
    spread = np.maximum(groups.std(1, keepdims=True), 1e-8)
    middle = (2**bits - 1) / 2
    best = np.full(spread.shape, np.inf, np.float32)
    scales, codes = np.zeros_like(spread), np.zeros(groups.shape, np.uint8)
    for reach in np.linspace(1.5, 4.5, 13):
        scale = (spread * reach / middle).astype(np.float16).astype(np.float32)
        code = np.clip(np.round(groups / scale + middle), 0, 2**bits - 1)
        error = (((code - middle) * scale - groups) ** 2).sum(1, keepdims=True)
        better = error < best
        best, scales = np.where(better, error, best), np.where(better, scale, scales)
        codes = np.where(better, code, codes).astype(np.uint8)
    spelled = np.unpackbits(codes.reshape(-1, 1), axis=1)[:, -bits:]
    return {"codes": np.packbits(spelled), "scales": scales[:, 0].astype(np.float16)}


def unpack(codes: NDArray[np.uint8], scales: NDArray[np.float16]) -> Floats:
    """Give the difference that ``pack`` packed, up to the precision that it kept."""
    groups, columns = scales.shape
    bits = codes.size * 8 // (groups * GROUP * columns)
    centred = _spelled(bits)[codes].reshape(groups, GROUP, columns)
    differences: Floats = centred * scales[:, None].astype(np.float32)
    return differences.reshape(-1, columns)


def _spelled(bits: int) -> Floats:
    """Give the values, around their middle, of the codes that each byte holds, shape (256, -1)."""
    spelled = np.unpackbits(np.arange(256, dtype=np.uint8)).reshape(256, -1, bits)
    values = spelled @ (2 ** np.arange(bits - 1, -1, -1))
    return values.astype(np.float32) - np.float32((2**bits - 1) / 2)


def runnable(
    stored: Mapping[str, NDArray[Any]], bert: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Give the graph's weights by name: 8-bit matrices with scales, the others in float32."""
    made: dict[str, NDArray[Any]] = {}
    for name, base in matrices(bert).items():
        matrix = base + unpack(stored[f"{name}.codes"], stored[f"{name}.scales"])
        made[f"{name}.weight"], made[f"{name}.scale"] = quantize(matrix)
    for name in plain_shapes():
        made[name] = stored[name].astype(np.float32)
    return made
