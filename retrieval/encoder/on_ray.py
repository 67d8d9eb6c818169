"""Encoding on a Ray cluster: a pool of actors, each with the bundled model on one CPU.

The models compute in fp32, whatever a node's processor could do, so that the vectors don't depend
on where they were made. What a lost actor was working on is given to another.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.base import BUNDLED, Encoder
from retrieval.encoder.bundled import WEIGHTS_SHA256, bundled_folder, load_bundled
from retrieval.errors import IngestError, ModelError, SettingsError

LOCAL = "local"
CONNECT_S = 5.0
START_S = 60.0
"""So long the first actor may take to load the model."""

MOST_LOST = 5
"""Texts that so many actors were lost with may be what ends them."""

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is told to anybody
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",  # it prints of lost workers on standard output, else
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_gcs_rpc_server_connect_timeout_s": str(int(CONNECT_S)),
}
_Texts = tuple[Sequence[str], "Future[NDArray[np.float32]]", int]
"""What is to be encoded, where its vectors go, and how many actors were lost with it."""

logger = logging.getLogger(__name__)


class Worker:
    """The bundled model in an actor of Ray, on one thread."""

    def __init__(self) -> None:
        self._encoder: Encoder | None = None

    def load(self) -> str:
        """Load the model; give its fingerprint. Raises ModelError."""
        self._encoder = load_bundled(bundled_folder(), 1, exact=True)
        return self._encoder.fingerprint

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The texts' vectors; see ``Encoder.encode``."""
        if self._encoder is None:  # the actor was started anew since
            self.load()
        assert self._encoder is not None
        return self._encoder.encode(texts)


class RayPool:
    """The actors of one run: use it in a ``with`` statement.

    Each node keeps one CPU free. Actors take texts when they have nothing to do, and only those
    that live do: one that waits for a place on a node holds nothing up.
    """

    def __init__(self, address: str, model: str = BUNDLED) -> None:
        """Connect to ``auto``, ``host:port``, ``ray://host:port``, or start Ray here: ``local``.

        Raises SettingsError where Ray isn't installed or none answers, and for another model
        than the bundled one; ModelError where no node can load it.
        """
        if model != BUNDLED:
            raise SettingsError(
                f"on Ray only the model {BUNDLED!r} encodes, not {model!r}: index without --ray"
            )
        self._ray = _connected(address)
        self._waiting: SimpleQueue[_Texts | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._failure: ModelError | None = None
        self._closed = False
        self._loaded = threading.Event()
        places = self._places()
        self.width = self._living = len(places)
        self._actors = [self._actor(place) for place in places]
        for actor in self._actors:
            threading.Thread(target=self._serve, args=(actor,), daemon=True).start()
        if not self._loaded.wait(START_S):
            self._failure = ModelError(
                f"no worker of Ray at {address} had a free CPU within {START_S:.0f} s: "
                "`ray status` tells what they do; stop that, or add a node"
            )
        if self._failure:
            self.close()
            raise self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the actors, and leave the cluster."""
        self._closed = True
        for _ in self._actors:
            self._waiting.put(None)
        for actor in self._actors:
            self._ray.kill(actor)
        self._ray.shutdown()

    def submit(self, texts: Sequence[str]) -> Future[NDArray[np.float32]]:
        """The texts' vectors, when they come; see ``Pool.submit``."""
        future: Future[NDArray[np.float32]] = Future()
        with self._lock:
            if self._failure:
                future.set_exception(self._failure)
            else:
                self._waiting.put((list(texts), future, 0))
        return future

    def _places(self) -> list[str]:
        """The id of a node for each actor: all of a node's CPUs but one, one actor at least."""
        nodes = [node for node in self._ray.nodes() if node["Alive"]]
        cpus = {node["NodeID"]: int(node["Resources"].get("CPU", 0)) for node in nodes}
        places = [id for id, count in cpus.items() for _ in range(count - 1)]
        return places or [max(cpus, key=cpus.__getitem__)]

    def _actor(self, node: str) -> Any:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        return (
            self._ray.remote(Worker)
            .options(
                num_cpus=1,
                max_restarts=-1,
                scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=True),
            )
            .remote()
        )

    def _serve(self, actor: Any) -> None:
        """Give one actor what waits, as long as it can be started again."""
        from ray.exceptions import RayError, RayTaskError

        lost = True
        while not self._closed:
            if lost:
                if not self._load(actor):
                    return
                lost = False
            if (taken := self._waiting.get()) is None:
                return
            texts, future, times = taken
            try:
                future.set_result(self._ray.get(actor.encode.remote(texts)))
            except RayTaskError as error:
                future.set_exception(IngestError(f"can't be encoded on Ray: {error.cause}"))
            except RayError as error:
                logger.debug("a worker of Ray was lost: %s", error)
                lost = True
                self._again(texts, future, times + 1)
            except Exception as error:
                self._end(ModelError(f"Ray is gone ({error}): run the command again"), future)
                return

    def _again(self, texts: Sequence[str], future: Future[NDArray[np.float32]], times: int) -> None:
        if times < MOST_LOST:
            self._waiting.put((texts, future, times))
        else:
            future.set_exception(
                IngestError(f"{times} workers of Ray were lost with it: run the command again")
            )

    def _load(self, actor: Any) -> bool:
        """Wait until an actor has a place and the model; False if it never will."""
        try:
            # Ray tries this again for as long as the actor waits for a place.
            found = self._ray.get(actor.load.options(max_task_retries=-1).remote())
            if found != WEIGHTS_SHA256:
                raise ModelError("it has another model: install the same Quoth there")
        except Exception as error:
            if not self._closed:
                why = getattr(error, "cause", None) or error
                first = str(why).strip().splitlines()[0]
                self._end(
                    ModelError(
                        f"a worker of Ray can't encode ({first}): install the same Quoth "
                        "on all nodes"
                    )
                )
            return False
        self._loaded.set()
        return True

    def _end(self, failure: ModelError, *futures: Future[NDArray[np.float32]]) -> None:
        """Do without one actor; without any, all that waits fails."""
        with self._lock:
            self._living -= 1
            if self._living and not futures:
                logger.warning("%s", failure)
                return
            self._failure = failure
            ends = list(futures)
            while not self._waiting.empty():
                if taken := self._waiting.get():
                    ends.append(taken[1])
        for future in ends:
            future.set_exception(failure)
        self._loaded.set()


def _connected(address: str) -> Any:
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError as error:
        raise SettingsError('Ray is not installed: pip install ".[ray]"') from error
    _require_listening(address)
    options: dict[str, Any] = {"include_dashboard": False} if address == LOCAL else {}
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **options)
    except (OSError, RuntimeError, ValueError) as error:
        raise _unreachable(address, str(error).strip().splitlines()[0]) from error
    return ray


def _require_listening(address: str) -> None:
    """Raise SettingsError at once where nothing listens: Ray itself waits for minutes."""
    if address in {"auto", LOCAL}:
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        raise SettingsError(
            f"{address!r} is no address of Ray: give auto, host:port, ray://host:port or local"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address, str(error)) from error


def _unreachable(address: str, why: str) -> SettingsError:
    return SettingsError(
        f"no Ray cluster answers at {address} ({why}): start one (ray start --head), "
        "or name another"
    )
