"""What is on the disk, and not only in the memory of the machine."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file, or what a folder names, is on the disk. Raises OSError.

    Not for a database that this process has open: closing the file gives its locks back.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
