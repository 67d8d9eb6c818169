"""Pack trained weights into the file that ships: the mean of those of the stages.

    python -m training.pack .training/{reading,silence,wording,wording}/reader.pt

A file named twice counts twice: half of what ships is the third stage. The mean reads better than
any of them (Wortsman et al. 2022, "Robust fine-tuning of zero-shot
models"; training/README.md has the figures).

Writes retrieval/reader/reader.safetensors and prints its SHA-256, which
retrieval/reader/checkpoint.py must name. Probabilities are fitted to it afterwards, by
``benchmarks.calibrate --write``, into the same file.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from retrieval.encoder.bundled import bundled_folder, bundled_weights
from retrieval.reader import weights
from retrieval.reader.checkpoint import READER, Checkpoint

_NORMS = {"merge_norm": "attention.output.LayerNorm", "narrow_norm": "output.LayerNorm"}

BITS = 4
"""Bits of a difference from the bundled model (training/README.md has what others cost)."""

Arrays = dict[str, NDArray[Any]]


def main() -> None:
    """Pack the files named on the command line."""
    parser = argparse.ArgumentParser(description="Pack trained weights into the file that ships.")
    parser.add_argument("trained", type=Path, nargs="+", help="what training.train wrote")
    parser.add_argument("--out", type=Path, default=READER, help="where it is written")
    parser.add_argument(
        "--bits", type=int, choices=(2, 4, 8), default=BITS, help="bits of a difference"
    )
    options = parser.parse_args()
    made = {
        "mean_of": [path.parent.name for path in options.trained],
        "bits": options.bits,
        "packed": str(date.today()),
    }
    checkpoint = Checkpoint(packed(mean_of(options.trained), options.bits), {"weights": made})
    digest = checkpoint.write(options.out)
    print(f"{options.out}: {options.out.stat().st_size:,} bytes, SHA-256 {digest}")


def mean_of(paths: Sequence[Path]) -> Arrays:
    """Give the mean of what training.train wrote to some files, named as torch does."""
    states = [torch.load(path, weights_only=True) for path in paths]
    return {name: np.mean([state[name].numpy() for state in states], 0) for name in states[0]}


def plain(trained: Arrays) -> Arrays:
    """Give the weights that aren't packed, under the graph's names."""
    bert = {name.removeprefix("encoder."): array for name, array in trained.items()}
    made = {f"norm.{part}": bert[f"embeddings.LayerNorm.{part}"] for part in ("weight", "bias")}
    for number in range(weights.LAYERS):
        at, ours = f"encoder.layer.{number}", f"layer.{number}"
        for name, parts in weights.MATRICES.items():
            made[f"{ours}.{name}.bias"] = np.concatenate([bert[f"{at}.{p}.bias"] for p in parts])
        for name, theirs in _NORMS.items():
            for part in ("weight", "bias"):
                made[f"{ours}.{name}.{part}"] = bert[f"{at}.{theirs}.{part}"]
    heads = ("ends", "pair")
    made["heads.weight"] = np.concatenate([trained[f"{head}.weight"] for head in heads]).T.copy()
    made["heads.bias"] = np.concatenate([trained[f"{head}.bias"] for head in heads])
    made["types"] = bert["embeddings.token_type_embeddings.weight"]
    return made


def packed(trained: Arrays, bits: int) -> Arrays:
    """Give the tensors of the file that ships."""
    base = weights.matrices(bundled_weights(bundled_folder()))
    bert = {name.removeprefix("encoder."): array for name, array in trained.items()}
    stored = {name: array.astype(np.float32) for name, array in plain(trained).items()}
    stored["heads.weight"] = stored["heads.weight"].astype(np.float16)
    for name, matrix in weights.matrices({**bert}).items():
        for part, array in weights.pack(matrix - base[name], bits).items():
            stored[f"{name}.{part}"] = array
    return stored


if __name__ == "__main__":
    main()
