"""Discord's REST API, as far as a bot that answers questions needs it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, web

from . import checks, payloads
from .faults import (
    ALREADY_ACKNOWLEDGED,
    CANNOT_SEND,
    INVALID_TOKEN,
    MISSING_ACCESS,
    NO_HISTORY,
    UNAUTHORIZED,
    UNKNOWN_CHANNEL,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Failure,
    Refused,
    error_body,
)
from .gateway import Gateway, where
from .state import (
    EPHEMERAL,
    LAYOUT,
    LOADING,
    Channel,
    Interaction,
    Message,
    Request,
    Upload,
    World,
    snowflake,
)

API = "/api/v10"
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
FOLLOW_UPS = 5  # where only the person has installed the bot
INVALID = Failure(400, 50035, "Invalid Form Body")
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
Handler = Callable[[web.Request, Request], Awaitable[Any]]


class Rest:
    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def routes(self) -> list[web.RouteDef]:
        message = "/channels/{channel_id}/messages/{message_id}"
        handlers: dict[str, Handler] = {
            "GET /users/@me": self._me,
            "GET /oauth2/applications/@me": self._application,
            "GET /gateway": self._get_gateway,
            "GET /gateway/bot": self._get_gateway,
            "GET /applications/{application_id}/commands": self._get_commands,
            "PUT /applications/{application_id}/commands": self._put_commands,
            f"POST {CALLBACK}": self._callback,
            f"POST {WEBHOOK}": self._follow_up,
            f"GET {WEBHOOK}/messages/@original": self._get_message,
            f"PATCH {WEBHOOK}/messages/@original": self._edit_message,
            f"DELETE {WEBHOOK}/messages/@original": self._delete_message,
            f"GET {WEBHOOK}/messages/{{message_id}}": self._get_message,
            f"PATCH {WEBHOOK}/messages/{{message_id}}": self._edit_message,
            f"DELETE {WEBHOOK}/messages/{{message_id}}": self._delete_message,
            "POST /users/@me/channels": self._open_direct,
            "POST /channels/{channel_id}/typing": self._typing,
            "POST /channels/{channel_id}/messages": self._create_message,
            f"GET {message}": self._get_message,
            f"PATCH {message}": self._edit_message,
            f"DELETE {message}": self._delete_message,
        }
        routes = []
        for name, handler in handlers.items():
            method, path = name.split(" ")
            routes.append(web.route(method, API + path, self._wrapped(path, handler)))
        routes.append(web.route("*", API + "/{rest:.*}", self._wrapped("?", self._unknown)))
        return [*routes, web.get("/attachments/{upload_id}/{name}", self._download)]

    def _wrapped(self, route: str, handler: Handler) -> Callable[..., Awaitable[web.Response]]:
        """The handler with what holds for all requests: recorded, failing as planned, checked."""

        async def handle(http: web.Request) -> web.Response:
            body, files = await self._read(http)
            path = http.path.removeprefix(API)
            request = Request(http.method, path, route, body, files, time.monotonic())
            self._world.requests.append(request)
            status, answer, headers = await self._answer(http, request, handler)
            request.status = status
            # With a charset, as aiohttp's json_response writes it, discord.py takes it for text.
            headers |= {"Content-Type": "application/json"} if answer is not None else {}
            text = b"" if answer is None else json.dumps(answer).encode()
            return web.Response(status=status, body=text, headers=headers)

        return handle

    async def _answer(
        self, http: web.Request, request: Request, handler: Handler
    ) -> tuple[int, Any, dict[str, str]]:
        for fault in self._world.faults:
            if fault.takes(request.method, request.path):
                await asyncio.sleep(fault.delay)
                if failed := fault.answer():
                    return failed
        try:
            if not request.route.startswith((WEBHOOK, CALLBACK)):
                self._authorize(http)
            self._check(request, checks.check_schema(request.method, request.route, request.body))
            answer = await handler(http, request)
        except Refused as refused:
            return refused.failure.status, error_body(refused.failure, refused.errors), {}
        return (204 if answer is None else 200), answer, {}

    async def _read(self, http: web.Request) -> tuple[Any, list[Upload]]:
        if http.content_type != "multipart/form-data":
            text = await http.text()
            return (json.loads(text) if text else None), []
        body, files = None, []
        async for part in await http.multipart():
            assert isinstance(part, BodyPartReader)
            data = bytes(await part.read(decode=True))
            if part.name == "payload_json":
                body = json.loads(data)
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                files.append(self._world.upload(part.filename or "", data, kind))
        return body, files

    def _authorize(self, http: web.Request) -> None:
        if http.headers.get("Authorization") != f"Bot {self._world.token}":
            raise Refused(UNAUTHORIZED)

    def _check(self, request: Request, complaints: list[str]) -> None:
        """Refuse a body with complaints, and remember them."""
        if complaints:
            place = f"{request.method} {request.route}"
            self._world.violations += [f"{place}: {complaint}" for complaint in complaints]
            raise Refused(INVALID, complaints)

    async def _unknown(self, http: web.Request, request: Request) -> None:
        self._world.violations.append(f"The fake does not know {request.method} {request.path}")
        raise Refused(Failure(404, 0, "404: Not Found"))

    async def _download(self, http: web.Request) -> web.Response:
        upload = self._world.uploads.get(int(http.match_info["upload_id"]))
        if upload is None:
            raise web.HTTPNotFound
        return web.Response(body=upload.data, content_type=upload.content_type)

    # The application, its commands, the gateway's address.

    async def _me(self, http: web.Request, request: Request) -> Any:
        return payloads.user(self._world.bot)

    async def _application(self, http: web.Request, request: Request) -> Any:
        return payloads.application(self._world.bot, self._world.owner)

    async def _get_gateway(self, http: web.Request, request: Request) -> Any:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": 1, "session_start_limit": limit}

    async def _get_commands(self, http: web.Request, request: Request) -> Any:
        return self._world.commands

    async def _put_commands(self, http: web.Request, request: Request) -> Any:
        self._check(request, checks.check_commands(request.body))
        known = {(c["type"], c["name"]): c["id"] for c in self._world.commands}
        bot = str(self._world.bot.id)
        self._world.commands = [
            {"description": "", "type": 1, "version": "1", "application_id": bot}
            | command
            | {"id": known.get((command.get("type", 1), command["name"])) or str(snowflake())}
            for command in request.body
        ]
        return self._world.commands

    # Interactions.

    def _interaction(self, http: web.Request, failure: Failure) -> Interaction:
        found = self._world.interactions.get(
            http.match_info.get("interaction_token") or http.match_info["webhook_token"]
        )
        if found is None:
            raise Refused(failure)
        if self._world.expired(found):
            raise Refused(failure if failure is UNKNOWN_INTERACTION else INVALID_TOKEN)
        return found

    async def _callback(self, http: web.Request, request: Request) -> Any:
        event = self._interaction(http, UNKNOWN_INTERACTION)
        after = self._world.now() - event.sent
        if after > self._world.patience:
            raise Refused(UNKNOWN_INTERACTION)
        if event.callback is not None:
            raise Refused(ALREADY_ACKNOWLEDGED)
        kind, data = request.body["type"], request.body.get("data") or {}
        if kind in {REPLY, UPDATE}:
            kept = payloads.message(event.message) if event.message and kind == UPDATE else None
            self._check(request, checks.check_message(data, len(request.files), kept))
        elif kind == CHOICES:
            self._check(request, checks.check_choices(data))
        elif kind == MODAL:
            self._check(request, checks.check_modal(data))
        event.callback, event.acknowledged_after = request.body, after
        resource: dict[str, Any] = {"type": kind}
        if message := await self._respond(event, kind, data, request.files):
            resource["message"] = payloads.message(message)
        about = {"id": str(event.id), "type": event.type}
        return {"interaction": about, "resource": resource}

    async def _respond(
        self, event: Interaction, kind: int, data: dict[str, Any], files: list[Upload]
    ) -> Message | None:
        if kind in {REPLY, DEFER}:
            event.original = await self._add(event.channel, data, files, event, kind == DEFER)
        elif kind in {UPDATE, DEFER_UPDATE}:
            event.original = event.message
            if kind == UPDATE and event.message:
                await self._apply(event.message, data, files)
        return event.original

    async def _follow_up(self, http: web.Request, request: Request) -> Any:
        event = self._interaction(http, UNKNOWN_WEBHOOK)
        if event.callback is None:
            raise Refused(UNKNOWN_WEBHOOK)
        self._check(request, checks.check_message(request.body, len(request.files)))
        deferred = event.original
        if deferred and deferred.loading and not deferred.deleted:  # the first one fills it
            await self._apply(deferred, request.body, request.files)
            return payloads.message(deferred)
        if len(event.followups) >= FOLLOW_UPS and not payloads.has_commands(event.channel):
            self._check(request, [f"more than {FOLLOW_UPS} follow-ups where it is no member"])
        message = await self._add(event.channel, request.body, request.files, event)
        event.followups.append(message)
        return payloads.message(message)

    # Messages.

    def _channel(self, http: web.Request) -> Channel:
        found = self._world.channels.get(int(http.match_info["channel_id"]))
        if found is None:
            raise Refused(UNKNOWN_CHANNEL)
        if not found.has(self._world.bot):
            raise Refused(MISSING_ACCESS)
        return found

    def _message(self, http: web.Request) -> Message:
        """The message that a request is about. What is ephemeral is only found by webhook."""
        if "channel_id" in http.match_info:
            number = int(http.match_info["message_id"])
            found = self._channel(http).messages.get(number)
            if found is None or found.ephemeral:
                raise Refused(UNKNOWN_MESSAGE)
            return found
        event = self._interaction(http, UNKNOWN_WEBHOOK)
        wanted = http.match_info.get("message_id")
        for message in (event.original, *event.followups):
            if message and not message.deleted and wanted in {None, str(message.id)}:
                return message
        raise Refused(UNKNOWN_MESSAGE)

    async def _create_message(self, http: web.Request, request: Request) -> Any:
        channel = self._channel(http)
        if request.body.get("message_reference") and not channel.history:
            raise Refused(NO_HISTORY)
        if channel.recipient and not channel.recipient.takes_messages:
            raise Refused(CANNOT_SEND)
        late = [one for one in self._world.interactions.values() if self._world.expired(one)]
        told = [one.user.id for one in late if one.channel is channel]
        complaints = checks.check_message(request.body, len(request.files), may_ping=told)
        self._check(request, complaints)
        nonce = request.body.get("nonce") if request.body.get("enforce_nonce") else None
        if nonce is None or nonce not in channel.nonces:
            message = await self._add(channel, request.body, request.files)
            channel.nonces |= {str(nonce): message} if nonce else {}
            return payloads.message(message)
        return payloads.message(channel.nonces[nonce])  # nothing new is sent

    async def _get_message(self, http: web.Request, request: Request) -> Any:
        return payloads.message(self._message(http))

    async def _edit_message(self, http: web.Request, request: Request) -> Any:
        message = self._message(http)
        if message.author is not self._world.bot:
            raise Refused(Failure(403, 50005, "Cannot edit a message authored by another user"))
        kept = payloads.message(message)
        self._check(request, checks.check_message(request.body, len(request.files), kept))
        await self._apply(message, request.body, request.files)
        return payloads.message(message)

    async def _delete_message(self, http: web.Request, request: Request) -> None:
        message = self._message(http)
        message.deleted = True
        message.channel.messages.pop(message.id, None)
        guild = where(message.channel)
        about = {"id": str(message.id), "channel_id": str(message.channel.id)}
        about |= {"guild_id": str(guild)} if guild else {}
        await self._gateway.dispatch("MESSAGE_DELETE", about, guild)

    async def _add(
        self,
        channel: Channel,
        body: dict[str, Any],
        files: list[Upload],
        event: Interaction | None = None,
        loading: bool = False,
    ) -> Message:
        flags = body.get("flags") or 0
        message = Message(channel, self._world.bot, interaction=event)
        message.flags = flags & (EPHEMERAL | LAYOUT) | (LOADING if loading else 0)
        _fill(message, body, files)
        if reference := body.get("message_reference"):
            message.reference = channel.messages.get(int(reference["message_id"]))
            if message.reference is None and reference.get("fail_if_not_exists", True):
                raise Refused(INVALID, ["message_reference: Unknown message"])
        channel.messages[message.id] = message
        if not message.ephemeral and channel.has(self._world.bot):
            await self._gateway.dispatch_message("MESSAGE_CREATE", message)
        return message

    async def _open_direct(self, http: web.Request, request: Request) -> Any:
        person = self._world.people[int(request.body["recipient_id"])]
        return payloads.channel(self._world.direct(person))

    async def _apply(self, message: Message, body: dict[str, Any], files: list[Upload]) -> None:
        _fill(message, body, files)
        message.flags &= ~LOADING
        message.flags |= (body.get("flags") or 0) & LAYOUT
        message.edits += 1
        if not message.ephemeral and message.channel.has(self._world.bot):
            await self._gateway.dispatch_message("MESSAGE_UPDATE", message)

    async def _typing(self, http: web.Request, request: Request) -> None:
        self._channel(http).typing += 1


def _fill(message: Message, body: dict[str, Any], files: list[Upload]) -> None:
    """Put what a body says into a message; what it does not name stays."""
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "components" in body:
        message.components = body["components"] or []
    if "attachments" in body:
        kept = {str(part["id"]) for part in body["attachments"] or ()}
        message.uploads = [upload for upload in message.uploads if str(upload.id) in kept]
    message.uploads += files
