"""Serving until told to stop: the socket, uvicorn, and a graceful end."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from bot.service import local
from bot.settings import Settings
from bot.web import DOOR
from bot.web.app import app_of
from retrieval import Library
from retrieval.errors import SettingsError

CONNECTIONS = 100
"""Connections at a time; more are refused with 503."""

LONGEST_HEAD = 16 * 1024
"""Bytes of a request before its body from which on no more of them are waited for."""

_log = logging.getLogger(__name__)
Say = Callable[[str], None]

EXPOSED = (
    "Whoever reaches this machine over the network can ask and read all of these articles: there "
    "is no password, and nothing is encrypted. Without --host only this machine itself can."
)


def run(settings: Settings, library: Library, host: str, port: int, say: Say) -> None:
    """Serve until SIGINT or SIGTERM, and ``say`` where. Raises SettingsError."""
    with _listening(host, port) as listening:
        asyncio.run(_serve(settings, library, listening, say))


async def _serve(settings: Settings, library: Library, listening: socket.socket, say: Say) -> None:
    address, port = listening.getsockname()[:2]
    exposed = not ipaddress.ip_address(address).is_loopback
    async with local.opened(DOOR, settings, library) as services:
        warming = asyncio.create_task(asyncio.to_thread(_warm, library))
        server = _Server(
            uvicorn.Config(
                app_of(services, _names() if exposed else ()),
                log_config=None,
                access_log=False,  # what is asked is in the addresses
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                http="h11",  # which limits how long a request's head may be
                ws="none",
                limit_concurrency=CONNECTIONS,
                h11_max_incomplete_event_size=LONGEST_HEAD,
                timeout_graceful_shutdown=int(local.LAST_SECONDS),
            )
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, server.stop)
        host = f"[{address}]" if ":" in address else address
        say(f"Quoth answers at http://{host}:{port}/ until Ctrl-C.")
        if exposed:
            say(EXPOSED)
        await server.serve([listening])
        await warming


def _warm(library: Library) -> None:
    """Load the models before the first question comes."""
    try:
        library.warm()
    except Exception as error:
        _log.warning("the models could not be loaded ahead of the first question: %s", error)


class _Server(uvicorn.Server):
    """uvicorn, but for signals: after its end it would send itself those that it got."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to who runs this."""
        yield

    def stop(self) -> None:
        """Finish what is in flight; told once more, end at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def _names() -> tuple[str, str]:
    """The names by which other machines know this one."""
    name = socket.gethostname()
    return name, f"{name}.local"


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise SettingsError(
            f"{host} port {port} can't be listened at ({error.strerror}): name another --port, "
            "or --host"
        ) from error
