"""Many texts at once on a graphics processor, where torch reaches one: CUDA or Apple's MPS.

They run in sentence-transformers, in fp32, so that their vectors stand in one index with those
of the processor; that they do is looked at before one is used.
"""

from __future__ import annotations

import logging
import platform
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bulk import Run

WORTH = 300
"""Texts that the processor encodes first, in 5 to 20 s: about as long as torch takes to load."""

SAME_COSINE = 0.9999

_DRIVER = Path("/dev/nvidiactl")

logger = logging.getLogger(__name__)


@cache
def device() -> str | None:
    """Tell what torch will probably reach, "cuda" or "mps", without loading it."""
    try:
        build = version("torch")
    except PackageNotFoundError:
        return None
    if sys.platform == "darwin":
        return "mps" if platform.machine() == "arm64" else None
    return "cuda" if _DRIVER.exists() and not build.endswith("+cpu") else None


class Accelerated:
    """Runs batches on the processor until WORTH texts have come, and the others on a device."""

    def __init__(self, folder: Path, name: str, processor: Run) -> None:
        """Take the folder of a sentence-transformers model, and what runs it on the processor."""
        self._folder = folder
        self._name = name
        self._run = self._processor = processor
        self._left = WORTH
        self._lock = Lock()

    def __call__(self, feed: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        """Give the vectors of a batch."""
        with self._lock:
            before, self._left = self._left, self._left - len(feed["input_ids"])
            if before > 0 >= self._left:
                self._run = self._opened(feed)
        return self._run(feed)

    def _opened(self, feed: Mapping[str, NDArray[np.int64]]) -> Run:
        """Give what runs on the device; what runs on the processor, where it isn't the same."""
        try:
            run = open_device(self._folder, self._name)
            cosines = (run(feed) * self._processor(feed)).sum(axis=1)
        except Exception as error:  # torch and drivers raise all kinds
            logger.warning("%s can't be used, the processor encodes: %s", self._name, error)
            return self._processor
        if cosines.min() > SAME_COSINE:
            return run
        logger.warning(
            "%s gives other vectors (cosine %.5f): the processor encodes",
            self._name,
            cosines.min(),
        )
        return self._processor


def open_device(folder: Path, name: str) -> Run:
    """Load a model onto a device of torch. Raises what torch raises where there is none."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device=name)

    def run(feed: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        with torch.inference_mode():
            told = {key: torch.from_numpy(array).to(name) for key, array in feed.items()}
            vectors = model(told)["sentence_embedding"]
            found: NDArray[np.float32] = vectors.float().cpu().numpy()
        return found

    return run
