"""`quoth serve` as people start it, over seeds/ and a collection of odd articles."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.service import local
from bot.service.services import Services
from bot.settings import Settings
from bot.web.app import app_of
from retrieval import Library

QUOTH = Path(sys.executable).with_name("quoth")
Act = Callable[[httpx2.AsyncClient, Services], Awaitable[None]]


def visit(data_dir: Path, act: Act, **others: Any) -> None:
    """Do something with the application of a library, some of its services others."""

    async def visited() -> None:
        with Library.open(data_dir) as library:
            async with local.opened("serve", Settings(data_dir=data_dir), library) as services:
                services = replace(services, **others)
                transport = httpx2.ASGITransport(app_of(services), raise_app_exceptions=False)
                url = "http://localhost"
                async with httpx2.AsyncClient(transport=transport, base_url=url) as client:
                    await act(client, services)

    asyncio.run(visited())


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
