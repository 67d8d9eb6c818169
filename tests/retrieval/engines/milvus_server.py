"""Milvus for tests: a file of Milvus Lite, and a real server from PyPI's package ``milvus``."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path

from retrieval.engines import Allowed
from retrieval.engines.milvus import MilvusEngine, MilvusIndex
from retrieval.engines.milvus.server import Server
from retrieval.errors import IndexUnreachable

START = "from milvus import main; main()"
TOKEN = "root:Milvus"
URI = "TEST_MILVUS_URI"
"""The environment variable that tells processes of a test where its server is."""


def lite(folder: Path) -> MilvusEngine:
    """Give the engine of a file in a folder."""
    return MilvusEngine(str(folder / "milvus.db"), folder)


def on_server(folder: Path) -> Apart:
    """Give the engine of a folder on the server that the environment names."""
    return Apart(os.environ[URI], folder, TOKEN)


class Apart(MilvusEngine):
    """One whose folders have nothing in common, on a server that holds them all."""

    def __init__(self, uri: str, folder: Path, token: str) -> None:
        super().__init__(uri, folder, token)
        self.mark = hashlib.sha256(str(folder).encode()).hexdigest()[:8]

    def open(self, name: str, dimension: int, allowed: Allowed) -> MilvusIndex:
        return super().open(self.mark + name, dimension, allowed)

    def describe(self, name: str) -> str:
        return super().describe(self.mark + name)

    def keep(self, names: Collection[str]) -> None:
        super().keep([self.mark + name for name in names])

    def clear(self, name: str) -> None:
        """Delete all indexes of this folder that are of the database of ``name``."""
        self.keep([f"{name.rpartition('-')[0]}-none"])


class MilvusServer:
    """One process group; a machine can have one only, as its etcd insists on the port 2380.

    It listens on every address, as 2.3.5 always does: who isn't ``TOKEN`` is refused.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def started(self) -> bool:
        """Whether it is of these tests."""
        return self._process is not None

    def start(self) -> None:
        """Start it on what its folder holds; whoever connects has to wait."""
        command = [sys.executable, "-c", START, "--data", str(self.folder)]
        command += ["--proxy-port", str(self.port), "--authorization-enabled", "true"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + 300
        while True:
            try:
                Server(self.uri, TOKEN).call(lambda client: client.list_collections())
                return
            except IndexUnreachable:
                assert self._process, "it was killed"
                assert self._process.poll() is None, (self.folder / "server.log").read_text()
                if time.monotonic() > deadline:
                    raise

    def kill(self) -> None:
        """Kill the launcher and the engine, which a signal to the launcher alone may leave."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
