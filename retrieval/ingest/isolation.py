"""Reading in a process of its own, so that a file costs itself at most.

A parser of foreign bytes may overflow its stack, run for hours or fill the memory, and no
exception tells of it. A worker process reads one file after the other under limits; where
it ends, that file is lost with a reason, and the next one gets a new worker.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

from retrieval.errors import IngestError
from retrieval.ingest.formats import NO_SUFFIX, suffix_of
from retrieval.ingest.reading import read_file
from retrieval.ingest.records import Record
from retrieval.ingest.worker import NO_MEMORY, Job, Told, decoded
from retrieval.types import MAX_ARTICLE_CHARS

_MAIN = "from retrieval.ingest.worker import main; main()"

_PLAIN = frozenset((".txt", ".text", NO_SUFFIX))
"""Endings of files that are text alone: nothing parses them."""

_FILES = 1000
"""Files that one worker reads: what libraries keep of each would add up."""

_ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH")
"""What a worker is told of the environment: no token that a broken parser could give away."""

_SLOWER = 4
"""How much longer than its processor time reading may take, on a busy machine."""


class Isolated:
    """Reads files in a worker process, started when the first file needs it.

    Leaving the block ends it. For one thread.
    """

    def __init__(self) -> None:
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read_file(
        self, path: Path, data: bytes, *, max_chars: int = MAX_ARTICLE_CHARS
    ) -> Iterator[Record]:
        """The articles of a file, as ``reading.read_file`` gives them, while they are read.

        Whatever goes wrong in reading, the end of the worker too, is an IngestError.
        """
        if suffix_of(path) in _PLAIN:
            yield from read_file(path, data, max_chars=max_chars)
            return
        limits = Limits.of(len(data))
        worker = self._ready()
        done = False
        try:
            for told in worker.read(Job(path.name, max_chars, limits.seconds, limits.memory), data):
                if isinstance(told, str):
                    done = True
                    raise IngestError(told)
                yield told
            done = True
        except TimeoutError as error:
            raise IngestError(limits.too_slow) from error
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise IngestError(limits.reason(worker.status())) from error
        finally:
            # What a worker still has to tell of this file must not be taken for the next.
            if not done:
                self._end()

    def _ready(self) -> _Worker:
        if self._worker and self._worker.files >= _FILES:
            self._end()
        self._worker = self._worker or _Worker()
        return self._worker

    def _end(self) -> None:
        if self._worker:
            self._worker.end()
        self._worker = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading a file may take: seconds of a processor, and bytes of memory."""

    seconds: int
    memory: int

    @classmethod
    def of(cls, size: int) -> Self:
        """The limits of a file of so many bytes: far more than any sane file needs."""
        return cls(30 + size // 100_000, (1 << 30) + 32 * size)

    @property
    def too_slow(self) -> str:
        return f"takes more than {self.seconds:,} seconds to read: save it anew, or split it up"

    def reason(self, status: int) -> str:
        """Why a worker that ended with this status couldn't read the file."""
        if status == -signal.SIGXCPU:
            return self.too_slow
        if status in (NO_MEMORY, -signal.SIGKILL):
            return f"takes more than {self.memory >> 20:,} MB of memory to read: split it up"
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return f"makes its reader crash ({how}): save it anew, or as plain text"


class _Worker:
    """A process that runs ``retrieval.ingest.worker``, and the line to it.

    Not by ``multiprocessing``: a fork is not safe beside the models' threads, and its other
    ways run a caller's script again where that doesn't guard its main part.
    """

    def __init__(self) -> None:
        self.files = 0
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _MAIN, str(there.fileno())],
                pass_fds=(there.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        self._line = Connection(here.detach())

    def read(self, job: Job, data: bytes) -> Iterator[Told]:
        """What the worker tells of a file: its records, then why it can't be read, if so.

        Raises TimeoutError where nothing comes, and EOFError or OSError when it has ended.
        """
        self.files += 1
        self._line.send_bytes(pickle.dumps(job))
        self._line.send_bytes(data)
        while True:
            if not self._line.poll(job.seconds * _SLOWER):
                raise TimeoutError
            told = decoded(self._line.recv_bytes())
            if told is None:
                return
            yield told

    def status(self) -> int:
        """The exit status of the process, which is ended first if its line is but closed."""
        try:
            return self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def end(self) -> None:
        self._line.close()
        self._process.kill()
        self._process.wait()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path)}
