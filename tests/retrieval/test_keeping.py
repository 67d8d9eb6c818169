"""Backups hold one moment, whole, and give its answers elsewhere; nothing half is left."""

from __future__ import annotations

import fcntl
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from retrieval import Library, LibraryDamaged, LibraryMissing, LibraryUnwritable
from retrieval.keeping import DATABASE, MANIFEST, PART, backup, restore
from retrieval.types import Reply
from tests.retrieval.test_crash import record, started

Write = Callable[[Mapping[str, str]], Path]
QUESTION = "Who did Marta Lindqvist meet?"


def told(reply: Reply) -> list[tuple[str, float, list[tuple[str, int, int, str]]]]:
    """What a reply says, without how long it took."""
    return [
        (
            answer.text,
            round(answer.probability, 4),
            [(quote.article.id, quote.start, quote.end, quote.text) for quote in answer.quotes],
        )
        for answer in reply.answers
    ]


def listed(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_restored_elsewhere_answers_the_same(filled: Library, tmp_path: Path) -> None:
    to, new = tmp_path / "deep" / "backup", tmp_path / "new"
    (filled.data_dir / "history").write_text("+who?\n")
    done = filled.backup(to, ["history", "absent", "other.db"])
    assert (done.articles, done.generation) == (3, filled.generation())
    assert listed(to) == {DATABASE, MANIFEST, "history"}
    assert to.stat().st_mode & 0o777 == 0o700
    assert (to / DATABASE).stat().st_mode & 0o777 == 0o600
    Library.restore(to, new, ["history"])
    assert listed(new) == {DATABASE, f"{DATABASE}-mark", "history"}
    with Library.open(new) as library:
        assert told(library.ask(QUESTION)) == told(filled.ask(QUESTION)) != []
        assert library.articles() == filled.articles()
        assert library.check() == ()


def test_a_backup_can_be_asked_where_it_is_and_still_be_restored(
    filled: Library, tmp_path: Path
) -> None:
    filled.backup(tmp_path / "backup")
    with Library.open(tmp_path / "backup") as library:
        assert told(library.ask(QUESTION)) == told(filled.ask(QUESTION))
    Library.restore(tmp_path / "backup", tmp_path / "new")


def test_search_indexes_of_a_lost_state_are_never_taken_for_those_of_the_backup(
    filled: Library, write: Write, tmp_path: Path
) -> None:
    filled.backup(tmp_path / "backup")
    lost = {"lost.txt": "Ines Falk met the piper Olav Moe in Bergen on Sunday.\n"}
    filled.index([write(lost) / "lost.txt"])
    filled.close()
    for path in filled.data_dir.glob(f"{DATABASE}*"):
        path.unlink()  # the folder's search indexes stay, and know the lost article
    Library.restore(tmp_path / "backup", filled.data_dir)
    with Library.open(filled.data_dir) as library:
        new = write({"new.txt": "Nils Aune met the drummer Eva Lund in Oslo.\n"}) / "new.txt"
        library.index([new])
        assert library.ask("Who did Nils Aune meet?").answers[0].text == "Eva Lund"
        assert not any("Falk" in hit.text for hit in library.search("Ines Falk").hits)
        assert library.check() == ()


def test_what_cannot_be_backed_up_is_told_and_left_alone(filled: Library, tmp_path: Path) -> None:
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "mine").write_text("mine")
    file.write_text("mine")
    with pytest.raises(LibraryUnwritable, match="isn't empty"):
        filled.backup(full)
    with pytest.raises(LibraryUnwritable, match="another folder"):
        filled.backup(file)
    with pytest.raises(LibraryMissing, match="quoth index"):
        backup(tmp_path / "nothing", tmp_path / "backup")
    assert listed(full) == {"mine"}
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("where", ["", "copies", "copies/monday"])
def test_a_backup_is_not_kept_in_the_folder_that_it_is_of(filled: Library, where: str) -> None:
    before = listed(filled.data_dir)
    with pytest.raises(LibraryUnwritable, match="folder elsewhere"):
        filled.backup(filled.data_dir / where)
    assert listed(filled.data_dir) == before


def test_of_two_that_restore_at_once_one_is_told_so(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.backup(tmp_path / "backup")
    lock, new = fcntl.flock, tmp_path / "new"

    def late(file: int, how: int) -> None:
        """Another process restores between this one's look at the folder and its lock."""
        monkeypatch.setattr(fcntl, "flock", lock)
        restore(tmp_path / "backup", new)
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(LibraryUnwritable, match="already"):
        restore(tmp_path / "backup", new)
    with Library.open(new) as library:
        assert told(library.ask(QUESTION)) == told(filled.ask(QUESTION))
        assert library.check() == ()


def test_what_a_restored_library_loses_is_told(filled: Library, tmp_path: Path) -> None:
    filled.backup(tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new")
    with closing(sqlite3.connect(tmp_path / "new" / DATABASE)) as db:
        db.execute("UPDATE manifest SET value = 1 WHERE key = 'generation'")
        db.commit()
    with Library.open(tmp_path / "new") as library:
        assert "lost its last 2 changes" in library.check()[0]


def test_a_damaged_library_is_not_backed_up(filled: Library, tmp_path: Path) -> None:
    with closing(sqlite3.connect(filled.data_dir / DATABASE)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DELETE FROM articles WHERE key = 1")
        db.commit()
    with pytest.raises(LibraryDamaged, match="quoth check"):
        filled.backup(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_folder_with_an_index_is_not_restored_over(filled: Library, tmp_path: Path) -> None:
    filled.backup(tmp_path / "backup")
    before = (filled.data_dir / DATABASE).read_bytes()
    with pytest.raises(LibraryUnwritable, match="already"):
        restore(tmp_path / "backup", filled.data_dir)
    assert (filled.data_dir / DATABASE).read_bytes() == before
    log = tmp_path / "log"
    log.mkdir()
    (log / f"{DATABASE}-wal").write_bytes(b"of another database")
    with pytest.raises(LibraryUnwritable, match="already"):
        restore(tmp_path / "backup", log)


@pytest.mark.parametrize("damage", ["flipped", "cut", "lost", "sums"])
def test_a_backup_that_changed_is_not_restored(
    filled: Library, tmp_path: Path, damage: str
) -> None:
    to, new = tmp_path / "backup", tmp_path / "new"
    (filled.data_dir / "history").write_text("+who?\n")
    filled.backup(to, ["history"])
    data = bytearray((to / DATABASE).read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 1
        (to / DATABASE).write_bytes(data)
    elif damage == "cut":
        (to / DATABASE).write_bytes(data[: len(data) // 2])
    elif damage == "lost":
        (to / "history").unlink()
    else:
        (to / MANIFEST).write_text("{")
    with pytest.raises(LibraryDamaged, match="another backup"):
        restore(to, new, ["history"])
    assert not new.exists()


def test_a_folder_without_a_backup_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="quoth backup"):
        restore(tmp_path, tmp_path / "new")
    (tmp_path / PART).touch()
    with pytest.raises(LibraryMissing, match="stopped"):
        restore(tmp_path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_that_was_stopped_is_made_anew(filled: Library, tmp_path: Path) -> None:
    to = tmp_path / "backup"
    to.mkdir()
    (to / PART).write_bytes(b"half of an older one" * 1000)
    filled.backup(to)
    assert listed(to) == {DATABASE, MANIFEST}
    restore(to, tmp_path / "new")


def test_a_disk_that_is_full_leaves_no_backup(filled: Library, tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from retrieval.keeping import backup\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        "backup(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    command = [sys.executable, "-c", code, str(filled.data_dir), str(tmp_path / "backup")]
    process = subprocess.run(command, capture_output=True, text=True)
    assert "LibraryUnwritable" in process.stderr
    assert "space" in process.stderr
    assert not (tmp_path / "backup").exists()


BACKUP = (
    "import sys; from pathlib import Path; from retrieval.keeping import backup\n"
    "print('ready', flush=True); backup(Path(sys.argv[1]), Path(sys.argv[2]))\n"
)


@pytest.mark.slow
def test_a_killed_backup_never_looks_whole(filled: Library, tmp_path: Path) -> None:
    whole = 0
    for number in range(12):
        to = tmp_path / f"backup{number}"
        command = [sys.executable, "-c", BACKUP, str(filled.data_dir), str(to)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(0.004 * number)
            process.kill()
        if (to / DATABASE).exists():
            whole += 1
            restore(to, tmp_path / f"new{number}")
        elif to.exists():
            with pytest.raises(LibraryMissing):
                restore(to, tmp_path / f"new{number}")
            filled.backup(to)  # the same folder can be used again
    assert whole < 12


@pytest.mark.slow
def test_a_backup_during_indexing_answers_as_its_moment_did(tmp_path: Path) -> None:
    data, source, to = tmp_path / "data", tmp_path / "all.jsonl", tmp_path / "backup"
    source.write_text("\n".join(record(number) for number in range(80)))
    with started(data, source) as process, Library.open(data) as library:
        while process.poll() is None and not (library.exists() and library.size()[0] >= 10):
            time.sleep(0.02)
        done = library.backup(to)
        assert process.poll() is None, "the backup is to be made while another process indexes"
    assert 10 <= done.articles < 80
    Library.restore(to, tmp_path / "new")
    with Library.open(tmp_path / "new") as library:
        assert library.check() == ()
        assert library.generation() == done.generation
        known = {one.id for one in library.articles()}
        assert known == {f"s{number}" for number in range(done.articles)}  # a moment's, no others
        replies = {
            number: told(library.ask(f"How many millimetres of rain did station {number} measure?"))
            for number in (0, done.articles - 1)
        }
    # The same articles, indexed by themselves, are what the source held at that moment.
    source.write_text("\n".join(record(number) for number in range(done.articles)))
    with Library.open(tmp_path / "moment") as moment:
        moment.index([source])
        for number, reply in replies.items():
            asked = f"How many millimetres of rain did station {number} measure?"
            assert told(moment.ask(asked)) == reply
            assert reply[0][0].startswith(str(number + 100))
