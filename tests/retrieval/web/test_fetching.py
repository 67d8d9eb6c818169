"""Fetching a page: what is reached, what is refused, and what comes back. The servers are real."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import pytest
from aiohttp import web

from retrieval.errors import Unfetchable
from retrieval.web.fetching import Address, fetch, is_public

PAGE = "<html><body><p>Fidan met Fuat in Ankara.</p></body></html>"
Handler = Callable[[web.Request], Any]


def local(address: Address, port: int) -> bool:
    return address == ip_address("127.0.0.1")


@asynccontextmanager
async def serving(handler: Handler, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    """A server that answers every request with what the handler gives; its port."""
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def fetched(
    handler: Handler, path: str = "/", *, max_bytes: int = 10_000, seconds: float = 20
) -> tuple[str, bytes]:
    async def scenario() -> tuple[str, bytes]:
        async with serving(handler) as port:
            url = f"http://127.0.0.1:{port}{path}"
            page = await fetch(url, max_bytes=max_bytes, seconds=seconds, may_reach=local)
            return page.name, page.data

    return asyncio.run(scenario())


def answering(body: bytes | str, content_type: str = "text/html", **headers: str) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        data = body.encode() if isinstance(body, str) else body
        return web.Response(body=data, headers={"Content-Type": content_type, **headers})

    return handler


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public_addresses_may_be_reached_on_the_ports_of_the_web(address: str) -> None:
    assert is_public(ip_address(address), 80)
    assert is_public(ip_address(address), 443)
    assert not is_public(ip_address(address), 22)
    assert not is_public(ip_address(address), 8080)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "168.63.129.16",
        "::", "::1", "fe80::1", "fe80::1%1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
        "ff0e::1", "2001:db8::1", "100::1", "4000::1", "64:ff9b:1::808:808",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_other_addresses_may_not(address: str) -> None:
    assert not is_public(ip_address(address), 80)
    assert not is_public(ip_address(address), 443)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST.", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
        "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "%31%32%37.0.0.1", "①②⑦.⓪.⓪.①",
        "169.254.169.254", "10.0.0.1",
    ],
)  # fmt: skip
def test_no_spelling_of_an_address_of_ours_is_connected_to(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = socket.getaddrinfo

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(text=PAGE)

    def no_names(name: Any, port: Any, *rest: Any, **named: Any) -> Any:
        """The system's own look-up of localhost and numbers, which C libraries spell freely."""
        name = str(name).strip(".").lower()
        name = name if name == "localhost" else socket.inet_ntoa(socket.inet_aton(name))
        return real(name, port, *rest, **named) if name.startswith(("l", "127.")) else []

    async def scenario() -> None:
        async with serving(handler) as port:
            monkeypatch.setattr(socket, "getaddrinfo", no_names)
            with pytest.raises(Unfetchable):
                await fetch(f"http://{host}:{port}/", max_bytes=100, may_reach=any_port)

    asyncio.run(scenario())
    assert seen == []


def any_port(address: Address, port: int) -> bool:
    """The real check of addresses, at the port that a test's server happens to have."""
    return is_public(address, 80)


def test_by_default_a_server_on_this_machine_is_refused() -> None:
    async def scenario() -> None:
        async with serving(answering(PAGE)) as port:
            with pytest.raises(Unfetchable, match=r"^That address is not on the public web"):
                await fetch(f"http://localhost:{port}/", max_bytes=100)

    asyncio.run(scenario())


def test_a_page_comes_with_a_name_of_its_own() -> None:
    async def scenario() -> list[str]:
        async with serving(answering(PAGE, "text/html; charset=utf-8")) as port:
            names = []
            for path in ("/news/fidan", "/news/fidan#top", "/news/fidan?page=2", "/news-fidan"):
                url = f"http://127.0.0.1:{port}{path}"
                page = await fetch(url, max_bytes=100, may_reach=local)
                assert page.data == PAGE.encode()
                names.append(page.name)
            return names

    plain, anchored, second, other = asyncio.run(scenario())
    assert re.fullmatch(r"127-0-0-1-news-fidan-[0-9a-f]{8}\.html", plain)
    assert anchored == plain
    assert len({plain, second, other}) == 3


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/%2e%2e%2fetc%2fpasswd", "/..%5C..%5Cx", "/a%00b%0a", "/" + "ö" * 300],
)
def test_no_path_of_a_url_leads_out_of_a_folder(path: str) -> None:
    name, _ = fetched(answering(PAGE), path)
    assert re.fullmatch(r"127-0-0-1[\w-]*-[0-9a-f]{8}\.html", name)
    assert len(name.encode()) < 255


@pytest.mark.parametrize(
    ("path", "content_type", "suffix"),
    [
        ("/page", "text/html; charset=utf-8", ".html"),
        ("/page.php", "application/xhtml+xml", ".html"),
        ("/page.pdf", "text/html", ".html"),
        ("/paper", "application/pdf", ".pdf"),
        ("/notes", "text/markdown", ".md"),
        ("/notes", "text/plain", ".txt"),
        ("/notes.MD", "text/plain", ".md"),
        ("/data", "application/json", ".json"),
        ("/data", "application/x-ndjson", ".jsonl"),
        ("/data.jsonl.gz", "application/gzip", ".jsonl.gz"),
        ("/paper.pdf", "application/octet-stream", ".pdf"),
    ],
)
def test_the_type_gives_the_ending_and_the_url_where_it_tells_little(
    path: str, content_type: str, suffix: str
) -> None:
    name, _ = fetched(answering("x", content_type), path)
    assert name.endswith(suffix)
    assert "." not in name.removesuffix(suffix)


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/a.html", "image/png"), ("/a", "application/octet-stream"), ("/a.zip", "application/zip")],
)
def test_what_cannot_be_read_is_refused(path: str, content_type: str) -> None:
    with pytest.raises(Unfetchable, match=rf"^That is {content_type}, which can't be read"):
        fetched(answering("x", content_type), path)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "http:// or https://"),
        ("ftp://example.org/a.txt", "http:// or https://"),
        ("javascript:alert(1)", "http:// or https://"),
        ("example.org/a.txt", "http:// or https://"),
        ("http:///a.txt", "has no host in it"),
        ("http://example.org:99999/", "not a web address"),
        ("http://user:secret@example.org/", "user name or password"),
        ("http://user@example.org/", "user name or password"),
        ("", "http:// or https://"),
    ],
)
def test_other_addresses_are_refused_before_anything_is_looked_up(url: str, message: str) -> None:
    with pytest.raises(Unfetchable, match=message) as raised:
        asyncio.run(fetch(url, max_bytes=100))
    assert "secret" not in str(raised.value)


def redirecting(status: int, *targets: str) -> Handler:
    """/0 leads to the first target, /1 to the second; other paths hold the page."""

    async def handler(request: web.Request) -> web.Response:
        step = request.path.strip("/")
        if step.isdigit() and int(step) < len(targets):
            return web.Response(status=status, headers={"Location": targets[int(step)]})
        return web.Response(text=PAGE, content_type="text/html")

    return handler


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_five_redirects_are_followed_and_no_more(status: int) -> None:
    assert fetched(redirecting(status, *"12345"), "/0")[1] == PAGE.encode()
    with pytest.raises(Unfetchable, match="more than 5 times"):
        fetched(redirecting(status, *"123456"), "/0")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("http://169.254.169.254/latest/meta-data/", "not on the public web"),
        ("//10.0.0.1/", "not on the public web"),
        ("http://[::1]/", "not on the public web"),
        ("http://127.0.0.2/", "not on the public web"),
        ("file:///etc/passwd", "http:// or https://"),
        ("http://user:pass@127.0.0.1/", "user name or password"),
        ("http://[", "could not be fetched"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(target: str, message: str) -> None:
    with pytest.raises(Unfetchable, match=message):
        fetched(redirecting(302, target), "/0")


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is harmless when looked up first and this machine's own from then on."""
    looked_up: list[str] = []

    def rebinding(name: str, port: int, *_: Any, **__: Any) -> Any:
        looked_up.append(name)
        host = "127.0.0.1" if len(looked_up) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]

    async def scenario() -> None:
        async with (
            serving(answering("harmless")) as port,
            serving(answering("secret"), "127.0.0.2", port),
        ):
            monkeypatch.setattr(socket, "getaddrinfo", rebinding)
            url = f"http://rebinding.example:{port}/"
            assert (await fetch(url, max_bytes=100, may_reach=local)).data == b"harmless"
            assert looked_up == ["rebinding.example"]
            with pytest.raises(Unfetchable, match="not on the public web"):
                await fetch(url, max_bytes=100, may_reach=local)

    asyncio.run(scenario())


def test_a_name_with_an_address_of_ours_beside_a_public_one_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def two(name: str, port: int, *_: Any, **__: Any) -> Any:
        hosts = ("127.0.0.2", "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in hosts]

    async def scenario() -> None:
        async with serving(answering("secret"), "127.0.0.2") as port:
            monkeypatch.setattr(socket, "getaddrinfo", two)
            with pytest.raises(Unfetchable, match="not on the public web"):
                await fetch(f"http://two.example:{port}/", max_bytes=100, may_reach=local)

    asyncio.run(scenario())


def test_a_body_up_to_the_limit_is_taken_and_a_larger_one_is_not() -> None:
    assert len(fetched(answering(b"x" * 10_000))[1]) == 10_000
    with pytest.raises(Unfetchable, match=r"larger than 0\.01 MB"):
        fetched(answering(b"x" * 10_001))


def test_a_body_without_end_is_broken_off() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 1000)

    with pytest.raises(Unfetchable, match="larger than"):
        fetched(endless)


def test_a_packed_body_is_counted_unpacked_and_a_bomb_is_not_blown_up() -> None:
    handler = answering(gzip.compress(b"x" * 10_000), **{"Content-Encoding": "gzip"})
    assert fetched(handler)[1] == b"x" * 10_000
    bomb = answering(gzip.compress(b"x" * 200_000_000, 1), **{"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        with pytest.raises(Unfetchable, match="larger than"):
            fetched(bomb)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_page_that_does_not_come_is_not_waited_for() -> None:
    async def stuck(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.01)

    with pytest.raises(Unfetchable, match=r"^That page took longer than 0\.2 seconds"):
        fetched(stuck, seconds=0.2)


def test_the_time_is_that_of_all_redirects_together() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.Response(status=302, headers={"Location": "/again"})

    with pytest.raises(Unfetchable, match="took longer"):
        fetched(slow, seconds=0.4)


@pytest.mark.parametrize("status", [204, 206, 304, 403, 404, 500])
def test_only_a_whole_page_is_taken(status: int) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status)

    with pytest.raises(Unfetchable, match=f"^That site answered with status {status}"):
        fetched(handler)


def test_what_is_no_http_or_not_there_is_told_plainly() -> None:
    async def scenario() -> None:
        async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(rude, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        for scheme in ("http", "https"):
            with pytest.raises(Unfetchable, match="could not be fetched"):
                await fetch(f"{scheme}://127.0.0.1:{port}/", max_bytes=100, may_reach=local)
        server.close()
        await server.wait_closed()
        with pytest.raises(Unfetchable, match="could not be fetched"):
            await fetch(f"http://127.0.0.1:{port}/", max_bytes=100, may_reach=local)

    asyncio.run(scenario())


def test_no_proxy_and_no_cookie_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    cookies: list[str | None] = []

    async def handler(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie"))
        headers = {"Set-Cookie": "id=1; Path=/", "Content-Type": "text/html", "Location": "/b"}
        return web.Response(status=302 if request.path == "/a" else 200, headers=headers)

    async def scenario() -> None:
        async with serving(handler) as port:
            # Cookies of a name, as nobody keeps those of a number.
            url = f"http://localhost:{port}/a"
            await fetch(url, max_bytes=100, may_reach=lambda address, _: address.is_loopback)

    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    asyncio.run(scenario())
    assert cookies == [None, None]


def test_a_name_service_that_does_not_answer_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither the time limit nor the end of the loop waits for it."""
    never = threading.Event()

    def stuck(*_: Any, **__: Any) -> Any:
        never.wait(60)

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    try:
        with pytest.raises(Unfetchable, match=r"took longer than 0\.2 seconds"):
            asyncio.run(fetch("http://news.example/", max_bytes=100, seconds=0.2))
        assert not never.is_set()
    finally:
        never.set()


def test_a_name_that_nobody_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unfetchable, match=r"no machine is called news\.example, check") as raised:
        asyncio.run(fetch("http://news.example/", max_bytes=100))
    assert not raised.value.lasting


@pytest.mark.parametrize(
    ("status", "lasting", "gone"),
    [
        (403, True, False),
        (404, True, True),
        (410, True, True),
        (429, False, False),
        (500, False, False),
    ],
)
def test_a_status_tells_whether_asking_again_helps(status: int, lasting: int, gone: int) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "7"})

    with pytest.raises(Unfetchable) as raised:
        fetched(handler)
    assert (raised.value.lasting, raised.value.gone) == (lasting, gone)
    assert raised.value.wait_s == 7


def test_the_page_tells_where_it_came_from_in_the_end() -> None:
    async def scenario() -> None:
        async with serving(redirecting(301, "/final")) as port:
            page = await fetch(f"http://127.0.0.1:{port}/0", max_bytes=1000, may_reach=local)
            assert page.url == f"http://127.0.0.1:{port}/final"
            assert page.name.startswith("127-0-0-1-0-")

    asyncio.run(scenario())
