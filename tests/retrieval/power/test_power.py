"""The power goes, or a call to the disk fails, at any moment: what was told as done is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.encoder import BUNDLED, Encoder, load_encoder
from tests.retrieval.power import program
from tests.retrieval.power.disk import Call, Disk, marks, read_trace

HERE = Path(__file__).parent
EIO, ENOSPC = 5, 28
KEPT = ("nothing", "some", "all")

EVERY = 3
"""The slow tests take each third call: with 1, all of them, they take an hour on slow machines."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"),
    reason="calls are caught by a library for Linux, which the C compiler `cc` makes",
)


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stands between a program and the C library."""
    made = tmp_path_factory.mktemp("shim") / "shim.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-w", "-o", str(made), str(HERE / "shim.c")]
    subprocess.run([*command, "-lpthread"], check=True)
    return made


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("power") / "articles"
    program.write_articles(folder)
    return folder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder(BUNDLED, cache_dir=tmp_path_factory.mktemp("models"))


def started(shim: Path, disk: Path, *arguments: object, **environment: object) -> str:
    told = {name: str(value) for name, value in environment.items()}
    process = subprocess.run(
        [sys.executable, "-m", "tests.retrieval.power.program", *map(str, arguments)],
        cwd=HERE.parents[2],
        env=os.environ | {"LD_PRELOAD": str(shim), "QUOTH_ROOT": str(disk)} | told,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def trace(
    shim: Path, articles: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Call]]:
    """What one run did to the disk, and where."""
    folder = tmp_path_factory.mktemp("traced").resolve()
    (folder / "disk").mkdir()
    started(shim, folder / "disk", articles, folder / "disk", QUOTH_TRACE=folder / "trace")
    calls = read_trace(folder / "trace")
    assert marks(calls)[-1] == "have backup"
    assert {"W", "S", "C", "R", "L", "U"} <= {call.kind for call in calls}
    return folder / "disk", calls


def test_what_is_written_last_is_as_the_program_left_it(
    trace: tuple[Path, list[Call]], tmp_path: Path
) -> None:
    root, calls = trace
    disk = Disk(root)
    for call in calls:
        disk.take(call)
    disk.cut(tmp_path / "cut", "all", 0)
    left = {path.relative_to(root): path for path in root.rglob("*") if path.is_file()}
    assert any(path.name == "quoth.db" for path in left)
    for name, path in left.items():
        if "lexical-" in str(name):
            continue  # tantivy makes some of its calls past the C library
        assert (tmp_path / "cut" / name).read_bytes() == path.read_bytes(), name


def cut_at(
    trace: tuple[Path, list[Call]], places: set[int], encoder: Encoder, to: Path, seed: int
) -> None:
    """Let the power go after each of some calls, and look at what is left."""
    root, calls = trace
    disk = Disk(root)
    for place, call in enumerate(calls):
        disk.take(call)
        if place in places:
            for kept in KEPT:
                shutil.rmtree(to, ignore_errors=True)
                disk.cut(to, kept, seed + place)
                try:
                    program.check(to, marks(calls[: place + 1]), encoder)
                except BaseException as error:
                    raise AssertionError(f"cut after call {place}, with {kept}: {call}") from error


def test_what_was_told_as_done_outlives_the_power(
    trace: tuple[Path, list[Call]], encoder: Encoder, tmp_path: Path
) -> None:
    calls = trace[1]
    said = [place for place, call in enumerate(calls) if call.kind == "M"]
    between = range(0, len(calls), max(1, len(calls) // 4))
    cut_at(trace, {*said[1::5], *between}, encoder, tmp_path / "cut", 0)


@pytest.mark.slow
def test_what_was_told_as_done_outlives_the_power_at_any_call(
    trace: tuple[Path, list[Call]], encoder: Encoder, tmp_path: Path
) -> None:
    cut_at(trace, set(range(0, len(trace[1]), EVERY)), encoder, tmp_path / "cut", 0)


@pytest.mark.slow
def test_a_repair_outlives_the_power_at_any_call(
    shim: Path, articles: Path, encoder: Encoder, tmp_path: Path
) -> None:
    root, to = (tmp_path / "disk").resolve(), tmp_path / "cut"
    root.mkdir()
    program.damage(articles, root, encoder)
    before = {
        path.stat().st_ino: (path, path.read_bytes()) for path in root.rglob("*") if path.is_file()
    }
    started(shim, root, articles, root, QUOTH_TRACE=tmp_path / "trace")
    calls = read_trace(tmp_path / "trace")
    assert marks(calls) == ["have repaired"]
    disk = Disk(root, before)
    for place, call in enumerate(calls):
        disk.take(call)
        for kept in KEPT if place % EVERY == 0 else ():
            shutil.rmtree(to, ignore_errors=True)
            disk.cut(to, kept, place)
            try:
                program.check_repaired(to, marks(calls[: place + 1]), encoder)
            except BaseException as error:
                raise AssertionError(f"cut after call {place}, with {kept}: {call}") from error


@pytest.mark.parametrize("error", [EIO, ENOSPC])
def test_a_call_that_fails_is_told_and_costs_nothing(
    shim: Path, articles: Path, tmp_path: Path, error: int
) -> None:
    told = started(shim, tmp_path, articles, tmp_path, 1 + error, 400, 110, QUOTH_ERROR=error)
    assert told == "done\n"


@pytest.mark.slow
@pytest.mark.parametrize("error", [EIO, ENOSPC])
def test_any_call_that_fails_is_told_and_costs_nothing(
    shim: Path, articles: Path, tmp_path: Path, trace: tuple[Path, list[Call]], error: int
) -> None:
    first, last = 1 + error % EVERY, len(trace[1])
    told = started(shim, tmp_path, articles, tmp_path, first, last, EVERY, QUOTH_ERROR=error)
    assert told == "done\n"
