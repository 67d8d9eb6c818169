from __future__ import annotations

import os
from pathlib import Path

import pytest

from retrieval.ingest import SUFFIXES, Skipped, find_files
from retrieval.types import Failure


def names(root: Path, *paths: Path) -> list[str]:
    found = [item for item in find_files(paths or [root]) if not isinstance(item, Skipped)]
    assert all(isinstance(item, Path) for item in found), found
    return [str(item.relative_to(root.resolve())) for item in found if isinstance(item, Path)]


def reason(path: Path) -> str:
    (failure,) = find_files([path])
    assert isinstance(failure, Failure)
    assert failure.path == str(path)
    return failure.reason


def test_folders_are_searched_and_sorted(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.MD", "a/b/c.jsonl.gz", "x.pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    assert names(tmp_path) == ["a/b/c.jsonl.gz", "a/z.MD", "b.txt", "x.pdf"]


def test_every_suffix_is_found(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        (tmp_path / f"article{suffix}").touch()
    assert len(names(tmp_path)) == len(SUFFIXES)


def test_what_is_not_an_article_is_skipped_inside_folders(tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    for name in (
        ".hidden/a.txt",
        ".b.txt",
        "README.md",
        "LICENSE",
        "c.XLSX",
        "d.tar.gz",
        "licensed.txt",
        "kept.txt",
    ):
        (tmp_path / name).touch()
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tmp_path) == ["kept.txt", "licensed.txt"]
    skipped = [item for item in find_files([tmp_path]) if isinstance(item, Skipped)]
    assert {Path(item.path).name: item.kind for item in skipped} == {
        "README.md": "README.md",
        "LICENSE": "LICENSE",
        "c.XLSX": ".xlsx",
        "d.tar.gz": ".tar.gz",
        "picture": "no ending and no text",
        "gone.txt": "broken link",
        "pipe.txt": "no regular file",
    }


def test_texts_without_an_ending_are_read(tmp_path: Path) -> None:
    for name in ("README", "Speech of 3.4.", "minutes 3.4.2019", "long"):
        (tmp_path / name).write_text("Gülşen şöyle dedi: “Kapı kapalı.” " * 200, "utf-8")
    assert names(tmp_path) == ["README", "Speech of 3.4.", "long", "minutes 3.4.2019"]


def test_what_is_named_is_never_skipped(tmp_path: Path) -> None:
    (tmp_path / ".b.txt").touch()
    (tmp_path / "README.md").touch()
    assert names(tmp_path, tmp_path / "README.md", tmp_path / ".b.txt") == [".b.txt", "README.md"]


def test_the_order_of_the_command_line_does_not_matter(tmp_path: Path) -> None:
    for name in ("one/a.txt", "two/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    paths = [tmp_path / "two", tmp_path / "one", tmp_path / "two" / "b.txt"]
    forward, backward = list(find_files(paths)), list(find_files(paths[::-1]))
    assert forward == backward
    assert [path.name for path in forward if isinstance(path, Path)] == ["a.txt", "b.txt"]


def test_a_real_file_comes_once_and_loops_of_links_end(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").touch()
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "real")
    (tmp_path / "also.txt").symlink_to(tmp_path / "real" / "a.txt")
    (tmp_path / "itself.txt").symlink_to(tmp_path / "itself.txt")
    assert names(tmp_path) == ["real/a.txt"]


def test_links_that_lead_out_of_the_folder_are_counted_and_not_followed(tmp_path: Path) -> None:
    inside, other = tmp_path / "inside", tmp_path / "other"
    for folder in (inside, other):
        folder.mkdir()
        (folder / f"{folder.name}.txt").touch()
    (inside / "others").symlink_to(other)
    (inside / "one.txt").symlink_to(other / "other.txt")
    assert names(inside) == ["inside.txt"]
    skipped = [item for item in find_files([inside]) if isinstance(item, Skipped)]
    assert {Path(item.path).name for item in skipped} == {"others", "one.txt"}
    assert {item.kind for item in skipped} == {"link out of the folder"}
    named = [item for item in find_files([inside, other]) if isinstance(item, Path)]
    assert [path.name for path in named] == ["inside.txt", "other.txt"]
    (tmp_path / "link").symlink_to(inside)
    assert [path.name for path in find_files([tmp_path / "link"]) if isinstance(path, Path)] == [
        "inside.txt"
    ]


def test_a_link_to_a_file_without_a_suffix_keeps_its_own_name(tmp_path: Path) -> None:
    (tmp_path / ".store").mkdir()
    (tmp_path / ".store" / "blob").write_text("text")
    (tmp_path / "a.txt").symlink_to(tmp_path / ".store" / "blob")
    assert names(tmp_path) == ["a.txt"]


def test_missing_paths_fail(tmp_path: Path) -> None:
    assert reason(tmp_path / "no.txt") == "does not exist: check the name"
    (tmp_path / "link.txt").symlink_to(tmp_path / "no.txt")
    assert "a link to a file that is gone" in reason(tmp_path / "link.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert "can't be opened" in reason(tmp_path / "loop.txt")
    assert "can't be opened" in reason(tmp_path / ("n" * 300 + ".txt"))


def test_named_paths_of_another_kind_fail(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").touch()
    assert "use one of .txt, .text, .md" in reason(tmp_path / "a.xlsx")
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in reason(tmp_path / "pipe.txt")


def test_an_unreadable_file_fails_and_the_others_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.txt").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "a.txt")
    closed, open_file = find_files([tmp_path])
    assert isinstance(closed, Failure)
    assert "permission" in closed.reason
    assert isinstance(open_file, Path)
    assert open_file.name == "b.txt"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_closed_folder_fails(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert "permission" in reason(closed)
