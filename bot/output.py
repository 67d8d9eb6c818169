"""Standard output: what can't be written there ends the command, and is told as that."""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import Any


class OutputLost(BrokenPipeError):
    """Standard output can't be written, though nobody closed it: a full disk, say.

    As where it was closed, no more can be said there, and the command ends.
    """


class _Output(FileIO):
    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputLost(error.errno, error.strerror) from error


def open_output() -> None:
    """Have standard output raise OutputLost, and take any letter; where it is closed, nothing is
    written."""
    if sys.stdout is None:  # closed by whoever started this
        nowhere = Path(os.devnull).open("w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
        sys.stdout = nowhere
        return
    known = sys.stdout
    sys.stdout = TextIOWrapper(
        BufferedWriter(_Output(known.fileno(), "w", closefd=False)),
        encoding=known.encoding,
        errors="backslashreplace",
        line_buffering=known.isatty(),
    )


def discard_output() -> None:
    """Send what is still to be written to standard output nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
