"""The fake Discord is like Discord, as far as discord.py and its documentation tell."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands

from tests.fake_discord import (
    MISSING_PERMISSIONS,
    SERVER_ERROR,
    UNKNOWN_INTERACTION,
    UNKNOWN_WEBHOOK,
    FakeDiscord,
    check_message,
)

NO_PINGS = discord.AllowedMentions.none()


class Form(discord.ui.Modal, title="Follow up"):
    question: discord.ui.TextInput[Form] = discord.ui.TextInput(label="Question")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"You asked {self.question.value}")


class Buttons(discord.ui.View):
    @discord.ui.button(label="More", custom_id="more")
    async def more(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_message("More of it.", ephemeral=True)

    @discord.ui.button(emoji="👍", custom_id="up")
    async def up(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="Thank you.")

    @discord.ui.button(label="Slow", custom_id="slow")
    async def slow(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="At last.")

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Form())


class Echo(discord.Client):
    """Says what it's told."""

    def __init__(self, **options: Any) -> None:
        intents = options.pop("intents", discord.Intents(guilds=True, messages=True))
        super().__init__(
            intents=intents, allowed_mentions=NO_PINGS, guild_ready_timeout=0.05, **options
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []
        self.errors: list[Exception] = []
        self.resumes = 0

        @self.tree.command(description="Say it")
        async def say(
            interaction: discord.Interaction, text: str, file: discord.Attachment | None = None
        ) -> None:
            try:
                await interaction.response.defer(ephemeral=text == "secret")
                words = (await file.read()).decode() if file else text
                await interaction.edit_original_response(content=words, view=Buttons())
                await interaction.followup.send("And more.")
            except discord.HTTPException as error:
                self.errors.append(error)

        @say.autocomplete("text")
        async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=typed + "!", value=typed)]

        group = app_commands.Group(
            name="admin",
            description="For administrators",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )

        @group.command(description="Where")
        async def where(interaction: discord.Interaction, place: discord.TextChannel) -> None:
            await interaction.response.send_message(f"{place.name} of {interaction.guild}")

        self.tree.add_command(group)

        @self.tree.context_menu(name="Read this")
        async def read(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"It says {message.content}")

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Don't wait five seconds before a new session, as discord.py does."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)
        if self.user in message.mentions:
            async with message.channel.typing():
                sent = await message.reply("Wait …", mention_author=False)
            await sent.edit(content=message.content.split(">", 1)[1].strip())

    async def on_resumed(self) -> None:
        self.resumes += 1


@contextlib.contextmanager
def pointed_at(fake: FakeDiscord) -> Iterator[None]:
    base, default = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = fake.api_base
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(fake.gateway_url)
    try:
        yield
    finally:
        discord.http.Route.BASE = base
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = default


@contextlib.asynccontextmanager
async def running(fake: FakeDiscord, client: discord.Client) -> AsyncIterator[None]:
    with pointed_at(fake):
        task = asyncio.create_task(client.start(fake.token))
        try:
            await fake.ready()
            await client.wait_until_ready()
            yield
        finally:
            await client.close()
            await asyncio.gather(task, return_exceptions=True)


def against(scenario: Callable[[FakeDiscord, Echo], Awaitable[None]], **options: Any) -> None:
    """Run a scenario with an Echo that is connected."""

    async def run() -> None:
        async with FakeDiscord() as fake:
            fake.gateway.interval = 0.1
            fake.add_guild("Azinlex", ["general", "archive"])
            client = Echo(**options)
            async with running(fake, client):
                await scenario(fake, client)

    asyncio.run(run())


def test_commands_are_registered_and_the_guild_is_there() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        assert [command["name"] for command in fake.commands] == ["say", "admin", "Read this"]
        assert [guild.name for guild in client.guilds] == ["Azinlex"]
        assert client.user is not None
        assert client.user.id == fake.bot.id
        assert fake.violations == []

    against(scenario)


def test_a_wrong_token_and_an_intent_not_granted_are_refused() -> None:
    async def run() -> None:
        async with FakeDiscord() as fake:
            client = Echo()
            with pointed_at(fake), pytest.raises(discord.LoginFailure):
                async with client:
                    await client.start("wrong")
            intents = discord.Intents(guilds=True, message_content=True)
            client = Echo(intents=intents)
            with pointed_at(fake), pytest.raises(discord.PrivilegedIntentsRequired):
                async with client:
                    await client.start(fake.token)

    asyncio.run(run())


def test_a_deferred_answer_is_loading_until_it_is_edited() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        fake.slow("PATCH */messages/@original", 0.1)
        asked = await fake.slash(leyla, guild.channel, "say", text="Hello")
        assert (await asked.acknowledged())["type"] == 5
        assert asked.final is None
        answer = await asked.response()
        assert answer.content == "Hello"
        assert answer.labels == ["More", "👍", "Slow", "Ask"]
        assert (await asked.followup()).content == "And more."
        assert not answer.ephemeral
        assert fake.violations == []

    against(scenario)


def test_ephemeral_answers_are_for_the_asker_only() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla, omar = fake.add_user("Leyla", [guild]), fake.add_user("Omar", [guild])
        answer = await (await fake.slash(leyla, guild.channel, "say", text="secret")).response()
        assert answer.ephemeral
        with pytest.raises(PermissionError):
            await fake.press(omar, answer, "More")
        with pytest.raises(discord.NotFound, match="10008"):
            await client.get_partial_messageable(guild.channel.id).fetch_message(answer.id)

    against(scenario)


def test_buttons_and_a_form() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        answer = await (await fake.slash(leyla, guild.channel, "say", text="Hello")).response()
        more = await (await fake.press(leyla, answer, "More")).response()
        assert (more.content, more.ephemeral) == ("More of it.", True)
        slow = await (await fake.press(leyla, answer, "Slow")).response()
        assert slow is answer
        assert answer.content == "At last."
        form = await fake.press(leyla, answer, "Ask")
        told = await (await fake.submit(form, Question="who?")).response()
        assert told.content == "You asked who?"
        assert await (await fake.press(leyla, answer, "👍")).response() is answer
        assert answer.content == "Thank you."
        with pytest.raises(LookupError, match="no button 'Less'"):
            await fake.press(leyla, answer, "Less")
        assert fake.violations == []

    against(scenario)


def test_autocomplete_and_a_message_command() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        choices = await fake.autocomplete(leyla, guild.channel, "say", focused="text", text="He")
        assert choices == [{"name": "He!", "value": "He"}]
        note = await fake.say(leyla, guild.channel, "a note")
        said = await fake.message_command(leyla, note, "Read this")
        assert (await said.response()).content == "It says a note"

    against(scenario)


def test_commands_are_shown_to_those_who_may_use_them() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        boss = fake.add_user("Boss", manages=[guild])
        place = guild.channels[1]
        with pytest.raises(PermissionError, match="Leyla"):
            await fake.slash(leyla, guild.channel, "admin where", place=place)
        with pytest.raises(PermissionError):
            await fake.slash(boss, fake.direct(boss), "admin where", place=place)
        with pytest.raises(TypeError, match="place"):
            await fake.slash(boss, guild.channel, "admin where")
        with pytest.raises(LookupError):
            await fake.slash(boss, guild.channel, "admin what")
        told = await fake.slash(boss, guild.channel, "admin where", place=place)
        assert (await told.response()).content == "archive of Azinlex"

    against(scenario)


def test_an_attachment_is_downloaded_from_its_url() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        file = fake.upload("a.txt", b"from the file")
        asked = await fake.slash(leyla, guild.channel, "say", text="x", file=file)
        assert (await asked.response()).content == "from the file"

    against(scenario)


def test_what_does_not_mention_the_bot_comes_empty() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        thread = await fake.add_thread(guild.channel)
        await fake.say(leyla, guild.channel, "not for you")
        await fake.say(leyla, fake.direct(leyla), "for you")
        written = await fake.mention(leyla, thread, "hello")
        reply = await written.reply()
        await fake.wait_for(lambda: reply.content == "hello")
        assert client.heard[:3] == ["", "for you", f"<@{fake.bot.id}> hello"]
        assert thread.typing == 1
        assert fake.violations == []

    against(scenario)


@pytest.mark.parametrize("everywhere", [False, True])
def test_rate_limits_are_waited_for(everywhere: bool) -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        fault = fake.limit("* */messages*", times=2, retry_after=0.05, everywhere=everywhere)
        asked = await fake.slash(leyla, guild.channel, "say", text="Hello")
        written = await fake.mention(leyla, guild.channel, "hello")
        assert (await asked.response()).content == "Hello"
        assert await written.reply()
        assert fault.hits == 2
        assert [r.status for r in fake.requests].count(429) == 2

    against(scenario)


def test_failures_reach_the_client_with_their_codes() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        fake.fail("POST */callback", UNKNOWN_INTERACTION)
        await fake.slash(leyla, guild.channel, "say", text="1")
        fake.fail("PATCH */@original", UNKNOWN_WEBHOOK)
        await fake.wait_for(lambda: len(client.errors) == 1)
        await fake.slash(leyla, guild.channel, "say", text="2")
        await fake.wait_for(lambda: len(client.errors) == 2)
        fake.fail("PATCH */@original", MISSING_PERMISSIONS)
        await fake.slash(leyla, guild.channel, "say", text="3")
        await fake.wait_for(lambda: len(client.errors) == 3)
        codes = [getattr(error, "code", None) for error in client.errors]
        assert codes == [10062, 10015, 50013]
        fake.fail("PATCH */@original", SERVER_ERROR)
        asked = await fake.slash(leyla, guild.channel, "say", text="4")
        assert (await asked.response()).content == "4"

    against(scenario)


def test_late_double_and_expired_responses_are_refused() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        fake.world.patience = 0.05
        fake.slow("POST */callback", 0.1)
        await fake.slash(leyla, guild.channel, "say", text="late")
        await fake.wait_for(lambda: client.errors)
        fake.world.patience = 30
        fake.slow("PATCH */@original", 0.1)
        asked = await fake.slash(leyla, guild.channel, "say", text="expired")
        await asked.acknowledged()
        fake.move_clock(minutes=16)
        await fake.wait_for(lambda: len(client.errors) == 2)
        codes = [getattr(error, "code", None) for error in client.errors]
        assert codes == [10062, 50027]

    against(scenario)


def test_a_dropped_connection_is_resumed_and_nothing_is_lost() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        await fake.gateway.drop()
        asked = await fake.slash(leyla, guild.channel, "say", text="Hello")
        assert (await asked.response()).content == "Hello"
        assert (fake.gateway.identified, fake.gateway.resumed) == (1, 1)
        await fake.gateway.ask_to_reconnect()
        await fake.wait_for(lambda: client.resumes == 2)
        assert fake.gateway.identified == 1

    against(scenario)


def test_a_refused_resume_makes_a_new_session() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        fake.gateway.refuse_resume = True
        await fake.gateway.drop()
        await fake.wait_for(lambda: fake.gateway.identified == 2)
        asked = await fake.slash(leyla, guild.channel, "say", text="Hello")
        assert (await asked.response()).content == "Hello"
        assert (fake.gateway.refused, fake.gateway.resumed) == (1, 0)

    against(scenario)


def test_a_zombie_is_noticed_and_left() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        leyla = fake.add_user("Leyla", [guild])
        fake.gateway.freeze()
        asked = await fake.slash(leyla, guild.channel, "say", text="Hello")
        assert (await asked.response()).content == "Hello"
        assert fake.gateway.resumed == 1

    against(scenario, heartbeat_timeout=0.4)


def test_heartbeats_are_measured() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        await fake.wait_for(lambda: len(fake.beats) >= 3)
        assert all(beat.gap > 0.05 for beat in fake.beats[1:])
        assert fake.gateway.connected

    against(scenario)


def test_a_guild_is_joined_and_left() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = fake.add_guild("New")
        await fake.join(guild)
        await fake.wait_for(lambda: client.get_guild(guild.id))
        await fake.leave(guild)
        await fake.wait_for(lambda: client.get_guild(guild.id) is None)

    against(scenario)


def test_a_body_that_breaks_a_rule_is_refused_and_remembered() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        channel = client.get_partial_messageable(guild.channel.id)
        with pytest.raises(discord.HTTPException, match="50035") as caught:
            await channel.send("x" * 2001)
        assert caught.value.status == 400
        assert fake.violations == [
            "POST /channels/{channel_id}/messages: content: 2001 > 2000",
        ]
        await channel.send("x" * 2000, file=discord.File(__file__))
        assert len(fake.violations) == 1
        assert fake.requests[-1].files[0].name == "test_fake.py"

    against(scenario)


def test_absent_allowed_mentions_are_a_violation() -> None:
    async def scenario(fake: FakeDiscord, client: Echo) -> None:
        guild = next(iter(fake.world.guilds.values()))
        client._connection.allowed_mentions = None
        channel = client.get_partial_messageable(guild.channel.id)
        with pytest.raises(discord.HTTPException):
            await channel.send("@everyone")
        assert "allowed_mentions is absent" in fake.violations[0]

    against(scenario)


def _button(number: int, **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "x", "custom_id": str(number)} | more


def _rows(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": row} for row in rows]}


GOOD: dict[str, Any] = {
    "content": "😀" * 1000,
    "embeds": [{"title": "t" * 256, "description": "d" * 4096, "footer": {"text": "f" * 1600}}],
    "components": [
        {"type": 1, "components": [_button(row * 5 + n) for n in range(5)]} for row in range(5)
    ],
}
FIELD = {"name": "n", "value": "v"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, ""),
        ({"content": "😀" * 1001}, "2002 > 2000"),
        ({"content": " ", "embeds": []}, "empty message"),
        ({"embeds": [{"title": "t"}] * 11}, "11 > 10"),
        ({"embeds": [{"title": "t" * 257}]}, "title has 257 > 256"),
        ({"embeds": [{"description": "d" * 4097}]}, "4097 > 4096"),
        ({"embeds": [{"description": "d" * 3001}] * 2}, "6002 > 6000"),
        ({"embeds": [{"fields": [FIELD] * 26}]}, "26 > 25 fields"),
        ({"embeds": [{"fields": [FIELD | {"name": "n" * 257}]}]}, "257 > 256"),
        ({"embeds": [{"fields": [FIELD | {"value": "v" * 1025}]}]}, "1025 > 1024"),
        ({"embeds": [{"fields": [FIELD | {"value": " "}]}]}, "empty field"),
        ({"embeds": [{"url": "javascript:1"}]}, "well formed"),
        (_rows(*[[_button(n)] for n in range(6)]), "6 > 5 rows"),
        (_rows([_button(n) for n in range(6)]), "6 items"),
        (_rows([]), "0 items"),
        (_rows([_button(1), _button(1)]), "custom_id twice"),
        (_rows([_button(1, custom_id="c" * 101)]), "101 not in 1-100"),
        (_rows([_button(1, label=None)]), "without label and emoji"),
        (_rows([_button(1, label="l" * 81)]), "81 > 80"),
        (_rows([_button(1, style=5)]), "link"),
        ({"allowed_mentions": None}, "absent"),
        ({"allowed_mentions": {"parse": ["users"]}}, "pinged"),
        ({"allowed_mentions": {"parse": [], "replied_user": True}}, "pinged"),
    ],
)
def test_each_rule_for_messages(change: dict[str, Any], complaint: str) -> None:
    body = GOOD | {"allowed_mentions": {"parse": []}} | change
    complaints = check_message(body)
    if complaint:
        assert [c for c in complaints if complaint in c], complaints
    else:
        assert complaints == []
