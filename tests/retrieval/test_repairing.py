"""What is damaged is made again or named as lost; what is quoted afterwards is as it was stored."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from retrieval import Library, LibraryDamaged, LibraryMissing, LibraryUnwritable
from retrieval.engines import lexical_folder, segment_files
from retrieval.keeping import DATABASE
from retrieval.repairing import LOST, Repair
from retrieval.sessions import LibraryConfig
from tests.retrieval.test_crash import record
from tests.retrieval.test_keeping import QUESTION, Write, told
from tests.retrieval.test_proof import flip


@pytest.fixture
def data(filled: Library) -> Path:
    """The closed folder of a library of three articles."""
    filled.ask(QUESTION)
    filled.close()
    return filled.data_dir


def answered(data: Path) -> object:
    with Library.open(data) as library:
        return told(library.ask(QUESTION))


def repaired(data: Path) -> Repair:
    """Repair a library; whatever was wrong, it is sound then."""
    with Library.open(data) as library:
        done = library.repair()
        assert library.check() == ()
        assert library.repair() == Repair((), (), (), (), None)
    assert not list(data.glob(".*"))
    return done


def executed(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_a_sound_library_is_left_as_it_is(data: Path) -> None:
    before = (data / DATABASE).read_bytes()
    with Library.open(data) as library:
        assert library.repair() == Repair((), (), (), (), None)
    assert (data / DATABASE).read_bytes() == before


def test_without_an_index_there_is_nothing_to_repair(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library, pytest.raises(LibraryMissing):
        library.repair()


# Search indexes


def cut_vectors(data: Path) -> None:
    (path,) = data.glob("vectors-*.faiss")
    path.write_bytes(path.read_bytes()[:-7])


def flip_terms(data: Path) -> None:
    path = next(data.glob("lexical-*/*.idx"))
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)


def swap_vectors(data: Path) -> None:
    """Let the index hold other vectors, in files that are sound."""
    with Library.open(data) as library:
        index = library.session().searcher.index
        library.session().searcher.catch_up()
        first, *_ = index._vectors._snapshot.segments  # type: ignore[attr-defined]
        rows = first.rows[::-1].copy()
        ids, generation = first.ids.copy(), index.generation
        index.forget()  # type: ignore[attr-defined]
        index._vectors.sync(generation, ids, lambda _: rows)  # type: ignore[attr-defined]
        index.flush()


def other_terms(data: Path) -> None:
    """Let the index hold the terms of other texts, in files that are sound."""
    executed(data, "UPDATE articles SET text = replace(text, 'fish', 'fowl')")
    with Library.open(data) as library:
        library.session().searcher.renew()
    executed(data, "UPDATE articles SET text = replace(text, 'fowl', 'fish')")


def drop_a_passage(data: Path) -> None:
    """Let the index hold a passage that is none, at the same generation."""
    executed(data, "DELETE FROM passages WHERE id = 1", "DELETE FROM changes")
    with Library.open(data) as library, library._database.writing():
        pass


@pytest.mark.parametrize(
    ("damage", "which"),
    [
        (cut_vectors, "vector index is damaged"),
        (flip_terms, "lexical index is damaged"),
        (swap_vectors, "4 vectors that differ"),
        (other_terms, "lexical index counts"),
    ],
)
def test_a_search_index_that_differs_is_told_and_made_anew(
    data: Path, damage: Callable[[Path], None], which: str
) -> None:
    before = answered(data)
    damage(data)
    with Library.open(data) as library:
        assert which in "; ".join(library.check())
    done = repaired(data)
    assert which in "; ".join(done.problems)
    assert done.repaired == ("made the search indexes anew from the database",)
    assert (done.lost, done.kept) == ((), None)
    assert answered(data) == before


def test_an_index_that_lacks_a_passage_is_told(data: Path) -> None:
    drop_a_passage(data)
    with Library.open(data) as library:
        index = library.session().searcher.differences()
    assert index == [
        "the vector index lacks 0 passages, and holds 1 that are none",
        "the lexical index lacks 0 passages, and holds 1 that are none",
    ]


@pytest.mark.parametrize("gone", ["vectors-*", "lexical-*", "lexical-*/*", "*-*/*"])
def test_what_is_missing_of_a_search_index_is_there_once_it_was_looked_for(
    data: Path, gone: str
) -> None:
    before, held = answered(data), in_files(data)
    for path in [*data.glob(gone), *(data.glob("vectors-*") if gone == "*-*/*" else ())]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with Library.open(data) as library:
        assert library.check() == ()
        assert in_files(data) == held
    assert answered(data) == before


def in_files(data: Path) -> tuple[list[int], list[int]]:
    """The passages that the files of vectors hold, and those that the files of words hold."""
    (words,) = (path for path in data.glob("lexical-*") if path.is_dir())
    vectors = words.with_name(words.name.replace("lexical", "vectors"))
    return (
        segment_files.load(vectors, 384).ids.tolist(),
        lexical_folder.held_ids(lexical_folder.searcher(words)).tolist(),
    )


# Rows


def test_a_passage_whose_vector_changed_is_encoded_again(data: Path) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        vectors = db.execute("SELECT embedding FROM passages ORDER BY id").fetchall()
        db.execute("UPDATE passages SET embedding = zeroblob(1536) WHERE id = 1")
        db.commit()
    before = answered(data)
    done = repaired(data)
    assert "vector" in done.problems[0]
    assert "encoded 1 passages again from their texts" in done.repaired
    assert done.lost == ()
    with closing(sqlite3.connect(data / DATABASE)) as db:
        assert db.execute("SELECT embedding FROM passages ORDER BY id").fetchall() == vectors
    assert before == answered(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a second quay", b"a seventh qua"),
        (b"a second quay", b"a \xff\xfecond quay"),
        (b"Fish market moves", b"Fish market burns"),
        (b"2024-03-05", b"2024-13-05"),
        (b"Coast Desk", b"Ghost Desk"),
    ],
)
def test_what_changed_is_read_again_from_its_file(data: Path, old: bytes, new: bytes) -> None:
    with Library.open(data) as library:
        before, articles = told(library.ask(QUESTION)), library.articles()
    flip(data, old, new)
    done = repaired(data)
    assert done.lost == ()
    assert sum(one.startswith("read ") for one in done.repaired) == 1
    with Library.open(data) as library:
        assert told(library.ask(QUESTION)) == before
        assert library.articles() == articles
        assert library.index([data.parent / "articles"]).unchanged == 3


@pytest.mark.parametrize("file", ["gone", "other"])
def test_what_cannot_be_proven_is_lost_and_named(data: Path, write: Write, file: str) -> None:
    market = write({}) / "market.md"
    if file == "gone":
        market.unlink()
    else:
        market.write_text(market.read_text().replace("June", "July"))
    flip(data, b"reopen in June", b"reopen in Mayy")
    done = repaired(data)
    (lost,) = done.lost
    assert (lost.title, lost.publisher, lost.published) == (
        "Fish market moves",
        "Coast Desk",
        "2024-03-05",
    )
    assert (lost.path, lost.collection) == (str(market), "shared")
    assert "text" in lost.reason
    assert done.kept
    (line,) = (Path(done.kept) / LOST).read_text(encoding="utf-8").splitlines()
    assert "reopen in Mayy" in json.loads(line)["text"]
    assert b"reopen in Mayy" in (Path(done.kept) / DATABASE).read_bytes()
    with Library.open(data) as library:
        assert [one.title for one in library.articles()] != []
        assert lost.id not in {one.id for one in library.articles()}
        assert not any("Mayy" in hit.text for hit in library.search("When do stalls reopen?").hits)
        report = library.index([market.parent])  # the file, if there is one, is read again
        assert report.added == (file == "other")


def test_a_text_is_proven_by_its_place_where_its_own_hash_changed(data: Path) -> None:
    before = answered(data)
    executed(data, "UPDATE articles SET sha256 = 'x' || substr(sha256, 2) WHERE key = 2")
    shutil.rmtree(data.parent / "articles")
    assert repaired(data).lost == ()
    assert answered(data) == before


def test_a_text_in_two_places_is_lost_at_one(data: Path, write: Write) -> None:
    text = write({}) / "storm.txt"
    copy = write({"copy.txt": text.read_text()}) / "copy.txt"
    with Library.open(data) as library:
        assert library.index([copy]).duplicate == 1
    copy.unlink()
    executed(data, "UPDATE sources SET title = 'Calm' WHERE path LIKE '%copy.txt'")
    (lost,) = repaired(data).lost
    assert (lost.path, lost.title) == (str(copy), "Calm")
    with Library.open(data) as library:
        assert len(library.articles()) == 3


def test_rows_that_point_nowhere_are_looked_for_in_their_files(data: Path) -> None:
    before = answered(data)
    executed(data, "PRAGMA foreign_keys = OFF", "DELETE FROM articles WHERE key = 2")
    done = repaired(data)
    assert "point to rows that are gone" in done.problems[0]
    assert done.lost == ()
    assert answered(data) == before


def test_an_article_whose_place_is_gone_is_looked_for_in_its_file(data: Path) -> None:
    before = answered(data)
    executed(data, "DELETE FROM sources WHERE article = 2")
    done = repaired(data)
    assert done.lost == ()
    assert answered(data) == before


def test_every_collection_is_repaired(data: Path, write: Write) -> None:
    ferry = write({"ferry.txt": "The ferry to Nordøy sails at noon from pier nine."}) / "ferry.txt"
    with Library.open(data, collection="red") as library:
        library.index([ferry])
    ferry.unlink()
    flip(data, b"pier nine", b"pier four")
    (lost,) = repaired(data).lost
    assert (lost.collection, lost.path) == ("red", str(ferry))
    with Library.open(data, collection="red") as library:
        assert len(library.articles()) == 3


# Pages


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of 60 articles and a library of them, closed."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "all.jsonl").write_text("\n".join(map(record, range(60))))
    with Library.open(folder / "data") as library:
        assert library.index([folder / "all.jsonl"]).added == 60
    return folder


@pytest.fixture
def source(indexed: Path) -> Path:
    """The file of 60 articles, whatever another test did to it."""
    (indexed / "all.jsonl").write_text("\n".join(map(record, range(60))))
    return indexed / "all.jsonl"


@pytest.fixture
def many(indexed: Path, source: Path, tmp_path: Path) -> Path:
    """The closed folder of a library of 60 articles from one file."""
    return Path(shutil.copytree(indexed / "data", tmp_path / "data"))


def pages_of(data: Path, *tables: str) -> list[tuple[str, int, int]]:
    """The pages of some tables that hold rows, each with its size: the file is damaged there."""
    with closing(sqlite3.connect(data / DATABASE)) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        roots = dict(db.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'"))
    content = (data / DATABASE).read_bytes()
    pages = []
    for table in tables:
        todo = [roots[table]]
        while todo:
            page = todo.pop()
            start = (page - 1) * size
            kind, cells = content[start], int.from_bytes(content[start + 3 : start + 5])
            if kind in (2, 5):
                todo.append(int.from_bytes(content[start + 8 : start + 12]))
                for cell in range(cells):
                    at = start + 12 + 2 * cell
                    left = start + int.from_bytes(content[at : at + 2])
                    todo.append(int.from_bytes(content[left : left + 4]))
            if kind in (10, 13) or (kind == 2 and cells):
                pages.append((table, start, size))
    return pages


def overwrite(data: Path, start: int, size: int) -> None:
    with (data / DATABASE).open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * size)


def sound_afterwards(data: Path) -> Repair:
    """Repair, and compare all that is there with what was stored."""
    done = repaired(data)
    by_id = {json.loads(record(number))["id"]: record(number) for number in range(60)}
    with Library.open(data) as library:
        entries = list(library.export())
    for entry in entries:
        assert entry.text == json.loads(by_id[entry.id])["text"]
    texts = {
        hashlib.sha256(json.loads(line)["text"].encode()).hexdigest()[:16]
        for line in by_id.values()
    }
    assert {one.id for one in done.lost} <= set(by_id) | texts  # of some no more is known
    return done


@pytest.mark.parametrize("table", ["articles", "passages", "sources", "years", "sketches"])
def test_a_page_of_nonsense_costs_nothing_that_the_file_still_has(
    many: Path, source: Path, table: str
) -> None:
    pages = pages_of(many, table)
    overwrite(many, *pages[len(pages) // 2][1:])
    with pytest.raises(LibraryDamaged, match="--repair"), Library.open(many) as library:
        assert library.check() == ()
    done = sound_afterwards(many)
    assert done.lost == ()
    with Library.open(many) as library:
        library.index([source])
        assert len(library.articles()) == 60
        assert library.check() == ()
        reply = library.ask("How many millimetres of rain did station 31 measure?")
        assert reply.answers[0].text.startswith("131")


@pytest.mark.parametrize("table", ["articles", "sources"])
def test_a_page_of_nonsense_costs_no_more_than_what_was_in_it(
    many: Path, source: Path, table: str
) -> None:
    pages = pages_of(many, table)
    overwrite(many, *pages[len(pages) // 2][1:])
    source.unlink()
    done = sound_afterwards(many)
    assert done.left
    with Library.open(many) as library:
        assert 0 < len(library.articles()) < 60
        known = {one.id for one in library.articles()}
        assert len(known | {one.id for one in done.lost}) <= 60


def test_a_database_of_nonsense_is_told_and_left(data: Path) -> None:
    (data / DATABASE).write_bytes(b"\xa5" * 40960)
    before = sorted(data.iterdir())
    with Library.open(data) as library, pytest.raises(LibraryDamaged, match="restore a backup"):
        library.repair()
    assert sorted(data.iterdir()) == before
    assert (data / DATABASE).read_bytes() == b"\xa5" * 40960


def content_of(data: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_an_emptied_database_is_told_and_left(data: Path) -> None:
    (data / DATABASE).write_bytes(b"")
    before = content_of(data)
    with Library.open(data) as library:
        for attempt in (library.repair, library.check, library.status):
            with pytest.raises(
                LibraryDamaged, match=r"nothing can be saved.*quoth restore"
            ) as told:
                attempt()
            assert "--repair" not in str(told.value)
    assert content_of(data) == before


def test_the_log_of_an_emptied_database_is_not_lost(filled: Library, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(filled.data_dir, tmp_path / "copy"))
    (copy / f"{DATABASE}-shm").unlink()
    log = (copy / f"{DATABASE}-wal").read_bytes()
    assert log
    (copy / DATABASE).write_bytes(b"")
    with Library.open(copy) as library:
        with pytest.raises(LibraryDamaged, match=r"its log is there.*--repair"):
            library.status()
        with suppress(LibraryDamaged):
            library.repair()
            assert len(library.articles()) == 3
            return
    assert (copy / f"{DATABASE}-wal").read_bytes() == log


@pytest.mark.parametrize(("start", "end"), [(0, 21), (0, 100), (16, 18), (18, 20), (28, 32)])
def test_a_header_of_nonsense_costs_nothing(data: Path, start: int, end: int) -> None:
    before = answered(data)
    overwrite(data, start, end - start)
    damaged = (data / DATABASE).read_bytes()
    shutil.rmtree(data.parent / "articles")
    done = repaired(data)
    assert done.lost == done.left == ()
    assert done.kept
    assert (Path(done.kept) / DATABASE).read_bytes() == damaged
    assert answered(data) == before


def test_a_file_that_was_cut_off_is_repaired_as_far_as_it_goes(many: Path) -> None:
    content = (many / DATABASE).read_bytes()
    (many / DATABASE).write_bytes(content[: len(content) * 2 // 3 // 4096 * 4096])
    sound_afterwards(many)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_whatever_page_is_damaged_nothing_false_is_kept(many: Path, seed: int) -> None:
    size = (many / DATABASE).stat().st_size
    start = (seed * 7919 * 512) % (size - 4096)
    overwrite(many, max(start, 4096), 16 + seed * 97)
    with suppress(LibraryDamaged):  # where nothing can be read, which is left as it is
        sound_afterwards(many)


# Others


HOLDING = (
    "import sys; from pathlib import Path; from retrieval import Library\n"
    "library = Library.open(Path(sys.argv[1])); library.articles()\n"
    "print('open', flush=True); sys.stdin.read()\n"
)


def test_nothing_is_repaired_while_another_process_has_it_open(data: Path) -> None:
    flip(data, b"reopen in June", b"reopen in Mayy")
    before = {path: path.read_bytes() for path in data.glob(f"{DATABASE}")}
    command = [sys.executable, "-c", HOLDING, str(data)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == "open\n"
        with Library.open(data) as library, pytest.raises(LibraryUnwritable, match="another"):
            library.repair()
        other.stdin.close()
    assert {path: path.read_bytes() for path in before} == before
    assert not list(data.glob("damaged-*"))
    assert repaired(data).lost == ()


def test_a_repair_that_fails_changes_nothing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(data, b"reopen in June", b"reopen in Mayy")
    before = sorted(path.name for path in data.iterdir())
    content = (data / DATABASE).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("retrieval.repairing.replace", full)
        with Library.open(data) as library, pytest.raises(LibraryUnwritable, match="disk space"):
            library.repair()
    assert sorted(path.name for path in data.iterdir()) == before
    assert (data / DATABASE).read_bytes() == content
    assert repaired(data).lost == ()


def test_another_recipe_is_told_before_anything_is_done(data: Path) -> None:
    flip(data, b"reopen in June", b"reopen in Mayy")
    config = LibraryConfig(overlap=2)
    with (
        Library.open(data, config=config) as library,
        pytest.raises(Exception, match=r"overlap 1 \(now 2\)"),
    ):
        library.repair()
    assert not list(data.glob("damaged-*"))
