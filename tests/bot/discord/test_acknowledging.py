"""Discord waits three seconds for a word: it is given before anything that others may hold."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.service import sqlite
from retrieval import Library
from retrieval.types import Article, IndexReport
from tests.fake_discord import Interaction
from tests.fake_discord.state import until

from .conftest import LISBON_QUESTION, Play, Scene

AT_ONCE = 10.0  # seconds in which a word comes that waits for nothing, on a busy machine


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process that writes to a database and doesn't end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_every_word_comes_while_another_process_writes(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 600.0)

    async def act(scene: Scene) -> None:
        discord, channel = scene.discord, scene.channel
        answer = await scene.ask(LISBON_QUESTION)
        with held(tmp_path / "data" / "discord.db"):
            voted = await discord.press(scene.marco, answer, "👍")  # waits for that process
            done = [
                voted,
                await discord.slash(scene.leyla, channel, "ask", question=LISBON_QUESTION),
                await discord.slash(scene.admin, channel, "forget-me"),
                await discord.slash(scene.admin, channel, "quoth settings", private=True),
                await discord.slash(scene.admin, channel, "quoth channels deny", channel=channel),
                *[
                    await discord.press(scene.marco, answer, button)
                    for button in ("Context", "Sources", "👎", "Follow up", "Delete")
                ],
            ]
            kinds = [(await one.acknowledged(AT_ONCE))["type"] for one in done]
        assert kinds == [5, 5, 5, 5, 5, 5, 5, 5, 9, 6]
        assert (await voted.response()).text == "Glad to hear it, thank you."

    play(act)


def test_every_word_comes_while_administrators_add_articles(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, index, articles = threading.Event(), Library.index, Library.articles

    def slowly_index(library: Library, *paths: Any, **options: Any) -> IndexReport:
        assert gate.wait(60)
        return index(library, *paths, **options)

    def slowly_list(library: Library) -> list[Article]:
        assert gate.wait(60)
        return articles(library)

    monkeypatch.setattr(Library, "index", slowly_index)
    monkeypatch.setattr(Library, "articles", slowly_list)

    async def act(scene: Scene) -> None:
        discord, channel = scene.discord, scene.channel
        answer = await scene.ask(LISBON_QUESTION)
        added: list[Interaction] = []
        listed = [await discord.slash(scene.admin, channel, "quoth articles") for _ in range(40)]
        for number in range(40):
            guild = discord.add_guild(f"Server {number}")
            await discord.join(guild)
            admin = discord.add_user(f"Admin {number}", manages=[guild])
            file = discord.upload("mill.txt", f"The mill of Osk has {number} sails.".encode())
            added.append(await discord.slash(admin, guild.channel, "quoth add", file=file))
        for one in (*listed, *added):
            await one.acknowledged(AT_ONCE)
        asked = await discord.slash(scene.leyla, channel, "ask", question=LISBON_QUESTION)
        assert "João Cravinho" in (await asked.response(AT_ONCE)).text
        pressed = await discord.press(scene.marco, answer, "Context")
        assert (await pressed.acknowledged(AT_ONCE))["type"] == 5
        offered = await discord.autocomplete(
            scene.leyla, channel, "ask", focused="publisher", question="?", publisher="north"
        )
        assert [one["name"] for one in offered] == ["Northern Post"]
        assert not gate.is_set()
        gate.set()
        for one in added:
            await until(partial(_is_added, one), 60, "The article")
        assert "grain shipments" in (await pressed.response()).text

    play(act)


def _is_added(upload: Interaction) -> bool:
    """Tell whether the reply, which tells of the progress meanwhile, says that it is done."""
    return upload.final is not None and "1 added" in upload.final.text
