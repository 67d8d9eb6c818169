"""`quoth` with its index in Milvus: processes of its own, on Milvus Lite and on servers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pymilvus", reason="pip install 'quoth[milvus]'")
pytest.importorskip("milvus_lite", reason="pip install 'quoth[milvus]'")

from retrieval import Library
from retrieval.engines.milvus import MilvusEngine
from tests.retrieval.engines.milvus_server import TOKEN, MilvusServer

QUESTION = "Who did Çavuşoğlu meet in Lisbon?"
REPOSITORY = Path(__file__).parents[2]


def quoth(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run a command in a process of its own; give its exit status, output and messages."""
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY), "QUOTH_ENGINE": "milvus"} | environment,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture(params=["lite", "lite server", "server"])
def place(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings that tell where Milvus is."""
    if request.param == "lite":
        return {}
    if request.param == "lite server":
        return {"QUOTH_MILVUS__URI": request.getfixturevalue("lite_server")}
    server: MilvusServer = request.getfixturevalue("milvus_server")
    return {"QUOTH_MILVUS__URI": server.uri, "QUOTH_MILVUS__TOKEN": TOKEN}


def asked(output: str) -> list[tuple[str, list[str]]]:
    """Give the answers of a reply with their quotes."""
    reply: dict[str, Any] = json.loads(output)
    return [
        (answer["text"], [quote["text"] for quote in answer["quotes"]])
        for answer in reply["answers"]
    ]


@pytest.mark.slow
def test_every_command_works(
    place: dict[str, str], folder: Path, data_dir: Path, tmp_path: Path
) -> None:
    here = ["--data-dir", str(tmp_path / "index")]
    code, _, told = quoth("index", str(folder), *here, **place)
    assert (code, "4 added" in told) == (0, True), told
    code, shown, told = quoth("status", "--json", *here, **place)
    assert code == 0, told
    search = json.loads(shown)["search"]
    where = place.get("QUOTH_MILVUS__URI", str(tmp_path / "index" / "milvus.db"))
    assert search.startswith(f"exact, by Milvus at {where} (")
    by_meaning = "QUOTH_MILVUS__TOKEN" in place
    assert ("without lexical search" in search) == by_meaning

    code, shown, told = quoth("ask", QUESTION, "--json", *here, **place)
    assert (code, told) == (0, "")
    _, local, _ = quoth(
        "ask", QUESTION, "--json", "--data-dir", str(data_dir), QUOTH_ENGINE="local"
    )
    assert asked(shown) == asked(local)
    assert asked(shown)[0][0] == "João Cravinho"
    code, shown, _ = quoth("search", "the city", "--path", "records", "--json", *here, **place)
    assert code == 0
    assert {hit["article"]["id"] for hit in json.loads(shown)["hits"]} <= {"hague", "flood"}
    code, shown, told = quoth("check", *here, **place)
    assert (code, shown.strip(), told) == (0, "The index is sound.", "")

    code, _, told = quoth("remove", "hague", *here, **place)
    assert code == 0, told
    code, shown, _ = quoth("search", "Who guards the summit?", "--json", *here, **place)
    assert code == 0
    assert "hague" not in {hit["article"]["id"] for hit in json.loads(shown)["hits"]}


@pytest.mark.slow
def test_what_one_process_adds_another_finds(
    place: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    if not place:
        pytest.skip("a file is one process's")
    data_dir = tmp_path / "index"
    engine = MilvusEngine(
        place["QUOTH_MILVUS__URI"], data_dir, place.get("QUOTH_MILVUS__TOKEN", "")
    )
    code, _, told = quoth("index", str(folder), "--data-dir", str(data_dir), **place)
    assert code == 0, told
    with Library.open(data_dir, index=engine) as library:
        assert library.ask("Who opened the bridge in Hallstadt?").answers == ()
        text = "Lena Brandt opened the new bridge in Hallstadt on 4 May 2021. It rained all day."
        (tmp_path / "bridge.txt").write_text(text, encoding="utf-8")
        code, _, told = quoth(
            "index", str(tmp_path / "bridge.txt"), "--data-dir", str(data_dir), **place
        )
        assert code == 0, told
        reply = library.ask("Who opened the bridge in Hallstadt?")
        assert reply.answers[0].text == "Lena Brandt"


@pytest.mark.slow
def test_a_server_that_is_down_is_named(folder: Path, tmp_path: Path) -> None:
    uri = f"http://127.0.0.1:{free_port()}"
    here = ["--data-dir", str(tmp_path / "index")]
    code, shown, told = quoth("index", str(folder), *here, QUOTH_MILVUS__URI=uri)
    assert (code, shown) == (2, "")
    assert f"Milvus at {uri} doesn't answer" in told
    assert "Traceback" not in told
    code, shown, told = quoth("ask", QUESTION, *here, QUOTH_MILVUS__URI=uri)
    assert (code, shown) == (2, "")
    assert told.startswith(f"quoth: Milvus at {uri} doesn't answer")
    assert "start it, or put milvus.uri and milvus.token right; nothing is lost" in told
    code, shown, _ = quoth("status", *here, QUOTH_MILVUS__URI=uri)
    assert (code, f"by Milvus at {uri}, which doesn't answer" in shown) == (0, True)
    code, shown, _ = quoth("ask", QUESTION, *here, QUOTH_ENGINE="local")
    assert (code, "João Cravinho" in shown) == (0, True)


@pytest.mark.slow
def test_a_file_that_another_process_holds_is_named(folder: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "index"
    with Library.open(
        data_dir, index=MilvusEngine(str(data_dir / "milvus.db"), data_dir)
    ) as library:
        library.index([folder])
        code, shown, told = quoth("ask", QUESTION, "--data-dir", str(data_dir))
    assert (code, shown) == (2, "")
    assert told.startswith(f"quoth: the Milvus Lite file {data_dir / 'milvus.db'} can't be used")
    assert "run `milvus-lite server` and set milvus.uri" in told
    assert "Traceback" not in told
