"""Indexing on a Ray cluster of two nodes on this machine: what is lost on the way is made again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import Library, SettingsError
from retrieval.encoder.bundled import bundled_folder, load_bundled
from retrieval.encoder.on_ray import RayPool

needs_ray = pytest.mark.skipif(
    find_spec("ray") is None or sys.platform != "linux",
    reason='needs Ray (pip install ".[ray]") and Linux\'s /proc',
)
SEEDS = Path(__file__).parents[3] / "seeds"
RUN = "from bot.cli import main; main()"
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "RAY_USAGE_STATS_ENABLED": "0"}


def quoth(*words: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def start(folder: str, *options: str) -> subprocess.Popen[bytes]:
    command = "from ray.scripts.scripts import main; main()"
    words = [
        *("start", "--block", "--num-cpus=2", "--object-store-memory=80000000"),
        *("--disable-usage-stats", "--node-ip-address=127.0.0.1"),
        *options,
    ]
    return subprocess.Popen(
        [sys.executable, "-c", command, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**ENVIRONMENT, "RAY_TMPDIR": folder},
    )


def below(process: subprocess.Popen[bytes]) -> dict[int, str]:
    """The command lines of all processes that a process started, and they, by their ids."""
    parents, lines = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(")")[2].split()[1]
            )
            lines[int(folder.name)] = (folder / "cmdline").read_text()
    found = {process.pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return {one: lines.get(one, "") for one in found}


def kill(*ids: int) -> None:
    for one in ids:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def workers(node: subprocess.Popen[bytes]) -> list[int]:
    return [one for one, line in below(node).items() if line.startswith("ray::Worker")]


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a cluster of two nodes with two CPUs each, and the two."""
    address = f"127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        nodes = [
            start(
                folder,
                *("--head", "--include-dashboard=false", f"--ray-client-server-port={free_port()}"),
                "--port=" + address.rpartition(":")[2],
            )
        ]
        try:
            wait(lambda: runs(nodes[0]))
            nodes.append(start(folder, "--address=" + address))
            wait(lambda: runs(nodes[1]))
            yield address, nodes
        finally:
            for node in nodes:
                kill(*below(node))
                node.wait()


def runs(node: subprocess.Popen[bytes]) -> bool:
    """Tell whether a node is ready: this is the last that it starts."""
    assert node.poll() is None
    return any("ray::RuntimeEnvAgent" in line for line in below(node).values())


def wait(true: Callable[[], bool]) -> None:
    for _ in range(1200):
        if true():
            return
        time.sleep(0.1)
    raise TimeoutError


def stored(data: Path) -> int:
    with Library.open(data) as library:
        return len(library.articles()) if library.exists() else 0


def vectors(data: Path) -> dict[tuple[str, int], NDArray[np.float32]]:
    with Library.open(data) as library, library._database.reading() as db:
        rows = db.execute(
            "SELECT a.sha256, p.ordinal, p.embedding FROM passages p "
            "JOIN articles a ON a.key = p.article"
        ).fetchall()
    held = {(sha256, ordinal): np.frombuffer(row, np.float32) for sha256, ordinal, row in rows}
    assert len(held) == len(rows), "each passage is stored once"
    return held


@pytest.mark.slow
@needs_ray
def test_a_lost_worker_and_a_lost_node_lose_nothing(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, nodes = cluster
    many = tmp_path / "many.jsonl"
    sentence = "In the week {} of year {} the pumps of dam {} ran for {} hours without a pause. "
    many.write_text(
        "\n".join(
            json.dumps(
                {
                    "id": f"s{one}",
                    "text": "".join(
                        sentence.format(week, one, one + 3, week + one) for week in range(30)
                    ),
                }
            )
            for one in range(40)
        )
    )
    data = tmp_path / "data"
    with quoth("index", SEEDS, many, "--data-dir", data, "--json", "--ray", address) as process:
        wait(lambda: stored(data) >= 25 or process.poll() is not None)
        assert [len(workers(node)) for node in nodes] == [1, 1]
        kill(*workers(nodes[0]))
        wait(lambda: stored(data) >= 35 or process.poll() is not None)
        kill(*below(nodes[1]))
        assert process.poll() is None, "the node was lost in the middle"
        out, err = process.communicate()
    assert process.returncode == 0, err
    report = json.loads(out)
    assert report["added"] == 60
    assert report["failed"] == []
    assert "ray" not in err.lower()
    here = tmp_path / "here"
    with Library.open(here, encoder=load_bundled(bundled_folder(), 1, exact=True)) as library:
        library.index([SEEDS, many])
    there, local = vectors(data), vectors(here)
    assert there.keys() == local.keys()
    assert all(np.array_equal(there[one], local[one]) for one in local)
    with Library.open(data) as library:
        assert library.check() == ()
        assert library.ask("who did Fidan meet?").found


@pytest.mark.slow
@needs_ray
def test_a_killed_run_keeps_what_it_stored_and_the_next_goes_on(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, _ = cluster
    data = tmp_path / "data"
    with quoth("index", SEEDS, "--data-dir", data, "--ray", address) as process:
        wait(lambda: stored(data) >= 3 or process.poll() is not None)
        process.kill()
    kept = stored(data)
    assert kept >= 3
    with quoth("index", SEEDS, "--data-dir", data, "--json", "--ray", address) as process:
        report = json.loads(process.communicate()[0])
    assert (report["added"], report["unchanged"]) == (20 - kept, kept)
    with Library.open(data) as library:
        assert library.check() == ()


@needs_ray
@pytest.mark.parametrize("address", ["127.0.0.1:9", "ray://127.0.0.1:9", "nowhere"])
def test_an_address_without_a_cluster_is_told(address: str, tmp_path: Path) -> None:
    with quoth("index", SEEDS, "--data-dir", tmp_path / "data", "--ray", address) as process:
        out, err = process.communicate()
    assert (process.returncode, out) == (2, "")
    assert f"{address}" in err
    assert "Traceback" not in err
    assert not (tmp_path / "data").exists()


def test_another_model_is_refused() -> None:
    with pytest.raises(SettingsError, match="only the model 'bundled'"):
        RayPool("auto", "another/model")


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is installed")
def test_without_ray_it_is_told_how_to_install_it() -> None:
    with pytest.raises(SettingsError, match="pip install"):
        RayPool("auto")
