"""Training, packing and reading fit together: a small reader, made anew."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch

from corpora.examples import Example
from retrieval.encoder.bundled import bundled_folder, bundled_pieces, bundled_weights
from retrieval.reader.checkpoint import Checkpoint
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model import SpanModel
from retrieval.reader.weights import runnable
from retrieval.types import Article, Hit, Passage, Scores
from training.batches import rows, tensors
from training.model import ReaderModel
from training.pack import packed
from training.train import layer_type

DATA = Path(__file__).parents[3] / "shared" / "data"

LONG = ("squad", "retrieved", "elsewhere", "shifted", "adversarial", "turkish", "turkish_retrieved")
"""Parts of the mixture with whole paragraphs: four times the work for a reader of sentences."""

EXAMPLE = Example("who did Marta meet?", "Port", "Marta met Jonas Okafor in Lisbon.", ((10, 22),))


def best_text(reader: ExtractiveReader, question: str, text: str) -> str:
    """Give the best span; probabilities aren't fitted to these weights."""
    article = Article("1", text, "", None, None, None, None, None, "1")
    hit = Hit(article, Passage("1", 0, len(text), 0, ((0, len(text)),)), 1, Scores(1.0))
    ((start, end), _) = reader.found(question, [hit])[0].spans[0]
    return text[start:end]


def test_what_is_packed_scores_as_torch_does() -> None:
    torch.manual_seed(1)
    model = ReaderModel(bundled_folder())
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim == 2 and "layer" in name:
                weight += 0.002 * torch.randn_like(weight)
    trained = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    stored = packed(trained, bits=8)
    ours = SpanModel(runnable(stored, bundled_weights(bundled_folder())), 1)
    (row,) = rows(bundled_pieces(bundled_folder()), [EXAMPLE])
    (scores,) = ours.scores([row.input])
    batch = tensors([row])
    size = len(row.input.ids)
    with torch.no_grad():
        expected = model(*(x[:, :size] for x in (batch.ids, batch.types, batch.attention)))
    assert np.abs(scores - expected[0].numpy()).max() < 0.35  # 8-bit activations
    assert np.corrcoef(scores.ravel(), expected[0].numpy().ravel())[0, 1] > 0.99


def test_layers_train_in_bfloat16_only_where_the_processor_has_it() -> None:
    assert layer_type({"avx2": True, "amx_bf16": False}) == torch.float32
    assert layer_type({"avx2": True, "avx512_f": True}) == torch.float32
    assert layer_type({"avx2": True, "avx512_bf16": True}) == torch.bfloat16
    assert layer_type({"amx_bf16": True}) == torch.bfloat16


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the training data is not part of the repository")
def test_a_small_sample_trains_a_reader_that_finds_names(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    options = ["--data", str(DATA), "--out", str(tmp_path), "--sample", "2000", "--without", *LONG]
    for stage, passes in (("reading", "1.2"), ("silence", "0.1")):
        command = [sys.executable, "-m", "training.train", stage, *options, "--passes", passes]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
    trained = [str(tmp_path / stage / "reader.pt") for stage in ("reading", "silence")]
    pack = [sys.executable, "-m", "training.pack", *trained]
    out = tmp_path / "reader.safetensors"
    done = subprocess.run(
        [*pack, "--out", str(out)], cwd=root, capture_output=True, text=True, check=True
    )
    assert f"SHA-256 {sha256(out.read_bytes()).hexdigest()}" in done.stdout
    stored = Checkpoint.parse(out.read_bytes())
    assert stored.about["weights"]["mean_of"] == ["reading", "silence"]
    assert stored.calibration is None
    model = SpanModel(runnable(stored.tensors, bundled_weights(bundled_folder())), 2)
    reader = ExtractiveReader(model=lambda: model)
    told = "Ferreira sailed to Genoa on Monday. Marta Lindqvist met Jonas Okafor in Lisbon."
    asked = {
        "Who met Jonas Okafor?": "Marta Lindqvist",
        "Where did Lindqvist meet Okafor?": "Lisbon",
        "Who did Lindqvist meet?": "Jonas Okafor",
        "Who sailed to Genoa?": "Ferreira",
    }
    found = {question: best_text(reader, question, told) for question in asked}
    assert sum(found[question] == answer for question, answer in asked.items()) >= 3, found
