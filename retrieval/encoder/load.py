"""Which encoder a model's name stands for."""

from __future__ import annotations

from pathlib import Path

from retrieval.encoder import bulk
from retrieval.encoder.accelerated import device
from retrieval.encoder.base import BUNDLED, Encoder
from retrieval.encoder.bundled import bundled_folder, load_bundled
from retrieval.encoder.cores import usable_cores
from retrieval.encoder.other import load_other


def load_encoder(
    model: str = BUNDLED, *, cache_dir: Path | None = None, threads: int | None = None
) -> Encoder:
    """The bundled model, or any sentence-transformers model by its name or folder.

    The bundled one needs neither torch nor the network. Another is exported to ``cache_dir``
    the first time, and needs no torch from then on; without a ``cache_dir``, or where it can't
    be exported, it runs in sentence-transformers. ``threads`` are the physical cores unless told.
    Raises ModelError when there is no such model or its files are damaged.
    """
    threads = threads or usable_cores()
    if model == BUNDLED:
        return load_bundled(bundled_folder(), threads)
    return load_other(model, cache_dir, threads)


def precision(model: str) -> str:
    """Tell in which numbers a model computes on this machine, without loading it."""
    if model != BUNDLED:
        return "fp32"
    if name := device():
        return f"fp32, many passages with {name.upper()}"
    return "fp32, passages in bf16 (OpenVINO)" if bulk.is_here() else "fp32"
