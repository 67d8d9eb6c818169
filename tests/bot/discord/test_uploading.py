"""Articles are added in turns, stopped between two of them, and never by more than is allowed."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.discord import DOOR, admin
from bot.service.door import collection_of
from bot.service.intake import RESTARTING
from retrieval.store import Store
from retrieval.types import Article
from tests.fake_discord import Guild, Interaction, User

from .conftest import LISBON_QUESTION, Play, Scene


def mills(name: str, count: int) -> bytes:
    """A file of so many articles."""
    rows = (
        {"title": f"{name} {n}", "text": f"Mill {n} of {name} has {n} sails."} for n in range(count)
    )
    return "\n".join(map(json.dumps, rows)).encode()


class Storing:
    """Each article waits in ``Store.add`` until it is let go; ``told`` are those that came."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[str] = []
        self._gate = threading.Semaphore(0)
        add = Store.add

        def slowly(store: Store, text: str, *rest: Any, **options: Any) -> None:
            self.told.append(text.split(" has ")[0])
            assert self._gate.acquire(timeout=60)
            add(store, text, *rest, **options)

        monkeypatch.setattr(Store, "add", slowly)

    def go(self, times: int = 1) -> None:
        self._gate.release(times)


@pytest.fixture
def storing(monkeypatch: pytest.MonkeyPatch) -> Storing:
    monkeypatch.setattr(admin, "PROGRESS_SECONDS", 0.02)
    return Storing(monkeypatch)


async def another(scene: Scene, name: str) -> tuple[Guild, User]:
    guild = scene.discord.add_guild(name)
    await scene.discord.join(guild)
    return guild, scene.discord.add_user(f"Admin of {name}", manages=[guild])


async def adds(
    scene: Scene, data: bytes, guild: Guild | None = None, by: User | None = None
) -> Interaction:
    """An administrator adds a file, and doesn't wait."""
    file = scene.discord.upload("mills.jsonl", data)
    guild = guild or scene.guild
    return await scene.discord.slash(by or scene.admin, guild.channel, "quoth add", file=file)


async def ends(scene: Scene, added: Interaction, text: str) -> None:
    """Wait until what became of a file is told, which must be this."""
    shown = await added.response()
    await scene.discord.wait_for(lambda: shown.text == text, what=text)


def own(scene: Scene) -> list[Article]:
    name = collection_of(DOOR, scene.guild.id)
    articles = scene.bot.services.library.view(name).articles()
    return [article for article in articles if article.collection == name]


def test_servers_take_turns(play: Play, storing: Storing) -> None:
    async def act(scene: Scene) -> None:
        guild, emil = await another(scene, "Elsewhere")
        wait = scene.discord.wait_for
        large = await adds(scene, mills("Osk", 3))
        await wait(lambda: storing.told == ["Mill 0 of Osk"])
        small = await adds(scene, mills("Brim", 2), guild, emil)
        await wait(lambda: len(scene.bot.services.intake._turns) == 2)
        for count in range(2, 6):
            storing.go()
            await wait(lambda count=count: len(storing.told) == count)
        storing.go()
        assert storing.told == [
            *(
                "Mill 0 of Osk",
                "Mill 0 of Brim",
                "Mill 1 of Osk",
                "Mill 1 of Brim",
                "Mill 2 of Osk",
            ),
        ]
        await ends(scene, small, "mills.jsonl: 2 added.")
        await ends(scene, large, "mills.jsonl: 3 added.")

    play(act)


def test_questions_are_answered_meanwhile_and_the_reply_tells_how_far_it_is(
    play: Play, storing: Storing
) -> None:
    async def act(scene: Scene) -> None:
        miller = (
            b'{"text": "The miller of Osk is called Thea Brandt. She grinds rye on Mondays."}\n'
        )
        shown = await (await adds(scene, miller + mills("Osk", 2))).response()
        assert shown.text == "mills.jsonl: waiting for its turn, and read…"
        storing.go()
        await scene.discord.wait_for(lambda: "1 article done, " in shown.text)
        assert "João Cravinho" in (await scene.ask(LISBON_QUESTION)).text
        assert "Thea Brandt" in (await scene.ask("who is the miller of Osk?")).text
        storing.go(2)
        await scene.discord.wait_for(lambda: shown.text == "mills.jsonl: 3 added.")
        assert shown.labels == []

    play(act)


def test_cancelling_keeps_what_was_added(play: Play, storing: Storing) -> None:
    async def act(scene: Scene) -> None:
        shown = await (await adds(scene, mills("Osk", 3))).response()
        await scene.discord.wait_for(lambda: storing.told)
        await (await scene.discord.press(scene.admin, shown, "Cancel")).acknowledged()
        button = shown.button("Cancel")["custom_id"]
        storing.go(9)
        await scene.discord.wait_for(lambda: "1 added" in shown.text)
        assert shown.text == "mills.jsonl: 1 added.\nCancelled: what was added stays."
        assert storing.told == ["Mill 0 of Osk"]
        assert [article.title for article in own(scene)] == ["Osk 0"]
        shown.components = [
            {
                "type": 1,
                "components": [{"type": 2, "style": 2, "label": "Cancel", "custom_id": button}],
            }
        ]
        pressed = await scene.discord.press(scene.admin, shown, "Cancel")
        assert (await pressed.followup()).text == "That file is not being added any more."
        again = await adds(scene, mills("Osk", 3))
        await ends(scene, again, "mills.jsonl: 2 added, 1 unchanged.")

    play(act)


def test_another_server_can_t_cancel_it(play: Play, storing: Storing) -> None:
    async def act(scene: Scene) -> None:
        guild, emil = await another(scene, "Elsewhere")
        shown = await (await adds(scene, mills("Osk", 2))).response()
        key = shown.button("Cancel")["custom_id"].split(":")[2]
        assert not scene.bot.services.intake.stop(guild.id, key, "no")
        storing.go(2)
        await scene.discord.wait_for(lambda: shown.text == "mills.jsonl: 2 added.")
        del emil

    play(act)


def test_the_process_ends_after_the_article_in_hand(
    play: Play, storing: Storing, tmp_path: Path
) -> None:
    async def act(scene: Scene) -> None:
        guild, emil = await another(scene, "Elsewhere")
        shown = await (await adds(scene, mills("Osk", 3))).response()
        await scene.discord.wait_for(lambda: storing.told)
        waiting = await (await adds(scene, mills("Brim", 3), guild, emil)).response()
        second = await (await adds(scene, mills("Osk again", 3))).response()
        scene.bot.services.intake.close()
        storing.go()
        await scene.discord.wait_for(lambda: "1 added" in shown.text)
        assert shown.text == f"mills.jsonl: 1 added.\n{RESTARTING}"
        for other in (waiting, second):
            await scene.discord.wait_for(lambda other=other: RESTARTING in other.text)
            assert other.text == f"mills.jsonl: nothing added.\n{RESTARTING}"
        assert storing.told == ["Mill 0 of Osk"]
        assert RESTARTING in (await (await adds(scene, mills("Osk", 3))).response()).text
        assert [article.title for article in own(scene)] == ["Osk 0"]
        assert scene.bot.services.library.check() == ()
        assert not list((tmp_path / "data" / "uploads").rglob("*.*"))

    play(act)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"max_articles": 3}, "3 articles were added here, and no more may be: remove some first."),
        (
            {"max_characters": 81},
            "What was added here may have 81 characters in all: remove some first.",
        ),
    ],
)
def test_a_server_adds_no_more_than_it_may(play: Play, limits: dict[str, int], told: str) -> None:
    async def act(scene: Scene) -> None:
        said = await scene.manage("add", file=scene.discord.upload("a.jsonl", mills("Osk", 2)))
        assert said.text == "a.jsonl: 2 added."
        said = await scene.manage("add", file=scene.discord.upload("b.jsonl", mills("Brim", 2)))
        assert said.text == f"b.jsonl: 1 added.\n{told}"
        assert [article.title for article in own(scene)] == ["Osk 0", "Osk 1", "Brim 0"]

    play(act, **limits)


def test_a_server_s_files_wait_for_one_another(play: Play, storing: Storing) -> None:
    async def act(scene: Scene) -> None:
        first = [await adds(scene, mills(f"Osk{n}", 1)) for n in range(5)]
        await scene.discord.wait_for(lambda: storing.told)
        assert (
            "5 files are being added here already"
            in (await (await adds(scene, mills("Osk", 1))).response()).text
        )
        assert len(storing.told) == 1
        storing.go(5)
        for one in first:
            await ends(scene, one, "mills.jsonl: 1 added.")

    play(act)
