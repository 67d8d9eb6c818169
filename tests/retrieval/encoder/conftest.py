"""Models for the tests of encoders."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.encoder import Encoder
from retrieval.encoder.bundled import bundled_folder, load_bundled
from retrieval.encoder.cores import usable_cores

WORDS = ["the", "minister", "met", "his", "colleague", "in", "ankara", "and", "ship", "##s", "."]


@pytest.fixture(scope="session")
def bundled() -> Encoder:
    return load_bundled(bundled_folder(), usable_cores(), True)


@pytest.fixture
def run() -> Callable[..., str]:
    """Run a script in a process of its own; gives what it printed."""

    def run(script: str, *arguments: object) -> str:
        command = [sys.executable, "-c", script, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def tiny_model(tmp_path: Path) -> Callable[[str], Path]:
    """Write a sentence-transformers model with random weights, which pools as told."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    def write(pooling: str) -> Path:
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
        config = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=48,
        )
        (tmp_path / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
        parts = tmp_path / "parts"
        BertModel(config).save_pretrained(parts)
        BertTokenizer(str(tmp_path / "vocab.txt"), model_max_length=40).save_pretrained(parts)
        transformer = Transformer(str(parts))
        folder = tmp_path / f"tiny-{pooling}"
        SentenceTransformer(
            modules=[transformer, Pooling(config.hidden_size, pooling)], device="cpu"
        ).save(str(folder))
        return folder

    return write
