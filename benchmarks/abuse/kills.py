"""Processes that are killed (SIGKILL) at a random moment of what they do.

Afterwards the folder is opened as if nothing had been: nobody tells it to mend anything. It has to
be sound, to hold all that was told as done, and to answer as it did, or as it would have.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.abuse import world
from benchmarks.abuse.processes import FORKED
from bot.service import stored
from bot.service.records import Records
from retrieval import Library, LibraryConfig, Reply
from retrieval.encoder import load_encoder
from retrieval.types import Filters

ARTICLES = 12
ASKED = (world.question(3), "Who met the engineers?")
USER = 7

Tell = Callable[[str], None]
Told = Sequence[str]
Replies = list[list[object]]

CHEAP = LibraryConfig(read_passages=3)


def _opened(data: Path) -> Library:
    return Library.open(data, config=CHEAP)


@dataclass(frozen=True, slots=True)
class Victim:
    """What is killed.

    ``prepare`` fills a folder; ``act`` works there and tells what it has done; ``left`` gives
    what is wrong with what a kill left, told how an untouched folder answers.
    """

    prepare: Callable[[Path], None]
    act: Callable[[Path, Tell], None]
    left: Callable[[Path, Told, Replies], list[str]]


@dataclass(frozen=True, slots=True)
class Killed:
    """A kill: after how many seconds, what was told as done by then, and what was wrong."""

    what: str
    after_s: float
    told: int
    finished: bool
    problems: tuple[str, ...]


def kill(what: str, times: int, chance: random.Random) -> Iterator[Killed]:
    """Kill this so many times, each time in a new folder that was prepared once."""
    victim = VICTIMS[what]
    with tempfile.TemporaryDirectory() as name:
        folder, prepared = Path(name) / "folder", Path(name) / "prepared"
        folder.mkdir()
        victim.prepare(folder)
        folder.rename(prepared)  # the paths of files hold in a copy where they were
        shutil.copytree(prepared, folder)
        lasts, _ = _ended(victim, folder, None)
        expected = answers(folder / "data")
        for _ in range(times):
            shutil.rmtree(folder)
            shutil.copytree(prepared, folder)
            after = chance.uniform(0, lasts)
            took, told = _ended(victim, folder, after)
            problems = victim.left(folder, told, expected)
            yield Killed(what, after, len(told), took < after, tuple(problems))


def _ended(victim: Victim, folder: Path, after: float | None) -> tuple[float, list[str]]:
    """Let a process work, and kill it after so many seconds; give how long it took, and told."""
    here, there = FORKED.Pipe(duplex=False)
    process = FORKED.Process(target=_work, args=(victim.act, folder, there))
    process.start()
    there.close()
    told: list[str] = []
    try:
        here.recv()  # it is ready
        started = time.monotonic()
        until = float("inf") if after is None else started + after
        while process.is_alive() and (left := until - time.monotonic()) > 0:
            if here.poll(min(left, 0.5)):
                told.append(here.recv())
        took = time.monotonic() - started
        process.kill()
        while here.poll():  # what it had told before
            told.append(here.recv())
    except EOFError:
        took = time.monotonic() - started
    process.join()
    if after is None and process.exitcode:
        raise RuntimeError(f"{victim.act.__name__} fails without being killed")
    return took, told


def _work(act: Callable[[Path, Tell], None], folder: Path, pipe: Connection) -> None:
    load_encoder()
    pipe.send("ready")
    act(folder, pipe.send)


def answers(data: Path) -> Replies:
    """Give what a library answers, with the places of its quotes."""
    with _opened(data) as library:
        return [_told(library.ask(question)) for question in ASKED]


def _told(reply: Reply) -> list[object]:
    return [
        (answer.text, [(quote.article.id, quote.start, quote.end) for quote in answer.quotes])
        for answer in reply.answers
    ]


def _sound(data: Path, least: Sequence[int], most: Sequence[int]) -> list[str]:
    """Give what is wrong with a library that must hold some articles, and no others but these."""
    with _opened(data) as library:
        if not library.exists():
            return [f"{len(least)} articles are lost: there is no index"] if least else []
        problems = list(library.check())
        held = {world.named(one.id, one.path): one.id for one in library.articles()}
        problems += [f"{one} is lost" for one in {*map(world.name, least)} - held.keys()]
        problems += [f"{one} is there" for one in held.keys() - {*map(world.name, most)}]
        for id in held.values():
            problems += filter(None, [world.told_of(library.article(id))])
        reply = library.ask(ASKED[0])
        for quote in (*(one for each in reply.answers for one in each.quotes), *reply.nearest):
            problems += filter(None, [world.told_of(quote.article)])
    return problems


def _same(data: Path, expected: Replies) -> list[str]:
    now = answers(data)
    return [
        f"{question} is answered with {mine}, not {theirs}"
        for question, mine, theirs in zip(ASKED, now, expected, strict=True)
        if mine != theirs
    ]


# Indexing ---------------------------------------------------------------------------------------


def _half(folder: Path) -> None:
    """Half of the articles are stored, the others wait in a file."""
    with _opened(folder / "data") as library:
        library.index([world.write_files(folder / "first", range(ARTICLES // 2))])
    world.write_files(folder / "second", range(ARTICLES // 2, ARTICLES))


def _nothing(folder: Path) -> None:
    """Nothing is stored."""
    world.write_files(folder / "second", range(ARTICLES))


def _index(folder: Path, tell: Tell) -> None:
    with _opened(folder / "data") as library:
        library.index([folder / "second"], on_progress=lambda done: tell(str(done.path)))
        library.ask(ASKED[0])


def _indexed(folder: Path, told: Told, expected: Replies) -> list[str]:
    first = ARTICLES // 2 if (folder / "first").exists() else 0
    done = [int(Path(path).stem.rpartition("-")[2]) for path in told]
    problems = _sound(folder / "data", [*range(first), *done], range(ARTICLES))
    _index(folder, lambda _: None)
    return [
        *problems,
        *_sound(folder / "data", range(ARTICLES), range(ARTICLES)),
        *_same(folder / "data", expected),
        *_tidy(folder / "data"),
    ]


def _tidy(data: Path) -> list[str]:
    """Tell of files that a kill left, and that nobody will ever delete."""
    left = [path.name for path in data.rglob("*") if ".tmp" in path.name]
    builds = [*data.glob("vectors-*.manifest")]
    return [f"{name} is left" for name in left] + [f"{len(builds)} builds"] * (len(builds) > 1)


def _one_by_one(folder: Path, tell: Tell) -> None:
    """Index files of one article each, and write the indexes each time: their segments merge."""
    with _opened(folder / "data") as library:
        for number in range(ARTICLES // 2, ARTICLES):
            library.index([world.write_files(folder / "second", [number])])
            tell(str(number))
        library.ask(ASKED[0])


def _merged(folder: Path, told: Told, expected: Replies) -> list[str]:
    problems = _sound(folder / "data", range(ARTICLES // 2 + len(told)), range(ARTICLES))
    _one_by_one(folder, lambda _: None)
    return [
        *problems,
        *_sound(folder / "data", range(ARTICLES), range(ARTICLES)),
        *_same(folder / "data", expected),
        *_tidy(folder / "data"),
    ]


# Rebuilding -------------------------------------------------------------------------------------


def _all(folder: Path) -> None:
    with _opened(folder / "data") as library:
        library.index([world.write_files(folder / "first", range(ARTICLES))])


def _rebuild(folder: Path, tell: Tell) -> None:
    with _opened(folder / "data") as library:
        library.index([], rebuild=True)


def _rebuilt(folder: Path, told: Told, expected: Replies) -> list[str]:
    problems = [
        *_sound(folder / "data", range(ARTICLES), range(ARTICLES)),
        *_same(folder / "data", expected),
    ]
    _rebuild(folder, lambda _: None)
    return [*problems, *_same(folder / "data", expected), *_tidy(folder / "data")]


# Pruning and removing ---------------------------------------------------------------------------


def _files(folder: Path) -> None:
    """Each article has its file; those of every other are gone."""
    with _opened(folder / "data") as library:
        library.index([world.write_files(folder / "files", range(ARTICLES))])


def _prune(folder: Path, tell: Tell) -> None:
    for number in range(0, ARTICLES, 2):
        (folder / "files" / f"{world.name(number)}.txt").unlink(missing_ok=True)
    with _opened(folder / "data") as library:
        library.index([], prune=True)
        library.ask(ASKED[0])


def _pruned(folder: Path, told: Told, expected: Replies) -> list[str]:
    stay = range(1, ARTICLES, 2)
    problems = _sound(folder / "data", stay, range(ARTICLES))
    _prune(folder, lambda _: None)
    return [*problems, *_sound(folder / "data", stay, stay), *_same(folder / "data", expected)]


AT_ONCE = 2


def _remove(folder: Path, tell: Tell) -> None:
    """Remove the second half of the articles, some at once."""
    with _opened(folder / "data") as library:
        held = {world.named(one.id, one.path): one.id for one in library.articles()}
        for first in range(ARTICLES // 2, ARTICLES, AT_ONCE):
            names = [world.name(number) for number in range(first, first + AT_ONCE)]
            if held.keys() >= set(names):
                library.remove([held[name] for name in names])
            tell(str(first))
            library.ask(ASKED[0])
        library.save_indexes()


def _removed(folder: Path, told: Told, expected: Replies) -> list[str]:
    first = ARTICLES // 2
    with _opened(folder / "data") as library:
        held = [one.id for one in library.articles()]
    gone = ARTICLES - len(held)
    stay = [*range(first), *range(first + gone, ARTICLES)]  # all of some at once, or none
    problems = _sound(folder / "data", stay, stay)
    if gone % AT_ONCE or gone < AT_ONCE * len(told):
        problems.append(f"{gone} articles are gone, {len(told)} times {AT_ONCE} were told")
    _remove(folder, lambda _: None)
    return [
        *problems,
        *_sound(folder / "data", range(first), range(first)),
        *_same(folder / "data", expected),
    ]


# What people asked and voted on -----------------------------------------------------------------

REPLIES = 150


def _vote(folder: Path, tell: Tell) -> None:
    """Keep replies and votes on them, and forget some, as the bot does."""
    with _opened(folder / "data") as library:
        reply = library.ask(ASKED[0])
    with closing(Records(folder / "bot.db", keep_days=30)) as records:
        for number in range(REPLIES):
            key = records.keep(
                tenant=1,
                channel=number,
                user=USER,
                private=False,
                question=ASKED[0],
                filters=Filters(),
                previous=(),
                reply=reply,
                generation=1,
            )
            records.shown_in(key, number)
            tell(json.dumps(["kept", key]))
            records.vote(key, USER, number % 3 > 0)
            tell(json.dumps(["voted", key]))
            if number % 5 == 4:
                records.delete(key)
                tell(json.dumps(["deleted", key]))
            records.tenants.set_channel(1, number, True)
            tell(json.dumps(["allowed", str(number)]))


def _voted(folder: Path, told: Told, expected: Replies) -> list[str]:
    events = [tuple(json.loads(line)) for line in told]
    problems = _sound(folder / "data", range(ARTICLES // 2), range(ARTICLES // 2))
    path = folder / "bot.db"
    with closing(Records(path, keep_days=30)) as records, _opened(folder / "data") as library:
        votes = {vote.kept.key: vote for vote in records.feedback()}
        channels = records.tenants.channels(1).ids
        deleted = {key for what, key in events if what == "deleted"}
        reply = _told(library.ask(ASKED[0]))
        for what, key in events:
            if what == "allowed":
                problems += [f"the channel {key} is lost"] * (int(key) not in channels)
            elif key in deleted:
                problems += [f"{key} came back"] * (records.get(key) is not None)
            elif what == "voted" and key not in votes:
                # The last may have been deleted before that was told.
                problems += [f"the vote on {key} is lost"] * (key != events[-1][1])
            elif what == "kept":
                kept = records.get(key)
                if kept is None:
                    problems += [f"the reply {key} is lost"] * (key != events[-1][1])
                elif _told(stored.load(kept.reply, library)) != reply:
                    problems.append(f"the reply {key} isn't what was kept")
    problems += _database_problems(path)
    _vote(folder, lambda _: None)
    return problems


def _database_problems(path: Path) -> list[str]:
    import sqlite3

    with closing(sqlite3.connect(path)) as db:
        found = [row[0] for row in db.execute("PRAGMA integrity_check")]
        broken = db.execute("PRAGMA foreign_key_check").fetchall()
    return [one for one in found if one != "ok"] + [str(row) for row in broken]


def _first_half(folder: Path) -> None:
    with _opened(folder / "data") as library:
        library.index([world.write_files(folder / "first", range(ARTICLES // 2))])


VICTIMS = {
    "index": Victim(_half, _index, _indexed),
    "index, the first time": Victim(_nothing, _index, _indexed),
    "index, segments merge": Victim(_half, _one_by_one, _merged),
    "index --rebuild": Victim(_all, _rebuild, _rebuilt),
    "index --prune": Victim(_files, _prune, _pruned),
    "remove": Victim(_all, _remove, _removed),
    "feedback": Victim(_first_half, _vote, _voted),
}
