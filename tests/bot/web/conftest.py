"""`quoth serve` as people start it, over seeds/ and a collection of odd articles."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

QUOTH = Path(sys.executable).with_name("quoth")


@pytest.fixture(scope="session")
def serving(seeds_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """The process that serves; its first line told where."""
    process = subprocess.Popen(
        [QUOTH, "serve", "--port", "0", "--data-dir", seeds_dir, "--collection", "club"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=seeds_dir,
    )
    yield process
    process.kill()
    process.communicate()


@pytest.fixture(scope="session")
def address(serving: subprocess.Popen[str]) -> str:
    """Where it is served."""
    assert serving.stderr is not None
    line = serving.stderr.readline()
    found = re.fullmatch(r"Quoth answers at (http://127\.0\.0\.1:\d+)/ until Ctrl-C\.\n", line)
    assert found, line
    return found[1]
