"""Files that are put in place whole: nobody ever reads half of one."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def plain(path: Path) -> Path:
    """The file that a name stands for, there or not yet: a link's is the one it leads to.

    Raises OSError where it is something else, such as a device or a pipe.
    """
    target = Path(os.path.realpath(path))
    if target.is_symlink() or (path.exists() and not path.is_file()):
        raise OSError(errno.EINVAL, "it is no file, nor a link to one")
    return target


@contextmanager
def whole(path: Path) -> Iterator[IO[str]]:
    """A file to write, which becomes ``path`` when the block ends well. Raises OSError."""
    path = plain(path)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with new.open("w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
