"""Models that load while the rest of the program is still being imported.

Whoever needs one waits for it, and is told what is wrong with it.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

from retrieval.errors import ModelError


def reader_ahead() -> None:
    """Begin to load the reader, on a thread of its own."""
    Thread(target=_reader, name="reader-ahead").start()


def encoder_ahead(model: str) -> None:
    """Begin to load the encoder, on a thread of its own, where ``model`` is the bundled one."""
    Thread(target=_encoder, args=(model,), name="encoder-ahead").start()


def _reader() -> None:
    from retrieval.reader.model import load_model

    with suppress(ModelError):
        load_model()


def _encoder(model: str) -> None:
    from retrieval.encoder import BUNDLED, load_encoder

    with suppress(ModelError):
        if model == BUNDLED:
            load_encoder()
