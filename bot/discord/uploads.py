"""Adding a server's articles and taking them out again, one change of the index at a time."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from bot.discord.errors import Refusal
from bot.discord.markup import escape
from bot.discord.places import collection_of
from bot.discord.services import Services
from retrieval import Library
from retrieval.errors import NotFound
from retrieval.ingest.formats import SUFFIXES, suffix_of
from retrieval.types import Article, IndexReport

MEGABYTE = 1024 * 1024
NAME = 50
"""The longest file name kept as it is, in characters."""

FAILURES = 10
"""Failures told one by one."""


def check(services: Services, name: str, size: int) -> None:
    """Raise Refusal for a file that is too large, or of a kind that can't be read."""
    most = services.settings.discord.max_upload_mb
    if size > most * MEGABYTE:
        raise Refusal(f"That file has {size / MEGABYTE:.1f} MB, and the most is {most} MB.")
    if suffix_of(Path(name)) is None:
        raise Refusal(f"I can't read such a file: use one of {', '.join(SUFFIXES)}.")


async def add(services: Services, guild: int, name: str, data: bytes) -> str:
    """Index a file for one server alone; what became of it, for whoever added it.

    Only the index keeps it. A file of the same name takes the place of the one before.
    """
    check(services, name, len(data))
    with services.working():
        async with services.writing:
            report = await asyncio.to_thread(_index, services, guild, name, data)
    return told(report, name)


async def remove(services: Services, guild: int, id: str) -> None:
    """Forget one article that a server added. Raises Refusal when it has none with this id."""
    with services.working():
        async with services.writing:
            await asyncio.to_thread(_remove, services, guild, id)


def own_articles(library: Library, guild: int) -> list[Article]:
    """The articles that a server has added itself."""
    if not library.exists():
        return []
    return [one for one in library.articles() if one.collection == collection_of(guild)]


def folder_of(services: Services, guild: int) -> Path:
    """Where a server's files lie while they are read."""
    return services.settings.data_dir / "uploads" / str(guild)


def told(report: IndexReport, name: str) -> str:
    """What became of a file's articles, and why some failed; it names no path of this machine."""
    kinds = ("added", "updated", "unchanged", "duplicate")
    counts = [f"{count:,} {kind}" for kind in kinds if (count := getattr(report, kind))]
    if report.failed:
        counts.append(f"{len(report.failed):,} failed")
    lines = [f"{escape(name)}: {', '.join(counts) or 'no articles found'}."]
    for failure in report.failed[:FAILURES]:
        _, _, record = failure.path.partition(", record ")
        where = f"record {escape(record)}" if record else "the file"
        lines.append(f"- {where}: {escape(failure.reason)}")
    if len(report.failed) > FAILURES:
        lines.append(f"- … and {len(report.failed) - FAILURES:,} more")
    return "\n".join(lines)


def _index(services: Services, guild: int, name: str, data: bytes) -> IndexReport:
    folder = folder_of(services, guild)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / safe_name(name)
    try:
        path.write_bytes(data)
        return services.library.view(collection_of(guild)).index([path])
    finally:
        path.unlink(missing_ok=True)


def _remove(services: Services, guild: int, id: str) -> None:
    try:
        services.library.view(collection_of(guild)).remove([id])
    except NotFound:
        raise Refusal(
            "This server has added no article with that id: /quoth articles lists them."
        ) from None


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
