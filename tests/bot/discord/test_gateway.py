"""Discord fails in the ways that it does, and the bot goes on answering."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path

import pytest

from bot.discord.client import QuothClient
from tests.fake_discord import (
    BAD_GATEWAY,
    MISSING_PERMISSIONS,
    SERVER_ERROR,
    UNKNOWN_INTERACTION,
    UNKNOWN_WEBHOOK,
    Failure,
    FakeDiscord,
    Interaction,
)
from tests.fake_discord.process import quoth_discord

from .conftest import LISBON_QUESTION, Play, Scene

ANSWER = "João Cravinho"
CALLBACK, ORIGINAL = "POST */callback", "PATCH */messages/@original"


@pytest.fixture(autouse=True)
def _without_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new session at once: discord.py waits for five seconds before each but the first."""

    async def at_once(self: QuothClient, shard_id: int | None, *, initial: bool = False) -> None:
        del self, shard_id, initial

    monkeypatch.setattr(QuothClient, "before_identify_hook", at_once)


async def ask(scene: Scene) -> Interaction:
    return await scene.discord.slash(scene.leyla, scene.channel, "ask", question=LISBON_QUESTION)


async def is_well(scene: Scene) -> None:
    """The bot gives the right answer, and nothing that it did so far was an error."""
    assert ANSWER in (await scene.ask(LISBON_QUESTION)).text
    assert scene.bot.services.metrics.registry.get_sample_value("quoth_errors_total") == 0


def test_an_acknowledgement_that_comes_too_late_is_dropped_quietly(play: Play) -> None:
    async def act(scene: Scene) -> None:
        late = scene.discord.fail(CALLBACK, UNKNOWN_INTERACTION)
        asked = await ask(scene)
        await scene.discord.wait_for(lambda: late.hits)
        await is_well(scene)
        assert asked.callback is None
        paths = [r.path for r in scene.discord.requests if asked.token in r.path]
        assert paths == [f"/interactions/{asked.id}/{asked.token}/callback"]

    play(act)


def test_what_belongs_to_nothing_any_more_is_dropped_quietly(play: Play) -> None:
    async def act(scene: Scene) -> None:
        expired = scene.discord.fail(ORIGINAL, UNKNOWN_WEBHOOK)
        asked = await ask(scene)
        await scene.discord.wait_for(lambda: expired.hits)
        await is_well(scene)
        assert asked.final is None

    play(act)


@pytest.mark.parametrize("everywhere", [False, True])
def test_rate_limits_are_waited_for(play: Play, everywhere: bool) -> None:
    async def act(scene: Scene) -> None:
        limited = [
            scene.discord.limit(pattern, 2, everywhere=everywhere)
            for pattern in (CALLBACK, ORIGINAL, "POST */typing", "POST */messages")
        ]
        asked = await ask(scene)
        written = await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        assert ANSWER in (await asked.response()).text
        said = await written.reply()
        await scene.discord.wait_for(lambda: ANSWER in said.text)
        assert [fault.hits for fault in limited] == [2] * 4
        assert len([m for m in scene.channel.messages.values() if m.author.bot]) == 2
        await is_well(scene)

    play(act)


@pytest.mark.parametrize("failure", [SERVER_ERROR, BAD_GATEWAY], ids=["500", "502"])
@pytest.mark.parametrize("pattern", [CALLBACK, ORIGINAL])
def test_a_failing_server_is_asked_again(play: Play, failure: Failure, pattern: str) -> None:
    async def act(scene: Scene) -> None:
        failed = scene.discord.fail(pattern, failure)
        await is_well(scene)
        assert failed.hits == 1

    play(act)


def test_a_channel_in_which_it_may_not_write(play: Play) -> None:
    async def act(scene: Scene) -> None:
        refused = scene.discord.fail("POST /channels/*", MISSING_PERMISSIONS, times=2)
        await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        await scene.discord.wait_for(lambda: refused.hits)
        await is_well(scene)

    play(act)


def test_a_dropped_socket_is_resumed_and_no_question_is_lost(play: Play) -> None:
    async def act(scene: Scene) -> None:
        gateway = scene.discord.gateway
        before = await ask(scene)
        await before.acknowledged()
        await gateway.drop()
        meanwhile = await ask(scene)
        for asked in (before, meanwhile):
            assert ANSWER in (await asked.response()).text
        resumed = gateway.resumed
        assert resumed >= 1
        await gateway.ask_to_reconnect()
        await scene.discord.wait_for(lambda: gateway.resumed > resumed)
        await is_well(scene)
        assert gateway.identified == 1

    play(act)


def test_a_refused_resume_begins_anew(play: Play) -> None:
    async def act(scene: Scene) -> None:
        before = await ask(scene)
        await before.acknowledged()
        scene.discord.gateway.refuse_resume = True
        await scene.discord.gateway.drop()
        await scene.discord.wait_for(lambda: scene.discord.gateway.identified >= 2)
        assert ANSWER in (await before.response()).text
        await is_well(scene)
        assert len(scene.discord.sent("PUT", "/applications/{application_id}/commands")) == 1

    play(act)


def test_a_zombie_connection_is_left(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.discord.gateway.freeze()
        await is_well(scene)
        assert scene.discord.gateway.resumed >= 1
        assert scene.discord.gateway.identified == 1

    play(act)


def test_an_event_that_cannot_be_read_does_not_end_the_bot(play: Play) -> None:
    async def act(scene: Scene) -> None:
        first = scene.bot.client
        await scene.discord.gateway.dispatch("GUILD_CREATE", {"no": "id"}, None)
        await scene.discord.wait_for(lambda: scene.discord.gateway.identified >= 2)
        await is_well(scene)
        assert first.is_closed()

    play(act)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_leaves_when_what_is_in_flight_is_answered(
    data_dir: Path, tmp_path: Path, number: signal.Signals
) -> None:
    own = shutil.copytree(data_dir, tmp_path / "data")

    async def run() -> str:
        async with FakeDiscord() as fake:
            guild = fake.add_guild()
            leyla = fake.add_user("Leyla", [guild])
            async with quoth_discord(fake, own) as process:
                await (await fake.slash(leyla, guild.channel, "ask", question="who?")).response()
                sending = fake.slow(ORIGINAL, 0.5, times=3)
                asked = [
                    await fake.slash(leyla, guild.channel, "ask", question=LISBON_QUESTION)
                    for _ in range(3)
                ]
                for one in asked:
                    await one.acknowledged()
                await fake.wait_for(lambda: sending.hits)
                assert [one.final for one in asked] == [None] * 3
                process.send_signal(number)
                log = (await process.communicate())[1].decode()
            assert process.returncode == 0, log
            for one in asked:
                assert ANSWER in (await one.response()).text
                assert one.token not in log
            assert fake.gateway.closed_with == [1000]
            assert fake.violations == []
            assert fake.token not in log
            return log

    assert "Traceback" not in asyncio.run(run())
