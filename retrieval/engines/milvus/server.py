"""The connection to a Milvus server or a file of Milvus Lite, and what its errors mean."""

from __future__ import annotations

import fcntl
import importlib.util
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from retrieval.errors import IndexUnreachable, SettingsError

if TYPE_CHECKING:
    from pymilvus import MilvusClient

logger = logging.getLogger(__name__)

LITE = ".db"
"""How the path of a file of Milvus Lite ends."""

LOCK = "LOCK"
"""What in it is locked by the process that has it open."""

WAIT_S = 20.0
"""How long an answer is waited for, or a server that is starting."""

PAUSE_S = 0.5

SPARSE_SINCE = (2, 4)
"""The version that sparse vectors came with, and lexical search needs."""

MISSING = (100, 101)
"""Milvus's codes for a collection that isn't there, or isn't loaded."""

QUIET = {"grpc.keepalive_permit_without_calls": False}
"""Else pymilvus asks every ten seconds whether the server is there, which Lite takes ill."""

INSTALL = "install it (pip install '.[milvus]'), or set engine to local"

FRESH, OWN = "Strong", "Session"
"""What a reading sees: all that was written, or at least what this process has written."""

Index = tuple[str, str, Mapping[str, int]]
"""The kind, the metric and the parameters of an index."""

_T = TypeVar("_T")
_STARTING = re.compile(
    r"unavailable|connect|refused|not ready|not healthy|recovering|shard|channel not|node offline",
    re.I,
)
"""What a server says that is down, or has come up but not yet with its collections."""


class Gone(Exception):
    """A collection isn't there, or isn't loaded."""


class Server:
    """Where indexes live; nothing is connected before the first call.

    ``uri`` is an address (http://…) or the path of a file of Milvus Lite, which one process at a
    time can open. All methods may be called from several threads.
    """

    def __init__(self, uri: str, token: str = "") -> None:
        self.uri = uri
        self._token = token
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None
        self._version = ""

    @property
    def is_new(self) -> bool:
        """Whether it is a file of Milvus Lite that isn't there yet."""
        return self.uri.endswith(LITE) and not Path(self.uri).exists()

    @property
    def lite(self) -> bool:
        """Whether it is Milvus Lite, in this process or in one of its own."""
        return "lite-" in self.version

    @property
    def version(self) -> str:
        """What the server calls its version: "v2.3.5", "milvus_lite-3.2.2"."""
        self._connected()
        return self._version

    @property
    def sparse(self) -> bool:
        """Whether it knows sparse vectors."""
        number = re.search(r"(\d+)\.(\d+)", self.version)
        return self.lite or not number or (int(number[1]), int(number[2])) >= SPARSE_SINCE

    def call(self, what: Callable[[MilvusClient], _T]) -> _T:
        """Give what a call of the client gives, tried again while the server is starting.

        Raises Gone for a collection that isn't there, IndexUnreachable for all else.
        """
        from pymilvus import MilvusException

        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                return what(self._connected())
            except MilvusException as error:
                if error.code in MISSING and "shard" not in str(error):
                    raise Gone(str(error)) from error
                if time.monotonic() > deadline or not _STARTING.search(_reason(error)):
                    raise self._unreachable(error) from error
            time.sleep(PAUSE_S)

    def released(self) -> bool:
        """Let go of a file of Milvus Lite; tell whether it is there and no process has it open."""
        if not self.uri.endswith(LITE) or self.is_new:
            return False
        from milvus_lite.server_manager import server_manager_instance

        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None
            server_manager_instance.release_server(self.uri)
            return not _is_held(Path(self.uri))

    def put_aside(self) -> bool:
        """Give a file of Milvus Lite another name, so that a new one is made in its place.

        Tells whether it did: a server's, or what another process has open, stays. Raises OSError.
        """
        if not self.released():
            return False
        path = Path(self.uri)
        aside = path.with_name(f"{path.name}.damaged-{datetime.now():%Y%m%d-%H%M%S-%f}")
        path.rename(aside)
        logger.warning("the damaged Milvus Lite file %s is named %s now", path, aside.name)
        return True

    def _connected(self) -> MilvusClient:
        with self._lock:
            if self._client is None:
                self._client, self._version = self._connect()
            return self._client

    def _connect(self) -> tuple[MilvusClient, str]:
        lite = self.uri.endswith(LITE)
        for package in ("pymilvus", "milvus_lite") if lite else ("pymilvus",):
            if importlib.util.find_spec(package) is None:
                raise SettingsError(f"engine = milvus needs {package}: {INSTALL}")
        for name in ("pymilvus", "milvus_lite"):  # they log what they raise, with its traceback
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        from pymilvus import MilvusClient, MilvusException

        if lite:
            if self.is_new:
                logger.warning("there is no Milvus Lite file %s yet: it is made now", self.uri)
            Path(self.uri).parent.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + (0 if lite else WAIT_S / 2)
        while True:
            try:
                client = MilvusClient(
                    self.uri, token=self._token, timeout=WAIT_S / 4, grpc_options=QUIET
                )
                return client, str(client.get_server_version(timeout=WAIT_S / 4))
            except MilvusException as error:
                if time.monotonic() > deadline or not _STARTING.search(_reason(error)):
                    raise self._unreachable(error) from error
            time.sleep(PAUSE_S)

    def _unreachable(self, error: Any) -> IndexUnreachable:
        reason = _reason(error)
        if self.uri.endswith(LITE):
            return IndexUnreachable(
                f"the Milvus Lite file {self.uri} can't be used ({reason}): another process may "
                "hold it, as one at a time can; for several, run `milvus-lite server` and set "
                "milvus.uri to its address; if none does, `quoth check --repair` makes it anew"
            )
        return IndexUnreachable(
            f"Milvus at {self.uri} doesn't answer as it should ({reason}): start it, or put "
            "milvus.uri and milvus.token right; nothing is lost, and engine = local does without"
        )


def _is_held(path: Path) -> bool:
    """Tell whether another process has a file (a folder, in truth) of Milvus Lite open."""
    try:
        with (path / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (FileNotFoundError, NotADirectoryError):
        pass
    return False


def _reason(error: Any) -> str:
    """Give in a line what went wrong: what gRPC says tells more than what pymilvus makes of it."""
    details = getattr(error.__cause__, "details", None)
    told = str(details()) if details else str(error.message)
    return re.sub(r"\s+", " ", told).strip()[:200]


def create(client: Any, name: str, schema: Any, indexes: Mapping[str, Index]) -> None:
    """Make a collection that can be searched, with an index of each of some fields."""
    client.create_collection(name, schema=schema, num_shards=1)
    params = client.prepare_index_params()
    for field, (kind, metric, told) in indexes.items():
        params.add_index(field, index_type=kind, metric_type=metric, params=dict(told))
    client.create_index(name, params, sync=False)  # there is nothing to wait for yet
    client.load_collection(name)
