"""Killing, racing and starving the indexer: what was stored stays whole."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from retrieval import Library, LibraryUnwritable

pytestmark = pytest.mark.slow

INDEX = "import sys; from pathlib import Path; from retrieval import Library\n" + (
    "library = Library.open(Path(sys.argv[1]))\n"
    "report = library.index([Path(path) for path in sys.argv[2:]])\n"
    "print(report.added, len(report.failed))\n"
)


def record(number: int) -> str:
    text = (
        f"Station {number} measured {number + 100} millimetres of rain in April. "
        f"Its keeper, Oda Berg {number}, wrote the figure into the book of the valley. "
        f"In May the pumps of dam {number} ran for {number + 7} hours without a pause."
    )
    return json.dumps({"id": f"s{number}", "text": text})


def started(data: Path, *paths: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", INDEX, str(data), *map(str, paths)],
        stdout=subprocess.PIPE,
        text=True,
    )


def stored(data: Path) -> int:
    with Library.open(data) as library:
        return len(library.articles()) if library.exists() else 0


def assert_answers(data: Path, numbers: range) -> None:
    with Library.open(data) as library:
        assert library.check() == ()
        for number in numbers:
            reply = library.ask(f"How many millimetres of rain did station {number} measure?")
            assert reply.answers[0].text.startswith(str(number + 100))
            quote = reply.answers[0].quotes[0].text
            assert f"measured {number + 100} millimetres" in quote


@pytest.mark.parametrize("wanted", [1, 15, 40])
def test_a_kill_loses_at_most_the_article_in_flight(tmp_path: Path, wanted: int) -> None:
    source, data = tmp_path / "all.jsonl", tmp_path / "data"
    source.write_text("\n".join(record(number) for number in range(80)))
    seen = 0
    with started(data, source) as process:
        while seen < wanted and process.poll() is None:
            seen = stored(data)
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert stored(data) >= seen
    assert_answers(data, range(0, min(seen, 3)))
    with Library.open(data) as library:
        report = library.index([source])
        assert report.added + report.unchanged == 80
        assert report.unchanged >= seen
    assert_answers(data, range(77, 80))


def test_a_kill_during_a_rebuild_keeps_the_old_index(tmp_path: Path) -> None:
    source, data = tmp_path / "all.jsonl", tmp_path / "data"
    source.write_text("\n".join(record(number) for number in range(60)))
    with Library.open(data) as library:
        library.index([source])
    rebuild = INDEX.replace("library.index(", "library.index(rebuild=True, paths=")
    process = subprocess.Popen([sys.executable, "-c", rebuild, str(data)])
    time.sleep(1.5)
    process.kill()
    process.wait()
    assert_answers(data, range(3))
    with Library.open(data) as library:
        library.index([], rebuild=True)
        assert not library.status().rebuilding
    assert_answers(data, range(3))
    assert len([*data.glob("vectors-*.manifest")]) == 1


def test_two_processes_index_while_a_third_asks(tmp_path: Path) -> None:
    data = tmp_path / "data"
    sources = [tmp_path / "even.jsonl", tmp_path / "odd.jsonl"]
    for first, source in enumerate(sources):
        source.write_text("\n".join(record(number) for number in range(first, 60, 2)))
    asked = 0
    with (
        started(data, sources[0]) as one,
        started(data, sources[1]) as other,
        Library.open(data) as library,
    ):
        processes = (one, other)
        while any(process.poll() is None for process in processes):
            if library.exists():
                library.ask("How many hours did the pumps run?")
                asked += 1
            time.sleep(0.02)
        printed = [process.stdout.read().split() for process in processes if process.stdout]
    assert asked
    assert printed == [["30", "0"], ["30", "0"]]
    assert stored(data) == 60
    assert_answers(data, range(2))


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    source, data = tmp_path / "all.jsonl", tmp_path / "data"
    source.write_text("\n".join(record(number) for number in range(5)))
    with Library.open(data) as library:
        library.index([source])
    source.write_text("\n".join(record(number) for number in range(400)))
    limited = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n" + INDEX
    )
    process = subprocess.run(
        [sys.executable, "-c", limited, str(data), str(source)], capture_output=True, text=True
    )
    assert process.returncode != 0
    assert "LibraryUnwritable" in process.stderr
    assert "disk" in process.stderr
    assert stored(data) >= 5
    assert_answers(data, range(5))
    with Library.open(data) as library:
        library.index([source])
    assert_answers(data, range(398, 400))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with (
        Library.open(tmp_path / "file" / "data") as library,
        pytest.raises(LibraryUnwritable, match="permissions"),
    ):
        library.index([])
