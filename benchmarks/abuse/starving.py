"""Commands that lack something: disk, memory, open files, permissions, or the right time.

Each must do its work or say what to do, and once there is enough again all must be as it was.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.abuse import world
from benchmarks.abuse.processes import CHEAP, Done, command, commands

ARTICLES = 10
MORE = 30
QUESTION = world.question(3)
MEGABYTE = 1 << 20
DISK = 12 * MEGABYTE
SPARE = (0, 8_000, 40_000, 100_000, 200_000, 300_000, 450_000, 600_000, 1_000_000, 2_000_000)
"""Bytes that are free on a disk, and by which a file may grow."""
FILES = range(4, 40, 3)
"""Files that may be open besides those that a process has open when it begins."""
MEMORY = (0, 1, 4, 16, 40, 80, 150, 250, 400, 800)
"""Megabytes that may be taken besides those that a process has when it begins."""
NOBODY = 65534

_DAMAGE = "is damaged"
"""What must not be told of files that are sound."""


@dataclass(frozen=True, slots=True)
class Starved:
    """How often something was lacking, what came of it, and what must not have."""

    what: str
    tries: int
    told: str
    problems: tuple[str, ...]


def starve(short: bool) -> Iterator[Starved]:
    """Try all of it; with ``short`` only some steps of each."""
    step = 4 if short else 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        _prepare(folder)
        if mounts(folder):
            yield _tried("free space on the disk", folder, SPARE[::step], _on_a_full_disk)
        limits: Sequence[tuple[str, Sequence[int], Callable[[int], None]]] = (
            ("room for files to grow", SPARE[::step], _largest_file),
            ("files that may be open", FILES[::step], _open_files),
            ("memory", MEMORY[::step], _memory),
            ("the right time: it is years ago", (10, 40)[::step], _years_ago),
        )
        for what, steps, limit in limits:
            yield _tried(what, folder, steps, partial(_limited, limit))
        if os.geteuid() == 0 and _runs_for_nobody():
            yield _tried("permission to write", folder, (0,), _read_only)


def _prepare(folder: Path) -> None:
    world.write_files(folder / "files", range(ARTICLES))
    world.write_files(folder / "more", range(ARTICLES, MORE))
    done = command("index", folder / "files", "--data-dir", folder / "sound")
    if done.status:
        raise RuntimeError(done.err)


def _lines(folder: Path, data: Path) -> list[Sequence[str | Path]]:
    """Give what is run: each kind of command that writes, and asking."""
    at = ("--data-dir", data, "--json")
    return [
        ("ask", QUESTION, *at),
        ("index", folder / "more", *at),
        ("index", "--rebuild", *at),
        ("backup", data.parent / "backup", *at),
        ("ask", QUESTION, *at),
        ("check", *at),
    ]


def _tried(
    what: str, folder: Path, steps: Sequence[int], attempt: Callable[[Path, int], list[Done]]
) -> Starved:
    done_all = told_all = 0
    problems: list[str] = []
    for step in steps:
        done = attempt(folder, step)
        problems += [f"{step}: {one.unclear}" for one in done if one.unclear]
        problems += [f"{step}: told as damage: {one.err}" for one in done if _DAMAGE in one.err]
        for one in done:
            if one.words[0] == "ask" and one.status in (0, 1) and one.out.strip():
                wrong = world.wrong_in(json.loads(one.out))
                problems += [f"{step}: never written: {each}" for each in wrong]
        done_all += sum(one.status == 0 for one in done)
        told_all += sum(one.status == 2 for one in done)
    told = f"{done_all} commands did their work, {told_all} said what to do"
    return Starved(what, len(steps), told, tuple(problems))


def _mended(folder: Path, data: Path) -> list[Done]:
    """Look at what is left once there is enough of all again: it must be sound and complete."""
    at = ("--data-dir", data, "--json")
    looked = commands(
        [
            ("check", *at),
            ("index", folder / "files", folder / "more", *at),
            ("articles", *at),
            ("ask", QUESTION, *at),
            ("check", *at),
        ],
        environment=CHEAP,
    )
    wrong = [one for one in looked if one.status and not one.unclear]
    count = len(json.loads(looked[2].out)["articles"]) if not looked[2].status else 0
    if wrong or count != MORE:
        said = wrong[0].out + wrong[0].err if wrong else f"{count} articles"
        return [Done(("afterwards",), 1, "", f"Traceback: not as it was: {said}")]
    return looked


@contextmanager
def _copy(folder: Path, parent: Path) -> Iterator[Path]:
    data = parent / "data"
    shutil.copytree(folder / "sound", data)
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(parent / "backup", ignore_errors=True)


def _limited(limit: Callable[[int], None], folder: Path, step: int) -> list[Done]:
    with _copy(folder, folder) as data:
        done = commands(_lines(folder, data), environment=CHEAP, under=partial(limit, step))
        return [*done, *_mended(folder, data)]


def _largest_file(more: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _most(resource.RLIMIT_FSIZE, 100_000 + more)


def _open_files(more: int) -> None:
    here = len([*Path("/proc/self/fd").iterdir()])
    _most(resource.RLIMIT_NOFILE, here + more)


def _memory(more: int) -> None:
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    here = int(told["VmSize"].split()[0]) * 1024
    _most(resource.RLIMIT_AS, here + more * MEGABYTE)


def _most(kind: int, most: int) -> None:
    resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def _years_ago(years: int) -> None:
    now = time.time
    time.time = lambda: now() - years * 365 * 86_400


def _read_only(folder: Path, step: int) -> list[Done]:
    with _copy(folder, folder) as data:
        for path in (data, *data.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        lines = _lines(folder, data)
        done = commands(lines, environment=CHEAP | {"HOME": "/"}, under=partial(os.setuid, NOBODY))
        for path in (data, *data.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        return [*done, *_mended(folder, data)]


def _runs_for_nobody() -> bool:
    """Tell whether another user than an administrator can run this Python at all."""
    tried = [sys.executable, "-c", "import colorsys, faiss"]
    try:
        return subprocess.run(tried, user=NOBODY, capture_output=True).returncode == 0
    except PermissionError:
        return False


def mounts(folder: Path) -> bool:
    """Tell whether a small disk can be made here, as only an administrator may."""
    with _disk(folder) as made:
        return made is not None


@contextmanager
def _disk(folder: Path) -> Iterator[Path | None]:
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)]
    made = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield disk if made else None
    finally:
        if made:
            subprocess.run(["umount", str(disk)], check=True)


def _on_a_full_disk(folder: Path, free: int) -> list[Done]:
    with _disk(folder) as disk:
        if disk is None:
            return []
        with _copy(folder, disk) as data:
            room = shutil.disk_usage(disk).free - free
            (disk / "ballast").write_bytes(bytes(max(0, room)))
            done = commands(_lines(folder, data), environment=CHEAP)
            (disk / "ballast").unlink()
            shutil.rmtree(disk / "backup", ignore_errors=True)
            return [*done, *_mended(folder, data)]
