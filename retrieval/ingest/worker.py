"""The process that reads files for ``isolation``: jobs come in, records go out."""

from __future__ import annotations

import io
import os
import pickle
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from retrieval.errors import IngestError
from retrieval.ingest.reading import read_file
from retrieval.ingest.records import Record

NO_MEMORY = 86
"""The exit status of a worker that ran out of the memory it may take."""

Told = Record | str
"""A record of a file, or why the file can't be read (on)."""

_KNOWN = {
    ("retrieval.ingest.records", "Record"),
    ("retrieval.types", "Draft"),
    ("datetime", "date"),
}


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read: its name, which tells the format, and the limits."""

    name: str
    max_chars: int
    seconds: int
    memory: int


def decoded(message: bytes) -> Told | None:
    """What a worker told; None: the file is read to its end.

    A worker that a file has taken over can't make its reader run anything: only records can
    be told. Raises UnpicklingError for all else.
    """
    told = _Unpickler(io.BytesIO(message)).load()
    if told is None or isinstance(told, Record | str):
        return told
    raise pickle.UnpicklingError(f"a worker told of {type(told)}")


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"a worker told of {module}.{name}")
        return super().find_class(module, name)


def serve(line: Connection) -> None:
    """Read the files that come over the line until it is closed."""
    memory = _Memory()
    if sys.platform == "darwin":
        memory.start()
    while True:
        try:
            job: Job = pickle.loads(line.recv_bytes())
            data = line.recv_bytes()
        except EOFError:
            return
        _limit(job)
        memory.most = max(memory.most, job.memory)
        for told in _read(job, data):
            line.send_bytes(pickle.dumps(told))


def _read(job: Job, data: bytes) -> Iterator[Told | None]:
    try:
        yield from read_file(Path(job.name), data, max_chars=job.max_chars)
        yield None
    except IngestError as error:
        yield str(error)
    except MemoryError:
        os._exit(NO_MEMORY)
    except Exception as error:  # third-party parsers raise nearly anything
        yield f"can't be read ({type(error).__name__}: {error}): is the file whole?"


def _limit(job: Job) -> None:
    _soft(resource.RLIMIT_CPU, int(time.process_time()) + 1 + job.seconds)
    with suppress(ValueError, OSError):  # macOS has no such limit: see _Memory
        _soft(resource.RLIMIT_AS, job.memory)


def _soft(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


class _Memory(threading.Thread):
    """Ends the process when it has taken more memory than it may, for macOS.

    Linux keeps to RLIMIT_AS, and counts the memory of the process that started this one in.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 1 << 30

    def run(self) -> None:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < self.most:
            time.sleep(0.1)
        os._exit(NO_MEMORY)


def main() -> None:
    """Serve the line whose file descriptor the command line tells."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # where memory is short, Linux ends this process before others
        Path("/proc/self/oom_score_adj").write_text("1000")
    with Connection(int(sys.argv[1])) as line:
        serve(line)
