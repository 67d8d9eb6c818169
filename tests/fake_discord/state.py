"""What the fake Discord knows: people, servers, channels, messages, interactions, requests."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .faults import Fault

T = TypeVar("T")

EPHEMERAL = 1 << 6
LOADING = 1 << 7
LAYOUT = 1 << 15
TEXT_DISPLAY = 10
MANAGE_SERVER = 1 << 5
# View channel, send messages (in threads too), embed links, attach files, history, app commands.
EVERYONE = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31 | 1 << 38

TEXT, DIRECT, GROUP, THREAD = 0, 1, 3, 11  # types of channels
TOKEN_SECONDS = 15 * 60  # how long an interaction can be answered
EPOCH_MS = 1_420_070_400_000
PATIENT = 30.0  # seconds until a test gives up: a machine that is busy must not fail it
_numbers = itertools.count(1)


def snowflake() -> int:
    """A new id, in order of creation, which holds the time as Discord's do."""
    return (int(time.time() * 1000) - EPOCH_MS << 22) + next(_numbers) % (1 << 22)


async def until(find: Callable[[], T], timeout: float = PATIENT, what: str = "") -> T:
    """What `find` gives, once that is true; AssertionError when it isn't in `timeout` seconds."""
    end = time.monotonic() + timeout
    while not (found := find()):
        if time.monotonic() > end:
            raise AssertionError(f"{what or 'What was awaited'} did not come in {timeout} s.")
        await asyncio.sleep(0.005)
    return found


@dataclass(eq=False)
class User:
    name: str
    bot: bool = False
    installed: bool = False
    """Whether they have the bot's commands wherever they are."""
    takes_messages: bool = True
    """Whether the bot may write to them directly."""
    id: int = field(default_factory=snowflake)


@dataclass(eq=False)
class Role:
    name: str
    permissions: int = EVERYONE
    id: int = field(default_factory=snowflake)


@dataclass(eq=False)
class Guild:
    name: str
    id: int = field(default_factory=snowflake)
    channels: list[Channel] = field(default_factory=list)
    members: dict[int, User] = field(default_factory=dict)
    permissions: dict[int, int] = field(default_factory=dict)
    managing: Role = field(default_factory=lambda: Role("Managers", EVERYONE | MANAGE_SERVER))
    """The role of those who manage it."""
    given: dict[Role, list[User]] = field(default_factory=dict)
    """The other roles, and who has each."""
    bot_role: int = field(default_factory=snowflake)
    """The role that Discord makes for a bot that joins, named after it."""
    has_commands: bool = True
    """Whether it has the bot's commands for everybody in it."""

    def roles_of(self, person: User) -> list[Role]:
        """What somebody has besides @everyone."""
        manages = self.permissions.get(person.id, EVERYONE) & MANAGE_SERVER
        theirs = [role for role, people in self.given.items() if person in people]
        return ([self.managing] if manages else []) + theirs

    @property
    def channel(self) -> Channel:
        """Its first channel."""
        return self.channels[0]


@dataclass(eq=False)
class Channel:
    name: str
    type: int = TEXT
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    people: list[User] = field(default_factory=list)
    """Those of a group, of which the bot is none."""
    id: int = field(default_factory=snowflake)
    messages: dict[int, Message] = field(default_factory=dict)
    nonces: dict[str, Message] = field(default_factory=dict)
    """What the bot has sent, by the numbers that it has given to it."""
    typing: int = 0
    history: bool = True
    """Whether the bot may read what was written, and so reply to it."""

    def has(self, person: User) -> bool:
        """Whether somebody is there."""
        if self.guild:
            return person.id in self.guild.members
        return person in self.people or (self.type == DIRECT and person.bot)


@dataclass(eq=False)
class Upload:
    """A file that a person attaches, or that the bot sent."""

    name: str
    data: bytes
    content_type: str
    url: str = ""
    id: int = field(default_factory=snowflake)


def walked(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Components with those within them, in reading order."""
    for one in components:
        yield one
        yield from walked(one.get("components") or [])


def _label(item: dict[str, Any]) -> str:
    return str(item.get("label") or (item.get("emoji") or {}).get("name", ""))


@dataclass(eq=False)
class Message:
    """A message as it stands now: edits change it in place."""

    channel: Channel
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    flags: int = 0
    reference: Message | None = None
    mentions: list[User] = field(default_factory=list)
    mentioned_roles: list[int] = field(default_factory=list)
    forwards: Message | None = None
    interaction: Interaction | None = None
    edits: int = 0
    deleted: bool = False
    id: int = field(default_factory=snowflake)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def has_layout(self) -> bool:
        """Whether it consists of components alone."""
        return bool(self.flags & LAYOUT)

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """Its buttons and menus in reading order."""
        return [item for item in walked(self.components) if item.get("custom_id")]

    @property
    def labels(self) -> list[str]:
        """What its buttons and the options of its menus say."""
        found: list[str] = []
        for item in self.buttons:
            found += [option["label"] for option in item.get("options") or ()] or [_label(item)]
        return found

    @property
    def text(self) -> str:
        """Everything that it shows but its buttons, for looking whether words are there."""
        parts = [
            self.content,
            *(one["content"] for one in walked(self.components) if one["type"] == TEXT_DISPLAY),
        ]
        for embed in self.embeds:
            parts += [str(embed.get(key) or "") for key in ("title", "description")]
            parts += [f"{f['name']}\n{f['value']}" for f in embed.get("fields") or ()]
            parts.append((embed.get("footer") or {}).get("text", ""))
        return "\n".join(part for part in parts if part)

    def button(self, wanted: str) -> dict[str, Any]:
        """The button, or the menu that offers it, with that label, emoji or custom id.

        LookupError if there's none.
        """
        for item in self.buttons:
            if any(option["label"] == wanted for option in item.get("options") or ()):
                return item
            names = {
                item.get("label"),
                (item.get("emoji") or {}).get("name"),
                item.get("custom_id"),
            }
            if wanted in names:
                return item
        raise LookupError(f"There is no button {wanted!r}, only {self.labels}.")

    async def reply(self, timeout: float = PATIENT) -> Message:
        """The bot's first message that replies to this one."""

        def find() -> Message | None:
            sent = self.channel.messages.values()
            return next((m for m in sent if m.reference is self and m.author.bot), None)

        found = await until(find, timeout, f"A reply to {self.content!r}")
        assert found
        return found


@dataclass(eq=False)
class Interaction:
    """What a person did, and what the bot answered to it so far."""

    type: int
    user: User
    channel: Channel
    data: dict[str, Any]
    token: str
    message: Message | None = None  # the one whose button was pressed
    id: int = field(default_factory=snowflake)
    sent: float = 0.0
    callback: dict[str, Any] | None = None  # the body of the first response
    acknowledged_after: float | None = None  # seconds
    original: Message | None = None
    edits_before: int = 0  # of `message`
    followups: list[Message] = field(default_factory=list)

    @property
    def final(self) -> Message | None:
        """The message that answers it, once it's there and no longer “thinking …”."""
        if self.callback is None:
            return None
        shown = self.original
        if (
            shown
            and not shown.loading
            and (self.callback["type"] != 6 or shown.edits > self.edits_before)
        ):
            return shown
        return self.followups[0] if self.followups else None

    async def acknowledged(self, timeout: float = PATIENT) -> dict[str, Any]:
        """The body of the first response: its `type` says whether it was deferred."""
        found = await until(lambda: self.callback, timeout, f"A response to {self.data}")
        assert found
        return found

    async def response(self, timeout: float = PATIENT) -> Message:
        """The message that answers it. After type 6 (deferred update): the edit or a follow-up."""
        found = await until(lambda: self.final, timeout, f"An answer to {self.data}")
        assert found
        return found

    async def followup(self, timeout: float = PATIENT, number: int = 0) -> Message:
        """A message that was sent after the answer, the first unless told."""
        await until(lambda: len(self.followups) > number, timeout, f"A follow-up to {self.data}")
        return self.followups[number]

    async def choices(self, timeout: float = PATIENT) -> list[dict[str, Any]]:
        """What was offered for completion."""
        found: list[dict[str, Any]] = (await self.acknowledged(timeout))["data"]["choices"]
        return found

    async def modal(self, timeout: float = PATIENT) -> dict[str, Any]:
        """The form that was opened."""
        callback = await self.acknowledged(timeout)
        assert callback["type"] == 9, f"No form was opened, but {callback}."
        data: dict[str, Any] = callback["data"]
        return data


@dataclass(eq=False)
class Request:
    """A request that the bot sent, and how it was answered."""

    method: str
    path: str
    route: str  # as in Discord's documentation: /channels/{channel_id}/messages
    body: Any
    files: list[Upload]
    at: float
    status: int = 0


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat: seconds after the one before it, and how much of that was too late."""

    gap: float
    late: float


@dataclass(eq=False)
class World:
    """Everything that there is."""

    bot: User
    owner: User
    token: str
    guilds: dict[int, Guild] = field(default_factory=dict)
    people: dict[int, User] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)  # by token
    uploads: dict[int, Upload] = field(default_factory=dict)
    commands: list[dict[str, Any]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    patience: float = PATIENT  # for a first response; Discord has it for three seconds
    base: str = ""
    passed: float = 0.0  # seconds by which a test has moved the clock

    def now(self) -> float:
        """The time, in seconds."""
        return time.monotonic() + self.passed

    def expired(self, event: Interaction) -> bool:
        """Whether an interaction can't be answered any more."""
        return self.now() - event.sent > TOKEN_SECONDS

    def upload(self, name: str, data: bytes, content_type: str) -> Upload:
        """Keep a file, to be had at its URL."""
        upload = Upload(name, data, content_type)
        upload.url = f"{self.base}/attachments/{upload.id}/{name}"
        self.uploads[upload.id] = upload
        return upload

    def direct(self, person: User) -> Channel:
        """The channel for direct messages with someone, made when needed."""
        for channel in self.channels.values():
            if channel.recipient is person:
                return channel
        channel = Channel(person.name, DIRECT, recipient=person)
        self.channels[channel.id] = channel
        return channel
