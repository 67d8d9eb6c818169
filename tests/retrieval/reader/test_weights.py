"""The reader's weights: what packing keeps, and that a damaged file is never run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from retrieval.encoder.bundled import bundled_folder, bundled_weights
from retrieval.errors import ModelError
from retrieval.reader import weights
from retrieval.reader.model import WEIGHTS


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 4, 8]), st.floats(1e-4, 10))
def test_packing_keeps_a_difference_up_to_its_precision(seed: int, bits: int, size: float) -> None:
    difference = (np.random.default_rng(seed).normal(size=(384, 24)) * size).astype(np.float32)
    stored = weights.pack(difference, bits)
    again = weights.unpack(stored["codes"], stored["scales"])
    assert stored["codes"].nbytes == difference.size * bits // 8
    error = np.sqrt(np.mean((again - difference) ** 2)) / size
    assert error < {3: 0.22, 4: 0.13, 8: 0.03}[bits]


def test_quantizing_errs_by_half_a_step_at_most() -> None:
    matrix = np.random.default_rng(1).normal(size=(384, 50)).astype(np.float32)
    matrix[:, 3] = 0
    codes, scale = weights.quantize(matrix)
    assert np.all(np.abs(codes * scale - matrix) <= scale / 2 + 1e-7)


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(WEIGHTS.read_bytes())
    data[len(data) // 2] ^= 1
    path = tmp_path / "reader.safetensors"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="SHA-256"):
        weights.load_weights(path, bundled_weights(bundled_folder()))


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Install Quoth again"):
        weights.load_weights(tmp_path / "none", bundled_weights(bundled_folder()))


def test_the_layers_are_the_bundled_ones_changed_a_little() -> None:
    stored = load_file(WEIGHTS)
    base = weights.matrices(bundled_weights(bundled_folder()))
    assert base.keys() == weights.matrix_shapes().keys()
    for name, shape in weights.matrix_shapes().items():
        change = weights.unpack(stored[f"{name}.codes"], stored[f"{name}.scales"])
        assert base[name].shape == change.shape == shape
        assert 0 < np.abs(change).mean() < np.abs(base[name]).mean()
