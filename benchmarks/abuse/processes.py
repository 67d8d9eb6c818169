"""Processes to be killed, and commands that may crash: forked from one that has imported all.

Importing takes longer than most of what is tried here; a fork has done it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["benchmarks.abuse.preloaded"])

CHEAP = {"QUOTH_ANSWER__READ_PASSAGES": "3"}
"""What commands are told where many are run: reading passages is most of what asking costs."""

HANGS_S = 1_800.0
"""So long a process may take, on any machine; one that is killed then is told as killed."""

_MESSAGE = re.compile(r"quoth: \S|Usage: |Error: ")
_NO_MEMORY = re.compile("memory allocation of|Failed to spawn")
"""What Rust says when it lacks memory: it ends the process, or prints where it panicked."""

_UNEXPLAINED = ("Traceback", "unexpected ", "panicked", "Fatal Python error")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended; ``status`` below 0 is the signal that ended it."""

    words: tuple[str, ...]
    status: int
    out: str
    err: str

    @property
    def unclear(self) -> str | None:
        """What is wrong with that: a crash, a traceback, an error that nobody explains.

        None where it was done, found nothing, or told in words what to do.
        """
        shown = f"quoth {' '.join(self.words)}"
        if self.status < 0 and not _NO_MEMORY.search(self.err):
            return f"{shown}: ended by signal {-self.status}: {self.err[-400:]}"
        told = self.err.replace("panicked", "") if _NO_MEMORY.search(self.err) else self.err
        if any(word in told for word in _UNEXPLAINED):
            return f"{shown}: {self.err[-900:]}"
        if self.status > 2:
            return f"{shown}: ended with {self.status}: {self.err[-400:]}"
        if self.status == 2 and not _MESSAGE.search(self.err):
            return f"{shown}: an error without a message: {self.err[-400:]!r}"
        return None


def command(*words: str | Path, environment: Mapping[str, str] | None = None) -> Done:
    """Run a command of ``quoth`` in a process of its own."""
    return commands([words], environment=environment)[0]


def commands(
    lines: Sequence[Sequence[str | Path]],
    *,
    environment: Mapping[str, str] | None = None,
    under: Callable[[], object] | None = None,
) -> list[Done]:
    """Run commands one after the other, each in a process of its own where one is ``under``
    something that the process does first; else in one, where a crash ends those behind it, too.
    """
    if under and len(lines) > 1:
        return [commands([one], environment=environment, under=under)[0] for one in lines]
    told = [tuple(map(str, line)) for line in lines]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process = FORKED.Process(target=_run_all, args=(told, folder, environment or {}, under))
        process.start()
        process.join(HANGS_S)
        if process.is_alive():
            process.kill()
            process.join()
        return [_done(line, folder / str(at), process.exitcode) for at, line in enumerate(told)]


def _done(words: tuple[str, ...], into: Path, crashed: int | None) -> Done:
    out, err, status = (
        path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        for path in (into.with_suffix(kind) for kind in (".out", ".err", ".status"))
    )
    return Done(words, int(status or crashed or 0), out, err)


def _run_all(
    lines: Sequence[Sequence[str]],
    folder: Path,
    environment: Mapping[str, str],
    under: Callable[[], object] | None,
) -> None:
    os.environ |= environment
    for at, words in enumerate(lines):
        with (folder / f"{at}.status").open("w") as told:
            told.write(str(_run(words, folder / str(at), under)))


def _run(words: Sequence[str], into: Path, under: Callable[[], object] | None) -> int:
    """Run a command with files in the place of its two streams; give its exit status."""
    made = os.O_CREAT | os.O_WRONLY
    for number, kind in ((1, ".out"), (2, ".err")):
        opened = os.open(into.with_suffix(kind), made)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdout, sys.stderr = (
        os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2)
    )
    sys.argv = ["quoth", *words]
    logging.getLogger().handlers.clear()  # the next command's tell the next file
    from bot.cli import main

    try:
        if under:
            under()
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0
