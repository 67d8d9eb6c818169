"""Repair: what is damaged is made again from what is proven, and what can't be is named.

A damaged database is never mended where it lies. It is copied aside, what of it is as it was stored
goes into a new one, what is lost is read again from its file where that still has the same text,
and the new one takes its place when it is whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from retrieval import builds, inspecting
from retrieval.disk import sync
from retrieval.errors import IngestError, LibraryDamaged, SettingsError
from retrieval.reader.thresholds import FILE as THRESHOLDS
from retrieval.reader.thresholds import read_thresholds
from retrieval.rescuing import Rescue, remains_of
from retrieval.search import drop_old_indexes
from retrieval.sessions import Sessions
from retrieval.store import Database, Store
from retrieval.store.alone import alone, copy_of, discard, replace
from retrieval.store.header import legible
from retrieval.store.proof import PLACE
from retrieval.store.salvage import Remains, articles_of, generation_of, recipe_of
from retrieval.store.torn import Torn

LOST = "lost.jsonl"


@dataclass(frozen=True, slots=True)
class Lost:
    """An article, at one place, that is no longer in the index, and why."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    collection: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What was found, what was done about it, what is still to be done, and what is lost.

    ``kept`` is the folder that has the database as it was, and what is left of the lost articles;
    None where the database was sound.
    """

    problems: tuple[str, ...]
    repaired: tuple[str, ...]
    left: tuple[str, ...]
    lost: tuple[Lost, ...]
    kept: str | None


def repair(sessions: Sessions, database: Database, store: Store) -> Repair:
    """Look a whole library through and repair what isn't sound.

    Raises LibraryMissing without an index; LibraryDamaged where nothing of the database can be
    read; LibraryUnwritable where another process has it open or nothing can be written;
    LibraryMismatch where it was made with other settings. Nothing is changed then.
    """
    problems = _problems(sessions, database, store)
    repaired: list[str] = []
    left = [] if problems else _lost_changes(store)
    lost: tuple[Lost, ...] = ()
    kept: Path | None = None
    if problems:
        lost, kept = _rescue(sessions, database, repaired, left)
    searcher = sessions.current().searcher
    different = searcher.differences()
    if different:
        searcher.renew()
        repaired.append("made the search indexes anew from the database")
    builds.save_indexes(searcher)
    drop_old_indexes(store, sessions.engine)
    flaw = _without_thresholds(sessions, repaired)
    found = (*problems, *different, *flaw, *left)
    return Repair(found, tuple(repaired), tuple(left), lost, str(kept) if kept else None)


def _problems(sessions: Sessions, database: Database, store: Store) -> list[str]:
    if not database.path.exists():
        sessions.require()  # raises what there is to say
    try:
        build, _ = sessions.require()
        return inspecting.stored_problems(store, build)
    except LibraryDamaged as error:
        return [error.what]


def _without_thresholds(sessions: Sessions, repaired: list[str]) -> list[str]:
    """Put thresholds aside that can't be read; give what is wrong with them."""
    if sessions.flaw is None:
        return []
    flaw, sessions.flaw = sessions.flaw, None
    with suppress(SettingsError):
        sessions.thresholds = read_thresholds(sessions.folder)
        return []  # they could not be read for a moment only
    path = sessions.folder / THRESHOLDS
    aside = path.replace(path.with_suffix(".damaged"))
    repaired.append(f"named the thresholds {aside.name}: the reader's own hold")
    return [flaw]


def _lost_changes(store: Store) -> list[str]:
    lost = store.lost()
    return [lost] if lost else []


def _rescue(
    sessions: Sessions, database: Database, repaired: list[str], left: list[str]
) -> tuple[tuple[Lost, ...], Path]:
    """Put a database of what is proven in the place of one that isn't sound."""
    path = database.path
    new = Database(path.with_name(f".{path.name}.new"))
    sessions.encoder()  # may fail, and nothing is begun then
    database.close()
    sessions.forget()
    with alone(path) as file, _aside(path.parent) as aside:
        discard(new.path)  # of a repair that was killed
        try:
            copy = copy_of(file, path, aside)
            with legible(copy), closing(Torn(copy, path)) as torn, closing(new):
                lost = _filled(new, torn, sessions, repaired, left)
            discard(aside / path.name, ("-shm",))
            _write_lost(aside / LOST, lost)
            sync(new.path)
            replace(file, path, new.path)
            sync(path.parent)
        finally:
            discard(new.path)
    database.create()
    told = tuple(_lost(one) for one in lost)
    return told, aside


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Give a new folder, which goes again if the block fails."""
    aside = folder / f"damaged-{datetime.now():%Y%m%d-%H%M%S-%f}"
    aside.mkdir(mode=0o700)
    try:
        yield aside
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _filled(
    new: Database, torn: Torn, sessions: Sessions, repaired: list[str], left: list[str]
) -> list[Remains]:
    """Store what is proven, and what can be read again; give what is lost."""
    encoder, recipe, told = sessions.encoder(), sessions.recipe(), recipe_of(torn)
    if told:
        builds.require_same(told[1], recipe)
    new.create()
    rescue = Rescue(new, encoder, recipe, sessions.config.max_article_chars)
    remains: list[Remains] = []
    for found in articles_of(torn, told[0] if told else None):
        if isinstance(found, Remains):
            remains.append(found)
            continue
        try:
            rescue.keep(found)
        except IngestError as error:
            remains += remains_of(found, str(error))
    files = list(torn.rows("files", "collection, path, sha256"))
    lost = rescue.read_again(remains, files)
    rescue.keep_files(files, lost, whole=not torn.lacking & {"articles", "sources"})
    rescue.move_to(generation_of(torn) + 1)
    repaired.append(f"kept {rescue.kept:,} articles that are as they were stored")
    if rescue.encoded:
        repaired.append(f"encoded {rescue.encoded:,} passages again from their texts")
    repaired += [
        f"read {one.told[3]} again from {one.told[1]}" for one in remains if one not in lost
    ]
    if torn.lacking:
        left.append(
            "some of the database can't be read at all: run `quoth index` with the same paths "
            "again, which finds what isn't there any more"
        )
    return lost


def _lost(one: Remains) -> Lost:
    collection, path, _, id, title, publisher, published, *_ = (
        None if value is None else str(value) for value in one.told
    )
    return Lost(
        id or "", title or "", publisher, published, collection or "", path or "", one.reason
    )


def _write_lost(path: Path, lost: Iterable[Remains]) -> None:
    """Write what is left of lost articles as `quoth export` writes whole ones."""
    lines = [
        dict(zip(PLACE, one.told, strict=True))
        | {"boilerplate": [], "sha256": one.sha256, "text": one.text}
        for one in lost
    ]
    if lines:
        text = "".join(f"{json.dumps(line, ensure_ascii=False, default=repr)}\n" for line in lines)
        path.write_bytes(text.encode("utf-8", "replace"))
        sync(path)
