"""What a door knows of its tenants: where and who may ask, what is set, and who has left."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.service.sqlite import Database, stamp


@dataclass(frozen=True, slots=True)
class Channels:
    """Where a tenant lets people ask: only in these, or anywhere but in these."""

    mode: Literal["allow", "deny"]
    ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Roles:
    """Whom a tenant lets ask: nobody with a denied role, and only those with an allowed one,
    once there is one."""

    allowed: frozenset[int]
    denied: frozenset[int]


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """What a tenant has set. ``private``: answers are shown to the asker alone."""

    caution: str | None = None
    private: bool = False


_UNSET = TenantSettings()
_SETTINGS = "SELECT guild, caution, private FROM guilds"


class Tenants:
    """All of them, in the file of the records. Any thread may call; each may raise RecordsError.

    What is set is in memory too, so that ``channels``, ``roles`` and ``settings`` wait for nothing.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._channels: dict[int, dict[int, bool]] = {}
        self._roles: dict[int, dict[int, bool]] = {}
        self._settings: dict[int, TenantSettings] = {}
        with database.reading() as db:
            for tenant, channel, allowed in db.execute(
                "SELECT guild, channel, allowed FROM channels"
            ):
                self._channels.setdefault(tenant, {})[channel] = bool(allowed)
            for tenant, role, allowed in db.execute("SELECT guild, role, allowed FROM roles"):
                self._roles.setdefault(tenant, {})[role] = bool(allowed)
            for tenant, caution, private in db.execute(
                "SELECT guild, caution, private FROM guilds"
            ):
                self._settings[tenant] = TenantSettings(caution, bool(private))

    def channels(self, tenant: int) -> Channels:
        """Where a tenant lets people ask: once one channel is allowed, only in allowed ones."""
        known = self._channels.get(tenant, {})
        allowed = frozenset(channel for channel, yes in known.items() if yes)
        return Channels("allow", allowed) if allowed else Channels("deny", frozenset(known))

    def set_channel(self, tenant: int, channel: int, allowed: bool | None) -> None:
        """Allow a channel or deny it; None: neither."""
        with self._database.writing() as db:
            db.execute("DELETE FROM channels WHERE guild = ? AND channel = ?", (tenant, channel))
            if allowed is not None:
                db.execute("INSERT INTO channels VALUES (?, ?, ?)", (tenant, channel, allowed))
        others = {id: yes for id, yes in self._channels.get(tenant, {}).items() if id != channel}
        self._channels[tenant] = others | ({} if allowed is None else {channel: allowed})

    def roles(self, tenant: int) -> Roles:
        """Whom a tenant lets ask."""
        known = self._roles.get(tenant, {})
        allowed = frozenset(role for role, yes in known.items() if yes)
        return Roles(allowed, frozenset(known) - allowed)

    def set_role(self, tenant: int, role: int, allowed: bool | None) -> None:
        """Allow a role or deny it; None: neither."""
        with self._database.writing() as db:
            db.execute("DELETE FROM roles WHERE guild = ? AND role = ?", (tenant, role))
            if allowed is not None:
                db.execute("INSERT INTO roles VALUES (?, ?, ?)", (tenant, role, allowed))
        others = {id: yes for id, yes in self._roles.get(tenant, {}).items() if id != role}
        self._roles[tenant] = others | ({} if allowed is None else {role: allowed})

    def reset_roles(self, tenant: int) -> None:
        """Let everybody ask."""
        with self._database.writing() as db:
            db.execute("DELETE FROM roles WHERE guild = ?", (tenant,))
        self._roles.pop(tenant, None)

    def settings(self, tenant: int) -> TenantSettings:
        """What a tenant has set."""
        return self._settings.get(tenant, _UNSET)

    def set_settings(self, tenant: int, settings: TenantSettings) -> None:
        """Set what holds for a tenant from now on."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO guilds (guild, caution, private) VALUES (?, ?, ?) ON CONFLICT "
                "DO UPDATE SET caution = excluded.caution, private = excluded.private",
                (tenant, settings.caution, settings.private),
            )
        self._settings[tenant] = settings

    def forget(self, tenant: int) -> None:
        """Forget what a tenant has set."""
        with self._database.writing() as db:
            for table in ("channels", "roles", "guilds"):
                db.execute(f"DELETE FROM {table} WHERE guild = ?", (tenant,))
        self._channels.pop(tenant, None)
        self._roles.pop(tenant, None)
        self._settings.pop(tenant, None)

    def left(self, tenant: int) -> None:
        """Note that a tenant was left: its grace time begins, unless it has already."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO guilds (guild, gone) VALUES (?, ?) ON CONFLICT "
                "DO UPDATE SET gone = coalesce(gone, excluded.gone)",
                (tenant, stamp(self._now())),
            )

    def returned(self, tenant: int) -> None:
        """Note that the door serves a tenant again."""
        with self._database.writing() as db:
            db.execute("UPDATE guilds SET gone = NULL WHERE guild = ?", (tenant,))

    def present(self, tenants: Collection[int]) -> None:
        """Note all tenants that the door serves; any other that it knew was left."""
        now = stamp(self._now())
        with self._database.writing() as db:
            known = {tenant for (tenant,) in db.execute("SELECT guild FROM guilds")}
            there = [(tenant,) for tenant in tenants]
            gone = [(now, tenant) for tenant in known.difference(tenants)]
            db.executemany("INSERT OR IGNORE INTO guilds (guild) VALUES (?)", there)
            db.executemany("UPDATE guilds SET gone = NULL WHERE guild = ?", there)
            db.executemany("UPDATE guilds SET gone = coalesce(gone, ?) WHERE guild = ?", gone)

    def departed(self, grace_days: int) -> list[int]:
        """The tenants that were left, and whose grace time is over."""
        until = stamp(self._now() - timedelta(days=grace_days))
        with self._database.reading() as db:
            rows = db.execute("SELECT guild FROM guilds WHERE gone <= ? ORDER BY gone", (until,))
            return [tenant for (tenant,) in rows]
