"""Ctrl-C, from a process's first moment to its last.

A library that is interrupted in the midst of its import may tell that it can't be imported, or do
without a part of itself. So Ctrl-C waits for the import in hand. Before and after a command nothing
is to be told or tidied, and it ends the process.
"""

from __future__ import annotations

import os
import signal
import time
from _thread import start_new_thread
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STATUS = 130
AGAIN_S = 0.02
_IMPORTING = "<frozen importlib._bootstrap>"


def begin() -> None:
    """Let Ctrl-C end the process, unless whoever started it has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


@contextmanager
def heard() -> Iterator[None]:
    """Let Ctrl-C, where it would end the process, raise KeyboardInterrupt between imports."""
    if signal.getsignal(signal.SIGINT) is not _end:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _end)


def _end(_: int, __: FrameType | None) -> None:
    os._exit(STATUS)


def _interrupt(_: int, frame: FrameType | None) -> None:
    while frame:
        if frame.f_code.co_filename == _IMPORTING:
            start_new_thread(_again, ())  # a Thread waits for locks, which may be held here
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def _again() -> None:
    time.sleep(AGAIN_S)
    os.kill(os.getpid(), signal.SIGINT)
