"""The commands that serve: how they begin and end, and what they say where they can't."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

QUOTH = Path(sys.executable).with_name("quoth")


@contextmanager
def serving(*options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([QUOTH, "serve", *options], stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_ends_cleanly(data_dir: Path, number: signal.Signals) -> None:
    with serving("--port", "0", "--data-dir", str(data_dir)) as process:
        address = line(process).split()[3]
        with urllib.request.urlopen(address, timeout=60) as response:
            assert "4 articles" in response.read().decode()
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_port_that_is_taken_is_said(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with serving("--port", port, "--data-dir", str(data_dir)) as process:
            assert f"127.0.0.1 port {port} can't be listened at" in line(process)
            assert process.wait(timeout=60) == 2


@pytest.mark.slow
def test_serving_the_network_says_what_that_means(data_dir: Path) -> None:
    options = ("--host", "0.0.0.0", "--port", "0", "--data-dir", str(data_dir))
    with serving(*options) as process:
        address = line(process).split()[3]
        assert address.startswith("http://0.0.0.0:")
        assert "there is no password, and nothing is encrypted" in line(process)
        request = urllib.request.Request(
            address.replace("0.0.0.0", "127.0.0.1"), headers={"Host": socket.gethostname()}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            assert response.status == 200


@pytest.mark.parametrize(("command", "package"), [("mcp", "mcp"), ("serve", "fastapi")])
def test_without_its_extra_a_command_says_how_to_install_it(command: str, package: str) -> None:
    program = (
        "import sys; from bot.cli import main; "
        f"sys.modules[{package!r}] = None; sys.argv = ['quoth', {command!r}]; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f'pip install ".[{command}]"' in done.stderr
    assert "Traceback" not in done.stderr
