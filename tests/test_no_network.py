"""The tests themselves can't use the network: each way out is closed, this machine stays open."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest

ELSEWHERE = ("192.0.2.1", 80)  # set aside for documentation: nobody has this address


def udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.sendto(b"hello", ELSEWHERE)


def connect() -> None:
    socket.create_connection(ELSEWHERE, timeout=5)


def connect_ex() -> None:
    with socket.socket() as connection:
        connection.connect_ex(ELSEWHERE)


def connect_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as connection:
        connection.connect(("2001:db8::1", 80))


@pytest.mark.parametrize(
    "leave",
    [
        lambda: socket.getaddrinfo("example.org", 443),
        lambda: socket.gethostbyname("example.org"),
        lambda: asyncio.run(asyncio.open_connection("example.org", 443)),
        connect,
        connect_ex,
        connect_ipv6,
        udp,
    ],
    ids=["getaddrinfo", "gethostbyname", "asyncio", "connect", "connect_ex", "ipv6", "udp"],
)
def test_other_machines_are_out_of_reach(leave: Callable[[], object]) -> None:
    with pytest.raises(RuntimeError, match="must not use the network"):
        leave()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_in_reach(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((host, port), timeout=5) as client:
            accepted, _ = server.accept()
            with accepted:
                client.sendall(b"word")
                assert accepted.recv(4) == b"word"
