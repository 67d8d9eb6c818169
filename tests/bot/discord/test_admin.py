"""What those who manage a server may do, and that it stays in that server."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.discord import DOOR
from bot.service.door import collection_of
from bot.service.places import GONE
from bot.service.upkeep import tidy
from bot.view import NO_ANSWER
from retrieval.types import Filters
from tests.fake_discord import Guild, Message, User, payloads
from tests.fake_discord.state import LAYOUT

from .conftest import LISBON_QUESTION, UNANSWERABLE, Play, Scene, key_of

MILL = "The mill of Osk\n\nThe miller of Osk is called Thea Brandt. She grinds rye on Mondays.\n"
MILL_QUESTION = "who is the miller of Osk?"


async def second_server(scene: Scene) -> tuple[Guild, User]:
    """Another server with the bot, and somebody who manages it."""
    other = scene.discord.add_guild("Elsewhere")
    await scene.discord.join(other)
    return other, scene.discord.add_user("Emil", manages=[other])


async def asked_in(scene: Scene, guild: Guild, user: User, question: str) -> Message:
    asked = await scene.discord.slash(user, guild.channel, "ask", question=question)
    return await asked.response()


async def options_of(scene: Scene, typed: str) -> list[str]:
    found = await scene.discord.autocomplete(
        scene.admin, scene.channel, "quoth remove", focused="article", article=typed
    )
    return [choice["value"] for choice in found]


def test_an_article_is_answered_from_in_the_server_that_added_it_and_nowhere_else(
    play: Play,
) -> None:
    async def act(scene: Scene) -> None:
        other, emil = await second_server(scene)
        said = await scene.add("mill.txt", MILL)
        assert said.ephemeral
        assert said.text == "mill.txt: 1 added."
        answer = await scene.ask(MILL_QUESTION)
        assert "**Thea Brandt**" in answer.text
        assert "The mill of Osk" in answer.text

        elsewhere = await asked_in(scene, other, emil, MILL_QUESTION)
        assert NO_ANSWER in elsewhere.text
        nearest = await scene.press(elsewhere, "Nearest passages", emil)
        assert "Osk" not in nearest.text.replace(MILL_QUESTION, "")
        used = await scene.discord.slash(emil, other.channel, "quoth articles")
        assert "Osk" not in (await used.response()).text
        copy = Message(other.channel, scene.discord.bot, components=answer.components)
        copy.flags = LAYOUT
        for button in answer.labels:
            pressed = await scene.discord.press(emil, copy, button)
            if button == "Follow up":
                pressed = await scene.discord.submit(pressed, question="and who else?")
            said = await (pressed.followup() if pressed.original else pressed.response())
            assert said.text == GONE
        assert "**João Cravinho**" in (await asked_in(scene, other, emil, LISBON_QUESTION)).text

    play(act)


def test_files_whose_long_names_begin_alike_stay_apart(play: Play) -> None:
    async def act(scene: Scene) -> None:
        name = "minutes-of-the-council-of-the-mill-and-its-neighbours-in-the-year-of-the-{}.txt"
        await scene.add(name.format("flood"), MILL)
        await scene.add(name.format("storm"), "The tower of Brim is 61 metres high.")
        assert "**Thea Brandt**" in (await scene.ask(MILL_QUESTION)).text

    play(act)


def test_what_two_servers_add_alike_each_has_for_itself(play: Play) -> None:
    async def act(scene: Scene) -> None:
        other, emil = await second_server(scene)
        await scene.add("mill.txt", MILL)
        file = scene.discord.upload("copied.txt", MILL.encode())
        used = await scene.discord.slash(emil, other.channel, "quoth add", file=file)
        assert (await used.response()).text == "copied.txt: 1 added."
        for guild, user in ((scene.guild, scene.leyla), (other, emil)):
            answer = await asked_in(scene, guild, user, MILL_QUESTION)
            assert "**Thea Brandt**" in answer.text
            assert "also in" not in answer.text
        (id,) = await options_of(scene, "mill")
        await scene.manage("remove", article=id)
        assert NO_ANSWER in (await scene.ask(MILL_QUESTION)).text
        assert "Thea Brandt" in (await asked_in(scene, other, emil, MILL_QUESTION)).text

    play(act)


def test_a_reply_has_no_quotes_of_an_article_that_was_removed(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        answer = await scene.ask(MILL_QUESTION)
        (id,) = await options_of(scene, "MILL of")
        assert (await scene.manage("remove", article=id)).text == "Removed."
        assert "Thea Brandt" not in (await scene.press(answer, "Context")).text
        again = await scene.manage("remove", article=id)
        assert again.text.startswith("This server has added no article with that id")
        assert await options_of(scene, "") == []

    play(act)


def test_shared_articles_cant_be_removed_by_a_server(play: Play) -> None:
    async def act(scene: Scene) -> None:
        said = await scene.manage("remove", article="lisbon")
        assert said.text.startswith("This server has added no article with that id")
        assert "João Cravinho" in (await scene.ask(LISBON_QUESTION)).text

    play(act)


def test_the_same_name_again_takes_the_old_one_s_place(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        said = await scene.add("mill.txt", MILL.replace("Thea Brandt", "Ole Kvist"))
        assert said.text == "mill.txt: 1 updated."
        answer = await scene.ask(MILL_QUESTION)
        assert "Ole Kvist" in answer.text
        assert "Thea Brandt" not in answer.text
        said = await scene.add("mill.txt", MILL.replace("Thea Brandt", "Ole Kvist"))
        assert said.text == "mill.txt: 1 unchanged."

    play(act)


def test_what_became_of_each_article_is_told_without_local_paths(
    play: Play, tmp_path: Path
) -> None:
    async def act(scene: Scene) -> None:
        lines = '{"id": "a", "text": "The mill of Osk has six sails."}\n{"id": "b"}\nno json\n'
        said = await scene.add("many mills.jsonl", lines)
        assert said.text.startswith("many mills.jsonl: 1 added, 2 failed.\n- record 2: has no ")
        assert str(tmp_path) not in said.text
        empty = await scene.add("empty.txt", "  \n")
        assert "1 failed" in empty.text
        assert "is empty" in empty.text
        assert str(tmp_path) not in empty.text
        listed = await scene.manage("articles")
        assert "uploads" not in listed.text
        assert not list((tmp_path / "data" / "uploads").rglob("*.*"))

    play(act)


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("mill.exe", 10, "I can't read such a file: use one of .txt, .text, .md, "),
        ("mill.txt", 1024 * 1024 + 60_000, "That file has 1.1 MB, and the most is 1 MB."),
    ],
)
def test_what_cant_be_added_is_refused(play: Play, name: str, size: int, said: str) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.add(name, "x" * size)
        assert answer.ephemeral
        assert answer.text.startswith(said)

    play(act, max_upload_mb=1)


def test_urls_are_fetched_only_where_the_operator_allows_it(play: Play) -> None:
    async def act(scene: Scene) -> None:
        said = await scene.manage("add", url="https://example.org/mill")
        assert said.text == "Articles can't be added by url here: attach a file."
        assert (await scene.manage("add")).text == "Give either a file or a url."

    play(act)


def test_a_url_of_this_machine_is_not_fetched(play: Play) -> None:
    async def act(scene: Scene) -> None:
        file = scene.discord.upload("mill.txt", MILL.encode())
        used = await scene.discord.slash(scene.admin, scene.channel, "quoth add", url=file.url)
        said = await used.followup()
        assert said.ephemeral
        assert "error" not in said.text
        assert NO_ANSWER in (await scene.ask(MILL_QUESTION)).text

    play(act, allow_urls=True)


def test_articles_lists_own_and_shared_ones_in_pages(play: Play) -> None:
    async def act(scene: Scene) -> None:
        lines = "\n".join(f'{{"text": "Mill {n} of Osk has {n} sails."}}' for n in range(40))
        await scene.add("mills.jsonl", lines)
        seen = first = await scene.manage("articles")
        text = first.text
        while "More" in seen.labels:
            pressed = await scene.discord.press(scene.admin, seen, "More")
            edits = seen.edits
            await scene.discord.wait_for(
                lambda seen=seen, edits=edits, pressed=pressed: seen.edits > edits
            )
            assert pressed.original is seen
            text += seen.text
        assert first.ephemeral
        assert "Back" in first.labels
        assert "Talks in Lisbon" in text
        for number in range(40):
            assert f"Mill {number} of Osk" in text

    play(act)


async def articles_of(scene: Scene) -> dict[str, str]:
    """The small print of each article that /quoth articles lists, by its title."""
    seen = await scene.manage("articles")
    lines = seen.text.split("\n")
    while "More" in seen.labels:
        edits = seen.edits
        await scene.discord.press(scene.admin, seen, "More")
        await scene.discord.wait_for(lambda seen=seen, edits=edits: seen.edits > edits)
        lines += seen.text.split("\n")
    return {above.strip("*"): line for above, line in pairwise(lines) if above.startswith("**")}


async def added_by(scene: Scene, user: User, name: str, text: str) -> None:
    """Have somebody add an article."""
    file = scene.discord.upload(name, text.encode())
    used = await scene.discord.slash(user, scene.channel, "quoth add", file=file)
    said = await used.response()
    await scene.discord.wait_for(lambda: "Cancel" not in said.labels)
    assert re.search(r": 1 (added|updated|unchanged)\.$", said.text), said.text


def test_who_added_an_article_is_listed_until_they_have_themselves_forgotten(play: Play) -> None:
    async def act(scene: Scene) -> None:
        services = scene.bot.services
        ole = scene.discord.add_user("Ole", manages=[scene.guild])
        services.records._now = lambda: datetime(2024, 5, 1, 12, tzinfo=UTC)
        await scene.add("mill.txt", MILL)
        services.records._now = lambda: datetime(2024, 5, 2, 12, tzinfo=UTC)
        tower = json.dumps({"id": "tower", "title": "Tower", "text": "It is 61 metres high."})
        await added_by(scene, ole, "tower.jsonl", tower)
        told = {
            "The mill of Osk": f" · added by <@{scene.admin.id}> on 1 May 2024",
            "Tower": f" · added by <@{ole.id}> on 2 May 2024",
        }
        listed = await articles_of(scene)
        assert listed["Talks in Lisbon"].endswith(" · shared")
        assert all(listed[title].endswith(end) for title, end in told.items()), listed
        sent = [one.body for one in scene.discord.requests if "added by" in json.dumps(one.body)]
        assert [one["allowed_mentions"] for one in sent] == [{"parse": []}] * len(sent) != []

        services.records._now = lambda: datetime(2024, 5, 3, 12, tzinfo=UTC)
        await added_by(scene, ole, "mill.txt", MILL)  # unchanged
        await added_by(scene, scene.admin, "tower.jsonl", tower.replace("61", "62"))
        listed = await articles_of(scene)
        assert listed["The mill of Osk"].endswith(told["The mill of Osk"])
        assert listed["Tower"].endswith(f"<@{scene.admin.id}> on 3 May 2024")

        used = await scene.discord.slash(scene.admin, scene.channel, "forget-me")
        said = await used.response()
        assert said.text.startswith("Deleted: 2 answers, votes and notes of what you added.")
        assert "added by" not in "".join((await articles_of(scene)).values())

    play(act)


def test_what_was_removed_and_is_added_again_is_its_new_adder_s(play: Play) -> None:
    async def act(scene: Scene) -> None:
        ole = scene.discord.add_user("Ole", manages=[scene.guild])
        await scene.add("mill.txt", MILL)
        (id,) = await options_of(scene, "mill")
        await scene.manage("remove", article=id)
        assert scene.bot.services.records.adders.of(scene.guild.id) == {}
        await added_by(scene, ole, "mill.txt", MILL)
        assert f"added by <@{ole.id}>" in (await articles_of(scene))["The mill of Osk"]
        await added_by(scene, ole, "mill.txt", "The tower of Brim is 61 metres high.")
        assert len(scene.bot.services.records.adders.of(scene.guild.id)) == 1

    play(act)


def test_settings_hold_for_this_server(play: Play) -> None:
    async def act(scene: Scene) -> None:
        other, emil = await second_server(scene)
        said = await scene.manage("settings", caution="cautious", private=True)
        assert said.text.startswith("Caution: cautious.\n")
        assert "shown to the asker alone" in said.text
        assert (await scene.ask(LISBON_QUESTION)).ephemeral
        assert not (await scene.ask(LISBON_QUESTION, private=False)).ephemeral
        assert not (await asked_in(scene, other, emil, LISBON_QUESTION)).ephemeral
        said = await scene.manage("settings", caution="as the operator set it")
        assert said.text.startswith("Caution: balanced, as the operator set it.\n")
        assert "shown to the asker alone" in said.text

    play(act)


def test_caution_decides_what_is_answered(play: Play) -> None:
    doubtful = (
        "how many meetings were there?",
        "who is the clerk of Port Vell?",
        "who is the mayor of Veldmark?",
        "when did the strike end?",
    )

    async def act(scene: Scene) -> None:
        async def answered(caution: str) -> set[str]:
            await scene.manage("settings", caution=caution)
            return {one for one in doubtful if NO_ANSWER not in (await scene.ask(one)).text}

        assert await answered("cautious") < await answered("eager")

    play(act)


def test_status_tells_what_is_seen_and_how_it_is_set(play: Play, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        await scene.manage("channels deny", channel=scene.channel)
        said = await scene.manage("status")
        assert said.ephemeral
        assert "Articles: 1 of this server, 11 shared." in said.text
        assert f"Quoth answers everywhere but in <#{scene.channel.id}>." in said.text
        assert str(tmp_path) not in said.text

    play(act)


@pytest.mark.parametrize("command", ["articles", "status", "settings"])
def test_who_may_not_manage_the_server_is_refused(play: Play, command: str) -> None:
    async def act(scene: Scene) -> None:
        with pytest.raises(PermissionError):  # Discord doesn't show it
            await scene.discord.slash(scene.leyla, scene.channel, f"quoth {command}")
        for one in scene.discord.commands:  # a server's settings may hand it out
            one["default_member_permissions"] = None
        used = await scene.discord.slash(scene.leyla, scene.channel, f"quoth {command}")
        said = await used.response()
        assert said.text == "Only people who may manage the server can do that."
        assert said.ephemeral

    play(act)


def test_forget_me_deletes_the_questions_and_votes_of_one_person(play: Play) -> None:
    async def act(scene: Scene) -> None:
        mine, other = await scene.ask(LISBON_QUESTION), await scene.ask(UNANSWERABLE, scene.marco)
        await scene.press(other, "👎")
        used = await scene.discord.slash(scene.leyla, scene.channel, "forget-me")
        said = await used.response()
        assert said.ephemeral
        assert said.text.startswith("Deleted: 2 answers, votes and notes of what you added.")
        records = scene.bot.services.records
        assert records.get(key_of(mine)) is None
        assert records.feedback() == []
        kept = records.get(key_of(other))
        assert kept is not None
        assert (kept.question, kept.filters) == (UNANSWERABLE, Filters())
        assert (await scene.press(mine, "Sources")).text == GONE
        used = await scene.discord.slash(scene.leyla, scene.channel, "forget-me")
        assert (await used.response()).text.startswith("Nothing of yours was kept.")

    play(act)


def test_a_server_that_is_left_is_forgotten_after_the_grace_time(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        answer = await scene.ask(MILL_QUESTION)
        services = scene.bot.services
        records, own = services.records, collection_of(DOOR, scene.guild.id)
        library = services.library.view(own)

        def count() -> int:
            return sum(one.collection == own for one in library.articles())

        async def a_week_later() -> None:
            records._now = lambda: datetime.now(UTC) + timedelta(days=7, minutes=1)
            await tidy(services, {guild.id for guild in scene.bot.client.guilds})
            records._now = lambda: datetime.now(UTC)

        await scene.discord.leave(scene.guild)
        await scene.discord.wait_for(lambda: records.tenants.departed(0))
        await tidy(services, set())
        assert count() == 1
        back = payloads.guild(scene.guild)
        del back["unavailable"]  # it is there only when a server was known before
        await scene.discord.gateway.dispatch("GUILD_CREATE", back, scene.guild.id)
        scene.discord.world.guilds[scene.guild.id] = scene.guild
        await scene.discord.wait_for(lambda: not records.tenants.departed(0))
        await a_week_later()
        assert count() == 1
        await scene.discord.leave(scene.guild)
        await scene.discord.wait_for(lambda: records.tenants.departed(0))
        await a_week_later()
        assert count() == 0
        assert records.get(key_of(answer)) is None
        assert records.tenants.departed(0) == []

    play(act)


def test_a_server_that_came_back_unheard_is_not_forgotten(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        services = scene.bot.services
        services.records.tenants.left(scene.guild.id)
        services.records._now = lambda: datetime.now(UTC) + timedelta(days=8)
        await tidy(services, {guild.id for guild in scene.bot.client.guilds})
        services.records._now = lambda: datetime.now(UTC)
        assert services.records.tenants.departed(0) == []
        assert "**Thea Brandt**" in (await scene.ask(MILL_QUESTION)).text

    play(act)


def test_a_server_that_left_unheard_is_forgotten_after_the_grace_time_too(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", MILL)
        services = scene.bot.services
        library = services.library.view(collection_of(DOOR, scene.guild.id))
        await tidy(services, {scene.guild.id})
        await tidy(services, {scene.guild.id + 1})
        assert services.records.tenants.departed(0) == [scene.guild.id]
        services.records._now = lambda: datetime.now(UTC) + timedelta(days=8)
        await tidy(services, {scene.guild.id + 1})
        assert {one.collection for one in library.articles()} == {"shared"}

    play(act)


def test_without_a_token_the_command_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["discord", "--data-dir", str(tmp_path)])
    assert result.exit_code == 2
    assert "QUOTH_DISCORD__TOKEN" in result.output
    assert "developers/applications" in result.output
