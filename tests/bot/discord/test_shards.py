"""Several processes that share a bot: each answers for its shards, and they count together."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from bot.discord import client, lease, running
from bot.discord.lease import leased
from bot.discord.running import Bot
from bot.discord.shards import Shards
from bot.service.records import Records
from bot.service.tenants import TenantSettings
from bot.settings import DiscordSettings, Settings
from retrieval import Library
from retrieval.errors import SettingsError
from tests.fake_discord import FakeDiscord, Guild, User
from tests.postgres import Postgres

from .conftest import LISBON_QUESTION, RECORDS

FIRST, SECOND = Shards(2, frozenset({0})), Shards(2, frozenset({1}))
ANSWER = "João Cravinho"


@pytest.fixture
def url(postgres: Postgres) -> str:
    """The address of an empty database."""
    return postgres.tcp(postgres.emptied())


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(lease, "LOOK_SECONDS", 0.05)


def guild_of(fake: FakeDiscord, shard: int) -> Guild:
    """A server that the first or second of two shards is told of."""
    while True:
        guild = fake.add_guild(f"Server of {shard}")
        if (guild.id >> 22) % 2 == shard:
            return guild
        del fake.world.guilds[guild.id]


def test_a_server_is_of_one_shard_and_direct_messages_are_of_the_first() -> None:
    fourth = Shards(4, frozenset({3}))
    assert [guild for guild in range(8) if fourth.own(guild << 22)] == [3, 7]
    assert not fourth.own(None)
    assert FIRST.own(None)
    assert Shards.of(DiscordSettings(shards=4)).own(3 << 22)
    assert Shards.of(DiscordSettings(shards=4, shard_ids="1-2")) == Shards(4, frozenset({1, 2}))


def test_shards_of_a_process_need_a_database_that_others_share(shared_library: Library) -> None:
    ours = DiscordSettings(token="a.b.c", shards=2, shard_ids="0")
    with pytest.raises(SettingsError, match="set database to postgresql"):
        running.run(Settings(discord=ours), shared_library)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize(
    ("other", "told"),
    [
        (FIRST, "another process answers for shard 0 of 2 already: stop that one"),
        (Shards(2, frozenset({0, 1})), "another process answers for shard 0 of 2 already"),
        (Shards(4, frozenset({3})), "another process has shards of 2, and this one of 4"),
        (Shards(1, frozenset({0})), "another process has shards of 2, and this one of 1"),
    ],
)
def test_nobody_answers_for_what_another_process_does(url: str, other: Shards, told: str) -> None:
    refused = pytest.raises(SettingsError, match=told)
    with leased(url, FIRST), leased(url, SECOND), refused, leased(url, other):
        pass
    with leased(url, other):
        pass


def test_who_waits_for_shards_has_them_when_the_other_process_ends(url: str) -> None:
    async def scenario() -> None:
        with ExitStack() as old:
            old.enter_context(leased(url, FIRST))
            new = asyncio.create_task(asyncio.to_thread(lambda: leased(url, FIRST).__enter__()))
            await asyncio.sleep(0.5)
            assert not new.done()
            old.close()
            lease = await asyncio.wait_for(new, 30)
        assert lease.refused() is None
        lease._session.close()

    asyncio.run(scenario())


@pytest.mark.usefixtures("no_waiting")
def test_a_lost_connection_is_mended_unless_another_process_was_faster(
    url: str, postgres: Postgres
) -> None:
    async def scenario() -> None:
        with leased(url, FIRST) as old:
            losing = asyncio.create_task(old.lost())
            postgres.drop_connections("postgres")
            await asyncio.sleep(0.5)
            with pytest.raises(SettingsError, match="shard 0 of 2 already"), leased(url, FIRST):
                pass
            assert not losing.done()
            losing.cancel()
            postgres.drop_connections("postgres")
            with leased(url, FIRST), pytest.raises(SettingsError, match="shard 0 of 2 already"):
                await asyncio.wait_for(old.lost(), 30)

    asyncio.run(scenario())


class Bots:
    """Two bots of one fake Discord over one database, each with a folder of its own."""

    def __init__(self, fake: FakeDiscord, url: str, folder: Path) -> None:
        self.fake = fake
        self.servers = [guild_of(fake, shard) for shard in (0, 1)]
        self.url = url
        self._folder = folder

    @asynccontextmanager
    async def running(self, shard: int, **settings: Any) -> AsyncIterator[Bot]:
        """One of them, until it is told to stop."""
        ours = DiscordSettings(
            **{"token": self.fake.token, "api_base": self.fake.api_base}
            | {"gateway_url": self.fake.gateway_url, "shards": 2, "shard_ids": str(shard)}
            | settings
        )
        folder = self._folder / str(shard)
        with Library.open(folder, database=self.url) as library:
            made = Settings(data_dir=folder, database=self.url, discord=ours)
            bot, stop = Bot(made, library, guild_ready_timeout=0.05), asyncio.Event()
            serving = asyncio.create_task(bot.serve(stop))
            await self.fake.wait_for(lambda: serving.done() or bot.client.is_ready(), 60)
            try:
                yield bot
            finally:
                stop.set()
                await serving

    async def ask(self, user: User, guild: Guild, question: str = LISBON_QUESTION) -> str:
        asked = await self.fake.slash(user, guild.channel, "ask", question=question)
        return (await asked.response(60)).text


@pytest.fixture
def filled(url: str, tmp_path: Path) -> str:
    """The address of a database with the shared articles, which no bot has indexed."""
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")
    with Library.open(tmp_path / "elsewhere", database=url) as library:
        library.index([tmp_path / "records.jsonl"])
    return url


@pytest.fixture(autouse=True)
def identify_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "IDENTIFY_SECONDS", 0.05)


def test_each_answers_for_its_own_servers_and_they_count_together(
    filled: str, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with FakeDiscord() as fake:
            bots = Bots(fake, filled, tmp_path)
            leyla = fake.add_user("Leyla", bots.servers)
            marco = fake.add_user("Marco", bots.servers)
            limits = {"burst": 2, "refill_seconds": 3600}
            async with bots.running(0, **limits) as first, bots.running(1, **limits) as second:
                told = [await bots.ask(leyla, guild) for guild in (*bots.servers, *bots.servers)]
                assert [ANSWER in one for one in told] == [True, True, False, False]
                assert all("You have asked a lot at once" in one for one in told[2:])
                with Library.open(tmp_path / "elsewhere", database=filled) as library:
                    (tmp_path / "mill.txt").write_text("The miller of Osk is Thea Brandt.")
                    library.index([tmp_path / "mill.txt"])
                for guild in bots.servers:
                    assert "Thea Brandt" in await bots.ask(marco, guild, "who is miller of Osk?")
                await fake.wait_for(lambda: not first.services.records.waiting.all())
                for bot in (first, second):
                    outcomes = bot.services.metrics.questions
                    assert outcomes.labels("answered")._value.get() == 2
                    assert outcomes.labels("limited")._value.get() == 1
            assert len(fake.sent("PUT", "/applications/{application_id}/commands")) == 1
            assert fake.violations == []

    asyncio.run(scenario())


def test_only_the_process_that_a_server_belongs_to_tidies_it(filled: str, tmp_path: Path) -> None:
    def known() -> set[int]:
        with closing(Records(Path("discord.db"), keep_days=30, database=filled)) as records:
            return {id for id in ids if records.tenants.settings(id).caution}

    async def scenario() -> None:
        async with FakeDiscord() as fake:
            bots = Bots(fake, filled, tmp_path)
            ids.extend(guild.id for guild in bots.servers)
            with closing(Records(Path("discord.db"), keep_days=30, database=filled)) as records:
                for id in ids:
                    records.tenants.set_settings(id, TenantSettings("eager"))
            fake.world.guilds.clear()  # both have put it out while nobody listened
            for shard, left in ((1, {ids[0]}), (0, set[int]())):
                async with bots.running(shard, grace_days=0):
                    await fake.wait_for(lambda left=left: known() == left)  # type: ignore[misc]

    ids: list[int] = []
    asyncio.run(scenario())
