"""Where something is said, and what may be seen and done there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bot.service.door import collection_of
from bot.service.kept import Kept
from bot.service.refusals import Denied, Refusal
from bot.service.services import Services
from bot.service.tenants import TenantSettings
from retrieval import Library

if TYPE_CHECKING:
    from retrieval.reader import Caution

GONE = "This answer is not kept any more: please ask again."


@dataclass(frozen=True, slots=True)
class Place:
    """A channel and who is speaking there; ``parent`` is the channel that a thread belongs to.

    ``tenant`` has articles and settings of its own that no other sees: on Discord a server. None:
    somebody speaks for themselves alone, as in a direct message, and sees what the door opens to
    them: the shared articles, on Discord.
    ``roles`` are those that the person has at the tenant; who ``manages`` it needs none.
    """

    tenant: int | None
    channel: int
    parent: int | None
    user: int
    roles: frozenset[int] = frozenset()
    manages: bool = False


def library_of(
    services: Services, tenant: int | None, settings: TenantSettings | None = None
) -> Library:
    """The articles that a tenant sees: its own and the shared ones.

    Without one it is those that the door opens to who speaks for themselves alone.
    """
    if tenant is None:
        return services.library.view(services.alone)
    caution = cast("Caution | None", settings.caution) if settings else None
    return services.library.view(collection_of(services.door, tenant), caution=caution)


def settings_at(services: Services, place: Place) -> TenantSettings:
    """The settings of a place; raises Denied where the person may not ask. It waits for nothing."""
    if place.tenant is None:
        return TenantSettings()
    tenants = services.records.tenants
    channels = tenants.channels(place.tenant)
    listed = bool({place.channel, place.parent} & channels.ids)
    if listed != (channels.mode == "allow"):
        raise Denied("Quoth doesn't answer in this channel: ask in another one.")
    roles = tenants.roles(place.tenant)
    if not place.manages:
        if roles.denied & place.roles:
            raise Denied("One of your roles may not ask Quoth here.")
        if roles.allowed and not roles.allowed & place.roles:
            raise Denied(
                "Only people with certain roles may ask Quoth here, and you have none of them."
            )
    return tenants.settings(place.tenant)


async def kept_for(services: Services, place: Place, key: str) -> Kept:
    """A reply that was kept for this place; raises Refusal.

    What belongs to another tenant, or to somebody else alone, is as if it were not there.
    """
    settings_at(services, place)
    kept = await services.recorded(services.records.get, key)
    if kept is None or not _may_see(kept, place):
        raise Refusal(GONE)
    return kept


async def continued(services: Services, place: Place, message: int | None = None) -> Kept | None:
    """The public reply that a conversation here goes on from: a message's, else the latest one."""
    records = services.records
    if message is not None:
        kept = await services.recorded(records.by_message, message)
    else:
        kept = await services.recorded(records.latest, place.channel)
    return kept if kept and not kept.private and _may_see(kept, place) else None


def _may_see(kept: Kept, place: Place) -> bool:
    """Tell whether a reply belongs to this tenant and, if it is private, to this person."""
    alone = kept.private or kept.tenant is None
    return kept.tenant == place.tenant and (kept.user == place.user or not alone)
