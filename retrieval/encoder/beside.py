"""Encoding beside what reads, cuts and stores, on a machine of several cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.base import Encoder, Pool
from retrieval.encoder.cores import usable_cores


class _Thread:
    """An encoder in a thread of its own; takes texts in their order."""

    width = 1

    def __init__(self, encoder: Encoder, executor: ThreadPoolExecutor) -> None:
        self._encoder = encoder
        self._executor = executor

    def submit(self, texts: Sequence[str]) -> Future[NDArray[np.float32]]:
        """The texts' vectors, when they come; see ``Pool.submit``."""
        return self._executor.submit(self._encoder.encode, texts)


@contextmanager
def beside(encoder: Encoder) -> Iterator[Pool | None]:
    """Give a pool of this encoder in a thread.

    Give none on one core, where it would save nothing, and where no thread can be made. What
    nobody waits for any more is dropped at the end.
    """
    executor = _started() if usable_cores() > 1 else None
    if executor is None:
        yield None
        return
    try:
        yield _Thread(encoder, executor)
    finally:
        executor.shutdown(cancel_futures=True)


def _started() -> ThreadPoolExecutor | None:
    """Give a thread that runs, None where the machine has no room for one."""
    executor = ThreadPoolExecutor(1, "encoding")
    try:
        executor.submit(int).result()
    except RuntimeError:
        return None
    return executor
