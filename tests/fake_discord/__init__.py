"""A small Discord of our own on 127.0.0.1, against which the real discord.py client runs.

    async with FakeDiscord() as discord:
        guild = discord.add_guild("Azinlex")
        leyla = discord.add_user("Leyla", [guild])           # manages=[guild]: an administrator
        ...                             # start the bot: discord.token, .api_base, .gateway_url
        await discord.ready()
        asked = await discord.slash(leyla, guild.channel, "ask", question="Who met Fidan?")
        answer = await asked.response()                      # once it's more than “thinking …”
        assert "Cravinho" in answer.text and answer.labels == ["More", "Sources"]
        pressed = await discord.press(leyla, answer, "More")
        more = await pressed.response()                      # more.ephemeral, .embeds, .content
        form = await discord.press(leyla, answer, "Follow up")
        again = await discord.submit(form, question="And where?")
        written = await discord.mention(leyla, guild.channel, "who met Fidan?")
        said = await written.reply()
        assert discord.violations == []                      # no body broke a rule of Discord's

`discord.fail("PATCH */messages/@original", UNKNOWN_WEBHOOK)`, `limit` and `slow` plan failures;
`discord.gateway` drops connections, freezes them and refuses to resume sessions.
"""

from __future__ import annotations

from .checks import check_message
from .faults import (
    BAD_GATEWAY,
    MISSING_PERMISSIONS,
    SERVER_ERROR,
    UNKNOWN_INTERACTION,
    UNKNOWN_WEBHOOK,
    Failure,
)
from .server import FakeDiscord
from .state import Channel, Guild, Interaction, Message, Role, Upload, User

__all__ = [
    "BAD_GATEWAY",
    "MISSING_PERMISSIONS",
    "SERVER_ERROR",
    "UNKNOWN_INTERACTION",
    "UNKNOWN_WEBHOOK",
    "Channel",
    "Failure",
    "FakeDiscord",
    "Guild",
    "Interaction",
    "Message",
    "Role",
    "Upload",
    "User",
    "check_message",
]
