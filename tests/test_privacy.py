"""Nothing leaves the machine, and no library leaves a trace on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SUPPRESSING = ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "HF_HUB_OFFLINE", "PYTEST_VERSION")
"""Variables that keep a library from telling its makers, and that no user has set."""


pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"),
    reason="calls are caught by a library for Linux, which the C compiler `cc` makes",
)


@dataclass(frozen=True)
class Alone:
    """Runs Python in an empty home, and notes which machines are looked for."""

    home: Path
    calls: Path
    shim: Path

    def run(self, *words: str) -> str:
        told = {name: value for name, value in os.environ.items() if name not in SUPPRESSING}
        told |= {"HOME": str(self.home), "LD_PRELOAD": str(self.shim), "CALLS_OUT": str(self.calls)}
        command = [sys.executable, "-c", *words]
        done = subprocess.run(command, env=told, cwd=HERE.parent, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def left(self) -> list[str]:
        """Give what stands in the home, and whom was called."""
        called = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [*(str(path) for path in self.home.rglob("*")), *called]


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    made = Alone(tmp_path / "home", tmp_path / "calls", tmp_path / "shim.so")
    made.home.mkdir()
    make = ["cc", "-shared", "-fPIC", "-w", "-o", str(made.shim), str(HERE / "calls_out.c")]
    subprocess.run([*make, "-ldl"], check=True)
    return made


def test_a_call_is_noted(alone: Alone) -> None:
    alone.run("import socket\ntry: socket.create_connection(('127.0.0.1', 9))\nexcept OSError: 0")
    assert alone.left() == ["getaddrinfo 127.0.0.1", "connect IPv4"]


def test_indexing_and_asking_reach_nobody_and_leave_nothing_at_home(
    alone: Alone, tmp_path: Path
) -> None:
    article = tmp_path / "ferry.txt"
    article.write_text("Nils Aune met the drummer Eva Lund in Oslo on Monday.\n")
    quoth, data = "from bot.cli import main; main()", ("--data-dir", str(tmp_path / "data"))
    alone.run(quoth, "index", str(article), *data)
    assert "Eva Lund" in alone.run(quoth, "ask", "Who did Nils Aune meet?", *data)
    assert alone.left() == []


@pytest.mark.skipif(not find_spec("openvino"), reason="the extra “fast” isn't installed")
def test_the_faster_encoder_reaches_nobody_either(alone: Alone) -> None:
    alone.run("from retrieval.encoder.bulk import load_openvino as load; load().Core()")
    assert alone.left() == []
