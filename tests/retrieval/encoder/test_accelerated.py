"""Passages on a graphics processor: chosen, compared, and left alone where it isn't the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.encoder import BUNDLED, accelerated, bundled, load, precision
from retrieval.encoder.accelerated import WORTH, Accelerated, device
from retrieval.encoder.bundled import bundled_folder, load_bundled

Feed = Mapping[str, NDArray[np.int64]]
PASSAGES = [
    "Finland joined NATO on Tuesday, April 4, 2023, 74 years after its founding.",
    "The Razoni, flying the flag of Sierra Leone, carried 26,000 tonnes of corn.",
    "Çavuşoğlu, Ankara'da Yunan mevkidaşıyla görüştü.",
    "Yes.",
]


class Counting:
    """What runs on the processor, with the number of texts that came; turned round if told."""

    def __init__(self, *, turned: bool = False) -> None:
        self._encoder = load_bundled(bundled_folder(), 1, True)
        self._turned = turned
        self.texts = 0

    def __call__(self, feed: Feed) -> NDArray[np.float32]:
        self.texts += len(feed["input_ids"])
        vectors = self._encoder._exactly(feed)
        return vectors[:, ::-1] if self._turned else vectors

    def feed(self) -> Feed:
        return self._encoder._feed(self._encoder._pieces.ids(PASSAGES))


@pytest.fixture
def fresh() -> Iterator[None]:
    device.cache_clear()
    yield
    device.cache_clear()


def test_after_enough_texts_the_device_encodes_the_same() -> None:
    processor = Counting()
    run, feed = Accelerated(bundled_folder(), "cpu", processor), processor.feed()
    expected = processor(feed)
    for _ in range(WORTH // len(PASSAGES) - 1):
        run(feed)
    assert processor.texts == WORTH
    found = run(feed)
    assert (found * expected).sum(axis=1).min() > 0.9999
    assert found.dtype == np.float32
    counted = processor.texts
    run(feed)
    assert processor.texts == counted


def test_a_device_that_cannot_be_reached_is_told_and_left(caplog: pytest.LogCaptureFixture) -> None:
    processor = Counting()
    run, feed = Accelerated(bundled_folder(), "no-device", processor), processor.feed()
    for _ in range(WORTH // len(PASSAGES) + 2):
        found = run(feed)
    assert np.array_equal(found, processor(feed))
    assert "no-device can't be used, the processor encodes" in caplog.text
    assert len(caplog.records) == 1


def test_a_device_that_gives_other_vectors_is_told_and_left(
    caplog: pytest.LogCaptureFixture,
) -> None:
    processor = Counting(turned=True)
    run, feed = Accelerated(bundled_folder(), "cpu", processor), processor.feed()
    for _ in range(WORTH // len(PASSAGES) + 2):
        found = run(feed)
    assert np.array_equal(found, processor(feed))
    assert "cpu gives other vectors" in caplog.text


@pytest.mark.parametrize(
    ("system", "machine", "build", "driver", "expected"),
    [
        ("linux", "x86_64", "2.13.0", True, "cuda"),
        ("linux", "x86_64", "2.13.0", False, None),
        ("linux", "x86_64", "2.13.0+cpu", True, None),
        ("darwin", "arm64", "2.13.0", False, "mps"),
        ("darwin", "x86_64", "2.13.0", False, None),
    ],
)
@pytest.mark.usefixtures("fresh")
def test_a_device_is_looked_for_without_torch(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    system: str,
    machine: str,
    build: str,
    driver: bool,
    expected: str | None,
) -> None:
    monkeypatch.setattr(accelerated.sys, "platform", system)
    monkeypatch.setattr(accelerated.platform, "machine", lambda: machine)
    monkeypatch.setattr(accelerated, "version", lambda _: build)
    monkeypatch.setattr(accelerated, "_DRIVER", tmp_path if driver else tmp_path / "none")
    assert device() == expected


def test_the_bundled_model_uses_it_for_many_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "device", lambda: "cpu")
    monkeypatch.setattr(accelerated, "WORTH", 8)
    monkeypatch.setattr(load, "device", lambda: "cuda")
    encoder = load_bundled(bundled_folder(), 3)  # no other test has it on three threads
    exact = load_bundled(bundled_folder(), 1, True)
    many = PASSAGES * 5
    assert (encoder.encode(many) * exact.encode(many)).sum(axis=1).min() > 0.9999
    assert precision(BUNDLED) == "fp32, many passages with CUDA"
