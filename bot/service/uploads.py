"""Adding a tenant's articles, in turns with other tenants, and taking them out again."""

from __future__ import annotations

import asyncio
import logging
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from bot.service.database import RecordsError
from bot.service.door import collection_of
from bot.service.intake import Upload
from bot.service.places import library_of
from bot.service.refusals import Refusal
from bot.service.services import Services
from retrieval import Library
from retrieval.errors import Stopped
from retrieval.ingest.formats import SUFFIXES, suffix_of
from retrieval.types import Article, IndexReport

MEGABYTE = 1024 * 1024
NAME = 50
"""The longest file name kept as it is, in characters."""


_MEND = ": remove some first."
_log = logging.getLogger(__name__)

Read = Callable[[], Awaitable[tuple[str, bytes]]]
Watch = Callable[[Upload], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file, and why it was not added to its end, if so."""

    report: IndexReport
    stopped: str | None


def check(services: Services, name: str, size: int) -> None:
    """Raise Refusal for a file that is too large, or of a kind that can't be read."""
    most = services.policy.max_upload_mb
    if size > most * MEGABYTE:
        raise Refusal(f"That file has {size / MEGABYTE:.1f} MB, and the most is {most} MB.")
    if suffix_of(Path(name)) is None:
        raise Refusal(f"I can't read such a file: use one of {', '.join(SUFFIXES)}.")


async def add(
    services: Services, tenant: int, user: int, name: str, read: Read, *, watch: Watch | None = None
) -> Added:
    """Index a file for one tenant alone; what became of it (paths are of this machine).

    ``user`` is kept as who added its articles.

    ``read`` gives its name and bytes when it is its turn, ``watch`` runs meanwhile. Only the
    index keeps the file. One of the same name takes the place of the one before. Raises Refusal
    as ``check`` does, and what ``read`` raises.
    """
    with services.working(), services.intake.uploading(tenant, name) as upload:
        watching = asyncio.ensure_future(watch(upload)) if watch else None
        try:
            async with services.intake.opened(upload):
                name, data = await read()
                check(services, name, len(data))
                try:
                    call = partial(_index, services, upload, name, data)
                    report = await services.intake.run(call)
                finally:
                    await _note(services, tenant, user, name)
            return Added(report, None)
        except Stopped as stopped:
            return Added(_counted(upload), str(stopped))
        finally:
            if watching:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)


async def remove(services: Services, tenant: int, id: str) -> None:
    """Forget one article that a tenant added. Raises NotFound when it has none with this id."""
    with services.working():
        await services.looked_up(library_of(services, tenant).remove, [id])
        await services.recorded(services.records.adders.removed, tenant, id)


def own_articles(services: Services, tenant: int) -> list[Article]:
    """The articles that a tenant has added itself."""
    library, own = library_of(services, tenant), collection_of(services.door, tenant)
    if not library.exists():
        return []
    return [one for one in library.articles() if one.collection == own]


def titles(
    services: Services, tenant: int | None, typed: str, most: int, *, own: bool
) -> list[tuple[str, str]]:
    """The titles and ids of articles that hold what is typed, of those that a tenant sees, or
    has added itself.
    """
    library = library_of(services, tenant)
    return library.titles(typed, most, own=own) if library.exists() else []


def folder_of(services: Services, tenant: int) -> Path:
    """Where a tenant's files lie while they are read."""
    return services.settings.data_dir / "uploads" / str(tenant)


def _index(services: Services, upload: Upload, name: str, data: bytes) -> IndexReport:
    folder = folder_of(services, upload.tenant)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / safe_name(name)
    library = library_of(services, upload.tenant)
    try:
        path.write_bytes(data)
        return library.index(
            [path], on_progress=upload.went_on, storing=_Quota(services, upload, library).storing
        )
    finally:
        path.unlink(missing_ok=True)


async def _note(services: Services, tenant: int, user: int, name: str) -> None:
    """Keep who added what a file holds, as far as it is stored."""
    own = await services.looked_up(own_articles, services, tenant)
    file = safe_name(name)
    added = [article for article in own if article.path and Path(article.path).name == file]
    try:
        await services.recorded(services.records.adders.note, tenant, user, added, own)
    except RecordsError as error:
        _log.warning("who added these articles isn't kept: %s", error)


class _Quota:
    """Lets a tenant's articles be stored in turns, as long as it may have more of them."""

    def __init__(self, services: Services, upload: Upload, library: Library) -> None:
        self._intake, self._policy, self._upload = services.intake, services.policy, upload
        self._articles, self._characters = library.size() if library.exists() else (0, 0)

    @contextmanager
    def storing(self, articles: int, characters: int) -> Iterator[None]:
        """Store one article meanwhile, which adds so much. Raises Stopped."""
        most, longest = self._policy.max_articles, self._policy.max_characters
        if self._articles + articles > most:
            raise Stopped(f"{most:,} articles were added here, and no more may be{_MEND}")
        if self._characters + characters > longest:
            raise Stopped(f"What was added here may have {longest:,} characters in all{_MEND}")
        with self._intake.turn(self._upload):
            yield
        self._articles += articles
        self._characters += characters


def _counted(upload: Upload) -> IndexReport:
    counts = upload.counts
    return IndexReport(
        added=counts["added"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        duplicate=counts["duplicate"],
    )


def safe_name(name: str) -> str:
    """A file name that names a file of this folder only, with the ending that it had.

    Long names that begin alike stay apart: one would take the other's place in the index.
    """
    suffix = suffix_of(Path(name)) or ""
    stem = unicodedata.normalize("NFC", name[: len(name) - len(suffix)])
    kept = re.sub(r"[^\w-]+", "-", stem).strip("-") or "article"
    if len(kept) > NAME:
        kept = f"{kept[:NAME]}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return kept + suffix
