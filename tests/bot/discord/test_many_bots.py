"""Two bots over one database and one index: whether they are killed or restarted one after the
other, nobody is left without a word."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from bot.discord.promises import INTERRUPTED
from tests.fake_discord import FakeDiscord, Guild, Interaction, Message, User
from tests.fake_discord.process import quoth_discord
from tests.postgres import Postgres
from tests.retrieval.engines.milvus_server import TOKEN, MilvusServer

from .test_shards import guild_of

QUESTIONS = {
    "Who did Çavuşoğlu meet in Lisbon?": "João Cravinho",
    "How many officers will guard The Hague?": "9,500",
    "What does the lighthouse keeper of Trabzon collect?": "412 brass compasses",
    "Who won the chess tournament in Reykjavik?": "",
}
SERVERS = 4
PEOPLE = 50  # each asks each question: 200 in all, every fifth person in a message
LONG = 600.0  # seconds after which something hangs, on any machine
IN_QUEUE = "You are number"
Asked = Interaction | Message


@pytest.mark.slow
@pytest.mark.parametrize("place", ["local", "lite server", "server"])
def test_a_burst_of_200_questions_to_two_bots_of_which_one_is_killed(
    place: str,
    postgres: Postgres,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("QUOTH_DATABASE", postgres.tcp(postgres.emptied()))
    monkeypatch.setenv("QUOTH_ENGINE", "local" if place == "local" else "milvus")
    if place == "lite server":
        monkeypatch.setenv("QUOTH_MILVUS__URI", request.getfixturevalue("lite_server"))
    elif place == "server":
        server: MilvusServer = request.getfixturevalue("milvus_server")
        monkeypatch.setenv("QUOTH_MILVUS__URI", server.uri)
        monkeypatch.setenv("QUOTH_MILVUS__TOKEN", TOKEN)
    _index(folder, tmp_path)
    figures = asyncio.run(_played(tmp_path))
    with capsys.disabled():
        print("", f"{place}: {figures}", sep="\n")


@pytest.mark.slow
def test_bots_that_are_restarted_one_after_the_other_answer_each_question_once(
    postgres: Postgres, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_DATABASE", postgres.tcp(postgres.emptied()))
    _index(folder, tmp_path)
    ends = asyncio.run(_rolled(tmp_path))
    assert ends["answered"] > ends["told to wait"]
    assert ends["interrupted"] == 0


async def _rolled(tmp_path: Path) -> Counter[str]:
    """Ask both, and each again while the other is restarted; how all of it ended."""
    async with FakeDiscord() as fake:
        fake.world.patience = LONG
        servers = [guild_of(fake, number % 2) for number in range(2)]
        asked: list[tuple[Asked, str]] = []

        async def burst() -> None:
            asked.extend(await _burst(fake, servers, 4))
            await fake.wait_for(lambda: all(_acknowledged(one) for one, _ in asked), LONG)

        async with AsyncExitStack() as running:
            before = [await running.enter_async_context(_bot(fake, tmp_path, id)) for id in (0, 1)]
            for id, old in enumerate(before):
                await burst()
                old.terminate()
                told = (await old.communicate())[1].decode()
                assert old.returncode == 0, told
                await running.enter_async_context(_bot(fake, tmp_path, id))
            await burst()
            await fake.wait_for(lambda: all(_words(fake, one) for one, _ in asked), LONG)
        assert fake.violations == []
        return Counter(_end(fake, one, answer) for one, answer in asked)


def _bot(
    fake: FakeDiscord, tmp_path: Path, shard: int
) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
    limits = {"shards": 2, "guild_limit": 25, "burst": 20}
    return quoth_discord(fake, tmp_path / str(shard), shard_ids=shard, **limits)


async def _played(tmp_path: Path) -> str:
    async with FakeDiscord() as fake:
        fake.world.patience = LONG
        servers = [guild_of(fake, number % 2) for number in range(SERVERS)]
        bot = partial(_bot, fake, tmp_path)
        async with bot(0) as killed, bot(1) as other:
            slow = fake.limit("PATCH */messages/@original", 100_000, retry_after=5)
            asked = await _burst(fake, servers, PEOPLE)
            theirs = [one for one, _ in asked if _server(one) in servers[0::2]]
            await fake.wait_for(lambda: all(map(_acknowledged, theirs)), LONG, "A word to all")
            answered = sum(bool(_words(fake, one)) for one in theirs)
            killed.kill()
            await killed.communicate()
            slow.times = slow.hits
            left = [one for one in theirs if not _words(fake, one)]
            assert len(left) > 5, f"{answered} had their words before it was killed"
            _index_one_more(tmp_path)
            async with bot(0) as again:
                everybody = [one for one, _ in asked]
                await fake.wait_for(lambda: all(_words(fake, one) for one in everybody), LONG)
                for guild in servers[:2]:
                    ines = fake.add_user("Ines", [guild])
                    late = await fake.slash(ines, guild.channel, "ask", question="who rows to Osk?")
                    assert "Bram Tolle" in (await late.response(LONG)).text
                for process in (again, other):
                    process.terminate()
                    told = (await process.communicate())[1].decode()
                    assert process.returncode == 0, told
                    assert "level=error" not in told
        ends = Counter(_end(fake, one, answer) for one, answer in asked)
        assert {_end(fake, one, "") for one in left} == {"interrupted"}
        assert ends["answered"] > 0
        assert fake.violations == []
        after = [one.acknowledged_after or LONG for one, _ in asked if isinstance(one, Interaction)]
        return (
            f"{len(asked)} questions: {dict(ends)}; acknowledged after {median(after):.2f} s "
            f"(median), {max(after):.2f} s (latest)"
        )


async def _burst(fake: FakeDiscord, servers: list[Guild], many: int) -> list[tuple[Asked, str]]:
    people: list[tuple[User, Guild]] = []
    for number in range(many):
        guild = servers[number % len(servers)]
        people.append((fake.add_user(f"Person {number}", [guild]), guild))
    asked: list[tuple[Asked, str]] = []
    for question, answer in QUESTIONS.items():
        for number, (person, guild) in enumerate(people):
            one: Asked
            if number % 5:
                one = await fake.slash(person, guild.channel, "ask", question=question)
            else:
                one = await fake.mention(person, guild.channel, question)
            asked.append((one, answer))
    return asked


def _server(one: Asked) -> Guild | None:
    return one.channel.guild


def _acknowledged(one: Asked) -> bool:
    return bool(one.callback) if isinstance(one, Interaction) else bool(_replies(one))


def _replies(message: Message) -> list[Message]:
    sent = message.channel.messages.values()
    return [one for one in sent if one.reference is message and one.author.bot]


def _words(fake: FakeDiscord, one: Asked) -> list[str]:
    """All that was said in the end to who asked, places in the queue aside."""
    if isinstance(one, Message):
        return [text for text in (each.text for each in _replies(one)) if IN_QUEUE not in text]
    said = [one.callback["data"]] if one.callback and one.callback["type"] == 4 else []
    said += [
        request.body
        for request in fake.requests
        if one.token in request.path
        and request.method in ("PATCH", "POST")
        and request.path.startswith("/webhooks/")
        and request.status == 200
    ]
    texts = (json.dumps(body, ensure_ascii=False) for body in said)
    return [text for text in texts if IN_QUEUE not in text]


def _end(fake: FakeDiscord, one: Asked, answer: str) -> str:
    """How a question ended, in one word of the bots' and no more."""
    (text,) = _words(fake, one)
    if INTERRUPTED in text:
        return "interrupted"
    if "ask again" in text:
        return "told to wait"
    assert answer in text
    return "answered"


def _index(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from bot.cli import main; main()", "index", str(folder)]
    done = subprocess.run(
        [*command, "--data-dir", str(tmp_path / "elsewhere")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def _index_one_more(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "ferry.txt").write_text("Bram Tolle rows to Osk at noon.\n")
    _index(tmp_path / "one", tmp_path)
