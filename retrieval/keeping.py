"""Backups: what of a data folder can't be made again, copied whole or not at all.

A folder is whole from the moment that it holds the database: that is copied under another name
and gets its own as the last step, so that a copy that was stopped never looks like one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.disk import sync
from retrieval.errors import LibraryDamaged, LibraryMissing, LibraryUnwritable
from retrieval.reader.thresholds import FILE as THRESHOLDS
from retrieval.store import Database, connect, missing, problems_in

DATABASE = "quoth.db"
PART = f"{DATABASE}.part"
MANIFEST = "backup.json"
ON_A_SERVER = (
    "this is for SQLite, and the articles are in PostgreSQL: `pg_dump --schema='quoth*'` saves "
    "them and psql restores them; `quoth export` gives them as JSON lines"
)
PAGES_A_STEP = 4096
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a library: its folder, the state of the index that it holds, and its size."""

    folder: str
    articles: int
    generation: int
    bytes: int


def backup(folder: Path, to: Path, also: Sequence[str] = ()) -> Backup:
    """Copy the library in ``folder`` to a folder that is new or empty, while others may write.

    It holds the state of one moment. ``also`` names further files, folders and, ending in .db,
    SQLite databases of the data folder that are copied where they are there. Search indexes are
    not: they are made again from the database. Raises LibraryMissing without an index,
    LibraryUnwritable where ``to`` isn't empty or can't be written, and LibraryDamaged where the
    copy isn't sound; nothing is left there then.
    """
    database = Database(folder / DATABASE)
    with closing(database):
        if not database.exists():
            raise LibraryMissing(missing(folder))
        if to.resolve().is_relative_to(folder.resolve()):
            raise LibraryUnwritable(
                f"{to} is in the data folder, and would be lost with it: name a folder elsewhere"
            )
        _require_empty(to)
        with _filled(to) as part:
            generation, articles = _copied(database, part)
            names = [name for name in (THRESHOLDS, *also) if _copied_too(folder, to, name)]
            manifest = {
                "generation": generation,
                "files": {DATABASE: _digest(part)} | {name: _sums(to / name) for name in names},
            }
            _written(to / MANIFEST, json.dumps(manifest, indent=1))
    return Backup(str(to), articles, generation, _size(to))


def restore(source: Path, folder: Path, also: Sequence[str] = ()) -> Backup:
    """Make the library of a backup in ``folder``, which must not hold one.

    The index gets a name of its own, so that search indexes of another state are never taken
    for its. Raises LibraryMissing without a backup, LibraryUnwritable where the folder holds an
    index or can't be written, and LibraryDamaged where the backup isn't as it was made; nothing
    is left then.
    """
    found = source / DATABASE
    if not found.is_file():
        raise LibraryMissing(_no_backup(source))
    names = [name for name in (THRESHOLDS, *also) if (source / name).exists()]
    for name in (DATABASE, *names):
        for taken in (name, f"{name}-wal"):
            if (folder / taken).exists():
                raise LibraryUnwritable(_taken(folder, taken))
    _require_unchanged(source)
    database = Database(found)
    with closing(database), _filled(folder) as part:
        generation, articles = _copied(database, part)
        _rename_index(part)
        for name in names:
            _copied_too(source, folder, name)
    restored = Database(folder / DATABASE)
    with closing(restored):
        restored.create()  # notes how far it goes
    return Backup(str(folder), articles, generation, _size(folder))


def _require_empty(folder: Path) -> None:
    """Raise LibraryUnwritable unless a folder is new, empty or holds a backup that was stopped."""
    try:
        held = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return
    except OSError as error:
        raise LibraryUnwritable(_unwritable(folder, error.strerror)) from error
    if held and PART not in held:
        raise LibraryUnwritable(f"{folder} isn't empty: back up to a folder that doesn't exist yet")


@contextmanager
def _filled(folder: Path) -> Iterator[Path]:
    """Give the path to copy the database to, which gets its name when all went well.

    What the block made is deleted if it fails.
    """
    before = set(folder.iterdir()) - {folder / PART} if folder.is_dir() else None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = os.open(folder / PART, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LibraryUnwritable(_unwritable(folder, error.strerror)) from error
    try:
        # SQLite's locks are of another kind; they would be lost if this were closed before.
        fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if (folder / DATABASE).exists() or not _is(part, folder / PART):
            raise LibraryUnwritable(_taken(folder))  # another process was just quicker
        try:
            os.ftruncate(part, 0)
            yield folder / PART
            os.fsync(part)
            (folder / PART).rename(folder / DATABASE)
            sync(folder)
            sync(folder.parent)
        except BaseException:
            _clear(folder, before)
            raise
    except BlockingIOError as error:
        raise LibraryUnwritable(f"another process is just copying to {folder}") from error
    except OSError as error:
        raise LibraryUnwritable(_unwritable(folder, error.strerror)) from error
    finally:
        os.close(part)


def _is(descriptor: int, path: Path) -> bool:
    """Tell whether an open file still has its name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _clear(folder: Path, before: set[Path] | None) -> None:
    for path in set(folder.iterdir()) - (before or set()):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if before is None:
        with suppress(OSError):
            folder.rmdir()


def _copied(database: Database, part: Path) -> tuple[int, int]:
    """Copy one state of a database, look the copy through, give its generation and articles."""
    with database.reading() as source:
        source.execute("BEGIN")  # while it is read nobody's writing changes what is copied
        try:
            source.execute("SELECT 1 FROM manifest").fetchone()
            _copy(source, part)
        finally:
            source.execute("COMMIT")
    try:
        with closing(_opened(part)) as copy:
            problems = problems_in(copy)
            generation = copy.execute("SELECT value FROM manifest WHERE key = 'generation'")
            articles = copy.execute("SELECT count(*) FROM articles")
            counts = int(generation.fetchone()[0]), int(articles.fetchone()[0])
    except sqlite3.Error as error:
        problems = [str(error)]
    if problems:
        raise LibraryDamaged(
            f"what {database.path} holds isn't sound ({problems[0]}), so it was not copied",
            "`quoth check` tells all that is wrong; an older backup may be whole",
        )
    return counts


def _copy(source: sqlite3.Connection, part: Path) -> None:
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")  # a copy that fails is deleted
        copy.execute("PRAGMA synchronous = OFF")  # it is written out when it is whole
        try:
            # Between two steps Ctrl-C is heard.
            source.backup(copy, pages=PAGES_A_STEP, progress=lambda *_: None)
        except sqlite3.OperationalError as error:
            if "full" not in str(error) and "I/O" not in str(error):
                raise
            raise LibraryUnwritable(_unwritable(part.parent, str(error))) from error


def _opened(path: Path) -> sqlite3.Connection:
    """Open a database that nobody else writes, without any file beside it."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)


def _copied_too(source: Path, to: Path, name: str) -> bool:
    """Copy a file, folder or database that may be there; tell whether it is."""
    path = source / name
    if not path.exists():
        return False
    if path.is_dir():
        shutil.copytree(path, to / name, dirs_exist_ok=True)
        for one in (to / name).rglob("*"):
            sync(one)
    elif path.suffix == ".db":
        with closing(connect(path)) as database:
            _copy(database, to / name)
        sync(to / name)
    else:
        shutil.copyfile(path, to / name)
        sync(to / name)
    return True


def _rename_index(part: Path) -> None:
    with closing(sqlite3.connect(part, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("UPDATE manifest SET value = ? WHERE key = 'identity'", (secrets.token_hex(4),))


def _require_unchanged(source: Path) -> None:
    """Raise LibraryDamaged where a file of a backup isn't as it was written.

    A data folder that was copied by other means has no sums to compare.
    """
    try:
        told = json.loads((source / MANIFEST).read_text(encoding="utf-8"))["files"]
        changed = [name for name, sums in told.items() if _sums(source / name) != sums]
    except FileNotFoundError as error:
        if Path(error.filename) == source / MANIFEST:
            return
        changed = [Path(error.filename).name]
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        changed = [MANIFEST]
    if changed:
        raise LibraryDamaged(
            f"{changed[0]} in {source} isn't as it was backed up",
            f"use another backup (if it was changed on purpose, delete {MANIFEST} there first)",
        )


def _sums(path: Path) -> str | dict[str, str]:
    if not path.is_dir():
        return _digest(path)
    files = sorted(one for one in path.rglob("*") if one.is_file())
    return {str(one.relative_to(path)): _digest(one) for one in files}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _written(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    sync(path)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _taken(folder: Path, name: str = DATABASE) -> str:
    return f"{folder} holds {name} already: name a folder that doesn't exist yet"


def _no_backup(source: Path) -> str:
    if (source / PART).exists():
        return f"the backup in {source} was stopped before it was whole: use another one"
    return f"there is no backup in {source}: name a folder that `quoth backup` made"


def _unwritable(folder: Path, why: str | None) -> str:
    return (
        f"can't write to {folder} ({why or 'no reason given'}): check its permissions and the "
        "free disk space, or name another folder"
    )
