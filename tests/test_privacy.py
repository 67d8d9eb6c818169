"""Nothing leaves the machine, and no library leaves a trace on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SUPPRESSING = ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "HF_HUB_OFFLINE", "PYTEST_VERSION")
"""Variables that keep a library from telling its makers, and that no user has set."""


@pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"),
    reason="calls are caught by a library for Linux, which the C compiler `cc` makes",
)
def test_indexing_and_asking_reach_nobody_and_leave_nothing_at_home(tmp_path: Path) -> None:
    shim, calls, home = tmp_path / "shim.so", tmp_path / "calls", tmp_path / "home"
    home.mkdir()
    make = ["cc", "-shared", "-fPIC", "-w", "-o", str(shim), str(HERE / "calls_out.c")]
    subprocess.run([*make, "-ldl"], check=True)
    article = tmp_path / "ferry.txt"
    article.write_text("Nils Aune met the drummer Eva Lund in Oslo on Monday.\n")
    environment = {name: value for name, value in os.environ.items() if name not in SUPPRESSING}
    environment |= {"HOME": str(home), "LD_PRELOAD": str(shim), "CALLS_OUT": str(calls)}
    for words in (("index", str(article)), ("ask", "Who did Nils Aune meet?")):
        quoth = [sys.executable, "-c", "from bot.cli import main; main()", *words]
        done = subprocess.run(
            [*quoth, "--data-dir", str(tmp_path / "data")],
            env=environment,
            cwd=HERE.parent,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    assert "Eva Lund" in done.stdout
    assert [str(path) for path in home.rglob("*")] == []
    assert not calls.exists() or calls.read_text() == ""
