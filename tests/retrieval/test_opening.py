"""How a library is opened where files are gone, private, or nothing can be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from inspect import unwrap
from pathlib import Path

import pytest

from retrieval import Library, LibraryDamaged, LibraryMissing, LibraryUnwritable, ModelError
from retrieval.encoder.bundled import bundled_folder, bundled_weights
from retrieval.errors import shortage
from retrieval.keeping import DATABASE

Write = Callable[[Mapping[str, str]], Path]
QUESTION = "Who did Marta Lindqvist meet?"


@pytest.mark.parametrize("how", ["emptied", "gone", "gone with its log"])
def test_a_lost_database_is_not_a_library_without_an_index(
    filled: Library, write: Write, how: str
) -> None:
    data = filled.data_dir
    if how == "emptied":
        filled.close()
        os.truncate(data / DATABASE, 0)
        (data / f"{DATABASE}-wal").unlink(missing_ok=True)
    else:
        log = (data / f"{DATABASE}-wal").read_bytes()
        filled.close()
        (data / DATABASE).unlink()
        if how == "gone":
            (data / f"{DATABASE}-wal").write_bytes(log or b"x")
    with Library.open(data) as library:
        for attempt in (library.status, library.exists, lambda: library.index([write({})])):
            with pytest.raises(LibraryDamaged, match="backup"):
                attempt()


def test_a_database_that_is_gone_is_restored_in_its_place_or_begun_anew(
    filled: Library, write: Write, tmp_path: Path
) -> None:
    data, folder = filled.data_dir, write({})
    filled.backup(tmp_path / "backup")
    filled.close()
    (data / DATABASE).unlink()
    with Library.open(data) as library, pytest.raises(LibraryDamaged, match=r"is gone.*begin anew"):
        library.status()
    Library.restore(tmp_path / "backup", data)
    with Library.open(data) as library:
        assert len(library.articles()) == 3
    (data / DATABASE).unlink()
    (data / f"{DATABASE}-mark").unlink()
    with Library.open(data) as library:
        assert library.index([folder]).added == 3
        assert library.check() == ()


def test_an_empty_folder_has_no_index_yet(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        assert not library.exists()
        with pytest.raises(LibraryMissing):
            library.status()
    assert list(tmp_path.iterdir()) == []


def test_what_is_made_is_for_its_owner_alone(filled: Library, tmp_path: Path) -> None:
    data = filled.data_dir
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / DATABASE).stat().st_mode & 0o777 == 0o600
    told = tmp_path / "told"
    told.mkdir(mode=0o755)
    told.chmod(0o755)
    with Library.open(told) as library:
        library.take_in(filled.export())
    assert told.stat().st_mode & 0o777 == 0o755  # a folder that is there keeps its permissions
    assert (told / DATABASE).stat().st_mode & 0o777 == 0o600


NO_ROOM = (
    "import resource, signal, sys; from pathlib import Path; from retrieval import Library\n"
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    "with Library.open(Path(sys.argv[1])) as library:\n"
    "    print(library.ask(sys.argv[2]).answers[0].text)\n"
    "    print(library.status().articles, library.check())\n"
)


@pytest.mark.parametrize("log", ["none", "full", "without its index"])
def test_a_full_disk_is_asked(filled: Library, tmp_path: Path, log: str) -> None:
    copy = tmp_path / "copy"
    if log == "none":
        filled.close()
        shutil.copytree(filled.data_dir, copy)
    else:
        shutil.copytree(filled.data_dir, copy)
        assert (copy / f"{DATABASE}-wal").stat().st_size
        (copy / f"{DATABASE}-shm").unlink(missing_ok=True)
        if log == "full":
            (copy / f"{DATABASE}-shm").touch()
    command = [sys.executable, "-c", NO_ROOM, str(copy), QUESTION]
    process = subprocess.run(command, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    assert process.stdout.splitlines()[1] == "3 ()"
    with Library.open(filled.data_dir) as library:
        assert process.stdout.splitlines()[0] == library.ask(QUESTION).answers[0].text


def test_without_the_log_a_read_only_folder_tells_what_it_lacks(
    filled: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    filled.close()
    data = filled.data_dir
    (data / f"{DATABASE}-wal").mkdir()  # a log that can't be read
    monkeypatch.setattr(os, "access", lambda *_: False)
    with Library.open(data) as library:
        assert library.ask(QUESTION).found
    assert "last changes" in caplog.text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "memory"),
        (OSError(12, "Cannot allocate memory"), "memory"),
        (RuntimeError("std::bad_alloc"), "memory"),
        (ImportError("x.so: failed to map segment from shared object"), "memory"),
        (ValueError("System error.'Failed to spawn segment updater thread'"), "memory"),
        (RuntimeError("can't start new thread"), "memory"),
        (Exception("Too many open files (os error 24)"), "ulimit"),
        (OSError(24, "Too many open files"), "ulimit"),
        (OSError(2, "No such file or directory"), None),
        (ValueError("os error 240"), None),
    ],
)
def test_what_the_machine_lacks_is_told(error: Exception, told: str | None) -> None:
    found = shortage(error)
    assert told in found if told and found else found is told


def test_too_many_open_files_are_no_damage(filled: Library) -> None:
    filled.close()
    code = (
        "import os, resource, sys; from pathlib import Path\n"
        "from retrieval import Library, QuothError\n"
        "from retrieval.encoder.bundled import bundled_folder, load_bundled\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "used = len(os.listdir('/proc/self/fd'))\n"
        "for most in range(used - 1, used + 4):\n"
        "    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))\n"
        "    for attempt in (lambda: Library.open(Path(sys.argv[1])).status(),\n"
        "                    lambda: load_bundled(bundled_folder(), 1)):\n"
        "        try:\n"
        "            attempt()\n"
        "        except QuothError as error:\n"
        "            print(type(error).__name__, error)\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, str(filled.data_dir)], capture_output=True, text=True
    )
    assert process.returncode == 0, process.stderr
    lines = process.stdout.splitlines()
    kinds = {line.split()[0] for line in lines}
    assert {LibraryUnwritable.__name__, ModelError.__name__} <= kinds
    assert all("ulimit" in line and "nstall" not in line for line in lines), lines


def test_too_many_open_files_are_no_damage_of_the_search_index(filled: Library) -> None:
    """Whatever can't be opened for a moment is neither called damaged nor built anew."""
    filled.ask(QUESTION)
    filled.save_indexes()
    filled.close()
    code = (
        "import os, resource, sys; from pathlib import Path\n"
        "from retrieval import Library, LibraryUnwritable\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "with Library.open(Path(sys.argv[1])) as library:\n"
        "    library.session().reader.warm()\n"
        "    library.session().encoder.encode(['x']); library.status()\n"
        "    used = max(map(int, os.listdir('/proc/self/fd')))\n"
        "    for most in range(used, used + 40):\n"
        "        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))\n"
        "        try:\n"
        "            library.session().searcher.catch_up()\n"
        "            print('found', len(library.search(sys.argv[2]).hits))\n"
        "            break\n"
        "        except LibraryUnwritable as error:\n"
        "            print(error)\n"
    )
    before = {path: path.stat().st_mtime_ns for path in filled.data_dir.glob("*-*/*.*")}
    process = subprocess.run(
        [sys.executable, "-c", code, str(filled.data_dir), QUESTION], capture_output=True, text=True
    )
    assert process.returncode == 0, process.stderr
    *refused, found = process.stdout.splitlines()
    assert found == "found 4"
    assert len(refused) > 1
    assert all("ulimit" in line for line in refused), refused
    assert "anew" not in process.stderr
    assert "memory" not in process.stderr
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_file_of_vectors_that_is_cut_short_while_it_is_read_ends_nothing(
    filled: Library, caplog: pytest.LogCaptureFixture
) -> None:
    filled.save_indexes()
    with Library.open(filled.data_dir) as library:
        before = [hit.passage for hit in library.search(QUESTION).hits]
        (path,) = filled.data_dir.glob("vectors-*.faiss")
        os.truncate(path, 0)
        assert [hit.passage for hit in library.search(QUESTION).hits] == before
        assert "cut short" in caplog.text
        assert library.check() == ()


def test_weights_that_do_not_fit_into_memory_are_not_to_be_installed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("retrieval.encoder.bundled.mmap.mmap", full)
    with pytest.raises(ModelError, match="not enough memory") as raised:
        unwrap(bundled_weights)(bundled_folder())
    assert "nstall" not in str(raised.value)


class PanicException(BaseException):
    """As tantivy's panics come: no Exception."""


@pytest.mark.parametrize(
    "error",
    [
        PanicException("a footer"),
        RuntimeError("Error in faiss::read_index_header"),
        ValueError("Data corrupted: 'Data corruption: Failed to open field'"),
    ],
)
def test_what_damaged_search_files_raise_is_in_the_error_tree(
    filled: Library, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    index = filled.session().searcher.index

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(index, "search", broken)
    with pytest.raises(LibraryDamaged, match="are made again"):
        filled.ask(QUESTION)
