"""Questions from everywhere: what is answered, to whom, and what is said when it is not."""

from __future__ import annotations

import logging
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.discord.client import ShardedClient
from bot.discord.messages import NO_ARTICLES
from bot.view import NO_ANSWER
from retrieval import Library
from retrieval.types import Reply
from tests.fake_discord import Interaction, Message, Role, User
from tests.fake_discord.state import EPHEMERAL, LAYOUT

from .conftest import LISBON_QUESTION, UNANSWERABLE, Play, Scene, settled

COMMANDS = "/applications/{application_id}/commands"
MESSAGES = "/channels/{channel_id}/messages"


async def refused(asked: Interaction) -> str:
    """What was answered at once, to the asker alone, without "is thinking…" before."""
    callback = await asked.acknowledged()
    assert (callback["type"], callback["data"]["flags"]) == (4, EPHEMERAL | LAYOUT)
    return (await asked.response()).text


# Commands -----------------------------------------------------------------------------


def test_a_question_is_deferred_then_answered_with_its_quote(play: Play) -> None:
    async def act(scene: Scene) -> None:
        asked = await scene.discord.slash(
            scene.leyla, scene.channel, "ask", question=LISBON_QUESTION
        )
        assert await asked.acknowledged() == {"type": 5}
        answer = await asked.response()
        assert "**João Cravinho**" in answer.text
        assert answer.text.split("\n")[2:] == [
            "> Foreign Minister Mevlüt Çavuşoğlu met his Portuguese counterpart **João Cravinho** "
            "in Lisbon on Tuesday.",
            "-# [Talks in Lisbon](https://example.org/lisbon#:~:text=Foreign%20Minister%20Mevl%C3%BCt"
            "%20%C3%87avu%C5%9Fo%C4%9Flu%20met%20his%20Portuguese%20counterpart%20Jo%C3%A3o%20Cravinho"
            "%20in%20Lisbon%20on%20Tuesday.) · Northern Post · 6 April 2022",
        ]
        assert (answer.content, answer.embeds, answer.has_layout) == ("", [], True)
        assert answer.labels == ["Context", "Sources", "👍", "👎", "Follow up", "Delete"]
        assert not answer.ephemeral

    play(act)


def test_a_private_answer_is_for_the_asker_alone(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION, private=True)
        assert answer.ephemeral
        assert "João Cravinho" in answer.text

    play(act)


def test_no_answer_is_said_plainly_and_the_nearest_passages_are_behind_a_button(
    play: Play,
) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(UNANSWERABLE)
        assert NO_ANSWER in answer.text
        assert "The nearest passage (not an answer):" in answer.text
        assert answer.components[1]["accent_color"] == 0x80848E
        assert "Context" not in answer.labels
        assert answer.labels[-2:] == ["Nearest passages", "Delete"]
        nearest = await scene.press(answer, "Nearest passages", scene.marco)
        assert nearest.ephemeral
        assert "The clerk of Port Vell" in nearest.text

    play(act)


def test_days_and_publisher_narrow_what_is_asked(play: Play) -> None:
    async def act(scene: Scene) -> None:
        question = "who did Çavuşoğlu meet?"
        early = await scene.ask(question, until="2022-04")
        assert "João Cravinho" in early.text
        assert "Aurescu" not in early.text
        late = await scene.ask(question, publisher="kiyi gazetesi")
        assert "Bogdan Aurescu" in late.text
        assert "Cravinho" not in late.text

    play(act)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"question": LISBON_QUESTION, "since": "spring"},
            "'spring' is no time that can be read: write a date like 2022, 2022-04 or "
            "2022-04-06, or words like “May 2022”, “last week”, “last 3 days” or “3 days ago”.",
        ),
        (
            {"question": LISBON_QUESTION, "since": "2023", "until": "2022"},
            "Nothing lies between these days: since is after until.",
        ),
        (
            {"question": "why? " * 101},
            "That question is 505 characters long, and the most is 500: please shorten it.",
        ),
        (
            {"question": "  "},
            "There is no question: ask me, for example, “Who met whom in Ankara?”",
        ),
    ],
)
def test_what_cant_be_asked_is_refused_politely(
    play: Play, options: dict[str, str], said: str
) -> None:
    async def act(scene: Scene) -> None:
        asked = await scene.discord.slash(scene.leyla, scene.channel, "ask", **options)
        assert await refused(asked) == said

    play(act)


def test_the_text_of_a_message_is_asked_from_its_menu(play: Play) -> None:
    async def act(scene: Scene) -> None:
        written = await scene.discord.say(scene.marco, scene.channel, LISBON_QUESTION)
        asked = await scene.discord.message_command(scene.leyla, written, "Ask Quoth about this")
        assert "João Cravinho" in (await asked.response()).text

    play(act)


def test_publishers_are_offered_as_they_are_typed(play: Play) -> None:
    async def act(scene: Scene) -> None:
        async def offered(typed: str) -> list[str]:
            found = await scene.discord.autocomplete(
                scene.leyla, scene.channel, "ask", focused="publisher", question="?",
                publisher=typed,
            )  # fmt: skip
            assert all(choice["name"] == choice["value"] for choice in found)
            return [choice["name"] for choice in found]

        assert await offered("") == ["Coast Desk", "Kıyı Gazetesi", "Northern Post"]
        assert await offered("KIYI") == ["Kıyı Gazetesi"]
        assert await offered("st") == ["Coast Desk", "Northern Post"]
        lines = "\n".join(
            f'{{"text": "The mill of Osk has {n} sails.", "source": "Zeitung {n:02}"}}'
            for n in range(30)
        )
        too_long = f'\n{{"text": "The mill of Osk is old.", "source": "Zeitung {"x" * 93}"}}'
        await scene.add("mills.jsonl", lines + too_long)
        assert await offered("zeitung") == [f"Zeitung {n:02}" for n in range(25)]

    play(act)


def test_a_direct_message_asks_the_shared_articles_alone(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.add("mill.txt", "The miller of Osk is called Thea Brandt.\n")
        there = scene.discord.direct(scene.leyla)
        asked = await scene.discord.slash(scene.leyla, there, "ask", question=LISBON_QUESTION)
        assert "João Cravinho" in (await asked.response()).text
        written = await scene.discord.say(scene.leyla, there, "and in Bucharest?")
        assert "Bogdan Aurescu" in (await written.reply()).text
        asked = await scene.discord.slash(
            scene.leyla, there, "ask", question="who is the miller of Osk?"
        )
        assert "Thea Brandt" not in (await asked.response()).text

    play(act)


def test_the_commands_are_told_to_discord_only_when_they_changed(play: Play) -> None:
    async def act(scene: Scene) -> None:
        def told() -> int:
            return len(scene.discord.sent("PUT", COMMANDS))

        commands = {command["name"]: command for command in scene.discord.commands}
        assert set(commands) == {
            "ask",
            "Ask Quoth about this",
            "read",
            "help",
            "forget-me",
            "quoth",
        }
        assert int(commands["quoth"]["default_member_permissions"]) == 1 << 5  # manage server
        assert commands["quoth"]["contexts"] == [0]
        assert commands["forget-me"]["default_member_permissions"] is None
        assert commands["quoth"]["integration_types"] == [0]  # never a person's own
        for name in commands.keys() - {"quoth"}:
            assert commands[name]["contexts"] == [0, 1, 2]
            assert commands[name]["integration_types"] == [0, 1]
        assert told() == 1
        await scene.restart()
        assert told() == 1
        scene.bot.services.records.set_command_hash("of an older version")
        await scene.restart()
        assert told() == 2

    play(act)


def test_as_many_shards_as_discord_recommends(play: Play) -> None:
    async def act(scene: Scene) -> None:
        assert isinstance(scene.bot.client, ShardedClient)
        assert "João Cravinho" in (await scene.ask(LISBON_QUESTION)).text

    play(act, shards=0)


def test_an_article_is_read_page_by_page_by_who_may_see_it(play: Play) -> None:
    async def act(scene: Scene) -> None:
        lines = [f"On day {n} the *miller* of Osk ground {n} sacks of rye." for n in range(150)]
        await scene.add("mill.txt", "The mill's diary\n\n" + "\n\n".join(lines))
        (found,) = await scene.discord.autocomplete(
            scene.leyla, scene.channel, "read", focused="article", article="MILL'S"
        )
        assert found["name"].startswith("The mill's diary (")
        used = await scene.discord.slash(scene.leyla, scene.channel, "read", article=found["value"])
        shown = await used.response()
        assert shown.ephemeral
        assert "**The mill's diary**" in shown.text
        text = shown.text
        while "More" in shown.labels:
            edits = shown.edits
            await scene.discord.press(scene.leyla, shown, "More")
            await scene.discord.wait_for(lambda edits=edits: shown.edits > edits)
            text += "\n" + shown.text
        assert [line for line in text.split("\n") if line.startswith("On day")] == [
            line.replace("*", "\\*") for line in lines
        ]
        there = scene.discord.direct(scene.leyla)
        used = await scene.discord.slash(scene.leyla, there, "read", article=found["value"])
        assert "There is no article with that id here" in (await used.followup()).text

    play(act)


def test_help_tells_how_to_ask(play: Play) -> None:
    async def act(scene: Scene) -> None:
        said = await (await scene.discord.slash(scene.leyla, scene.channel, "help")).response()
        assert said.ephemeral
        assert "`/ask` a question" in said.text

    play(act)


# Messages -----------------------------------------------------------------------------


def test_a_mention_is_replied_to(play: Play) -> None:
    async def act(scene: Scene) -> None:
        written = await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        reply = await written.reply()
        assert "**João Cravinho**" in reply.text
        assert "Sources" in reply.labels
        assert scene.channel.typing == 1

    play(act)


def test_a_mention_without_a_question_is_told_how_to_ask(play: Play) -> None:
    async def act(scene: Scene) -> None:
        written = await scene.discord.mention(scene.leyla, scene.channel, "")
        assert (await written.reply()).text.startswith("There is no question: ask me")

    play(act)


def test_a_mention_in_a_thread_is_answered_in_it(play: Play) -> None:
    async def act(scene: Scene) -> None:
        thread = await scene.discord.add_thread(scene.channel)
        written = await scene.discord.mention(scene.leyla, thread, LISBON_QUESTION)
        assert "João Cravinho" in (await written.reply()).text
        assert [one.author for one in thread.messages.values()] == [scene.leyla, scene.discord.bot]
        assert not scene.channel.messages

    play(act)


def test_a_mention_in_a_thread_follows_up_on_the_last_public_reply_there(play: Play) -> None:
    async def act(scene: Scene) -> None:
        thread = await scene.discord.add_thread(scene.channel)
        asked = await scene.discord.slash(scene.leyla, thread, "ask", question=LISBON_QUESTION)
        await asked.response()
        asked = await scene.discord.slash(
            scene.leyla, thread, "ask", question="what did the clerk paint?", private=True
        )
        await asked.response()
        written = await scene.discord.mention(scene.marco, thread, "and in Bucharest?")
        reply = await written.reply()
        assert "**Bogdan Aurescu**" in reply.text
        assert "who did Çavuşoğlu meet in Bucharest?" in reply.text
        outside = await scene.discord.mention(scene.marco, scene.channel, "and in Bucharest?")
        assert "Çavuşoğlu" not in (await outside.reply()).text

    play(act)


def test_a_reply_to_an_answer_follows_up_on_that_one(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask_to_reply(LISBON_QUESTION)
        await scene.ask(UNANSWERABLE)
        written = await scene.discord.mention(
            scene.marco, scene.channel, "and in Bucharest?", reply_to=answer
        )
        assert "**Bogdan Aurescu**" in (await written.reply()).text

    play(act)


def test_other_messages_are_let_be(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION)
        machine = scene.discord.add_user("Another bot", [scene.guild])
        machine.bot = True
        await scene.discord.say(scene.marco, scene.channel, "and in Bucharest?", reply_to=answer)
        await scene.discord.say(scene.marco, scene.channel, LISBON_QUESTION)
        await scene.discord.mention(machine, scene.channel, LISBON_QUESTION)
        last = await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        await last.reply()
        assert len(scene.discord.sent("POST", MESSAGES)) == 1

    play(act)


def test_with_message_content_a_reply_needs_no_mention(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask_to_reply(LISBON_QUESTION)
        await scene.discord.say(scene.marco, scene.channel, LISBON_QUESTION)
        written = await scene.discord.say(
            scene.marco, scene.channel, "and in Bucharest?", reply_to=answer
        )
        assert "**Bogdan Aurescu**" in (await written.reply()).text
        assert len(scene.discord.sent("POST", MESSAGES)) == 1

    play(act, intents=1 << 15, message_content=True)


# What is refused, and what fails ------------------------------------------------------


def test_who_asks_a_lot_at_once_is_told_to_wait(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.ask(LISBON_QUESTION)
        asked = await scene.discord.slash(
            scene.leyla, scene.channel, "ask", question=LISBON_QUESTION
        )
        said = await refused(asked)
        assert re.fullmatch(r"You have asked a lot at once: ask again in \d+ seconds\.", said)
        written = await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        assert "ask again in" in (await written.reply()).text
        assert "João Cravinho" in (await scene.ask(LISBON_QUESTION, scene.marco)).text

    play(act, burst=1, refill_seconds=60)


def test_who_has_to_wait_is_told_the_place(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, ask = threading.Event(), Library.ask

    def slow(library: Library, question: str, **options: Any) -> Reply:
        assert gate.wait(30)
        return ask(library, question, **options)

    monkeypatch.setattr(Library, "ask", slow)

    async def act(scene: Scene) -> None:
        async def asked(user: User) -> Interaction:
            return await scene.discord.slash(user, scene.channel, "ask", question=LISBON_QUESTION)

        first = await asked(scene.leyla)
        await scene.discord.wait_for(lambda: scene.bot.services.desk.running)
        second = await asked(scene.marco)
        waiting = await second.response()
        assert waiting.text == "You are number 1 in the queue…"
        gate.set()
        assert "João Cravinho" in (await first.response()).text
        await scene.discord.wait_for(lambda: "João Cravinho" in waiting.text)

    play(act, workers=1)


def test_in_a_denied_channel_nothing_is_answered(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION)
        thread = await scene.discord.add_thread(scene.channel)
        elsewhere = scene.discord.add_channel(scene.guild, "questions")
        await scene.manage("channels deny", channel=scene.channel)
        sentence = "Quoth doesn't answer in this channel: ask in another one."
        for channel in (scene.channel, thread):
            asked = await scene.discord.slash(scene.leyla, channel, "ask", question=LISBON_QUESTION)
            assert await refused(asked) == sentence
        assert (await scene.press(answer, "Sources")).text == sentence
        await scene.discord.mention(scene.leyla, scene.channel, LISBON_QUESTION)
        asked = await scene.discord.slash(scene.leyla, elsewhere, "ask", question=LISBON_QUESTION)
        assert "João Cravinho" in (await asked.response()).text
        assert scene.discord.sent("POST", MESSAGES) == []
        await scene.manage("channels reset", channel=scene.channel)
        await scene.manage("channels allow", channel=elsewhere)
        asked = await scene.discord.slash(
            scene.leyla, scene.channel, "ask", question=LISBON_QUESTION
        )
        assert await refused(asked) == sentence

    play(act)


NOT_YOU = "Only people with certain roles may ask Quoth here, and you have none of them."


def test_where_a_role_is_allowed_only_its_members_and_managers_may_ask(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask(LISBON_QUESTION, scene.marco)
        form = await scene.discord.press(scene.marco, answer, "Follow up")
        role = await scene.discord.add_role(scene.guild, "Readers", scene.leyla)
        said = await scene.manage("roles allow", role=role)
        assert said.ephemeral
        assert said.text == f"Only <@&{role.id}> and who manages the server may ask."
        assert said.text in (await scene.manage("status")).text
        asked = await scene.discord.slash(
            scene.marco, scene.channel, "ask", question=LISBON_QUESTION
        )
        assert await refused(asked) == NOT_YOU
        for button in ("Sources", "Follow up"):
            pressed = await scene.discord.press(scene.marco, answer, button)
            assert await refused(pressed) == NOT_YOU
        submitted = await scene.discord.submit(form, question="and in Bucharest?")
        assert await refused(submitted) == NOT_YOU
        unheard = await scene.discord.mention(scene.marco, scene.channel, LISBON_QUESTION)
        for user in (scene.leyla, scene.admin):
            assert "João Cravinho" in (await scene.ask(LISBON_QUESTION, user)).text
            assert "Lisbon" in (await scene.press(answer, "Sources", user)).text
            written = await scene.discord.mention(user, scene.channel, LISBON_QUESTION)
            assert "João Cravinho" in (await written.reply()).text
        assert not [one for one in scene.channel.messages.values() if one.reference is unheard]
        direct = scene.discord.direct(scene.marco)
        asked = await scene.discord.slash(scene.marco, direct, "ask", question=LISBON_QUESTION)
        assert "João Cravinho" in (await asked.response()).text

        await scene.restart()
        asked = await scene.discord.slash(
            scene.marco, scene.channel, "ask", question=LISBON_QUESTION
        )
        assert await refused(asked) == NOT_YOU
        assert (await scene.manage("roles reset")).text == "Everybody may ask."
        assert "João Cravinho" in (await scene.ask(LISBON_QUESTION, scene.marco)).text

    play(act)


def test_members_of_a_denied_role_may_not_ask(play: Play) -> None:
    async def act(scene: Scene) -> None:
        both = (scene.leyla, scene.marco)
        readers = await scene.discord.add_role(scene.guild, "Readers", *both)
        silent = await scene.discord.add_role(scene.guild, "Silent", scene.marco, scene.admin)
        said = await scene.manage("roles deny", role=silent)
        assert said.text == f"Everybody may ask but <@&{silent.id}>."

        async def only_marco_is_refused() -> None:
            asked = await scene.discord.slash(
                scene.marco, scene.channel, "ask", question=LISBON_QUESTION
            )
            assert await refused(asked) == "One of your roles may not ask Quoth here."
            for user in (scene.leyla, scene.admin):
                assert "João Cravinho" in (await scene.ask(LISBON_QUESTION, user)).text

        await only_marco_is_refused()
        said = await scene.manage("roles allow", role=readers)
        assert said.text == (
            f"Only <@&{readers.id}> and who manages the server may ask, but not <@&{silent.id}>."
        )
        await only_marco_is_refused()
        await scene.manage("roles reset", role=silent)
        assert "João Cravinho" in (await scene.ask(LISBON_QUESTION, scene.marco)).text

    play(act)


def test_roles_hold_where_the_bot_has_only_its_commands(play: Play) -> None:
    async def act(scene: Scene) -> None:
        guild = scene.discord.add_guild("Commands alone", only_commands=True)
        readers, boss = (
            scene.discord.add_user("Ines", [guild]),
            scene.discord.add_user("Bo", [], [guild]),
        )
        role = Role("Readers")
        guild.given[role] = [readers]
        used = await scene.discord.slash(boss, guild.channel, "quoth roles allow", role=role)
        await used.response()
        for user in (readers, boss):
            asked = await scene.discord.slash(user, guild.channel, "ask", question=LISBON_QUESTION)
            assert "João Cravinho" in (await asked.response()).text
        other = scene.discord.add_user("Kai", [guild])
        asked = await scene.discord.slash(other, guild.channel, "ask", question=LISBON_QUESTION)
        assert await refused(asked) == NOT_YOU

    play(act)


def test_without_an_index_it_says_so(play: Play, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        asked = await scene.discord.slash(
            scene.leyla, scene.channel, "ask", question=LISBON_QUESTION
        )
        said = await settled(asked)
        assert said.text == NO_ARTICLES
        assert said.ephemeral

    with Library.open(tmp_path / "empty") as library:
        play(act, library=library)


def test_an_error_has_an_id_that_the_log_has_too(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Reply:
        raise RuntimeError("the lamp fell over")

    async def act(scene: Scene) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(Library, "ask", broken)
            asked = await scene.discord.slash(
                scene.leyla, scene.channel, "ask", question=LISBON_QUESTION
            )
            said = await settled(asked)
            written = await scene.discord.mention(scene.leyla, scene.channel, "who is it?")
            reply = await written.reply()
        assert said.ephemeral
        assert asked.original is not None
        assert asked.original.deleted
        assert "lamp" not in said.text + reply.text
        for id in (_id_in(said), _id_in(reply)):
            (record,) = (one for one in caplog.records if id in one.getMessage())
            assert record.levelno == logging.ERROR
            assert record.exc_info is not None
            assert str(record.exc_info[1]) == "the lamp fell over"
        assert "João Cravinho" in (await scene.ask(LISBON_QUESTION)).text

    play(act)


def _id_in(message: Message) -> str:
    found = re.search(r"number of this error: ([0-9a-f]{8})$", message.text)
    assert found, message.text
    return found[1]


def test_a_quote_pings_nobody_and_hides_nothing(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask("what did the clerk of Port Vell paint on the harbour board?")
        description = answer.text.replace("**", "")
        shown = re.sub(r"\\(.)", r"\1", description)
        assert "@everyone <@123> [free boats](http://evil.example) `rm` ||hush||" in shown
        assert r"\@everyone \<\@123\> \[free boats\]" in description
        assert r"\`rm\` \|\|hush\|\|" in description

    play(act)
