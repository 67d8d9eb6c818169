"""Files of a data folder that are damaged, each in many ways, one at a time.

Then it is asked, checked and indexed into again. Either all is as it was, or it is told what is
wrong and what to do; never is anything quoted that was not written.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.abuse import world
from benchmarks.abuse.kills import USER
from benchmarks.abuse.processes import CHEAP, FORKED, Done, commands
from bot.service.records import Records
from retrieval import Library
from retrieval.reader import Caution
from retrieval.types import Filters

ARTICLES = 12
QUESTION = world.question(3)
THRESHOLDS: Mapping[Caution, float] = {"cautious": 0.5, "balanced": 0.3, "eager": 0.1}
DATABASES = ("quoth.db", "discord.db")
TRUTH = ("quoth.db",) * 12 + ("quoth.db-wal",) * 6 + ("discord.db",) * 3
"""What is damaged more often than the rest: that can be made again."""

TOLD_ANYWAY = "quoth: "

Change = Callable[[bytearray, random.Random], bytes]


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damage, and what came of it: one of OUTCOMES, and problems that must not be."""

    file: str
    how: str
    outcome: str
    problems: tuple[str, ...] = ()


SAME = "the same answers"
TOLD = "told, with what to do"
CHECKED = "answers, and only `quoth check` tells"
UNNOTICED = "feedback differs, not noticed"
OUTCOMES = (SAME, TOLD, CHECKED, UNNOTICED)


# What is done to a file --------------------------------------------------------------------------


def _cut(content: bytearray, chance: random.Random) -> bytes:
    return bytes(content[: chance.randrange(len(content))])


def _flipped(content: bytearray, chance: random.Random) -> bytes:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def _zeroed(content: bytearray, chance: random.Random) -> bytes:
    length = min(4096, max(1, len(content) // 4))
    start = chance.randrange(len(content) - length + 1)
    content[start : start + length] = bytes(length)
    return bytes(content)


def _emptied(content: bytearray, chance: random.Random) -> bytes:
    return b""


def _overwritten(content: bytearray, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    length = min(64, len(content) - start)
    content[start : start + length] = chance.randbytes(length)
    return bytes(content)


def _repeated(content: bytearray, chance: random.Random) -> bytes:
    """A block stands in another's place, as a disk does that writes it astray."""
    length = min(4096, max(1, len(content) // 4))
    source, target = (chance.randrange(0, len(content) - length + 1, length) for _ in range(2))
    content[target : target + length] = content[source : source + length]
    return bytes(content)


CHANGES: dict[str, Change] = {
    "cut short": _cut,
    "a bit flipped": _flipped,
    "a block zeroed": _zeroed,
    "emptied": _emptied,
    "bytes overwritten": _overwritten,
    "a block written astray": _repeated,
}
OTHERS = ("deleted", "an older version")
CELL = "a value changed"


def _spoil(path: Path, how: str, older: Path, chance: random.Random) -> bool:
    """Damage a file; tell whether that changed anything."""
    if how == CELL:
        return _change_cell(path, chance)
    if how == "deleted":
        path.unlink()
        return True
    before = path.read_bytes()
    if how == "an older version":
        after = older.read_bytes() if older.is_file() else b""
    else:
        after = CHANGES[how](bytearray(before), chance) if before else b"\0"
    path.write_bytes(after)
    return after != before


def _change_cell(path: Path, chance: random.Random) -> bool:
    """Change one value of one row behind the back of all that watches over it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("PRAGMA ignore_check_constraints = ON")
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        table = chance.choice([one for one in tables if not one.startswith("sqlite_")])
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        column = chance.choice(columns)
        rows = db.execute(f"SELECT {column} FROM {table}").fetchall()
        if not rows:
            return False
        at = chance.randrange(len(rows))
        try:
            db.execute(
                f"UPDATE {table} SET {column} = ? WHERE ({', '.join(columns)}) = "
                f"(SELECT {', '.join(columns)} FROM {table} LIMIT 1 OFFSET {at})",
                (_other(rows[at][0], chance),),
            )
        except sqlite3.Error:
            return False
        return db.total_changes > 0


def _other(value: object, chance: random.Random) -> object:
    if isinstance(value, int):
        return chance.choice((value + 1, -value - 1, value << 20, "x", None))
    known = value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b""
    change = chance.choice((_cut, _flipped, _overwritten, _emptied))
    changed = change(bytearray(known or b"?"), chance)
    as_text = isinstance(value, str) and chance.random() < 0.7
    return changed.decode("latin-1") if as_text else changed


# The folder that is damaged ----------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """Make a data folder as one is that was used for a while and killed, and an older copy."""
    process = FORKED.Process(target=_used, args=(folder,))
    process.start()
    process.join()
    if process.exitcode != 9:
        raise RuntimeError("the folder that is to be damaged can't be made")


def _used(folder: Path) -> None:
    data, files = folder / "data", folder / "files"
    data.mkdir(parents=True)
    library = Library.open(data)
    library.index([world.write_files(files, range(ARTICLES // 2))])
    library.keep_thresholds(THRESHOLDS, {})
    records = Records(data / "discord.db", keep_days=30)
    _vote(records, library)
    shutil.copytree(data, folder / "older")
    for number in range(ARTICLES // 2, ARTICLES):
        library.index([world.write_files(files, [number])])
    library.remove([one.id for one in library.articles() if one.path and "-2." in one.path])
    library.index([files])
    _vote(records, library)
    os._exit(9)  # the logs of the databases stay


def _vote(records: Records, library: Library) -> None:
    reply = library.ask(QUESTION)
    key = records.keep(
        tenant=1,
        channel=2,
        user=USER,
        private=False,
        question=QUESTION,
        filters=Filters(),
        previous=(),
        reply=reply,
        generation=1,
    )
    records.vote(key, USER, True)
    records.tenants.set_channel(1, 2, True)


# What is looked at -------------------------------------------------------------------------------


def _look(folder: Path) -> list[Done]:
    """Ask, check, list, tell what people thought, index again, and ask and check once more."""
    data = ("--data-dir", folder / "data", "--json")
    lines: list[Sequence[str | Path]] = [
        ("ask", QUESTION, *data),
        ("articles", *data),
        ("check", *data),
        ("feedback", "--export", folder / "votes", *data),
        ("index", folder / "files", *data),
        ("ask", QUESTION, *data),
        ("check", *data),
    ]
    return commands(lines, environment=CHEAP)


def _seen(done: Done) -> object:
    """Give what a command printed, without what differs from time to time."""
    if done.status not in (0, 1) or not done.out.strip():
        return None
    told = json.loads(done.out)
    for name in ("elapsed_ms", "elapsed_s"):
        told.pop(name, None)
    return told


def _judged(file: str, how: str, looked: Sequence[Done], sound: Sequence[Done]) -> Damaged:
    problems = [one.unclear for one in looked if one.unclear]
    for one in looked:
        if one.words[0] == "ask" and one.status in (0, 1) and one.out.strip():
            problems += [f"never written: {what}" for what in world.wrong_in(json.loads(one.out))]
    same = [_seen(mine) == _seen(theirs) for mine, theirs in zip(looked[:4], sound, strict=False)]
    told = any(one.status == 2 or TOLD_ANYWAY in one.err for one in looked[:4])
    found = any(one.status == 1 for one in looked if one.words[0] == "check")
    if all(same):
        outcome = SAME
    elif told:
        outcome = TOLD
    elif found:
        outcome = CHECKED
    else:
        outcome = UNNOTICED
        differs = {one.words[0] for one, alike in zip(looked, same, strict=False) if not alike}
        if differs != {"feedback"}:  # only what articles say is sealed
            problems.append(f"other results of {', '.join(differs)}, and nothing is said")
    return Damaged(file, how, outcome, tuple(problems))


def damage(times: int, chance: random.Random) -> Iterator[Damaged]:
    """Damage files so many times, one at a time, each in a copy of the same folder."""
    with tempfile.TemporaryDirectory() as name:
        folder, prepared = Path(name) / "folder", Path(name) / "prepared"
        prepare(folder)
        folder.rename(prepared)
        shutil.copytree(prepared, folder)
        sound = _look(folder)
        wrong = [one.err for one in sound if one.status or one.unclear]
        if wrong:
            raise RuntimeError(f"what is not damaged fails: {wrong}")
        files = sorted(
            path.relative_to(prepared / "data")
            for path in (prepared / "data").rglob("*")
            if path.is_file() and not path.name.endswith(".lock")
        )
        done = 0
        while done < times:
            file = chance.choice([*files, *(Path(name) for name in TRUTH)])
            ways = [*CHANGES, *OTHERS, *([CELL] * 6 if file.name in DATABASES else [])]
            how = chance.choice(ways)
            shutil.rmtree(folder)
            shutil.copytree(prepared, folder)
            if _spoil(folder / "data" / file, how, folder / "older" / file, chance):
                yield _judged(str(file), how, _look(folder), sound)
                done += 1
