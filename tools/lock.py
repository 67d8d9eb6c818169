"""Write constraints.txt anew from pyproject.toml: `make lock`, or `make lock UPGRADE=--upgrade`.

uv resolves once for every supported Python and platform, in an environment of its own that is
thrown away. Pins that still fit are kept, unless `--upgrade` is given.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "constraints.txt"
OLDEST_PYTHON = "3.11"
# Only PyTorch's CUDA build for Linux asks for these, each by its exact version.
CUDA = re.compile(r"(nvidia-|cuda-|triton=)")
# Quoth runs on Linux and macOS.
ELSEWHERE = re.compile(r"sys_platform == '(win32|emscripten)'")

HEADER = """\
# Exact versions of everything that Quoth, its tests and its pages install, on Python 3.11, 3.12
# and 3.13, on Linux and on macOS 14 or later with Apple silicon:
# pip install -c constraints.txt -e ".[dev,mcp,serve]"
#
# One version of each fits all of these, so no line needs a marker. torch is pinned without a
# local suffix (+cpu, +cu130): each build of that version is accepted. The nvidia-*, cuda-* and
# triton packages are left out: only the CUDA build for Linux asks for them, by exact versions.
#
# Written by `make lock`; change pyproject.toml and run that instead of editing here.
"""


def pins(resolved: str) -> list[str]:
    """The `name==version` lines of uv's output that Linux and macOS need, without markers."""
    lines = [line for line in resolved.splitlines() if "==" in line]
    wanted = [line for line in lines if not CUDA.match(line) and not ELSEWHERE.search(line)]
    names = [line.split(" ;")[0].strip() for line in wanted]
    if len({name.split("==")[0] for name in names}) < len(names):
        raise SystemExit("A package needs two versions: keep the markers of its lines by hand.")
    return names


def resolve(options: list[str]) -> str:
    """What uv resolves, one `name==version ; marker` a line."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
        output = Path(folder) / "resolved.txt"
        output.write_text(LOCK.read_text() if LOCK.exists() else "")
        command = ["-m", "uv", "pip", "compile", "--quiet", "--universal", "--no-header"]
        command += ["--no-annotate", "--python-version", OLDEST_PYTHON, "--all-extras"]
        command += ["--output-file", str(output), *options, "pyproject.toml"]
        subprocess.run([python, *command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        return output.read_text()


if __name__ == "__main__":
    locked = pins(resolve(sys.argv[1:]))
    LOCK.write_text(HEADER + "\n".join(locked) + "\n")
    print(f"constraints.txt: {len(locked)} packages")
