"""The fake Discord itself, with what people do there as methods."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any

from aiohttp import web

from . import payloads
from .checks import LABEL, ROW, inputs
from .faults import Failure, Fault
from .gateway import Gateway, where
from .rest import API, Rest
from .state import (
    EVERYONE,
    GROUP,
    MANAGE_SERVER,
    PATIENT,
    THREAD,
    Beat,
    Channel,
    Guild,
    Interaction,
    Message,
    Request,
    Role,
    T,
    Upload,
    User,
    World,
    until,
)

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
USER, CHANNEL, ROLE, ATTACHMENT = 6, 7, 8, 11


async def _heartbeats_ended() -> None:
    """Wait for the threads in which discord.py sends heartbeats: they need the loop to the end."""
    for thread in threading.enumerate():
        if thread.name.startswith("keep-alive-handler"):
            await asyncio.to_thread(thread.join, PATIENT)


class FakeDiscord:
    """A Discord on 127.0.0.1, for as long as its `async with` block lasts."""

    def __init__(self, *, token: str = "fake.token.of-a-bot", port: int = 0) -> None:
        self.world = World(User("Quoth", bot=True), User("Operator"), token)
        self.gateway = Gateway(self.world.bot, token, self.world.guilds)
        self._port = port
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.add_routes(Rest(self.world, self.gateway).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def __aenter__(self) -> FakeDiscord:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.world.base = f"http://127.0.0.1:{port}"
        self.gateway.url = f"ws://127.0.0.1:{port}/gateway"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.gateway.close()
        await self._runner.cleanup()
        await _heartbeats_ended()

    # Where the bot finds it, and what it did.

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def api_base(self) -> str:
        """For `Route.BASE`, or QUOTH_DISCORD__API_BASE."""
        return self.world.base + API

    @property
    def gateway_url(self) -> str:
        """For `DiscordWebSocket.DEFAULT_GATEWAY`, or QUOTH_DISCORD__GATEWAY_URL."""
        return self.gateway.url

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point `quoth discord` here."""
        return {
            "QUOTH_DISCORD__TOKEN": self.token,
            "QUOTH_DISCORD__API_BASE": self.api_base,
            "QUOTH_DISCORD__GATEWAY_URL": self.gateway_url,
        }

    @property
    def commands(self) -> list[dict[str, Any]]:
        """The commands that the bot has registered."""
        return self.world.commands

    @property
    def requests(self) -> list[Request]:
        return self.world.requests

    @property
    def violations(self) -> list[str]:
        """What a body broke of Discord's rules. A test ends well with none."""
        return self.world.violations

    @property
    def beats(self) -> list[Beat]:
        return self.gateway.beats

    def sent(self, method: str, route: str) -> list[Request]:
        """The requests to a route as documented, such as "/channels/{channel_id}/messages"."""
        return [r for r in self.requests if r.method == method and r.route == route]

    async def wait_for(self, find: Callable[[], T], timeout: float = PATIENT, what: str = "") -> T:
        """What `find` gives, once that is true. AssertionError when it isn't in time."""
        return await until(find, timeout, what)

    async def ready(self, timeout: float = PATIENT) -> None:
        """Wait until the bot listens on the gateway."""
        await until(lambda: self.gateway.connected, timeout, "The bot")

    # Servers and people.

    def add_guild(
        self,
        name: str = "A server",
        channels: Sequence[str] = ("general",),
        *,
        only_commands: bool = False,
        foreign: bool = False,
    ) -> Guild:
        """A server that the bot is in. After the bot has come, use `join` to tell it.

        With `only_commands` it has the bot's commands, and the bot is no member; a `foreign` one
        has neither.
        """
        guild = Guild(name, has_commands=not foreign)
        if not only_commands and not foreign:
            guild.members[self.bot.id] = self.bot
            self.world.guilds[guild.id] = guild
        for channel in channels:
            self.add_channel(guild, channel)
        return guild

    def add_channel(self, guild: Guild, name: str) -> Channel:
        channel = Channel(name, guild=guild)
        guild.channels.append(channel)
        self.world.channels[channel.id] = channel
        return channel

    def add_user(
        self,
        name: str,
        guilds: Iterable[Guild] = (),
        manages: Iterable[Guild] = (),
        *,
        installed: bool = False,
    ) -> User:
        """Someone who is in these servers, and may manage those.

        With `installed` they have the bot's commands wherever they are.
        """
        person = User(name, installed=installed)
        self.world.people[person.id] = person
        for guild in (*guilds, *manages):
            guild.members[person.id] = person
            guild.permissions[person.id] = EVERYONE
        for guild in manages:
            guild.permissions[person.id] |= MANAGE_SERVER
        return person

    def direct(self, person: User) -> Channel:
        """The channel for direct messages between someone and the bot."""
        return self.world.direct(person)

    def add_group(self, *people: User) -> Channel:
        """A conversation of people, in which no bot can be."""
        group = Channel("A group", GROUP, people=[*people])
        self.world.channels[group.id] = group
        return group

    def upload(self, name: str, data: bytes, content_type: str = "text/plain") -> Upload:
        """A file to be given as a command's option."""
        return self.world.upload(name, data, content_type)

    async def join(self, guild: Guild) -> None:
        """Tell the bot of a server that was added after it came, or that it comes back to."""
        self.world.guilds[guild.id] = guild
        guild.members[self.bot.id] = self.bot
        guild.has_commands = True
        await self.gateway.dispatch("GUILD_CREATE", payloads.guild(guild), guild.id)

    async def leave(self, guild: Guild) -> None:
        """Put the bot out of a server, with its commands."""
        del self.world.guilds[guild.id]
        guild.members.pop(self.bot.id, None)
        guild.has_commands = False
        await self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild.id)

    async def add_thread(self, parent: Channel, name: str = "A thread") -> Channel:
        thread = Channel(name, THREAD, parent.guild, parent)
        assert parent.guild
        parent.guild.channels.append(thread)
        self.world.channels[thread.id] = thread
        await self.gateway.dispatch("THREAD_CREATE", payloads.channel(thread), where(thread))
        return thread

    async def add_role(self, guild: Guild, name: str, *people: User) -> Role:
        """A role that these people have."""
        role = Role(name)
        guild.given[role] = [*people]
        about = {"guild_id": str(guild.id), "role": payloads.role(role)}
        await self.gateway.dispatch("GUILD_ROLE_CREATE", about, guild.id)
        return role

    # What people do.

    async def say(
        self,
        person: User,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        mentions: Sequence[User] = (),
        uploads: Sequence[Upload] = (),
        forwards: Message | None = None,
    ) -> Message:
        """Write a message. A reply does not ping whom it answers, unless `mentions` says so."""
        message = Message(channel, person, text, reference=reply_to, forwards=forwards)
        message.mentions = [*mentions]
        role = channel.guild.bot_role if channel.guild else 0
        message.mentioned_roles = [role] if f"<@&{role}>" in text else []
        message.uploads = [*uploads]
        channel.messages[message.id] = message
        await self.gateway.dispatch_message("MESSAGE_CREATE", message)
        return message

    async def mention(
        self, person: User, channel: Channel, text: str, *, reply_to: Message | None = None
    ) -> Message:
        """Write a message that begins with @Quoth; its `reply()` gives what the bot says."""
        text = f"<@{self.bot.id}> {text}"
        return await self.say(person, channel, text, reply_to=reply_to, mentions=[self.bot])

    async def slash(
        self, person: User, channel: Channel, command: str, /, **options: Any
    ) -> Interaction:
        """Use a slash command, such as "ask" or "quoth channels allow".

        LookupError when it isn't registered or has no such option; TypeError when an option is
        missing; PermissionError when Discord would not show it to this person there.
        """
        data = self._command_data(person, channel, command, options, None)
        return await self._interact(COMMAND, person, channel, data)

    async def autocomplete(
        self, person: User, channel: Channel, command: str, /, focused: str, **options: Any
    ) -> list[dict[str, Any]]:
        """The choices offered while someone types the option `focused`."""
        data = self._command_data(person, channel, command, options, focused)
        interaction = await self._interact(AUTOCOMPLETE, person, channel, data)
        return await interaction.choices()

    async def message_command(self, person: User, message: Message, name: str) -> Interaction:
        """Use a command from a message's menu, such as "Ask Quoth about this"."""
        found = self._registered(person, message.channel, name, 3)
        data = {"id": found["id"], "name": name, "type": 3, "target_id": str(message.id)}
        data["resolved"] = {"messages": {str(message.id): payloads.message(message)}}
        return await self._interact(COMMAND, person, message.channel, data)

    async def press(self, person: User, message: Message, button: str) -> Interaction:
        """Press the button with that label, emoji or custom id.

        LookupError when there is none; PermissionError when it is disabled or not to be seen.
        """
        found = message.button(button)
        owner = message.interaction.user if message.interaction else None
        if found.get("disabled") or message.deleted or (message.ephemeral and owner is not person):
            raise PermissionError(f"{person.name} can't press {button!r}.")
        data = {"custom_id": found["custom_id"], "component_type": found["type"]}
        if options := found.get("options"):
            data["values"] = [one["value"] for one in options if one["label"] == button]
        return await self._interact(COMPONENT, person, message.channel, data, message)

    async def submit(self, form: Interaction, **values: str) -> Interaction:
        """Fill in the form that an interaction opened, and send it.

        A field is named by its custom id, by its label, or by anything when it is the only one.
        """
        modal = await form.modal()
        fields = inputs(modal)
        rows = []
        for item, label in fields:
            only = next(iter(values.values())) if len(fields) == len(values) == 1 else ""
            value = values.get(item["custom_id"], values.get(label, only or item.get("value", "")))
            filled = {"type": item["type"], "custom_id": item["custom_id"], "value": value, "id": 2}
            labelled = {"type": LABEL, "id": 1, "component": filled}
            in_row = {"type": ROW, "id": 1, "components": [filled]}
            rows.append(in_row if "label" in item else labelled)
        data = {"custom_id": modal["custom_id"], "components": rows}
        return await self._interact(MODAL_SUBMIT, form.user, form.channel, data, form.message)

    async def _interact(
        self,
        kind: int,
        person: User,
        channel: Channel,
        data: dict[str, Any],
        message: Message | None = None,
    ) -> Interaction:
        event = Interaction(kind, person, channel, data, secrets.token_urlsafe(64), message)
        event.edits_before = message.edits if message else 0
        self.world.interactions[event.token] = event
        event.sent = self.world.now()
        payload = payloads.interaction(event, self.bot)
        await self.gateway.dispatch("INTERACTION_CREATE", payload, where(channel))
        return event

    def _registered(
        self, person: User, channel: Channel, name: str, kind: int = 1
    ) -> dict[str, Any]:
        for command in self.commands:
            if (command["name"], command["type"]) == (name, kind):
                self._permit(person, channel, command)
                return command
        raise LookupError(f"There is no command {name!r}: {[c['name'] for c in self.commands]}")

    def _permit(self, person: User, channel: Channel, command: dict[str, Any]) -> None:
        guild_only = command.get("dm_permission") is False
        contexts = command.get("contexts") or ([0] if guild_only else [0, 1, 2])
        if payloads.context(channel) not in contexts:
            raise PermissionError(f"{command['name']} isn't to be seen in such a channel.")
        kinds = command.get("integration_types") or [0]
        if not (0 in kinds and payloads.has_commands(channel)) and not (
            1 in kinds and person.installed
        ):
            raise PermissionError(f"{person.name} has not installed {command['name']}.")
        needed = int(command.get("default_member_permissions") or 0)
        if channel.guild:
            has = channel.guild.permissions.get(person.id, EVERYONE)
            if has & needed != needed:
                raise PermissionError(f"{person.name} does not see {command['name']}.")

    def _command_data(
        self,
        person: User,
        channel: Channel,
        command: str,
        options: dict[str, Any],
        focused: str | None,
    ) -> dict[str, Any]:
        name, *path = command.split(" ")
        found = level = self._registered(person, channel, name)
        wrappers = []
        for part in path:
            level = _option(level, part)
            wrappers.append(level)
        resolved: dict[str, dict[str, Any]] = {}
        given = [self._given(_option(level, key), options[key], resolved) for key in options]
        for option in given:
            if option["name"] == focused:
                option["focused"] = True
        missing = {o["name"] for o in level.get("options") or () if o.get("required")}
        if focused is None and (missing := missing - options.keys()):
            raise TypeError(f"{command} needs {missing}.")
        for wrapper in reversed(wrappers):
            given = [{"name": wrapper["name"], "type": wrapper["type"], "options": given}]
        data = {"id": found["id"], "name": name, "type": 1, "options": given}
        return data | ({"resolved": resolved} if resolved else {})

    def _given(
        self, option: dict[str, Any], value: Any, resolved: dict[str, dict[str, Any]]
    ) -> dict[str, Any]:
        """An option as sent, with what it stands for put into `resolved`."""
        kind = option["type"]
        if kind == ATTACHMENT:
            resolved.setdefault("attachments", {})[str(value.id)] = payloads.attachment(value)
        elif kind == CHANNEL:
            shown = payloads.channel(value) | {"permissions": str(EVERYONE)}
            resolved.setdefault("channels", {})[str(value.id)] = shown
        elif kind == USER:
            resolved.setdefault("users", {})[str(value.id)] = payloads.user(value)
        elif kind == ROLE:
            resolved.setdefault("roles", {})[str(value.id)] = payloads.role(value)
        if kind in {ATTACHMENT, CHANNEL, ROLE, USER}:
            value = str(value.id)
        choices = {choice["value"] for choice in option.get("choices") or ()}
        if choices and value not in choices:
            raise LookupError(f"{option['name']} has no choice {value!r}, only {choices}.")
        return {"name": option["name"], "type": kind, "value": value}

    # What goes wrong.

    def fail(self, pattern: str, failure: Failure, times: int = 1) -> Fault:
        """Let the next requests that match ("POST */callback") fail before they take effect."""
        return self._plan(Fault(pattern, times, failure))

    def limit(
        self, pattern: str, times: int = 1, *, retry_after: float = 0.1, everywhere: bool = False
    ) -> Fault:
        """Answer the next requests that match with 429; `everywhere`: a global limit."""
        return self._plan(Fault(pattern, times, retry_after=retry_after, everywhere=everywhere))

    def slow(self, pattern: str, seconds: float, times: int = 1) -> Fault:
        """Let the next requests that match wait before they take effect."""
        return self._plan(Fault(pattern, times, delay=seconds))

    def _plan(self, fault: Fault) -> Fault:
        self.world.faults.append(fault)
        return fault

    def move_clock(self, minutes: float) -> None:
        """Let so much time pass at once: after 15 minutes an interaction can't be answered."""
        self.world.passed += minutes * 60


def _option(level: dict[str, Any], name: str) -> dict[str, Any]:
    for option in level.get("options") or ():
        if option["name"] == name:
            found: dict[str, Any] = option
            return found
    raise LookupError(f"{level['name']} has no {name!r}.")
