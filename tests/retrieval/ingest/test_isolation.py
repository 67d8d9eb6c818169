from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from retrieval import IngestError, Library
from retrieval.ingest import Isolated, Record, isolation, read_file
from retrieval.ingest.isolation import Limits
from retrieval.ingest.worker import decoded
from retrieval.types import Draft

SEEDS = sorted(path for path in Path("seeds").iterdir() if path.suffix != "")
DEEP = b"---\ntitle: " + b"[" * 30_000 + b"\n---\nThe gate of Orm is shut."
FINE = b"---\ntitle: A gate\n---\nThe gate of Orm is open."


@pytest.fixture(autouse=True)
def no_seconds_of_a_test_go_to_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_SLOWER", 60)


def limited(monkeypatch: pytest.MonkeyPatch, seconds: int, memory: int = 1 << 30) -> None:
    monkeypatch.setattr(Limits, "of", lambda size: Limits(seconds, memory))


def reason(isolated: Isolated, name: str, data: bytes) -> str:
    with pytest.raises(IngestError) as caught:
        list(isolated.read_file(Path(name), data))
    return str(caught.value)


def text(isolated: Isolated, name: str, data: bytes) -> str:
    (record,) = isolated.read_file(Path(name), data)
    assert record.draft
    return record.draft.text


@pytest.fixture
def isolated() -> object:
    with Isolated() as one:
        yield one


def test_a_worker_gives_what_reading_gives(isolated: Isolated) -> None:
    assert len(SEEDS) > 15
    for path in SEEDS:
        data = path.read_bytes()
        assert list(isolated.read_file(path, data)) == list(read_file(path, data))


def test_a_file_that_kills_its_reader_is_lost_alone(isolated: Isolated) -> None:
    assert text(isolated, "a.md", FINE) == "The gate of Orm is open."
    assert "SIGSEGV" in reason(isolated, "b.md", DEEP)
    assert text(isolated, "c.md", FINE) == "The gate of Orm is open."


def test_indexing_goes_on_after_it(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(DEEP)
    (tmp_path / "b.md").write_bytes(FINE)
    (tmp_path / "c.txt").write_bytes(b"The wall of Orm is nine metres high.")
    report = library.index([tmp_path])
    assert (report.added, report.files_read) == (2, 2)
    (failure,) = report.failed
    assert failure.path == str(tmp_path / "a.md")
    assert "makes its reader crash" in failure.reason


def test_what_a_file_has_wrong_is_told_as_ever(isolated: Isolated) -> None:
    assert "is not valid JSON" in reason(isolated, "a.json", b"{")
    assert "use one of" in reason(isolated, "a.xlsx", b"x")


def test_surprises_are_told_as_failures(isolated: Isolated) -> None:
    with pytest.raises(IngestError, match=r"can't be read \(TypeError: "):
        list(isolated.read_file(Path("a.json"), b'{"text": "A gate."}', max_chars="ten"))  # type: ignore[arg-type]


def test_processor_time_is_limited(monkeypatch: pytest.MonkeyPatch, isolated: Isolated) -> None:
    limited(monkeypatch, 1)
    record = b'{"text": "' + b"The gate of Orm is shut. " * 40 + b'"}\n'
    assert "more than 1 seconds" in reason(isolated, "a.jsonl", record * 80_000)
    assert text(isolated, "b.md", FINE) == "The gate of Orm is open."


def test_waiting_is_limited(monkeypatch: pytest.MonkeyPatch, isolated: Isolated) -> None:
    monkeypatch.setattr(isolation, "_SLOWER", 0)
    assert "seconds to read" in reason(isolated, "a.md", FINE)
    monkeypatch.setattr(isolation, "_SLOWER", 60)
    assert text(isolated, "b.md", FINE) == "The gate of Orm is open."


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch, isolated: Isolated) -> None:
    limited(monkeypatch, 60, 400 << 20)
    deep = b'{"text": "A gate.", "more": [' + b"{}," * 8_000_000 + b"1]}"
    assert reason(isolated, "a.json", deep).startswith("takes more than 400 MB of memory")
    assert text(isolated, "b.md", FINE) == "The gate of Orm is open."


def test_limits_grow_with_the_file() -> None:
    assert Limits.of(0) == Limits(30, 1 << 30)
    assert Limits.of(10_000_000) == Limits(130, (1 << 30) + 320_000_000)


def test_records_come_while_the_file_is_read_and_may_be_left(isolated: Isolated) -> None:
    lines = b"".join(b'{"text": "Gate %d of Orm."}\n' % number for number in range(100_000))
    records = isolated.read_file(Path("a.jsonl"), lines)
    first = next(records)
    assert first == Record("1", Draft("Gate 0 of Orm."), None, first.consumed)
    assert first.consumed < 0.01
    records.close()  # type: ignore[attr-defined]
    assert text(isolated, "b.md", FINE) == "The gate of Orm is open."


def test_a_worker_reads_many_files_and_not_all(
    monkeypatch: pytest.MonkeyPatch, isolated: Isolated
) -> None:
    monkeypatch.setattr(isolation, "_FILES", 2)
    workers = set()
    for _ in range(4):
        text(isolated, "a.md", FINE)
        assert isolated._worker
        workers.add(isolated._worker._process.pid)
    assert len(workers) == 2


def test_plain_text_needs_no_worker(isolated: Isolated) -> None:
    assert text(isolated, "a.txt", b"The gate of Orm.") == "The gate of Orm."
    assert isolated._worker is None


def test_a_worker_is_gone_when_the_block_is_left() -> None:
    with Isolated() as isolated:
        text(isolated, "a.md", FINE)
        assert isolated._worker
        pid = isolated._worker._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_worker_can_tell_of_nothing_but_records() -> None:
    record = Record("", Draft("A gate."), None, 1.0)
    assert decoded(pickle.dumps(record)) == record
    for told in (os.system, Path("a"), (record,), b"bytes"):
        with pytest.raises(pickle.UnpicklingError):
            decoded(pickle.dumps(told))


def test_a_worker_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_DISCORD__TOKEN", "secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    environment = isolation._environment()
    assert environment["LANG"] == "C.UTF-8"
    assert "secret" not in environment.values()
