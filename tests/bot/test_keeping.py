"""backup, restore, export and import, as they are typed."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.entries import from_line, to_line
from retrieval import Library

Quoth = Callable[..., Result]
QUESTION = "who did Çavuşoğlu meet in Lisbon?"


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


def answers(data_dir: Path) -> list[dict[str, object]]:
    asked = invoke("ask", QUESTION, "--json", "--data-dir", data_dir)
    assert asked.exit_code == 0, asked.stderr
    found: list[dict[str, object]] = json.loads(asked.stdout)["answers"]
    return found


def test_a_backup_is_restored_elsewhere(quoth: Quoth, data_dir: Path, tmp_path: Path) -> None:
    to, new = tmp_path / "backup", tmp_path / "new"
    result = quoth("backup", str(to), "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["folder"], told["articles"]) == (str(to), 4)
    result = invoke("restore", to, "--data-dir", new)
    assert result.exit_code == 0, result.stderr
    assert "4 articles" in result.stdout
    assert list(new.glob("vectors-*"))  # the next command need not make them
    assert answers(new) == answers(data_dir)


@pytest.mark.parametrize("again", ["backup", "restore"])
def test_nothing_is_written_over(quoth: Quoth, tmp_path: Path, again: str) -> None:
    to, new = tmp_path / "backup", tmp_path / "new"
    assert quoth("backup", str(to)).exit_code == 0
    assert invoke("restore", to, "--data-dir", new).exit_code == 0
    result = (
        quoth("backup", str(to)) if again == "backup" else invoke("restore", to, "--data-dir", new)
    )
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "doesn't exist yet" in result.stderr


@pytest.mark.parametrize("command", ["backup", "export"])
def test_without_an_index_there_is_nothing_to_keep(tmp_path: Path, command: str) -> None:
    more = [tmp_path / "to"] if command == "backup" else []
    result = invoke(command, *more, "--data-dir", tmp_path / "data")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "quoth index" in result.stderr
    assert not (tmp_path / "to").exists()


def test_an_export_is_imported_and_exported_again(
    quoth: Quoth, data_dir: Path, tmp_path: Path
) -> None:
    result = quoth("export")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    by_id = {told["id"]: told for told in map(json.loads, lines)}
    assert by_id["hague"]["publisher"] == "Northern Post"
    assert by_id["hague"]["published"] == "2022-04-06"
    assert by_id["hague"]["url"] == "https://example.org/hague"
    assert by_id["hague"]["text"].startswith("The summit of the alliance")
    file, new = tmp_path / "all.jsonl", tmp_path / "new"
    told = json.loads(quoth("export", "--output", str(file), "--json").stdout)
    assert told == {"exported": 4, "file": str(file)}
    assert file.read_text(encoding="utf-8").splitlines() == lines
    result = invoke("import", file, "--data-dir", new, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["added"] == 4
    assert invoke("export", "--data-dir", new).stdout == result_of(quoth)
    assert answers(new) == answers(data_dir)


@pytest.mark.parametrize("way", ["-", "pipe", "gz"])
def test_what_can_be_read_once_or_is_packed_is_imported(
    quoth: Quoth, tmp_path: Path, way: str
) -> None:
    lines, new = quoth("export").stdout.encode(), tmp_path / "new"
    file = tmp_path / "all.jsonl.gz"
    file.write_bytes(gzip.compress(lines))
    if way == "pipe":
        file = tmp_path / "pipe"
        os.mkfifo(file)
        Thread(target=file.write_bytes, args=(lines,)).start()
    named = "-" if way == "-" else str(file)
    result = CliRunner().invoke(cli, ["import", named, "--data-dir", str(new)], input=lines)
    assert result.exit_code == 0, result.stderr
    assert "4 added" in result.stderr
    assert invoke("export", "--data-dir", new).stdout.encode() == lines


def test_a_packed_file_that_is_cut_off_is_told(quoth: Quoth, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl.gz"
    file.write_bytes(gzip.compress(quoth("export").stdout.encode())[:-20])
    result = invoke("import", file, "--data-dir", tmp_path / "new")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "name another file" in result.stderr
    assert not (tmp_path / "new").exists()


def result_of(quoth: Quoth) -> str:
    return quoth("export").stdout


def test_a_collection_is_exported_where_it_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("club", "town"):
        article = tmp_path / f"{name}.txt"
        article.write_text(f"The {name} chose Ilse Marten as its treasurer.\n")
        assert invoke("index", article, "--data-dir", data, "--collection", name).exit_code == 0

    def exported(*more: str) -> set[str]:
        lines = invoke("export", "--data-dir", data, *more).stdout.splitlines()
        return {json.loads(line)["collection"] for line in lines}

    assert exported() == {"club", "town"}
    assert exported("--collection", "club") == {"club"}
    assert exported("--collection", "shared") == set()


BROKEN = {
    "cut off": lambda line: line[: len(line) // 2],
    "another file's": lambda line: b'{"title": "x", "text": "y"}',
    "with a key too many": lambda line: line.replace(b"{", b'{"more": 1, ', 1),
    "not an object": lambda line: b"[1]",
    "nested": lambda line: b"[" * 100_000,
    "in another encoding": lambda line: line.replace(b'"id"', b'"\xff"'),
    "with half a character": lambda line: line.replace(b'"text": "', b'"text": "\\ud800'),
    "with a half in the title": lambda line: line.replace(b'"title": "', b'"title": "\\udfff'),
    "without a text": lambda line: json.dumps(json.loads(line) | {"text": ""}).encode(),
    "of no day": lambda line: json.dumps(json.loads(line) | {"published": "soon"}).encode(),
    "of no language": lambda line: json.dumps(json.loads(line) | {"language": "../x"}).encode(),
    "with ranges outside": lambda line: json.dumps(
        json.loads(line) | {"boilerplate": [[0, 10**9]]}
    ).encode(),
    "with no ranges": lambda line: json.dumps(
        json.loads(line) | {"boilerplate": [True, 2]}
    ).encode(),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_with_a_broken_line_is_refused_whole(
    quoth: Quoth, tmp_path: Path, kind: str
) -> None:
    lines = quoth("export").stdout.encode().splitlines()
    lines[2] = BROKEN[kind](lines[2])
    file = tmp_path / "broken.jsonl"
    file.write_bytes(b"\n".join(lines))
    result = invoke("import", file, "--data-dir", tmp_path / "new")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"line 3 of {file}: it" in result.stderr
    assert "unexpected" not in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_text_that_changed_is_not_imported_and_the_others_are(
    quoth: Quoth, tmp_path: Path
) -> None:
    file = tmp_path / "changed.jsonl"
    text = quoth("export").stdout
    assert "9,500 officers" in text
    file.write_text(text.replace("9,500 officers", "9,900 officers"), encoding="utf-8")
    result = invoke("import", file, "--data-dir", tmp_path / "new")
    assert result.exit_code == 2
    assert "records.jsonl" in result.stderr
    assert "SHA-256" in result.stderr
    assert "3 added, 0 updated, 0 unchanged, 0 duplicate, 1 failed" in result.stderr
    with Library.open(tmp_path / "new") as library:
        assert len(library.articles()) == 3


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("url", "javascript:alert(1)", "none of the web"),
        ("url", " JavaScript :alert(1)", "none of the web"),
        ("url", "data:text/html,x", "none of the web"),
        ("url", "file:///etc/passwd", "none of the web"),
        ("collection", "../x", "no name of a collection"),
        ("collection", "a/b", "no name of a collection"),
        ("collection", "..", "no name of a collection"),
    ],
)
def test_an_entry_that_could_do_harm_is_not_imported_and_the_others_are(
    quoth: Quoth, tmp_path: Path, key: str, value: str, told: str
) -> None:
    first, *others = quoth("export").stdout.splitlines()
    harmful = json.dumps(json.loads(first) | {key: value})
    file = tmp_path / "changed.jsonl"
    file.write_text("\n".join([harmful, *others]), encoding="utf-8")
    result = invoke("import", file, "--data-dir", tmp_path / "new")
    assert result.exit_code == 2
    assert told in result.stderr
    assert "3 added, 0 updated, 0 unchanged, 0 duplicate, 1 failed" in result.stderr


def test_a_file_that_cannot_be_written_is_told(quoth: Quoth, tmp_path: Path) -> None:
    result = quoth("export", "--output", str(tmp_path / "absent" / "all.jsonl"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "name a file" in result.stderr


def test_a_line_is_read_as_it_was_written(quoth: Quoth) -> None:
    for line in quoth("export").stdout.splitlines():
        assert to_line(from_line(line.encode())) == line


@pytest.mark.parametrize("there", [True, False])
def test_what_a_link_leads_to_is_written(quoth: Quoth, tmp_path: Path, there: bool) -> None:
    elsewhere, link = tmp_path / "elsewhere" / "all.jsonl", tmp_path / "all.jsonl"
    elsewhere.parent.mkdir(exist_ok=True)
    if there:
        elsewhere.write_text("what was there")
    link.symlink_to(elsewhere)
    result = quoth("export", "--output", str(link))
    assert result.exit_code == 0, result.stderr
    assert link.is_symlink()
    assert elsewhere.read_text(encoding="utf-8") == quoth("export").stdout
    assert [*elsewhere.parent.iterdir()] == [elsewhere]


@pytest.mark.parametrize("kind", ["pipe", "link to a device", "link to itself"])
def test_what_is_no_file_is_never_replaced(quoth: Quoth, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "odd"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(os.devnull if kind == "link to a device" else path)
    before = path.lstat()
    result = quoth("export", "--output", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"can't write to {path} (it is no file" in result.stderr
    assert path.lstat() == before
    assert [one for one in tmp_path.iterdir() if one.is_file()] == []
