"""`quoth discord` as its own process, pointed at a fake Discord."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from .server import FakeDiscord


@asynccontextmanager
async def quoth_discord(
    fake: FakeDiscord, data_dir: Path, **settings: object
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process, connected; killed if it's still there in the end. Its log is on `stderr`."""
    ours = {f"QUOTH_DISCORD__{name.upper()}": str(value) for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from bot.cli import main; main()"),
        *("discord", "--data-dir", str(data_dir)),
        env=os.environ | fake.environment | ours,
        stderr=asyncio.subprocess.PIPE,
    )
    before = fake.gateway.identified

    def begun() -> bool:
        return fake.gateway.identified > before and fake.gateway.connected

    try:
        ended = asyncio.create_task(process.wait())
        ready = asyncio.create_task(fake.wait_for(begun, 120, "The bot"))
        await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if ended.done():
            assert process.stderr
            raise AssertionError((await process.stderr.read()).decode())
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
        await ended
