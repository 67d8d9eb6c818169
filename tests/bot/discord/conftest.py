"""The bot, running against the fake Discord over a small index of our own articles."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.discord.running import Bot
from bot.settings import DiscordSettings, Settings
from retrieval import Library
from tests.fake_discord import Channel, FakeDiscord, Guild, Interaction, Message, User

SHIPPERS = (
    *("Anna Berg", "Tomás Ferreira", "Jonas Okafor", "Elin Dahl"),
    *("Priya Raman", "Luca Moretti", "Sofia Papadaki", "Henrik Solberg"),
)
LISBON = (
    "Foreign Minister Mevlüt Çavuşoğlu met his Portuguese counterpart João Cravinho in Lisbon on "
    "Tuesday. They talked about grain shipments for two hours. The harbour strike had ended."
)
BUCHAREST = (
    "Foreign Minister Mevlüt Çavuşoğlu met his Romanian counterpart Bogdan Aurescu in Bucharest "
    "on Friday. The two signed a paper on ferries."
)
BOARD = (
    "The clerk of Port Vell painted the words @everyone <@123> [free boats](http://evil.example) "
    "`rm` ||hush|| on the harbour board. Nobody has washed them off yet."
)
RECORDS: list[dict[str, str]] = [
    {
        "id": "lisbon",
        "title": "Talks in Lisbon",
        "text": LISBON,
        "publisher": "Northern Post",
        "date": "2022-04-06",
        "url": "https://example.org/lisbon",
    },
    {
        "id": "bucharest",
        "title": "A day in Bucharest",
        "text": BUCHAREST,
        "publisher": "Kıyı Gazetesi",
        "date": "2022-11-30",
    },
    {"id": "board", "title": "The board of Port Vell", "text": BOARD, "date": "2023-05-01"},
    *(
        {
            "id": f"visit-{number}",
            "title": f"Visit {number}",
            "text": (
                f"Council head Marta Lindqvist met with {name} in Veldmark. The meeting in the "
                f"customs house was number {number} of the year. Tea was served in {number} cups."
            ),
            "publisher": "Coast Desk",
            "date": f"2024-0{number}-03",
        }
        for number, name in enumerate(SHIPPERS, 1)
    ),
]
LISBON_QUESTION = "who did Çavuşoğlu meet in Lisbon?"
VISITS_QUESTION = "who did Marta Lindqvist meet in Veldmark?"
UNANSWERABLE = "who invented the telescope?"


class Scene:
    """A server with one channel, its administrator, two members, and the bot."""

    def __init__(
        self, discord: FakeDiscord, library: Library, data_dir: Path, **settings: Any
    ) -> None:
        self.discord = discord
        self.guild: Guild = discord.add_guild("Veldmark")
        self.admin: User = discord.add_user("Ada", manages=[self.guild])
        self.leyla: User = discord.add_user("Leyla", [self.guild])
        self.marco: User = discord.add_user("Marco", [self.guild])
        self.bot: Bot
        self._library = library
        ours = DiscordSettings(
            **(
                {"token": discord.token, "api_base": discord.api_base}
                | {"gateway_url": discord.gateway_url, "burst": 100}
                | settings
            )
        )
        self._settings = Settings(data_dir=data_dir, discord=ours)

    @property
    def channel(self) -> Channel:
        return self.guild.channel

    async def start(self) -> None:
        self._stop = asyncio.Event()
        self.bot = Bot(
            self._settings, self._library, guild_ready_timeout=0.05, heartbeat_timeout=2.0
        )
        self._serving = asyncio.create_task(self.bot.serve(self._stop))
        ready = asyncio.create_task(self._ready())
        await asyncio.wait({self._serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        if self._serving.done():
            ready.cancel()
            self._serving.result()
        await ready

    async def _ready(self) -> None:
        await self.discord.ready()
        await self.discord.wait_for(self.bot.client.is_ready, what="The bot")

    async def stop(self) -> None:
        self._stop.set()
        await self._serving

    async def restart(self) -> None:
        """The bot ends, and another one begins with what that has kept."""
        await self.stop()
        await self.start()

    async def ask(self, question: str, user: User | None = None, **options: Any) -> Message:
        """What /ask answers."""
        asked = await self.discord.slash(
            user or self.leyla, self.channel, "ask", question=question, **options
        )
        return await asked.response()

    async def ask_to_reply(self, question: str) -> Message:
        """What /ask answers, once the bot has noted which message shows it."""
        answer = await self.ask(question)
        records = self.bot.services.records
        await self.discord.wait_for(lambda: records.by_message(answer.id), what="The record")
        return answer

    async def press(self, message: Message, button: str, user: User | None = None) -> Message:
        """What a button answers."""
        pressed = await self.discord.press(user or self.leyla, message, button)
        return await pressed.response()

    async def manage(self, command: str, /, **options: Any) -> Message:
        """What an administrator is answered."""
        used = await self.discord.slash(self.admin, self.channel, f"quoth {command}", **options)
        said = await used.response()
        await self.discord.wait_for(lambda: "Cancel" not in said.labels)  # more than progress
        return said

    async def add(self, name: str, text: str) -> Message:
        """What an administrator is answered who adds an article."""
        return await self.manage("add", file=self.discord.upload(name, text.encode()))


Play = Callable[..., None]
Act = Callable[[Scene], Awaitable[None]]


@pytest.fixture(scope="session")
def shared_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of shared articles. Tests add none to these, but each may to its own servers."""
    folder = tmp_path_factory.mktemp("shared")
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)
    (folder / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    with Library.open(tmp_path_factory.mktemp("index")) as library:
        library.index([folder])
        yield library


@pytest.fixture
def play(shared_library: Library, tmp_path: Path) -> Play:
    """``play(act, **settings)``: have an act played, in which nothing may break Discord's rules.

    ``intents`` are the privileged ones that the developer portal has switched on.
    """

    async def played(act: Act, library: Library, intents: int, settings: dict[str, Any]) -> None:
        async with FakeDiscord() as discord:
            discord.gateway.allowed_intents = intents
            discord.world.patience = 60  # a busy machine is no matter of these tests
            scene = Scene(discord, library, tmp_path / "data", **settings)
            await scene.start()
            try:
                await act(scene)
            finally:
                await scene.stop()
            assert discord.violations == []

    def run(
        act: Act, *, library: Library = shared_library, intents: int = 0, **settings: Any
    ) -> None:
        asyncio.run(played(act, library, intents, settings))

    return run


def key_of(message: Message) -> str:
    """The key of the reply that a message shows."""
    return str(message.buttons[0]["custom_id"].split(":")[2])


async def settled(interaction: Interaction) -> Message:
    """The ephemeral message that took the place of a public "is thinking…"."""
    return await interaction.followup()
