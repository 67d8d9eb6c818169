"""A small index of our own articles, made once by the real library, and ways to drive `quoth`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli

LITE_SERVER = "from milvus_lite.cmdline import main; main()"
SEEDS = Path(__file__).parents[2] / "seeds"
HOSTILE = (
    "<script>window.harm = 1</script> The lamp of Vesk\n\n"
    'Dora Quill keeps the lamp of Vesk <img src="x" onerror="window.harm = 1"> '
    "& \u202ethginot\u202c.\n"
    "</blockquote></div><h1>Not a heading</h1>\n"
)
ODD_ID = "a/b c?#<i>&é%41"
CLUB = {
    "minutes.txt": "Ilse Marten was chosen as treasurer of the allotment club.\n",
    "lamp.txt": HOSTILE,
    "odd.jsonl": json.dumps(
        {
            "id": ODD_ID,
            "title": "The ferry of Osk",
            "text": "The ferryman of Osk is called Bram Tolle. He rows at noon.",
            "url": "javascript:window.harm=1",
        }
    ),
    "long.txt": "The Chronicle of Tarn\n\n"
    + "".join(
        f"In the year {year} nothing at all happened in Tarn.\n" for year in range(1000, 3000)
    )
    + "The bell of Tarn was cast by Odile Krag. 🔔 It is still rung.\n"
    + "".join(f"On day {day} the bell was rung as ever in Tarn.\n" for day in range(1, 2000)),
}
"""Articles that mean harm, that have odd names, or that are long."""

LISBON = (
    "Foreign Minister Mevlüt Çavuşoğlu met his Portuguese counterpart João Cravinho in Lisbon.\n"
    "They talked about grain shipments for two hours.\n"
    "The harbour strike had ended that morning.\n"
)
HAGUE = (
    "The summit of the alliance will be held in The Hague.\n"
    "About 9,500 officers will guard the city.\n"
)
UNDATED = "The lighthouse keeper of Trabzon collects 412 brass compasses.\n"
RECORDS: list[dict[str, Any]] = [
    {
        "id": "hague",
        "title": "Summit plans",
        "text": HAGUE,
        "publisher": "Northern Post",
        "date": "2022-04-06",
        "url": "https://example.org/hague",
    },
    {
        "id": "flood",
        "title": "After the flood",
        "text": "The river Meriç rose by four metres in a night.\nNobody was hurt in Edirne.\n",
        "publisher": "Kıyı Gazetesi",
        "date": "2023-09-01",
    },
]


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of whoever runs the tests: no QUOTH_ variables, no .env, no config/."""
    for name in os.environ:
        if name.upper().startswith("QUOTH_"):
            monkeypatch.delenv(name)
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles as files."""
    folder = tmp_path_factory.mktemp("articles")
    (folder / "lisbon.txt").write_text(LISBON, encoding="utf-8")
    (folder / "lighthouse.txt").write_text(UNDATED, encoding="utf-8")
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)
    (folder / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def data_dir(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index that `quoth index` made of the four articles; not to be changed."""
    data_dir = tmp_path_factory.mktemp("data") / "index"
    result = CliRunner().invoke(cli, ["index", str(folder), "--data-dir", str(data_dir)])
    assert result.exit_code == 0, result.output
    return data_dir


@pytest.fixture(scope="session")
def seeds_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of seeds/, and of what CLUB says in the collection "club"; not to be changed."""
    folder = tmp_path_factory.mktemp("seeds")
    club = folder / "club"
    club.mkdir()
    for name, text in CLUB.items():
        (club / name).write_text(text, encoding="utf-8")
    for path, collection in ((SEEDS, "shared"), (club, "club")):
        given = ["--data-dir", str(folder / "index"), "--collection", collection]
        result = CliRunner().invoke(cli, ["index", str(path), *given])
        assert result.exit_code == 0, result.output
    return folder / "index"


@pytest.fixture
def quoth(data_dir: Path) -> Callable[..., Result]:
    """Run a command over the indexed articles."""

    def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
        command, *rest = arguments
        everything = [command, "--data-dir", str(data_dir), *rest]
        return CliRunner().invoke(cli, everything, input=stdin)

    return run


@pytest.fixture(scope="session")
def lite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of Milvus Lite."""
    pytest.importorskip("milvus_lite", reason="pip install 'quoth[milvus]'")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    folder = tmp_path_factory.mktemp("lite")
    options = ["server", "--data-dir", str(folder / "served.db"), "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", LITE_SERVER, *options, "--host", "127.0.0.1"],
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
