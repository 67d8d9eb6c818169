"""What Discord doesn't let the bot do: the answer comes all the same, or one line tells why not."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.discord import sending
from bot.discord.alone import alone
from bot.service import questions, sqlite
from bot.service.database import RecordsError
from bot.service.records import Records
from retrieval.errors import SettingsError
from tests.fake_discord import MISSING_PERMISSIONS, Failure
from tests.fake_discord.faults import ALREADY_ACKNOWLEDGED, ARCHIVED, UNKNOWN_CHANNEL

from .conftest import LISBON_QUESTION, Play, Scene
from .test_acknowledging import held

ANSWER = "João Cravinho"
CALLBACK, ORIGINAL = "POST */callback", "PATCH */messages/@original"
SENDING = "POST /channels/*/messages"


def test_where_it_can_t_reply_it_writes_without_a_reference(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.channel.history = False
        await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        sent = scene.channel.messages
        await scene.discord.wait_for(lambda: any(ANSWER in one.text for one in sent.values()))

    play(act)


def test_where_it_can_t_show_that_it_is_typing_it_answers(play: Play) -> None:
    async def act(scene: Scene) -> None:
        refused = scene.discord.fail("POST */typing", MISSING_PERMISSIONS)
        written = await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        assert ANSWER in (await written.reply()).text
        assert refused.hits == 1

    play(act)


def test_an_answer_that_takes_long_to_be_kept_is_shown_without_buttons(
    play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 600.0)
    monkeypatch.setattr(questions, "KEEP_SECONDS", 0.05)

    async def act(scene: Scene) -> None:
        with held(tmp_path / "data" / "discord.db"):
            answer = await scene.ask(LISBON_QUESTION)
            assert ANSWER in answer.text
            assert answer.labels == []

    play(act)


def test_an_answer_that_can_t_be_kept_is_shown_without_buttons(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any, **__: Any) -> str:
        raise RecordsError("the disk is full")

    monkeypatch.setattr(Records, "keep", full)

    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION)
        assert ANSWER in answer.text
        assert answer.labels == []
        written = await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        assert ANSWER in (await written.reply()).text

    play(act)
    assert "an answer is shown without buttons: the disk is full" in caplog.text


@pytest.mark.parametrize(
    ("pattern", "failure", "told"),
    [
        (CALLBACK, ALREADY_ACKNOWLEDGED, "does another process run with this bot's token?"),
        (SENDING, UNKNOWN_CHANNEL, "its channel is there no more"),
        (SENDING, ARCHIVED, "its thread is archived or locked"),
        (SENDING, MISSING_PERMISSIONS, "may not write in this channel"),
    ],
)
def test_what_is_refused_is_one_line_in_the_log(
    play: Play, pattern: str, failure: Failure, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(scene: Scene) -> None:
        refused = scene.discord.fail(pattern, failure, times=2)
        if pattern == CALLBACK:
            await scene.discord.slash(scene.leyla, scene.channel, "ask", question=LISBON_QUESTION)
        else:
            await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        await scene.discord.wait_for(lambda: told in caplog.text)
        refused.times = refused.hits
        assert ANSWER in (await scene.ask(LISBON_QUESTION)).text

    play(act)
    lines = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert [told in one.getMessage() for one in lines] == [True]
    assert lines[0].exc_info is None


def test_a_long_rate_limit_of_a_webhook_is_one_line_in_the_log(
    play: Play, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "RATE_LIMIT_SECONDS", 0.5)

    async def act(scene: Scene) -> None:
        limited = scene.discord.limit(ORIGINAL, retry_after=90)
        await scene.discord.slash(scene.leyla, scene.channel, "ask", question=LISBON_QUESTION)
        await scene.discord.wait_for(lambda: "left unanswered" in caplog.text)
        assert limited.hits == 1

    play(act)
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


def test_a_token_that_the_gateway_refuses_is_told_in_one_line(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.stop()
        scene.discord.gateway._token = "another"
        with pytest.raises(SettingsError, match="Discord refuses the token: copy it anew"):
            await scene.start()
        scene.discord.gateway._token = scene.discord.token
        await scene.start()

    play(act)


def test_a_second_process_with_the_same_token_or_folder_is_told_to_leave(tmp_path: Path) -> None:
    token = str(tmp_path)  # of no other test
    with alone(tmp_path / "a", token):
        for folder, other in (("b", token), ("a", token + "2")):
            with (
                pytest.raises(SettingsError, match=r"process \(number \d+\) answers with this bot"),
                alone(tmp_path / folder, other),
            ):
                pass
    with alone(tmp_path / "b", token):
        pass


def test_a_server_that_has_only_the_commands_is_answered_and_remembered(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def act(scene: Scene) -> None:
        await scene.discord.wait_for(lambda: "expired replies" in caplog.text, what="Tidying")
        guild = scene.discord.add_guild("Commands", only_commands=True)
        emil = scene.discord.add_user("Emil", manages=[guild])
        file = scene.discord.upload("mill.txt", b"The miller of Osk is called Thea Brandt.")
        used = await scene.discord.slash(emil, guild.channel, "quoth add", file=file)
        said = await used.response()
        await scene.discord.wait_for(lambda: "1 added" in said.text)
        assert "Quoth has only its commands here: invite it as a bot too" in said.text
        tenants = scene.bot.services.records.tenants
        tenants.set_channel(guild.id, 1, False)
        tenants.present([], lambda _: True)  # as the daily tidying sees it
        tenants.left(guild.id)
        assert guild.id in tenants.departed(0)
        asked = await scene.discord.slash(
            emil, guild.channel, "ask", question="who is the miller of Osk?"
        )
        answer = await asked.response()
        assert "**Thea Brandt**" in answer.text
        assert guild.id not in tenants.departed(0)
        await (await scene.discord.press(emil, answer, "Sources")).response()
        await scene.discord.press(emil, answer, "Delete")
        await scene.discord.wait_for(lambda: answer.deleted)

    play(act)
