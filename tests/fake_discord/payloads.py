"""What Discord sends, with every field that discord.py 2.7 insists on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .state import (
    DIRECT,
    EPOCH_MS,
    EVERYONE,
    GROUP,
    THREAD,
    Channel,
    Guild,
    Interaction,
    Message,
    Role,
    Upload,
    User,
)

JOINED = "2021-05-01T12:00:00+00:00"
MAX_UPLOAD = 10 * 1024 * 1024


def user(person: User) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "username": person.name,
        "global_name": None,
        "discriminator": "0",
        "avatar": None,
        "bot": person.bot,
    }


def member(guild: Guild, person: User) -> dict[str, Any]:
    """As in an interaction: with the permissions that the person has there."""
    return _bare_member(guild, person) | {
        "user": user(person),
        "permissions": str(guild.permissions.get(person.id, EVERYONE)),
    }


def _bare_member(guild: Guild, person: User) -> dict[str, Any]:
    return {
        "roles": [str(one.id) for one in guild.roles_of(person)],
        "flags": 0,
        "joined_at": JOINED,
        "nick": None,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "pending": False,
    }


def channel(place: Channel) -> dict[str, Any]:
    if place.type == DIRECT:
        assert place.recipient
        return {"id": str(place.id), "type": DIRECT, "recipients": [user(place.recipient)]}
    if place.type == GROUP:
        people = [user(person) for person in place.people]
        return {"id": str(place.id), "type": GROUP, "name": place.name, "recipients": people}
    assert place.guild
    payload: dict[str, Any] = {
        "id": str(place.id),
        "type": place.type,
        "name": place.name,
        "guild_id": str(place.guild.id),
        "position": place.guild.channels.index(place),
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
    }
    if place.type == THREAD:
        assert place.parent
        payload |= {
            "parent_id": str(place.parent.id),
            "owner_id": str(next(iter(place.guild.members))),
            "message_count": len(place.messages),
            "member_count": 1,
            "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": JOINED,
                "locked": False,
            },
        }
    return payload


def guild(place: Guild) -> dict[str, Any]:
    everyone = role(Role("@everyone", id=place.id))
    others = [role(one) for one in (place.managing, *place.given)]
    return {
        "id": str(place.id),
        "name": place.name,
        "unavailable": False,
        "owner_id": "1",
        "member_count": len(place.members),
        "large": False,
        "joined_at": JOINED,
        "roles": [everyone, _bot_role(place, everyone), *others],
        "emojis": [],
        "features": [],
        "members": [_bare_member(place, m) | {"user": user(m)} for m in place.members.values()],
        "channels": [channel(c) for c in place.channels if c.type != THREAD],
        "threads": [channel(c) for c in place.channels if c.type == THREAD],
        "presences": [],
        "voice_states": [],
    }


def role(one: Role) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(one.permissions),
        "position": 0,
        "color": 0,
        "hoist": False,
        "managed": False,
        "mentionable": False,
    }


def _bot_role(place: Guild, everyone: dict[str, Any]) -> dict[str, Any]:
    bot = next((one for one in place.members.values() if one.bot), None)
    about = {"id": str(place.bot_role), "name": "Quoth", "managed": True}
    return everyone | about | ({"tags": {"bot_id": str(bot.id)}} if bot else {})


def attachment(upload: Upload) -> dict[str, Any]:
    return {
        "id": str(upload.id),
        "filename": upload.name,
        "size": len(upload.data),
        "url": upload.url,
        "proxy_url": upload.url,
        "content_type": upload.content_type,
    }


def message(sent: Message, *, nested: bool = False) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "id": str(sent.id),
        "channel_id": str(sent.channel.id),
        "type": 19 if sent.reference else 20 if sent.interaction else 0,
        "author": user(sent.author),
        "content": sent.content,
        "embeds": [{"type": "rich"} | embed for embed in sent.embeds],
        "components": sent.components,
        "attachments": [attachment(upload) for upload in sent.uploads],
        "mentions": [user(person) for person in sent.mentions],
        "mention_roles": [str(role) for role in sent.mentioned_roles],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "flags": sent.flags,
        "timestamp": _time(sent.id),
        "edited_timestamp": datetime.now(UTC).isoformat() if sent.edits else None,
    }
    place = sent.channel.guild
    if place and not nested:
        payload |= {"guild_id": str(place.id), "member": _bare_member(place, sent.author)}
    if sent.author.bot and sent.interaction:
        payload |= {"application_id": str(sent.author.id), "webhook_id": str(sent.author.id)}
    if sent.forwards:
        copied = message(sent.forwards, nested=True)
        del copied["author"]
        payload["message_snapshots"] = [{"message": copied}]
        payload["message_reference"] = {
            "type": 1,
            "message_id": str(sent.forwards.id),
            "channel_id": str(sent.forwards.channel.id),
        }
    if sent.reference and not nested:
        payload["message_reference"] = {
            "type": 0,
            "message_id": str(sent.reference.id),
            "channel_id": str(sent.channel.id),
        } | ({"guild_id": str(place.id)} if place else {})
        deleted = sent.reference.deleted
        payload["referenced_message"] = None if deleted else message(sent.reference, nested=True)
    return payload


def interaction(event: Interaction, bot: User) -> dict[str, Any]:
    place = event.channel.guild
    payload: dict[str, Any] = {
        "id": str(event.id),
        "application_id": str(bot.id),
        "type": event.type,
        "data": event.data,
        "token": event.token,
        "version": 1,
        "channel_id": str(event.channel.id),
        "channel": channel(event.channel) | {"permissions": str(EVERYONE)},
        "app_permissions": str(EVERYONE),
        "attachment_size_limit": MAX_UPLOAD,
        "entitlements": [],
        "locale": "en-GB",
        "authorizing_integration_owners": _owners(event),
        "context": context(event.channel),
    }
    if place:
        payload |= {
            "guild_id": str(place.id),
            "guild": {"id": str(place.id), "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "member": member(place, event.user),
        }
    else:
        payload["user"] = user(event.user)
    if event.message:
        payload["message"] = message(event.message)
    return payload


def context(place: Channel) -> int:
    """Where something is done: in a server, with the bot directly, or where the bot is none."""
    return 0 if place.guild else 1 if place.type == DIRECT else 2


def has_commands(place: Channel) -> bool:
    """Whether everybody there has the bot's commands."""
    return place.guild.has_commands if place.guild else place.type == DIRECT


def _owners(event: Interaction) -> dict[str, str]:
    """Who has let the bot in: the server, and the person who first used it there."""
    place = event.channel
    first = event.message.interaction if event.message else None
    person = first.user if first else event.user
    server = {"0": str(place.guild.id if place.guild else 0)} if has_commands(place) else {}
    return server | ({"1": str(person.id)} if person.installed else {})


def application(bot: User, owner: User) -> dict[str, Any]:
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user(owner),
        "flags": 0,
    }


def _time(number: int) -> str:
    return datetime.fromtimestamp(((number >> 22) + EPOCH_MS) / 1000, UTC).isoformat()
