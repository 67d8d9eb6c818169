"""One process a token: two would answer each question twice, or each other's in vain."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

from retrieval.errors import SettingsError


@contextmanager
def alone(data_dir: Path, token: str) -> Iterator[None]:
    """Be the only process of this machine with a token, and with a data folder's bot.

    The files that tell so hold nothing but a process's number, and stay. Raises SettingsError.
    """
    digest = sha256(token.encode()).hexdigest()[:16]
    data_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        for path in (
            data_dir / "discord.lock",
            Path(tempfile.gettempdir(), f"quoth-{digest}.lock"),
        ):
            held.enter_context(_lock(path))
        yield


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.open(path, flags, 0o600)
    except OSError as error:
        raise SettingsError(f"can't use {path} ({error.strerror}): remove it") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        yield
    except BlockingIOError:
        number = os.read(file, 20).decode("ascii", "replace").strip()
        raise SettingsError(
            f"another process (number {number}) answers with this bot already: stop that one, or "
            "give this one a token and a data folder of its own"
        ) from None
    finally:
        os.close(file)
