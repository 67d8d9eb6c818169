"""A burst of questions: nobody is left without a word, the heart beats, the memory stays flat."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import time
from pathlib import Path
from statistics import median

import pytest

from retrieval import Library
from tests.fake_discord import FakeDiscord, Guild, Interaction
from tests.fake_discord.process import quoth_discord

QUESTIONS = {
    "Who did Çavuşoğlu meet in Lisbon?": "João Cravinho",
    "How many officers will guard The Hague?": "9,500",
    "What does the lighthouse keeper of Trabzon collect?": "412 brass compasses",
    "Who won the chess tournament in Reykjavik?": "",
}
SERVERS, PEOPLE, EACH = 5, 50, 4
BURSTS = 3
INTERVAL = 1.0  # seconds between heartbeats; Discord's own is 41
PATIENCE = 3.0  # seconds in which Discord wants each question acknowledged
GROWTH_MB = 30
ADDING = 6
LONG = 600.0  # seconds after which something hangs, on any machine


@pytest.mark.slow
def test_a_burst_of_200_questions_from_50_people(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = shutil.copytree(data_dir, tmp_path / "data")

    async def run() -> list[str]:
        figures = []
        async with FakeDiscord() as fake:
            fake.gateway.interval = INTERVAL
            fake.world.patience = PATIENCE
            guilds = [fake.add_guild(f"Server {number}") for number in range(SERVERS)]
            limits = {"guild_limit": 32, "queue": 140}
            async with quoth_discord(fake, own, **limits) as process:
                memory = []
                for _ in range(BURSTS):
                    figures.append(await _burst(fake, guilds))
                    memory.append(_resident_mb(process.pid))
                process.terminate()
                _, told = await process.communicate()
            assert process.returncode == 0, told.decode()
            assert "ERROR" not in told.decode()
            assert fake.violations == []
            late = max(beat.late for beat in fake.beats)
            figures.append(
                f"{len(fake.beats)} heartbeats, the latest {late:.3f} s after its time; "
                f"memory after each burst: {', '.join(f'{mb:.0f} MB' for mb in memory)}"
            )
            assert late < INTERVAL
            assert memory[-1] < memory[0] + GROWTH_MB
            assert (fake.gateway.identified, fake.gateway.resumed) == (1, 0)
        return figures

    figures = asyncio.run(run())
    with capsys.disabled():
        print("", *figures, sep="\n")


async def _burst(fake: FakeDiscord, guilds: list[Guild], each: int = EACH) -> str:
    """Ask everything at once and wait for every answer; the figures."""
    people = [
        (fake.add_user(f"Person {number}", [guild]), guild.channel)
        for number in range(PEOPLE)
        for guild in [guilds[number % SERVERS]]
    ]
    loop = asyncio.get_running_loop()
    began = loop.time()
    asked: list[tuple[Interaction, str]] = []
    for question, answer in list(QUESTIONS.items())[:each]:
        for person, channel in people:
            one = await fake.slash(person, channel, "ask", question=question)
            asked.append((one, answer))
    await fake.wait_for(lambda: all(_is_over(one) for one, _ in asked), LONG, "Every answer")
    took = loop.time() - began
    refused = 0
    for one, answer in asked:
        text = one.final.text if one.final else ""
        if "ask again" in text.lower():
            refused += 1
        else:
            assert answer in text
            assert text
    acknowledged = [one.acknowledged_after or 0.0 for one, _ in asked]
    assert refused < len(asked) / 2
    return (
        f"{len(asked)} questions from {PEOPLE} people in {took:.1f} s: "
        f"{len(asked) - refused} answered, {refused} told to ask again; acknowledged after "
        f"{median(acknowledged):.2f} s (median), {max(acknowledged):.2f} s (latest)"
    )


@pytest.mark.slow
def test_questions_while_files_are_added_then_sigterm(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = shutil.copytree(data_dir, tmp_path / "data")

    async def run() -> list[str]:
        async with FakeDiscord() as fake:
            fake.world.patience = LONG
            guilds = [fake.add_guild(f"Server {number}") for number in range(ADDING)]
            async with quoth_discord(fake, own, guild_limit=32, queue=140) as process:
                added = []
                for guild in guilds:
                    admin = fake.add_user("Admin", manages=[guild])
                    file = fake.upload("many.jsonl", _articles(guild.name))
                    added.append(await fake.slash(admin, guild.channel, "quoth add", file=file))
                await fake.wait_for(lambda: all(_articles_done(one) for one in added), LONG)
                told = await _burst(fake, guilds[:SERVERS], 1)
                assert not any(_is_added(one) for one in added)
                began = time.monotonic()
                process.terminate()
                log = (await asyncio.wait_for(process.communicate(), LONG))[1].decode()
                left = time.monotonic() - began
            assert process.returncode == 0, log
            assert "ERROR" not in log
            assert fake.violations == []
            everything = [one for one in fake.world.interactions.values() if one.sent]
            late = max(one.acknowledged_after or LONG for one in everything)
            first = max(one.acknowledged_after or LONG for one in added)
            assert all("restarted" in one.final.text for one in added if one.final)
            with Library.open(own) as library:
                assert library.check() == ()
            return [
                told,
                f"while {ADDING} files were added: words after {first:.2f} s (to who added), "
                f"{late:.2f} s (latest of all); "
                f"{left:.1f} s from SIGTERM to the end",
            ]

    figures = asyncio.run(run())
    with capsys.disabled():
        print("", *figures, sep="\n")


def _articles(name: str) -> bytes:
    rows = (
        {"text": f"Mill {number} of {name} has {number} sails. " + "It stands on a hill. " * 40}
        for number in range(5000)
    )
    return "\n".join(map(json.dumps, rows)).encode()


def _articles_done(interaction: Interaction) -> bool:
    return interaction.final is not None and "done" in interaction.final.text


def _is_added(interaction: Interaction) -> bool:
    return interaction.final is not None and "added" in interaction.final.text


def _is_over(interaction: Interaction) -> bool:
    final = interaction.final
    return final is not None and "in the queue" not in final.text


def _resident_mb(pid: int) -> float:
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True)
    return int(told.stdout) / 1024
