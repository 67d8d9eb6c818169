"""The reader's file: what is written is read again, and a damaged file is never run."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import ModelError
from retrieval.reader import CAUTIONS, Calibration
from retrieval.reader.checkpoint import READER, Checkpoint, load_checkpoint

FITTED = Calibration(
    {"one": -2.5, "margin": 0.5},
    {"one": -3.0, "coverage": 2.0},
    {"cautious": 0.5, "balanced": 0.3, "eager": 0.1},
    {"weights": "12 questions of “Ağrı”"},
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    tensors = {"b": np.arange(6, dtype=np.uint8), "a": np.ones((2, 3), np.float16)}
    about = {"weights": {"bits": 4}, "calibration": FITTED.written()}
    digest = Checkpoint(tensors, about).write(tmp_path / "one")
    data = (tmp_path / "one").read_bytes()
    assert digest == sha256(data).hexdigest()
    again = Checkpoint.parse(data)
    assert again.about == about
    assert again.calibration == FITTED
    assert again.tensors.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert np.array_equal(again.tensors[name], tensor)
        assert again.tensors[name].dtype == tensor.dtype
    assert again.write(tmp_path / "two") == digest


def test_weights_that_nothing_was_fitted_to_have_no_calibration() -> None:
    assert Checkpoint({}, {"weights": {"bits": 4}}).calibration is None


def test_a_calibration_without_a_threshold_is_refused() -> None:
    for name in CAUTIONS:
        written = FITTED.written()
        del written["thresholds"][name]
        with pytest.raises(KeyError, match=name):
            Calibration.of(written)


def test_a_probability_is_the_logistic_of_the_weighted_features() -> None:
    assert FITTED.probability({"one": 1.0, "margin": 5.0}) == 0.5
    assert FITTED.probability({"one": 1.0, "margin": 7.0}) == pytest.approx(0.731059, abs=1e-6)
    assert 0 < FITTED.probability({"one": 1.0, "margin": -1e9}) < 1e-9
    assert FITTED.probability({"one": 1.0, "margin": 1e9}) == 1


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(READER.read_bytes())
    data[len(data) // 2] ^= 1
    path = tmp_path / "reader.safetensors"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="SHA-256"):
        load_checkpoint(path)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Install Quoth again"):
        load_checkpoint(tmp_path / "none")
