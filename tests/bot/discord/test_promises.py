"""Who was told to wait by a process that was killed is told by the next, once."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.discord.promises import INTERRUPTED
from bot.service.records import Records
from bot.service.waiting import Waiter
from tests.fake_discord import UNKNOWN_WEBHOOK, FakeDiscord, Interaction, Message
from tests.fake_discord.process import quoth_discord

from .conftest import LISBON_QUESTION, Play, Scene
from .test_late import Slowly

ANSWER = "João Cravinho"
ORIGINAL = "PATCH */messages/@original"


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Slowly:
    return Slowly(monkeypatch)


def asker(asked: Interaction | Message) -> Waiter:
    """What is kept of who waits for an answer."""
    guild = asked.channel.guild
    token = asked.token if isinstance(asked, Interaction) else None
    return Waiter(asked.id, guild.id if guild else None, asked.channel.id, token)


def replies(message: Message) -> list[str]:
    sent = message.channel.messages.values()
    return [one.text for one in sent if one.reference is message]


async def asks(scene: Scene) -> Interaction:
    return await scene.discord.slash(scene.leyla, scene.channel, "ask", question=LISBON_QUESTION)


async def left_unanswered(scene: Scene) -> Interaction:
    """A question that "is thinking…", which Discord took no answer to."""
    refused = scene.discord.fail(ORIGINAL, UNKNOWN_WEBHOOK)
    asked = await asks(scene)
    await scene.discord.wait_for(lambda: refused.hits)
    return asked


def test_it_is_known_who_waits_until_they_have_a_word(play: Play, slowly: Slowly) -> None:
    async def act(scene: Scene) -> None:
        waiting = scene.bot.services.records.waiting
        asked = await asks(scene)
        await asked.acknowledged()
        written = await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        direct = await scene.discord.say(
            scene.marco, scene.discord.direct(scene.marco), LISBON_QUESTION
        )
        await scene.discord.wait_for(lambda: len(waiting.all()) == 3)
        assert waiting.all() == sorted(map(asker, (asked, written, direct)), key=lambda w: w.asked)
        slowly.go.set()
        assert ANSWER in (await asked.response()).text
        await scene.discord.wait_for(lambda: not waiting.all())
        slowly.error = RuntimeError("no")
        assert "went wrong" in (await (await asks(scene)).followup()).text
        await scene.discord.wait_for(lambda: not waiting.all())

    play(act, workers=3)


def test_who_an_earlier_process_left_waiting_is_told_and_nobody_else(
    play: Play, tmp_path: Path
) -> None:
    async def act(scene: Scene) -> None:
        discord, channel = scene.discord, scene.channel
        thinking, queued = await left_unanswered(scene), await left_unanswered(scene)
        answered = await asks(scene)
        assert ANSWER in (await answered.response()).text
        written = await discord.mention(scene.leyla, channel, LISBON_QUESTION)
        assert ANSWER in (await written.reply()).text
        old = await left_unanswered(scene)
        await scene.stop()
        await discord.wait_for(lambda: not discord.gateway.connected)
        assert queued.original
        queued.original.flags &= ~(1 << 7)
        queued.original.components = [{"type": 10, "id": 1, "content": "You are number 3 in …"}]
        unheard = await discord.mention(scene.leyla, channel, LISBON_QUESTION)
        unheard_directly = await discord.say(
            scene.marco, discord.direct(scene.marco), LISBON_QUESTION
        )
        told = [thinking, queued, unheard, unheard_directly]
        path = tmp_path / "data" / "discord.db"
        before = datetime.now(UTC) - timedelta(minutes=15)
        with closing(Records(path, keep_days=1, now=lambda: before)) as records:
            records.waiting.begins(asker(old))
            records.waiting.flush()
        with closing(Records(path, keep_days=1)) as records:
            for one in [*told, answered, written]:
                records.waiting.begins(asker(one))
            records.waiting.flush()
        await scene.start()
        waiting = scene.bot.services.records.waiting
        await discord.wait_for(lambda: not waiting.all())
        for message in (unheard, unheard_directly):
            assert (await message.reply()).text == INTERRUPTED
        for asked in (thinking, queued):
            await discord.wait_for(lambda asked=asked: asked.final)  # type: ignore[misc]
            final = asked.final
            await discord.wait_for(lambda final=final: final.text == INTERRUPTED)  # type: ignore
        assert ANSWER in (await scene.ask(LISBON_QUESTION)).text
        assert answered.final
        assert ANSWER in answered.final.text
        assert [ANSWER in text for text in replies(written)] == [True]
        assert old.final is None
        await scene.restart()
        assert ANSWER in (await scene.ask(LISBON_QUESTION)).text
        assert replies(unheard) == replies(unheard_directly) == [INTERRUPTED]

    play(act)


@pytest.mark.slow
def test_a_killed_bot_tells_when_it_is_back(data_dir: Path, tmp_path: Path) -> None:
    own = shutil.copytree(data_dir, tmp_path / "data")

    async def run() -> None:
        async with FakeDiscord() as fake:
            guild = fake.add_guild()
            leyla = fake.add_user("Leyla", [guild])
            async with quoth_discord(fake, own) as process:
                await (await fake.slash(leyla, guild.channel, "ask", question="who?")).response()
                fake.slow(ORIGINAL, 60, times=9)
                asked = [
                    await fake.slash(leyla, guild.channel, "ask", question=LISBON_QUESTION)
                    for _ in range(3)
                ]
                for one in asked:
                    await one.acknowledged()
                process.kill()
                await process.communicate()
            assert [one.final for one in asked] == [None] * 3
            fake.world.faults.clear()
            async with quoth_discord(fake, own) as process:
                assert [(await one.response()).text for one in asked] == [INTERRUPTED] * 3
                again = await fake.slash(leyla, guild.channel, "ask", question=LISBON_QUESTION)
                assert ANSWER in (await again.response()).text
                process.terminate()
                _, told = await process.communicate()
            assert fake.violations == []
            assert not any(one.token in told.decode() for one in asked)

    asyncio.run(run())
