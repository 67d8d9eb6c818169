"""Dropping what need not be kept: expired replies, and what tenants that left had added."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Collection

from bot.service.places import library_of
from bot.service.services import Services
from bot.service.uploads import folder_of, own_articles

_log = logging.getLogger(__name__)


async def tidy(
    services: Services,
    present: Collection[int],
    ours: Callable[[int], bool] = lambda tenant: True,
) -> None:
    """Drop expired replies, and everything of tenants whose grace time is over.

    ``present`` are all tenants that this process serves: while nobody was listening, others
    may have left it or come back. Those that aren't ``ours`` are another process's to tidy.
    """
    records = services.records
    await services.recorded(records.tenants.present, present, ours)
    expired = await services.recorded(records.purge)
    gone = await services.recorded(records.tenants.departed, services.policy.grace_days)
    for tenant in filter(ours, gone):
        count = await services.looked_up(_forget, services, tenant)
        await services.recorded(records.forget_tenant, tenant)
        _log.info("forgot tenant %d, which left, and %d articles of it", tenant, count)
    _log.info("dropped %d expired replies", expired)


def _forget(services: Services, tenant: int) -> int:
    own = own_articles(services, tenant)
    if own:
        library_of(services, tenant).remove([article.id for article in own])
    shutil.rmtree(folder_of(services, tenant), ignore_errors=True)
    return len(own)
