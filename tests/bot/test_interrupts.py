"""Ctrl-C at moments in which libraries, or Python itself, make something else of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
QUESTION = ["ask", "who did Çavuşoğlu meet in Lisbon?"]
ENTERED = """
import atexit, signal, sys
signal.signal(signal.SIGINT, signal.{handler})
moment, module = sys.argv[1:3]
del sys.argv[1:3]
def press():
    sys.setprofile(None)
    signal.raise_signal(signal.SIGINT)
def tidying(frame, event, argument):
    if frame.f_code.co_qualname.startswith("_get_module_lock."):  # what it raises is printed
        press()
def begun(event, arguments):
    if event == "import" and arguments[0] == module:
        press() if moment == "import" else sys.setprofile(tidying)
sys.addaudithook(begun)
if moment == "end":
    atexit.register(press)
from bot.__main__ import main
main()
"""


def pressed(
    data_dir: Path, moment: str, module: str, handler: str = "default_int_handler"
) -> tuple[int, str, str]:
    """The status and what was written, with Ctrl-C pressed where a module is imported."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", ENTERED.format(handler=handler), moment, module),
            *(*QUESTION, "--data-dir", str(data_dir)),
        ],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("moment", ["import", "tidying"])
@pytest.mark.parametrize(
    "module",
    [
        "bot.cli",
        "click",
        "bot.commands",
        "tantivy",
        "numpy",
        "onnxruntime.capi.onnxruntime_pybind11_state",
    ],
)
def test_it_ends_a_question_without_a_word(data_dir: Path, moment: str, module: str) -> None:
    assert pressed(data_dir, moment, module) == (130, "", "")


def test_it_ends_a_command_that_is_over_without_a_word(data_dir: Path) -> None:
    status, stdout, stderr = pressed(data_dir, "end", "none")
    assert (status, stderr) == (130, "")
    assert "João Cravinho" in stdout


@pytest.mark.parametrize("module", ["click", "numpy"])
def test_it_stays_ignored_where_it_was(data_dir: Path, module: str) -> None:
    status, stdout, stderr = pressed(data_dir, "import", module, handler=signal.SIG_IGN.name)
    assert (status, stderr) == (0, "")
    assert "João Cravinho" in stdout
