"""Whose turn it is to add an article, and how uploads end."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.service import intake as intake_module
from bot.service.intake import WAITING, Intake, Upload
from bot.service.refusals import Refusal
from retrieval.errors import Stopped


def test_who_waits_for_a_turn_is_told_to_stop() -> None:
    async def run() -> None:
        intake = Intake()
        with intake.uploading(1, "a") as first, intake.uploading(2, "b") as second:
            inside, leave = threading.Event(), threading.Event()

            def hold() -> None:
                with intake.turn(first):
                    inside.set()
                    assert leave.wait(30)

            holding = asyncio.ensure_future(intake.run(hold))
            await asyncio.to_thread(inside.wait, 30)
            waiting = asyncio.ensure_future(intake.run(lambda: intake.turn(second).__enter__()))
            assert not intake.stop(1, second.key, "not theirs")
            assert intake.stop(2, second.key, "enough")
            with pytest.raises(Stopped, match="enough"):
                await waiting
            leave.set()
            await holding

    asyncio.run(run())


def test_a_tenant_has_so_many_uploads_and_another_its_own() -> None:
    intake = Intake()
    uploads = [intake.uploading(1, str(n)) for n in range(WAITING)]
    opened: list[Upload] = [one.__enter__() for one in uploads]
    with pytest.raises(Refusal, match="being added here already"), intake.uploading(1, "more"):
        pass
    with intake.uploading(2, "a"):
        pass
    assert len({one.key for one in opened}) == WAITING


def test_an_article_waits_for_the_questions_that_are_being_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake_module, "GIVE_WAY_SECONDS", 60.0)
    intake, asked = Intake(), iter([True, True, False])
    told: list[str] = []

    def pressing() -> bool:
        told.append("a question")
        return next(asked)

    intake.pressing = pressing
    with intake.uploading(1, "a") as upload, intake.turn(upload):
        told.append("the article")
    assert told == ["a question"] * 3 + ["the article"]
