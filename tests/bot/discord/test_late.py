"""Fifteen minutes after an interaction Discord takes no answer to it: it comes another way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bot.discord import admin
from retrieval import Library
from retrieval.errors import QuestionError
from retrieval.types import Reply
from tests.fake_discord import MISSING_PERMISSIONS, Channel, Message

from .conftest import LISBON_QUESTION, Play, Scene
from .test_uploading import Storing, adds, mills

ANSWER = "**João Cravinho**"
LATE = 16  # minutes


@pytest.fixture
def storing(monkeypatch: pytest.MonkeyPatch) -> Storing:
    monkeypatch.setattr(admin, "PROGRESS_SECONDS", 0.02)
    return Storing(monkeypatch)


@pytest.fixture(autouse=True)
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


class Slowly:
    """``Library.ask`` waits until it is let go, and may raise an error then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: Exception | None = None
        self.begun, self.go = threading.Event(), threading.Event()
        ask = Library.ask

        def slowly(library: Library, *args: Any, **options: Any) -> Reply:
            self.begun.set()
            assert self.go.wait(60)
            if self.error:
                raise self.error
            return ask(library, *args, **options)

        monkeypatch.setattr(Library, "ask", slowly)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Slowly:
    return Slowly(monkeypatch)


def said_in(channel: Channel) -> list[Message]:
    """What the bot has written for everybody there."""
    sent = channel.messages.values()
    return [one for one in sent if one.author.bot and not one.ephemeral and not one.loading]


async def written(scene: Scene, channel: Channel) -> Message:
    await scene.discord.wait_for(lambda: said_in(channel), what="A message")
    (message,) = said_in(channel)
    return message


def refused(scene: Scene) -> int:
    """How often Discord said that a token has expired."""
    return sum(one.status == 401 for one in scene.discord.requests)


async def added_slowly(scene: Scene, storing: Storing) -> Message:
    """An upload that is told of, and whose fifteen minutes are over then."""
    shown = await (await adds(scene, mills("Osk", 3))).response()
    await scene.discord.wait_for(lambda: storing.told)
    scene.discord.move_clock(LATE)
    return shown


async def asked_slowly(scene: Scene, slowly: Slowly, channel: Channel, **options: Any) -> None:
    """A question whose fifteen minutes are over when it is answered."""
    noor = scene.leyla
    asked = await scene.discord.slash(noor, channel, "ask", question=LISBON_QUESTION, **options)
    await asked.acknowledged()
    await scene.discord.wait_for(slowly.begun.is_set, what="The question")
    scene.discord.move_clock(LATE)
    slowly.go.set()


def test_the_report_of_a_long_upload_is_written_for_who_added_it(
    play: Play, storing: Storing
) -> None:
    async def act(scene: Scene) -> None:
        shown = await added_slowly(scene, storing)
        storing.go()
        await scene.discord.wait_for(lambda: refused(scene) == 1, what="A refused progress")
        storing.go(2)
        report = await written(scene, scene.channel)
        assert report.text == f"<@{scene.admin.id}>\nmills.jsonl: 3 added."
        assert report.labels == []
        (sent,) = scene.discord.sent("POST", "/channels/{channel_id}/messages")
        assert sent.body["allowed_mentions"] == {"parse": [], "users": [scene.admin.id]}
        assert refused(scene) == 2  # a progress that is refused is the last one
        assert shown.text == "mills.jsonl: waiting for its turn, and read…"

    play(act)


def test_a_long_upload_can_still_be_cancelled(play: Play, storing: Storing) -> None:
    async def act(scene: Scene) -> None:
        shown = await added_slowly(scene, storing)
        pressed = await scene.discord.press(scene.admin, shown, "Cancel")
        assert (await pressed.acknowledged())["type"] == 6
        storing.go(9)
        report = await written(scene, scene.channel)
        assert "mills.jsonl: 1 added.\nCancelled: what was added stays." in report.text
        pressed = await scene.discord.press(scene.admin, shown, "Cancel")
        assert (await pressed.followup()).text == "That file is not being added any more."

    play(act)


def test_where_it_may_not_write_the_report_is_a_direct_message(
    play: Play, storing: Storing
) -> None:
    async def act(scene: Scene) -> None:
        await added_slowly(scene, storing)
        scene.discord.fail(f"POST /channels/{scene.channel.id}/messages", MISSING_PERMISSIONS)
        storing.go(3)
        report = await written(scene, scene.discord.direct(scene.admin))
        assert report.text == "mills.jsonl: 3 added."
        assert said_in(scene.channel) == []

    play(act)


def test_where_nobody_can_be_told_the_report_is_one_line_in_the_log(
    play: Play, storing: Storing, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(scene: Scene) -> None:
        await added_slowly(scene, storing)
        scene.discord.fail(f"POST /channels/{scene.channel.id}/messages", MISSING_PERMISSIONS)
        scene.admin.takes_messages = False
        storing.go(3)
        await scene.discord.wait_for(lambda: "mills.jsonl: 3 added." in caplog.text)

    play(act)
    lines = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert len(lines) == 1
    assert lines[0].exc_info is None


def test_a_slow_answer_is_written_for_who_asked(play: Play, slowly: Slowly) -> None:
    async def act(scene: Scene) -> None:
        await asked_slowly(scene, slowly, scene.channel)
        answer = await written(scene, scene.channel)
        assert answer.text.startswith(f"<@{scene.leyla.id}>\n-# {LISBON_QUESTION}\n")
        assert ANSWER in answer.text
        assert "Talks in Lisbon" in (await scene.press(answer, "Sources")).text
        records = scene.bot.services.records
        await scene.discord.wait_for(lambda: records.by_message(answer.id), what="The record")

    play(act)


def test_a_slow_private_answer_is_a_direct_message(play: Play, slowly: Slowly) -> None:
    async def act(scene: Scene) -> None:
        await asked_slowly(scene, slowly, scene.channel, private=True)
        answer = await written(scene, scene.discord.direct(scene.leyla))
        assert ANSWER in answer.text
        assert answer.labels == []  # a server's answers are shown on in that server
        assert said_in(scene.channel) == []

    play(act)


def test_a_slow_answer_in_direct_messages_keeps_its_buttons(play: Play, slowly: Slowly) -> None:
    async def act(scene: Scene) -> None:
        there = scene.discord.direct(scene.leyla)
        await asked_slowly(scene, slowly, there)
        answer = await written(scene, there)
        assert ANSWER in answer.text
        assert "Talks in Lisbon" in (await scene.press(answer, "Sources")).text

    play(act)


def test_a_slow_answer_among_others_is_a_direct_message(play: Play, slowly: Slowly) -> None:
    async def act(scene: Scene) -> None:
        scene.leyla.installed = True
        group = scene.discord.add_group(scene.leyla, scene.marco)
        await asked_slowly(scene, slowly, group, private=False)
        answer = await written(scene, scene.discord.direct(scene.leyla))
        assert ANSWER in answer.text
        assert "Talks in Lisbon" in (await scene.press(answer, "Sources")).text
        assert said_in(group) == []

    play(act)


@pytest.mark.parametrize("private", [False, True])
def test_why_there_is_no_answer_is_told_late_too(play: Play, slowly: Slowly, private: bool) -> None:
    slowly.error = QuestionError("A question needs a word.")

    async def act(scene: Scene) -> None:
        await asked_slowly(scene, slowly, scene.channel, private=private)
        there = scene.discord.direct(scene.leyla) if private else scene.channel
        mention = "" if private else f"<@{scene.leyla.id}>\n"
        assert (await written(scene, there)).text == f"{mention}A question needs a word."

    play(act)


def test_a_private_answer_that_nobody_takes_is_not_in_the_log(
    play: Play, slowly: Slowly, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(scene: Scene) -> None:
        scene.leyla.takes_messages = False
        await asked_slowly(scene, slowly, scene.channel, private=True)
        await scene.discord.wait_for(lambda: "15 minutes" in caplog.text)

    play(act)
    assert "Cravinho" not in caplog.text
    assert "Lisbon" not in caplog.text
