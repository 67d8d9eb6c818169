"""What is a question to the bot, in any language, and what is talk."""

from __future__ import annotations

import pytest

from bot.discord.asked import is_asked
from tests.fake_discord import Message

from .conftest import LISBON_QUESTION, Play, Scene


@pytest.mark.parametrize(
    ("text", "spoken_to", "asked"),
    [
        ("who runs the mill of Osk", False, True),
        ("and who runs it now", False, True),
        ("Osk'un değirmencisi kim", True, True),
        ("wer mahlt den Roggen", False, True),
        ("the mill, is it old?", False, True),
        ("製粉所は誰のものですか？", False, True),
        ("mill of Osk", True, True),
        ("tell me about the mill of Osk", True, True),
        ("the mill of Osk", False, False),
        ("is Fidan in Ankara", True, True),
        ("is Fidan in Ankara", False, True),
        ("Was NATO founded in 1949", True, True),
        ("is it true that the mill is old", True, True),
        ("did fidan meet lavrov", True, True),
        ("are ferries running on Sunday", True, True),
        ("ist Fidan in Ankara", True, True),
        ("haben Fidan und Lawrow telefoniert", True, True),
        ("est-ce que Fidan est à Ankara", True, True),
        ("está Fidan en Ankara", True, True),
        ("Fidan Ankara'da mı", True, True),
        ("is our new bot", True, False),
        ("is The Best bot here", True, False),
        ("is awesome at quoting", True, False),
        ("does not know", True, False),
        ("Is Great", True, False),
        ("Will Smith resigned today", False, False),
        ("will Fidan resign today", False, True),
        ("a Greek ferry sank", False, False),
        ("es el mejor bot", True, False),
        ("ist unser neuer Bot", True, False),
        ("thanks", True, False),
        ("Thank you!", True, False),
        ("Teşekkürler", True, False),
        ("Vielen Dank!", True, False),
        ("you are the best!", True, False),
        ("look at https://example.org/mill?page=2", False, False),
        ("", True, False),
    ],
)
def test_what_is_asked(text: str, spoken_to: bool, asked: bool) -> None:
    assert is_asked(text, spoken_to=spoken_to) is asked


def test_talk_is_let_be(play: Play) -> None:
    async def act(scene: Scene) -> None:
        answer = await scene.ask_to_reply(LISBON_QUESTION)
        bot, channel = scene.discord.bot, scene.channel
        for text in ("thanks!", "so that is settled"):  # a reply pings whom it answers
            await scene.discord.say(scene.leyla, channel, text, reply_to=answer, mentions=[bot])
        await scene.discord.mention(scene.leyla, channel, "is our new bot")
        await scene.discord.mention(scene.leyla, channel, "does not sleep")
        await scene.discord.say(scene.leyla, channel, f"hail <@{bot.id}>", mentions=[bot])
        last = await scene.discord.say(
            scene.leyla, channel, "and in Bucharest?", reply_to=answer, mentions=[bot]
        )
        assert "**Bogdan Aurescu**" in (await last.reply()).text
        assert len(scene.discord.sent("POST", "/channels/{channel_id}/messages")) == 1

    play(act)


def test_a_mention_of_the_bot_s_role_is_one_of_the_bot(play: Play) -> None:
    async def act(scene: Scene) -> None:
        text = f"<@&{scene.guild.bot_role}> {LISBON_QUESTION}"
        written = await scene.discord.say(scene.leyla, scene.channel, text)
        assert "**João Cravinho**" in (await written.reply()).text

    play(act)


def test_a_forwarded_question_is_asked(play: Play) -> None:
    async def act(scene: Scene) -> None:
        first = await scene.discord.say(scene.marco, scene.channel, LISBON_QUESTION)
        there = scene.discord.direct(scene.leyla)
        sent = await scene.discord.say(scene.leyla, there, "", forwards=first)

        def said() -> list[Message]:
            return [one for one in there.messages.values() if one.author.bot]

        await scene.discord.wait_for(lambda: any("João Cravinho" in one.text for one in said()))
        asked = await scene.discord.message_command(scene.leyla, sent, "Ask Quoth about this")
        assert "**João Cravinho**" in (await asked.response()).text

    play(act)
