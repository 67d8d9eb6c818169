"""Who has installed the bot for themselves asks the shared articles, alone, wherever they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.discord.messages import NOTHING_SHARED
from bot.service.places import GONE
from bot.view import NO_ANSWER
from retrieval import Library
from tests.fake_discord import Channel, Message, User
from tests.fake_discord.state import LAYOUT

from .conftest import LISBON_QUESTION, Play, Scene, key_of, settled

ANSWER = "**João Cravinho**"
MILL = "The mill of Osk\n\nThe miller of Osk is called Thea Brandt. She grinds rye on Mondays.\n"
MILL_QUESTION = "who is the miller of Osk?"


def traveller(scene: Scene, *, manages: bool = False) -> tuple[User, Channel]:
    """Somebody who has installed the bot for themselves, in a server that never invited it."""
    foreign = scene.discord.add_guild("Foreign", foreign=True)
    managed = [foreign] if manages else []
    person = scene.discord.add_user("Noor", [foreign], managed, installed=True)
    return person, foreign.channel


async def asks(scene: Scene, user: User, place: Channel, question: str) -> Message:
    used = await scene.discord.slash(user, place, "ask", question=question, private=False)
    return await used.response()


@pytest.mark.parametrize("where", ["server", "group"])
def test_among_others_the_answer_and_all_behind_it_is_for_the_asker_alone(
    play: Play, where: str
) -> None:
    async def act(scene: Scene) -> None:
        noor, place = traveller(scene)
        if where == "group":
            place = scene.discord.add_group(noor, scene.marco)
        answer = await asks(scene, noor, place, LISBON_QUESTION)
        assert ANSWER in answer.text
        assert answer.ephemeral
        for button in ("Context", "Sources", "👍"):
            assert (await scene.press(answer, button, noor)).ephemeral
        form = await scene.discord.press(noor, answer, "Follow up")
        asked = await scene.discord.submit(form, question="and in Bucharest?")
        followed = await asked.response()
        assert "**Bogdan Aurescu**" in followed.text
        assert followed.ephemeral
        said = await scene.discord.say(scene.marco, place, LISBON_QUESTION)
        asked = await scene.discord.message_command(noor, said, "Ask Quoth about this")
        answer = await asked.response()
        assert ANSWER in answer.text
        assert answer.ephemeral
        helped = await (await scene.discord.slash(noor, place, "help")).response()
        assert helped.ephemeral
        forgotten = await (await scene.discord.slash(noor, place, "forget-me")).response()
        assert forgotten.text.startswith("Deleted: 4 answers, votes")
        assert [
            one for one in place.messages.values() if one.author.bot and not one.ephemeral
        ] == []

    play(act)


def test_directly_it_is_asked_as_everywhere_else(play: Play) -> None:
    async def act(scene: Scene) -> None:
        noor, _ = traveller(scene)
        there = scene.discord.direct(noor)
        assert ANSWER in (await asks(scene, noor, there, LISBON_QUESTION)).text
        written = await scene.discord.say(noor, there, "and in Bucharest?")
        assert "**Bogdan Aurescu**" in (await written.reply()).text

    play(act)


@pytest.mark.parametrize("where", ["server", "group", "direct"])
def test_a_server_s_own_articles_are_shown_in_that_server_alone(play: Play, where: str) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        noor, place = traveller(scene)
        scene.guild.members[noor.id] = noor  # they may ask in the server, and see it there
        asked = await scene.discord.slash(noor, scene.channel, "ask", question=MILL_QUESTION)
        known = await asked.response()
        assert "**Thea Brandt**" in known.text
        assert not known.ephemeral
        (found,) = await scene.discord.autocomplete(
            noor, scene.channel, "read", focused="article", article="mill"
        )
        places = {
            "server": place,
            "group": scene.discord.add_group(noor, scene.marco),
            "direct": scene.discord.direct(noor),
        }
        place = places[where]
        answer = await asks(scene, noor, place, MILL_QUESTION)
        assert NO_ANSWER in answer.text
        nearest = await scene.press(answer, "Nearest passages", noor)
        for text in (answer.text, nearest.text):
            assert "Osk" not in text.replace(MILL_QUESTION, "")
            assert "Brandt" not in text
        offered = await scene.discord.autocomplete(
            noor, place, "read", focused="article", article="mill"
        )
        assert offered == []
        used = await scene.discord.slash(noor, place, "read", article=found["value"])
        assert "There is no article with that id here" in (await settled(used)).text
        copy = Message(place, scene.discord.bot, components=known.components)
        copy.flags = LAYOUT
        pressed = await scene.discord.press(noor, copy, "Context")
        assert (await settled(pressed)).text == GONE

    play(act)


def test_a_server_s_publishers_are_not_offered_elsewhere(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.jsonl", '{"text": "The mill of Osk is old.", "source": "Osk Weekly"}')
        noor, place = traveller(scene)
        for user, channel, names in (
            (scene.leyla, scene.channel, ["Osk Weekly"]),
            (noor, place, []),
        ):
            offered = await scene.discord.autocomplete(
                user, channel, "ask", focused="publisher", question="?", publisher="osk"
            )
            assert [one["name"] for one in offered] == names

    play(act)


def test_what_a_server_left_behind_is_not_to_be_read_there_and_still_forgotten(
    play: Play,
) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        known = await scene.ask(MILL_QUESTION)
        noor = scene.discord.add_user("Noor", manages=[scene.guild], installed=True)
        await scene.discord.leave(scene.guild)
        await scene.discord.wait_for(lambda: not scene.bot.client.guilds)
        answer = await asks(scene, noor, scene.channel, MILL_QUESTION)
        assert NO_ANSWER in answer.text
        assert "Brandt" not in answer.text
        assert answer.ephemeral
        pressed = await scene.discord.press(noor, known, "Context")
        assert (await settled(pressed)).text == GONE
        records = scene.bot.services.records
        records.tenants._now = lambda: datetime.now(UTC) + timedelta(days=8)
        await scene.discord.wait_for(lambda: records.tenants.departed(7) == [scene.guild.id])

    play(act)


def test_where_the_server_has_invited_it_the_server_s_rules_hold(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        noor = scene.discord.add_user("Noor", [scene.guild], installed=True)
        answer = await asks(scene, noor, scene.channel, MILL_QUESTION)
        assert "**Thea Brandt**" in answer.text
        assert not answer.ephemeral
        await scene.manage("channels deny", channel=scene.channel)
        used = await scene.discord.slash(noor, scene.channel, "ask", question=MILL_QUESTION)
        assert "Quoth doesn't answer in this channel" in (await used.response()).text

    play(act)


def test_nobody_manages_a_server_that_has_not_invited_it(play: Play) -> None:
    async def act(scene: Scene) -> None:
        noor, place = traveller(scene, manages=True)
        with pytest.raises(PermissionError, match="has not installed quoth"):
            await scene.discord.slash(noor, place, "quoth articles")
        forged = Message(place, scene.discord.bot, flags=LAYOUT)
        for id in ("q:articles:0", "q:cancel:00"):
            button = {"type": 2, "style": 2, "label": "More", "custom_id": id}
            forged.components = [{"type": 1, "components": [button]}]
            pressed = await scene.discord.press(noor, forged, "More")
            said = await pressed.response()
            assert said.text == "Only people who may manage the server can do that."

    play(act)


@pytest.mark.parametrize("others", [True, False])
def test_where_nothing_is_shared_it_says_so(play: Play, tmp_path: Path, others: bool) -> None:
    async def act(scene: Scene) -> None:
        if others:
            await scene.add("mill.txt", MILL)
        noor, place = traveller(scene)
        for channel in (place, scene.discord.direct(noor)):
            used = await scene.discord.slash(noor, channel, "ask", question=MILL_QUESTION)
            assert (await settled(used)).text == NOTHING_SHARED
        if not others:
            used = await scene.discord.slash(noor, place, "read", article="mill")
            assert (await settled(used)).text == NOTHING_SHARED

    with Library.open(tmp_path / "empty") as library:
        play(act, library=library)


def test_its_replies_are_seen_by_nobody_else(play: Play) -> None:
    async def act(scene: Scene) -> None:
        noor, place = traveller(scene)
        assert place.guild
        emil = scene.discord.add_user("Emil", [place.guild], installed=True)
        answer = await asks(scene, noor, place, LISBON_QUESTION)
        kept = scene.bot.services.records.get(key_of(answer))
        assert kept is not None
        assert (kept.tenant, kept.private) == (None, True)
        copy = Message(place, scene.discord.bot, components=answer.components)
        copy.flags = LAYOUT
        pressed = await scene.discord.press(emil, copy, "Sources")
        assert (await settled(pressed)).text == GONE

    play(act)
