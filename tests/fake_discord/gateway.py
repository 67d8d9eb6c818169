"""The gateway: sessions that can be resumed, heartbeats, and ways to make it fail."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from . import payloads
from .state import Beat, Channel, Guild, Message, User

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 1, 2, 6, 7, 9, 10, 11
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT


@dataclass(eq=False)
class Session:
    """What one IDENTIFY began; it outlives the connection, with the events sent in it."""

    shard: int
    shards: int
    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    events: list[str] = field(default_factory=list)
    connection: Connection | None = None

    def sees(self, guild: int | None) -> bool:
        return (guild >> 22) % self.shards == self.shard if guild else self.shard == 0


@dataclass(eq=False)
class Connection:
    request: web.Request
    socket: web.WebSocketResponse
    frozen: bool = False  # says nothing more, as a server that hangs
    last_beat: float | None = None

    async def send(self, text: str) -> None:
        if not self.frozen and not self.socket.closed:
            with contextlib.suppress(ConnectionError):  # just cut
                await self.socket.send_str(text)


class Gateway:
    """Speaks Discord's gateway protocol, version 10, in plain text frames."""

    def __init__(self, bot: User, token: str, guilds: dict[int, Guild]) -> None:
        self.interval = 1.0
        self.allowed_intents = 0  # the privileged ones that the portal has switched on
        self.beats: list[Beat] = []
        self.identified = 0
        self.resumed = 0
        self.refused = 0  # resumes that were turned down
        self.refuse_resume = False
        self.url = ""
        self.closed_with: list[int | None] = []
        self._bot = bot
        self._token = token
        self._guilds = guilds
        self._sessions: dict[str, Session] = {}
        self._connections: list[Connection] = []

    @property
    def connected(self) -> bool:
        """Whether a session is being listened to."""
        return any(s.connection and not s.connection.frozen for s in self._sessions.values())

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        connection = Connection(request, web.WebSocketResponse(autoping=True, timeout=1))
        await connection.socket.prepare(request)
        self._connections.append(connection)
        session: Session | None = None
        try:
            await self._send(connection, HELLO, {"heartbeat_interval": int(self.interval * 1000)})
            async for frame in connection.socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                said = json.loads(frame.data)
                if said["op"] == HEARTBEAT:
                    await self._beat(connection)
                elif said["op"] == IDENTIFY:
                    session = await self._identify(connection, said["d"])
                elif said["op"] == RESUME:
                    session = await self._resume(connection, said["d"])
        finally:
            self._connections.remove(connection)
            self.closed_with.append(connection.socket.close_code)
            if session and session.connection is connection:
                session.connection = None
        return connection.socket

    async def _send(self, connection: Connection, op: int, data: Any = None) -> None:
        await connection.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def _beat(self, connection: Connection) -> None:
        now = time.monotonic()
        if connection.last_beat is not None:
            gap = now - connection.last_beat
            self.beats.append(Beat(gap, max(0.0, gap - self.interval)))
        connection.last_beat = now
        await self._send(connection, ACK)

    async def _identify(self, connection: Connection, said: dict[str, Any]) -> Session | None:
        shard, shards = said.get("shard", (0, 1))
        if said["token"] != self._token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return None
        if said["intents"] & PRIVILEGED & ~self.allowed_intents:
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return None
        session = Session(shard, shards, said["intents"], connection=connection)
        self._sessions[session.id] = session
        self.identified += 1
        guilds = [guild for guild in self._guilds.values() if session.sees(guild.id)]
        ready = {
            "v": 10,
            "user": payloads.user(self._bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [shard, shards],
            "application": {"id": str(self._bot.id), "flags": 0},
        }
        await self._tell(session, "READY", ready)
        for guild in guilds:
            await self._tell(session, "GUILD_CREATE", payloads.guild(guild))
        return session

    async def _resume(self, connection: Connection, said: dict[str, Any]) -> Session | None:
        session = self._sessions.get(said["session_id"])
        if session is None or self.refuse_resume or said["token"] != self._token:
            self.refused += 1
            self._sessions.pop(said["session_id"], None)
            await self._send(connection, INVALID_SESSION, False)
            return None
        told = said["seq"]
        while told < len(session.events):  # more may happen while these are sent
            await connection.send(session.events[told])
            told += 1
        session.connection = connection
        self.resumed += 1
        await self._tell(session, "RESUMED", {})
        return session

    async def _tell(self, session: Session, name: str, data: Any) -> None:
        number = len(session.events) + 1
        session.events.append(json.dumps({"op": 0, "t": name, "s": number, "d": data}))
        if session.connection:
            await session.connection.send(session.events[-1])

    async def dispatch(self, name: str, data: Any, guild: int | None) -> None:
        """Send an event to the sessions that see that server; kept for those away just now."""
        for session in list(self._sessions.values()):
            if session.sees(guild):
                await self._tell(session, name, data)

    async def dispatch_message(self, name: str, message: Message) -> None:
        """The same for a message, emptied for those who may not read it."""
        guild = message.channel.guild
        named = self._bot in message.mentions or bool(message.mentioned_roles)
        readable = guild is None or message.author is self._bot or named
        for session in list(self._sessions.values()):
            if not session.intents & (GUILD_MESSAGES if guild else DIRECT_MESSAGES):
                continue
            data = payloads.message(message)
            if not readable and not session.intents & MESSAGE_CONTENT:
                data |= {"content": "", "embeds": [], "attachments": [], "components": []}
            if session.sees(guild.id if guild else None):
                await self._tell(session, name, data)

    async def drop(self) -> None:
        """Cut every connection, as a cable that is pulled: no closing frame."""
        for connection in list(self._connections):
            if connection.request.transport:
                connection.request.transport.abort()

    async def ask_to_reconnect(self) -> None:
        """Send op 7, as Discord does when it moves a client to another server."""
        for connection in list(self._connections):
            await self._send(connection, RECONNECT)

    def freeze(self) -> None:
        """Leave the present connections open but say nothing more on them, not even an ack."""
        for connection in self._connections:
            connection.frozen = True

    async def close(self) -> None:
        for connection in list(self._connections):
            await connection.socket.close(code=1001)


def where(channel: Channel) -> int | None:
    """The id of the server that a channel is in."""
    return channel.guild.id if channel.guild else None
