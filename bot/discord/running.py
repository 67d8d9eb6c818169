"""Running the bot: it starts, comes back after whatever happens, and leaves cleanly."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import discord
import yarl

from bot.discord import DOOR
from bot.discord.alone import alone
from bot.discord.client import make_client
from bot.discord.gateway import measure_latency
from bot.discord.promises import tell_interrupted
from bot.discord.shards import Shards
from bot.service.database import RecordsError
from bot.service.door import Policy
from bot.service.health import HealthServer
from bot.service.services import Services
from bot.service.upkeep import tidy
from bot.service.waiting import Waiter
from bot.settings import DiscordSettings, Settings
from retrieval import Library
from retrieval.errors import SettingsError

if TYPE_CHECKING:
    from bot.discord.lease import Lease

LAST_SECONDS = 5
"""How long what is in flight may take to end when the process is told to."""

SHORTEST_PAUSE, LONGEST_PAUSE = 1, 300
"""Seconds between a connection that ended by an error and the next; each pause doubles."""

WARM_SECONDS = 30
"""How long a first connection waits for the models."""

SOUND = 600
"""After so many seconds a connection was sound, and the next pause is short again."""

SWITCH_SECONDS = 0.0005
"""After what time a thread that calculates lets another one run: the loop, which has to answer
Discord, needs several turns for a word, and waits for a turn of each busy thread each time."""

DAY = 24 * 60 * 60

TOKENS_AFTER = r"(?:webhooks|interactions)/\d+/"
"""After what tokens stand in the URLs of Discord's API, for ``logs.set_up``."""

TOKEN_REFUSED = 4004
"""The gateway's code for a token that holds no more."""

_NO_TOKEN = (
    "Discord refuses the token: copy it anew from the developer portal into QUOTH_DISCORD__TOKEN"
)
_log = logging.getLogger(__name__)

# Nobody needs to be warned that a bot which only writes can't speak.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def run(settings: Settings, library: Library) -> None:
    """Answer on Discord until SIGTERM or SIGINT. Raises SettingsError for what Discord refuses."""
    sys.setswitchinterval(SWITCH_SECONDS)
    assert settings.discord.token is not None
    with ExitStack() as held:
        if settings.discord.own_shards is None:
            held.enter_context(alone(settings.data_dir, settings.discord.token.get_secret_value()))
        elif settings.database_url is None:
            raise SettingsError(
                "discord.shard_ids needs a database that the processes share: set database to "
                "postgresql://…, or leave discord.shard_ids empty"
            )
        lease = None
        if settings.database_url:
            # Only here, as psycopg comes with an extra; whoever opened the library has it.
            from bot.discord.lease import leased

            lease = held.enter_context(leased(settings.database_url, Shards.of(settings.discord)))
        asyncio.run(_until_told(settings, library, lease))


async def _until_told(settings: Settings, library: Library, lease: Lease | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Bot(settings, library, lease).serve(stop)


class Bot:
    """A client that stays connected. Make it within a running loop; it serves once.

    It ends when it loses its ``lease``, if it has one. ``options`` go to discord.py's client.
    """

    def __init__(
        self, settings: Settings, library: Library, lease: Lease | None = None, **options: Any
    ) -> None:
        assert settings.discord.token is not None
        _point_at(settings.discord)
        self._token = settings.discord.token
        self._lease = lease
        self._options = options
        self.services = Services.of(DOOR, settings, _policy(settings.discord), library)
        self.client = make_client(self.services, **options)
        measure_latency(self.services.metrics, lambda: self.client.gateway())

    async def serve(self, stop: asyncio.Event) -> None:
        """Answer until ``stop`` is set; then finish what is in flight, and close.

        Raises:
            SettingsError: Discord refuses the token or what the settings ask for, or another
                process has taken its place.
        """
        left = await self._left()  # before anybody asks this process
        warm = asyncio.create_task(self._warm())
        tasks = [
            asyncio.create_task(work)
            for work in (
                *(self._stay_connected(warm), stop.wait(), self._lost()),
                *(self._keep_up(), self._make_good(left)),
            )
        ]
        connected, told_to_stop, lost, *_ = tasks
        tasks.append(warm)
        try:
            async with self._health():
                ends = {connected, told_to_stop, lost}
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                _log.info("leaving: what is in flight is finished first")
        finally:
            await self.services.close(LAST_SECONDS)
            for task in tasks:  # closed from outside, the client would end its session with 4000
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in (connected, lost):
            if not task.cancelled():
                task.result()

    async def _stay_connected(self, warm: asyncio.Task[None]) -> None:
        """Have a client until one is closed; one that an error ended gives way to a new one.

        The first comes when the models are loaded, if that doesn't take long: whoever asks
        meanwhile would wait for a word.

        discord.py itself reconnects when the connection drops; what ends a client is, for
        example, an event that it can't read.
        """
        await asyncio.wait({warm}, timeout=WARM_SECONDS)
        pause = SHORTEST_PAUSE
        while True:
            began = time.monotonic()
            try:
                async with self.client:
                    await self.client.start(self._token.get_secret_value())
                return
            except discord.LoginFailure:
                raise SettingsError(_NO_TOKEN) from None
            except discord.PrivilegedIntentsRequired:
                raise SettingsError(
                    "discord.message_content needs the Message Content intent: switch it on in "
                    "the developer portal, or the setting off"
                ) from None
            except discord.ConnectionClosed as error:  # discord.py resumes after any other code
                if error.code == TOKEN_REFUSED:
                    raise SettingsError(_NO_TOKEN) from None
                raise SettingsError(
                    f"Discord refuses the connection with code {error.code}: "
                    "see discord.shards, and the developer portal"
                ) from error
            except Exception as error:
                pause = SHORTEST_PAUSE if time.monotonic() - began > SOUND else pause
                _log.error(
                    "the client ended (%s); a new one begins in %d s",
                    error,
                    pause,
                    exc_info=not isinstance(error, OSError),  # that is the network
                )
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            self.client = make_client(self.services, **self._options)

    async def _warm(self) -> None:
        """Load the models before the first question comes."""
        try:
            await asyncio.to_thread(self.services.library.warm)
        except Exception:
            _log.exception("the library could not be loaded ahead of the first question")

    async def _left(self) -> list[Waiter]:
        """Those who wait for a process that had our shards before us, and has ended."""
        try:
            waiters = await self.services.recorded(self.services.records.waiting.all)
        except RecordsError as error:
            _log.warning("can't tell who waits for an earlier process: %s", error)
            return []
        return [one for one in waiters if self.client.ours.own(one.guild)]

    async def _make_good(self, left: list[Waiter]) -> None:
        await self._is_ready()
        await tell_interrupted(self.client, left)

    async def _lost(self) -> None:
        if self._lease:
            await self._lease.lost()
        await asyncio.Event().wait()

    async def _is_ready(self) -> None:
        while not self.client.is_ready():
            await asyncio.sleep(0.2)

    async def _keep_up(self) -> None:
        """Once a day, drop what need not be kept any longer."""
        while True:
            await self._is_ready()
            try:
                present = {guild.id for guild in self.client.guilds}
                await tidy(self.services, present, self.client.ours.own)
            except Exception:
                _log.exception("the daily tidying failed; the next is in a day")
            await asyncio.sleep(DAY)

    @asynccontextmanager
    async def _health(self) -> AsyncIterator[None]:
        port = self.services.settings.discord.health_port
        if port is None:
            yield
            return
        server = HealthServer(
            port,
            self.services.metrics,
            lambda: self.client.gateway().health,
            "discord.health_port",
        )
        await server.start()
        try:
            yield
        finally:
            await server.stop()


def _policy(settings: DiscordSettings) -> Policy:
    return Policy(
        workers=settings.workers,
        queue=settings.queue,
        tenant_limit=settings.guild_limit,
        burst=settings.burst,
        refill_seconds=settings.refill_seconds,
        keep_days=settings.keep_days,
        grace_days=settings.grace_days,
        max_upload_mb=settings.max_upload_mb,
        max_articles=settings.max_articles,
        max_characters=settings.max_characters,
        several=settings.own_shards is not None,
    )


def _point_at(settings: DiscordSettings) -> None:
    """Have another server take Discord's place, for the whole process."""
    if settings.api_base:
        discord.http.Route.BASE = settings.api_base
    if settings.gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
