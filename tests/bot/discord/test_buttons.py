"""The buttons below an answer: for whom they do what, also after the bot was restarted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.service.places import GONE
from tests.fake_discord import Message, User
from tests.fake_discord.state import LAYOUT

from .conftest import LISBON_QUESTION, SHIPPERS, VISITS_QUESTION, Play, Scene, key_of

ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
Restart = Callable[[Scene], Awaitable[None]]


@pytest.fixture(params=["at once", "after a restart"])
def meanwhile(request: pytest.FixtureRequest) -> Restart:
    """What happens between an answer and the buttons: nothing, or another bot takes over."""

    async def nothing(scene: Scene) -> None: ...

    return nothing if request.param == "at once" else Scene.restart


def names_in(message: Message) -> set[str]:
    """Whom the quotes on a page name."""
    quoted = "\n".join(line for line in message.text.split("\n") if line.startswith("> "))
    return {name for name in SHIPPERS if name in quoted}


async def turned(scene: Scene, user: User, shown: Message, button: str) -> None:
    """Press a button that turns the page in place."""
    edits = shown.edits
    await scene.discord.press(user, shown, button)
    await scene.discord.wait_for(lambda: shown.edits > edits)


def test_the_asker_turns_pages_in_place(play: Play, meanwhile: Restart) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(VISITS_QUESTION)
        first = names_in(answer)
        pages = [first]
        assert "Back" not in answer.labels
        await meanwhile(scene)
        while "More" in answer.labels:
            await turned(scene, scene.leyla, answer, "More")
            pages.append(names_in(answer))
        assert len(pages) > 1
        assert sorted(name for page in pages for name in page) == sorted(SHIPPERS)
        while "Back" in answer.labels:
            await turned(scene, scene.leyla, answer, "Back")
        assert names_in(answer) == first
        assert "More" in answer.labels

    play(act)


def test_the_buttons_of_messages_of_earlier_versions_work(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(VISITS_QUESTION)
        key = key_of(answer)
        answer.flags, answer.content = 0, "**Anna Berg**"  # with embeds and a button for each
        answer.embeds = [{"title": "Visit 1", "description": "> Anna Berg"}]
        buttons = [
            {"type": 2, "style": 2, "label": label, "custom_id": f"q:{action}:{key}:{page}"}
            for label, action, page in (
                ("More", "more", 1),
                ("Context", "context", 0),
                ("👍", "up", 0),
                ("Delete", "delete", 0),
            )
        ]
        answer.components = [{"type": 1, "components": buttons}]
        assert "Tea was served" in (await scene.press(answer, "Context", scene.marco)).text
        assert "Glad to hear it" in (await scene.press(answer, "👍")).text
        await turned(scene, scene.leyla, answer, "More")
        assert (answer.content, answer.embeds, answer.has_layout) == ("", [], True)
        assert len(names_in(answer)) == 3
        assert "Back" in answer.labels
        await scene.discord.press(scene.leyla, answer, "Delete")
        await scene.discord.wait_for(lambda: answer.deleted)

    play(act)


def test_five_buttons_stand_in_one_row_and_the_rest_in_a_menu(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(VISITS_QUESTION)
        rows = [one for one in answer.components if one["type"] == 1]
        assert [[item["type"] for item in row["components"]] for row in rows] == [[2] * 5, [3]]
        assert {item["style"] for item in rows[0]["components"]} == {2}
        assert answer.labels == [
            *("Context", "Sources", "👍", "👎", "Follow up"),
            *("More", "Delete"),
        ]

    play(act)


def test_others_see_more_alone_and_the_answer_stays_as_it_is(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(VISITS_QUESTION)
        first = names_in(answer)
        alone = await scene.press(answer, "More", scene.marco)
        assert alone.ephemeral
        assert names_in(alone)
        assert names_in(alone).isdisjoint(first)
        assert names_in(answer) == first
        await turned(scene, scene.marco, alone, "Back")
        assert names_in(alone) == first

    play(act)


def test_context_shows_the_neighbours_to_who_pressed_it(play: Play, meanwhile: Restart) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION)
        assert "grain shipments" not in answer.text
        await meanwhile(scene)
        context = await scene.press(answer, "Context", scene.marco)
        assert context.ephemeral
        assert "They talked about grain shipments for two hours." in context.text
        assert "The harbour strike had ended." in context.text

    play(act)


def test_context_of_a_later_page_is_about_the_quotes_there(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.press(await scene.ask(VISITS_QUESTION), "More")
        context = await scene.press(answer, "Context")
        assert names_in(context) == names_in(answer)
        assert "Tea was served in" in context.text

    play(act)


def test_sources_lists_every_article_once(play: Play, meanwhile: Restart) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(VISITS_QUESTION)
        await meanwhile(scene)
        sources = await scene.press(answer, "Sources", scene.marco)
        assert sources.ephemeral
        for number in range(1, 9):
            assert sources.text.count(f"Visit {number}") == 1
        assert "records.jsonl" not in sources.text

    play(act)


def test_votes_are_kept_and_thanked_for(play: Play, meanwhile: Restart) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION)
        await meanwhile(scene)
        up = await scene.press(answer, "👍", scene.marco)
        assert (up.text, up.ephemeral) == ("Glad to hear it, thank you.", True)
        await scene.press(answer, "👎")
        again = await scene.press(answer, "👍", scene.marco)
        assert again.text == "Your vote is taken back."
        (vote,) = scene.bot.services.records.feedback()
        assert (vote.up, vote.kept.question) == (False, LISBON_QUESTION)
        assert vote.kept.turn.answers == ("João Cravinho",)

    play(act)


def test_the_asker_deletes_the_answer_and_what_is_kept(play: Play, meanwhile: Restart) -> None:
    async def act(scene: Scene) -> None:
        written = await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        for answer in (await scene.ask(LISBON_QUESTION), await written.reply()):
            await meanwhile(scene)
            await scene.discord.press(scene.leyla, answer, "Delete")
            await scene.discord.wait_for(lambda answer=answer: answer.deleted)
            records = scene.bot.services.records
            await scene.discord.wait_for(
                lambda answer=answer, records=records: records.get(key_of(answer)) is None
            )

    play(act)


def test_nobody_else_deletes_it_but_who_may_manage_messages(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION)
        said = await scene.press(answer, "Delete", scene.marco)
        assert said.ephemeral
        assert said.text.startswith("Only who asked can delete this")
        assert not answer.deleted
        scene.guild.permissions[scene.marco.id] |= 1 << 13  # manage messages
        await scene.discord.press(scene.marco, answer, "Delete")
        await scene.discord.wait_for(lambda: answer.deleted)

    play(act)


def test_a_follow_up_is_typed_into_a_form_and_answered_below(
    play: Play, meanwhile: Restart
) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION)
        await meanwhile(scene)
        form = await scene.discord.press(scene.marco, answer, "Follow up")
        sent = await scene.discord.submit(form, question="and in Bucharest?")
        again = await sent.response()
        assert again is not answer
        assert "**Bogdan Aurescu**" in again.text
        assert not again.ephemeral
        assert "**João Cravinho**" in answer.text

    play(act)


def test_a_follow_up_on_a_private_answer_is_private(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION, private=True)
        form = await scene.discord.press(scene.leyla, answer, "Follow up")
        again = await (await scene.discord.submit(form, question="and in Bucharest?")).response()
        assert again.ephemeral
        assert "**Bogdan Aurescu**" in again.text

    play(act)


def test_what_is_too_long_for_a_form_is_refused(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION)
        form = await scene.discord.press(scene.leyla, answer, "Follow up")
        said = await (await scene.discord.submit(form, question="why? " * 101)).response()
        assert said.ephemeral
        assert "the most is 500" in said.text

    play(act)


BUTTONS = ("More", "Context", "Sources", "👍", "👎", "Follow up", "Delete")


async def is_gone(scene: Scene, user: User, message: Message) -> None:
    """See that no button tells or does anything for somebody who has got hold of its id."""
    copy = Message(message.channel, scene.discord.bot, components=message.components)
    copy.flags = LAYOUT
    copy.channel.messages[copy.id] = copy
    for button in BUTTONS:
        pressed = await scene.discord.press(user, copy, button)
        if button == "Follow up":  # a form opens at once
            pressed = await scene.discord.submit(pressed, question="and in Bucharest?")
        said = await (pressed.followup() if pressed.original else pressed.response())
        assert (said.text, said.ephemeral) == (GONE, True)
    assert not copy.deleted


def test_after_its_time_a_reply_is_gone_and_says_so(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(VISITS_QUESTION)
        later = datetime.now(UTC) + timedelta(days=31)
        scene.bot.services.records._now = lambda: later
        await is_gone(scene, scene.leyla, answer)

    play(act)


def test_no_button_shows_a_reply_in_another_server(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(VISITS_QUESTION)
        other = scene.discord.add_guild("Elsewhere")
        await scene.discord.join(other)
        spy = scene.discord.add_user("Spy", manages=[other])
        await is_gone(scene, spy, replace(answer, channel=other.channel))
        await is_gone(scene, spy, replace(answer, channel=scene.discord.direct(spy)))

    play(act)


def test_no_button_shows_a_private_reply_to_somebody_else(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(VISITS_QUESTION, private=True)
        await is_gone(scene, scene.admin, answer)

    play(act)
