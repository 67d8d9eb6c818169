"""What holds for all tests: how hypothesis searches, and that no test leaves this machine.

And the PostgreSQL of those that need one.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.postgres import Postgres
    from tests.retrieval.engines.milvus_server import MilvusServer

SLOW_MACHINE = [HealthCheck.too_slow]
settings.register_profile("local", deadline=None, suppress_health_check=SLOW_MACHINE)
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL."""
    from tests.postgres import started

    with started() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """The address of an empty database; None: a SQLite file."""
    if request.param == "sqlite":
        return None
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.url(postgres.emptied())


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str) or host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail on each connection, datagram and name lookup that isn't this machine's own.

    Python reports all of these to audit hooks, from any thread and library; pytest-socket lets
    name lookups, UDP and ``connect_ex`` pass when some hosts are allowed.
    """
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        connection, address = arguments
        outside = connection.family in {socket.AF_INET, socket.AF_INET6}
        host = address[0] if outside and address else None
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    if not _is_local(host):
        raise RuntimeError(f"A test tried to reach {host!r}: tests must not use the network.")


sys.addaudithook(_refuse_network)


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """A Milvus server that runs until the tests are over; starting it takes a minute or two.

    One that runs already is used where TEST_MILVUS_URI names it.
    """
    pytest.importorskip("milvus", reason="pip install milvus==2.3.5 (Linux on x86-64)")
    pytest.importorskip("pymilvus", reason="pip install 'quoth[milvus]'")
    from tests.retrieval.engines.milvus_server import URI, MilvusServer

    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    if URI in os.environ:
        server.uri = os.environ[URI]
        yield server
        return
    server.start()
    try:
        server.wait()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(URI, server.uri)
            yield server
    finally:
        server.kill()
