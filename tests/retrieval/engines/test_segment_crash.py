"""Vector files and processes that are killed, or write at the same time: what is read is whole."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from retrieval.engines import VectorIndex, segment_files
from retrieval.engines.segment_files import EMPTY, Snapshot

pytestmark = pytest.mark.slow

MADE = """
import os, sys
from pathlib import Path
import numpy as np
from retrieval.engines import VectorIndex, segments

segments.LARGE = 50
path = Path(sys.argv[1])

def fetch(ids):
    return np.stack([np.cos(ids / 9), np.sin(ids / 9), ids * 0], axis=1).astype(np.float32)

def ids(first, last):
    return np.arange(first, last, dtype=np.int64)
"""

# Each child dies at a later one of the steps by which a save changes the folder.
KILLED = """
steps = 0

def dying(step):
    def counted(*given, **named):
        global steps
        if not steps:
            os._exit(9)
        steps -= 1
        return step(*given, **named)
    return counted

for last in range(100):
    child = os.fork()
    if not child:
        index = VectorIndex(path / str(last) / "vectors-1", 3)
        index.sync(1, ids(1, 101), fetch)
        index.save()
        index.change(2, ids(101, int(sys.argv[2])), ids(1, 3), fetch)
        steps = last
        os.fsync, os.replace, os.unlink = map(dying, (os.fsync, os.replace, os.unlink))
        index.save()
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
print(last)
"""

WRITING = """
segments.LARGE = 1000
index = VectorIndex(path, 3)
for generation in range(int(sys.argv[2]), 60, 2):
    index.sync(generation, ids(generation, generation + 60 + generation % 7), fetch)
    index.save()
"""


def command(script: str, *given: object) -> list[str]:
    return [sys.executable, "-c", MADE + script, *map(str, given)]


def assert_holds(snapshot: Snapshot, ids: range) -> None:
    assert snapshot.ids.tolist() == list(ids)
    for segment in snapshot.segments:
        angles = np.asarray(segment.ids) / 9
        assert np.allclose(segment.rows[:, :2], np.stack([np.cos(angles), np.sin(angles)], 1))


@pytest.mark.parametrize("last", [104, 200])  # a segment more; all written anew, with lists
def test_a_save_killed_at_any_step_leaves_one_state_or_the_other(tmp_path: Path, last: int) -> None:
    steps = int(subprocess.check_output(command(KILLED, tmp_path, last)))
    assert steps >= 5
    generations = []
    for step in range(steps + 1):
        path = tmp_path / str(step) / "vectors-1"
        found = segment_files.read(path, 3)
        generations.append(found.generation)
        assert_holds(found, range(1, 101) if found.generation == 1 else range(3, last))
        index = VectorIndex(path, 3)
        index.sync(3, np.arange(2, 150, dtype=np.int64), _fetch)
        index.save()
        again = segment_files.read(path, 3)
        assert again.generation == 3
        assert_holds(again, range(2, 150))
        assert not list(path.parent.glob(".*"))
        assert len(list(path.parent.glob("*.faiss"))) <= 4
    assert generations == sorted(generations)
    assert set(generations) == {1, 2}


def test_what_is_read_while_two_processes_write_is_whole(tmp_path: Path) -> None:
    path, seen = tmp_path / "vectors-1", set[int]()
    writers = [subprocess.Popen(command(WRITING, path, first)) for first in (0, 1)]
    while any(writer.poll() is None for writer in writers):
        time.sleep(0.01)
        found = segment_files.read(path, 3)
        if found is EMPTY:
            assert not seen
            continue
        seen.add(found.generation)
        first = found.generation
        assert_holds(found, range(first, first + 60 + first % 7))
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(seen) > 5
    assert segment_files.generation(path, 3) == 59


def _fetch(ids: np.ndarray) -> np.ndarray:
    return np.stack([np.cos(ids / 9), np.sin(ids / 9), ids * 0], axis=1).astype(np.float32)
