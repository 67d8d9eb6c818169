"""The reader's weights: what packing and quantizing keep."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.encoder.bundled import bundled_folder, bundled_weights
from retrieval.reader import weights
from retrieval.reader.checkpoint import load_checkpoint


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 4, 8]), st.floats(1e-4, 10))
def test_packing_keeps_a_difference_up_to_its_precision(seed: int, bits: int, size: float) -> None:
    difference = (np.random.default_rng(seed).normal(size=(384, 24)) * size).astype(np.float32)
    stored = weights.pack(difference, bits)
    again = weights.unpack(stored["codes"], stored["scales"])
    assert stored["codes"].nbytes == difference.size * bits // 8
    error = np.sqrt(np.mean((again - difference) ** 2)) / size
    assert error < {2: 0.37, 4: 0.13, 8: 0.03}[bits]


def test_quantizing_errs_by_half_a_step_at_most() -> None:
    matrix = np.random.default_rng(1).normal(size=(384, 50)).astype(np.float32)
    matrix[:, 3] = 0
    codes, scale = weights.quantize(matrix)
    assert np.all(np.abs(codes * scale - matrix) <= scale / 2 + 1e-7)


def test_the_layers_are_the_bundled_ones_changed_a_little() -> None:
    stored = load_checkpoint().tensors
    base = weights.matrices(bundled_weights(bundled_folder()))
    assert base.keys() == weights.matrix_shapes().keys()
    for name, shape in weights.matrix_shapes().items():
        change = weights.unpack(stored[f"{name}.codes"], stored[f"{name}.scales"])
        assert base[name].shape == change.shape == shape
        assert 0 < np.abs(change).mean() < np.abs(base[name]).mean()
