"""Models other than the bundled one: exported once, or run in sentence-transformers."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.encoder import Encoder, load_encoder
from retrieval.encoder.model_files import fingerprint
from retrieval.encoder.session import OnnxEncoder
from retrieval.errors import ModelError

SENTENCES = [
    "The minister met his colleague in Ankara.",
    "ships",
    "",
    "The colleague and the minister met and met. " * 20,
]

WITHOUT_TORCH = """
import sys
from pathlib import Path
from retrieval.encoder import load_encoder
encoder = load_encoder(sys.argv[1], cache_dir=Path(sys.argv[2]))
encoder.encode(["The ships met."])
print(sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
"""


def expected(folder: Path) -> NDArray[np.float32]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    return np.asarray(model.encode(SENTENCES, normalize_embeddings=True), np.float32)


def check(encoder: Encoder, folder: Path) -> None:
    assert (encoder.name, encoder.fingerprint) == (str(folder), fingerprint(folder))
    assert (encoder.dimension, encoder.max_tokens) == (32, 40)
    assert encoder.encode([]).shape == (0, 32)
    np.testing.assert_allclose(encoder.encode(SENTENCES), expected(folder), atol=1e-5)
    assert encoder.token_ends(["The ships met."]) == [[3, 8, 9, 13, 14]]
    assert len(encoder.token_ends(SENTENCES)[3]) == 9 * 20


@pytest.mark.slow
@pytest.mark.parametrize("pooling", ["mean", "cls", "max"])
def test_an_exported_model_is_the_same_model(
    tiny_model: Callable[[str], Path], tmp_path: Path, pooling: str
) -> None:
    folder, cache = tiny_model(pooling), tmp_path / "cache"
    encoder = load_encoder(str(folder), cache_dir=cache)
    assert isinstance(encoder, OnnxEncoder)
    check(encoder, folder)
    assert [path.name for path in cache.iterdir()] == [encoder.fingerprint]


@pytest.mark.slow
def test_the_second_time_needs_no_torch(
    tiny_model: Callable[[str], Path], tmp_path: Path, run: Callable[..., str]
) -> None:
    folder, cache = tiny_model("mean"), tmp_path / "cache"
    load_encoder(str(folder), cache_dir=cache)
    assert run(WITHOUT_TORCH, folder, cache).strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "encoder.json"])
def test_a_damaged_export_is_made_again(
    tiny_model: Callable[[str], Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    file: str,
) -> None:
    folder, cache = tiny_model("mean"), tmp_path / "cache"
    damaged = cache / load_encoder(str(folder), cache_dir=cache).fingerprint / file
    damaged.write_bytes(damaged.read_bytes()[:-10])
    check(load_encoder(str(folder), cache_dir=cache), folder)
    assert "is damaged and made again" in caplog.text
    caplog.clear()
    assert isinstance(load_encoder(str(folder), cache_dir=cache), OnnxEncoder)
    assert caplog.text == ""


@pytest.mark.slow
def test_without_a_cache_it_runs_in_sentence_transformers(
    tiny_model: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    folder = tiny_model("mean")
    with caplog.at_level(logging.WARNING, logger="retrieval"):
        check(load_encoder(str(folder)), folder)
    assert caplog.text == ""


@pytest.mark.slow
def test_where_the_export_fails_it_runs_in_sentence_transformers(
    tiny_model: Callable[[str], Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tiny_model("mean")
    cache = tmp_path / "cache"
    cache.write_text("a file where the folder should be")
    check(load_encoder(str(folder), cache_dir=cache), folder)
    assert "runs in sentence-transformers, more slowly" in caplog.text


@pytest.mark.slow
def test_an_export_that_differs_is_not_used(
    tiny_model: Callable[[str], Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, cache = tiny_model("mean"), tmp_path / "cache"
    settings = folder / "config_sentence_transformers.json"
    prompt = {"prompts": {"query": "the ship "}, "default_prompt_name": "query"}
    settings.write_text(json.dumps(json.loads(settings.read_text()) | prompt))
    check(load_encoder(str(folder), cache_dir=cache), folder)
    assert "its export differs (cosine" in caplog.text
    assert list(cache.iterdir()) == []


@pytest.mark.slow
def test_settings_are_part_of_the_fingerprint(tiny_model: Callable[[str], Path]) -> None:
    folder = tiny_model("mean")
    before = fingerprint(folder)
    (folder / "README.md").write_text("Other words about the model.")
    assert fingerprint(folder) == before
    pooling = next(path for path in folder.rglob("config.json") if path.parent != folder)
    pooling.write_text(pooling.read_text().replace("mean", "max"))
    assert fingerprint(folder) != before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no-one/nothing", "nothing", "/no/such/folder", "not a name!"])
def test_a_name_that_cannot_be_had_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match=rf"(?s)Can't load the model {name} .* “bundled”"):
        load_encoder(name)


@pytest.mark.parametrize("files", [{}, {"config.json": "{}"}, {"modules.json": "[1"}])
def test_a_folder_without_a_model_is_refused(tmp_path: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(ModelError, match=r"isn't a sentence-transformers model: it needs"):
        load_encoder(str(tmp_path), cache_dir=tmp_path)
