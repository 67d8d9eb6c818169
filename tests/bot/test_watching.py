"""Watching: when addresses are due, what counts as changed, and `quoth watch` as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot import watching
from bot.cli import cli
from bot.watching import Changes, Due
from retrieval import IngestError
from tests.bot.command import QUOTH
from tests.fake_web import Answer, Site, serving

REPOSITORY = Path(__file__).parents[2]
FERRY = "The ferry to Nordøy sails at noon.\n"
MILL = "The old mill of Orm burned down on Friday night after lightning had struck its roof."
CHIEF = "Nobody was hurt, said Ada Moe, who is the chief of the fire brigade of Orm."


# When an address is due ------------------------------------------------------------------


class Clock:
    now = 1000.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def due(clock: Clock) -> Due:
    return Due(["a", "b"], 60, clock=lambda: clock.now, spread=lambda low, high: 1.0)


def test_all_addresses_are_due_at_first_and_then_after_the_time(due: Due, clock: Clock) -> None:
    assert due.now() == ["a", "b"]
    due.tried(["a", "b"])
    due.answered(["a", "b"])
    clock.now += 59
    assert due.now() == []
    clock.now += 1
    assert due.now() == ["a", "b"]


def test_one_that_fails_is_looked_at_ever_later_and_then_as_before(due: Due, clock: Clock) -> None:
    waits = []
    for _ in range(3):
        due.tried(["a", "b"])
        due.answered(["b"])
        start = clock.now
        while "a" not in due.now():
            clock.now += 60
        waits.append(clock.now - start)
    assert waits == [120, 240, 480]
    due.tried(["a"])
    due.answered(["a"])
    clock.now += 60
    assert "a" in due.now()


def test_no_failing_is_waited_out_for_more_than_a_day(due: Due, clock: Clock) -> None:
    for _ in range(50):
        due.tried(["a"])
    clock.now += 86_400
    assert "a" in due.now()


def test_addresses_are_spread_by_a_tenth(clock: Clock) -> None:
    spread: list[tuple[float, float]] = []

    def middle(low: float, high: float) -> float:
        spread.append((low, high))
        return 1.0

    due = Due(["a"], 60, clock=lambda: clock.now, spread=middle)
    due.tried(["a"])
    assert spread == [(0.9, 1.1)]


# What changed ----------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "watched"
    (folder / "index").mkdir(parents=True)
    return folder


@pytest.fixture
def started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Changes]:
    monkeypatch.setattr(watching, "QUIET_S", 0.3)
    monkeypatch.setattr(watching, "LOOK_S", 0.05)

    def start(*paths: Path) -> Changes:
        changes = Changes(paths or (folder,), folder / "index")
        changes.start()
        return changes

    return start


def next_of(changes: Changes) -> set[Path]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := changes.quiet():
            return found
    return set()


def test_a_file_is_taken_when_it_is_quiet(folder: Path, started: Callable[..., Changes]) -> None:
    changes = started()
    with (folder / "a.txt").open("w") as file:
        for _ in range(12):
            file.write(FERRY)
            file.flush()
            assert changes.quiet() == set()
    assert folder / "a.txt" in next_of(changes)


def test_the_index_in_a_folder_is_no_change(folder: Path, started: Callable[..., Changes]) -> None:
    changes = started()
    (folder / "index" / "quoth.db").write_text("x")
    (folder / "b.txt").write_text(FERRY)
    assert next_of(changes) <= {folder / "b.txt", folder}


def test_a_single_file_may_be_replaced(folder: Path, started: Callable[..., Changes]) -> None:
    file, other = folder / "a.txt", folder / "a.new"
    file.write_text(FERRY)
    changes = started(file)
    for words in ("One.", "Another one."):
        other.write_text(words)
        other.replace(file)
        assert next_of(changes) == {file}


def test_what_failed_comes_again(folder: Path, started: Callable[..., Changes]) -> None:
    changes = started()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "RETRY_S", 0.3)
        changes.again([folder / "a.txt"])
    assert next_of(changes) == {folder / "a.txt"}


def test_what_is_not_there_cannot_be_watched(folder: Path, started: Callable[..., Changes]) -> None:
    with pytest.raises(IngestError, match="none does not exist"):
        started(folder / "none")


# The command -----------------------------------------------------------------------------


class Watcher:
    """`quoth watch --json` as a process of its own."""

    def __init__(self, data_dir: Path, *arguments: str) -> None:
        self._data_dir = data_dir
        everything = [*arguments, "--json", "--data-dir", str(data_dir)]
        settings = {"QUOTH_WEB__LOOPBACK": "true", "QUOTH_WEB__DELAY_S": "0"}
        self.process = subprocess.Popen(
            [*QUOTH, "watch", *everything],
            env=os.environ | settings | {"PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def wait_for(self, happened: Callable[[], object]) -> None:
        """Wait until something has happened, as long as the process lives."""
        while not happened():
            assert self.process.poll() is None, self.process.communicate()[1].decode()
            time.sleep(0.1)

    def round(self) -> dict[str, Any]:
        """What the next round that did anything did."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1].decode()
        found: dict[str, Any] = json.loads(line)
        return found

    def stop(self, how: signal.Signals) -> tuple[int, str]:
        """The exit status, and all that stands on standard error."""
        self.process.send_signal(how)
        return self.process.wait(20), self.process.communicate()[1].decode()


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watcher]]:
    started: list[Watcher] = []

    def start(*arguments: str) -> Watcher:
        started.append(Watcher(tmp_path / "data", *arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def titles(tmp_path: Path) -> set[str]:
    told = ["articles", "--json", "--data-dir", str(tmp_path / "data")]
    result = CliRunner().invoke(cli, told)
    return {one["title"] for one in json.loads(result.stdout)["articles"]}


@pytest.mark.slow
def test_new_files_and_entries_come_in_until_it_is_told_to_stop(
    folder: Path, site: Site, tmp_path: Path, watch: Callable[..., Watcher]
) -> None:
    (folder / "ferry.txt").write_text(FERRY)
    whole = "<title>{0}</title><link>/{0}</link><c:encoded>{1}</c:encoded>"
    site.feed("/feed", whole.format("Mill", MILL))
    watcher = watch(str(folder), f"{site.url}/feed", "--every", "1s")
    first = watcher.round()
    assert (first["files_read"], first["pages_read"], first["added"]) == (1, 1, 2)

    (folder / "quay.md").write_text(
        "# The quay\n\nThe quay of Nordøy was widened by four metres.\n"
    )
    assert watcher.round()["added"] == 1
    site.feed("/feed", whole.format("Chief", CHIEF), whole.format("Mill", MILL))
    news = watcher.round()
    assert (news["added"], news["unchanged"]) == (1, 1)

    (folder / "ferry.txt").unlink()  # as for index, without --prune its article stays
    other = tmp_path / "other.txt"
    other.write_text("The lighthouse keeper collects 412 brass compasses.\n")
    beside = ["index", str(other), "--data-dir", str(tmp_path / "data")]
    assert CliRunner().invoke(cli, beside).exit_code == 0
    assert {"Mill", "Chief", "The quay"} < titles(tmp_path)
    assert len(titles(tmp_path)) == 5

    status, said = watcher.stop(signal.SIGTERM)
    assert status == 0
    assert said.splitlines()[-1] == "Stopped: what is indexed by now is kept."
    check = CliRunner().invoke(cli, ["check", "--data-dir", str(tmp_path / "data")])
    assert check.exit_code == 0, check.output


@pytest.mark.slow
def test_a_vanished_file_is_forgotten_with_prune(
    folder: Path, watch: Callable[..., Watcher]
) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"{FERRY}Its captain is called {name}.\n")
    watcher = watch(str(folder), "--prune")
    assert watcher.round()["added"] == 2
    (folder / "a.txt").unlink()
    assert watcher.round()["removed"] == 1
    assert watcher.stop(signal.SIGINT)[0] == 0


@pytest.mark.slow
def test_a_failure_is_told_once_until_it_is_over(site: Site, watch: Callable[..., Watcher]) -> None:
    site.pages["/mill"] = Answer(status=500)
    watcher = watch(f"{site.url}/mill", "--every", "1s")
    assert "status 500" in watcher.round()["failed"][0]["reason"]
    watcher.wait_for(lambda: len(site.asked) > 1)
    site.page("/mill", MILL, CHIEF)
    news = watcher.round()
    assert (news["added"], news["failed"]) == (1, [])


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_slow_page_does_not_hold_up_leaving(
    how: signal.Signals, site: Site, watch: Callable[..., Watcher]
) -> None:
    site.pages["/slow"] = Answer(b"x" * 100_000, delay=0.1)
    watcher = watch(f"{site.url}/slow")
    watcher.wait_for(lambda: site.asked)
    started = time.monotonic()
    assert watcher.stop(how)[0] == 0
    assert time.monotonic() - started < 15  # the page's own limit is 20 seconds


@pytest.mark.parametrize("every", ["ten", "0.5s", "31d"])
def test_a_time_that_makes_no_sense_is_refused(every: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["watch", str(tmp_path), "--every", every])
    assert result.exit_code == 2
    assert repr(every) in result.stderr


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    result = CliRunner().invoke(cli, ["watch", str(tmp_path / "none"), "--data-dir", data])
    assert result.exit_code == 2
    assert "none does not exist" in result.stderr
