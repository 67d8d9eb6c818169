"""What a door knows of its tenants: where and who may ask, what is set, and who has left."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.service.database import Database, stamp


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


class _Listed:
    """What tenants allow and deny of one kind: in memory, and in a table with a column of ids."""

    def __init__(self, database: Database, table: str, column: str) -> None:
        self._database = database
        self._table = table
        self._column = column
        self._known: dict[int, dict[int, bool]] = {}
        with database.reading() as db:
            for tenant, id, allowed in db.execute(f"SELECT guild, {column}, allowed FROM {table}"):
                self._known.setdefault(tenant, {})[id] = bool(allowed)

    def of(self, tenant: int) -> tuple[frozenset[int], frozenset[int]]:
        """Give what is allowed, and what is denied."""
        known = self._known.get(tenant, {})
        allowed = frozenset(id for id, yes in known.items() if yes)
        return allowed, frozenset(known) - allowed

    def set(self, tenant: int, id: int, allowed: bool | None) -> None:
        """Allow one or deny it; None: neither."""
        with self._database.writing() as db:
            where = f"guild = ? AND {self._column} = ?"
            db.execute(f"DELETE FROM {self._table} WHERE {where}", (tenant, id))
            if allowed is not None:
                db.execute(f"INSERT INTO {self._table} VALUES (?, ?, ?)", (tenant, id, allowed))
        others = {one: yes for one, yes in self._known.get(tenant, {}).items() if one != id}
        self._known[tenant] = others | ({} if allowed is None else {id: allowed})

    def forgotten(self, tenant: int) -> None:
        """Note that a tenant's rows are gone from the table."""
        self._known.pop(tenant, None)


class Tenants:
    """All of them, in the records' database. Any thread may call; each may raise RecordsError.

    What is set is in memory too, so that ``channels``, ``roles`` and ``settings`` wait for nothing.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._channels = _Listed(database, "channels", "channel")
        self._roles = _Listed(database, "roles", "role")
        self._settings: dict[int, TenantSettings] = {}
        with database.reading() as db:
            for tenant, caution, private in db.execute(
                "SELECT guild, caution, private FROM guilds"
            ):
                self._settings[tenant] = TenantSettings(caution, bool(private))

    def channels(self, tenant: int) -> Channels:
        """Where a tenant lets people ask: once one channel is allowed, only in allowed ones."""
        allowed, denied = self._channels.of(tenant)
        return Channels("allow", allowed) if allowed else Channels("deny", denied)

    def set_channel(self, tenant: int, channel: int, allowed: bool | None) -> None:
        """Allow a channel or deny it; None: neither."""
        self._channels.set(tenant, channel, allowed)

    def roles(self, tenant: int) -> Roles:
        """Whom a tenant lets ask."""
        return Roles(*self._roles.of(tenant))

    def set_role(self, tenant: int, role: int, allowed: bool | None) -> None:
        """Allow a role or deny it; None: neither."""
        self._roles.set(tenant, role, allowed)

    def reset_roles(self, tenant: int) -> None:
        """Let everybody ask."""
        with self._database.writing() as db:
            db.execute("DELETE FROM roles WHERE guild = ?", (tenant,))
        self._roles.forgotten(tenant)

    def settings(self, tenant: int) -> TenantSettings:
        """What a tenant has set."""
        return self._settings.get(tenant, _UNSET)

    def set_settings(self, tenant: int, settings: TenantSettings) -> None:
        """Set what holds for a tenant from now on."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO guilds (guild, caution, private) VALUES (?, ?, ?) "
                "ON CONFLICT (guild) DO UPDATE SET caution = excluded.caution, "
                "private = excluded.private",
                (tenant, settings.caution, settings.private),
            )
        self._settings[tenant] = settings

    def forget(self, tenant: int) -> None:
        """Forget what a tenant has set."""
        with self._database.writing() as db:
            for table in ("channels", "roles", "guilds"):
                db.execute(f"DELETE FROM {table} WHERE guild = ?", (tenant,))
        self._channels.forgotten(tenant)
        self._roles.forgotten(tenant)
        self._settings.pop(tenant, None)

    def left(self, tenant: int) -> None:
        """Note that a tenant was left: its grace time begins, unless it has already."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO guilds (guild, gone) VALUES (?, ?) ON CONFLICT (guild) "
                "DO UPDATE SET gone = coalesce(guilds.gone, excluded.gone)",
                (tenant, stamp(self._now())),
            )

    def returned(self, tenant: int) -> None:
        """Note that the door serves a tenant again."""
        with self._database.writing() as db:
            db.execute("UPDATE guilds SET gone = NULL WHERE guild = ?", (tenant,))

    def present(self, tenants: Collection[int], ours: Callable[[int], bool]) -> None:
        """Note all tenants that the door serves; any other of ``ours`` that it knew was left."""
        now = stamp(self._now())
        with self._database.writing() as db:
            rows = db.execute("SELECT guild FROM guilds").fetchall()
            known = {tenant for (tenant,) in rows if ours(tenant)}
            there = [(tenant,) for tenant in tenants]
            gone = [(now, tenant) for tenant in known.difference(tenants)]
            db.executemany("INSERT INTO guilds (guild) VALUES (?) ON CONFLICT DO NOTHING", there)
            db.executemany("UPDATE guilds SET gone = NULL WHERE guild = ?", there)
            db.executemany("UPDATE guilds SET gone = coalesce(gone, ?) WHERE guild = ?", gone)

    def departed(self, grace_days: int) -> list[int]:
        """The tenants that were left, and whose grace time is over."""
        until = stamp(self._now() - timedelta(days=grace_days))
        with self._database.reading() as db:
            rows = db.execute("SELECT guild FROM guilds WHERE gone <= ? ORDER BY gone", (until,))
            return [tenant for (tenant,) in rows]
