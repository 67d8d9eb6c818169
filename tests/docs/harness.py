"""Runs what the pages claim.

A fenced block says by its language what is done with it, in the order of the page and in one
folder that holds seeds/ and its index:

- ``console``: every line after "$ " is run. Lines below it are what it must print, all of it;
  "…" stands for any words, a line of "…" for any lines. Without such lines anything is right.
- ``sh``: every line is run.
- ``python``: it is run.
- ``json``: the comment above it, ``<!-- $ quoth ask "…" --json -->``, names the command that
  prints an object of this shape. The key "…" stands for keys that aren't shown.
- ``diff``: it is applied to the files that it names.
- with ``title="NAME"``, in any language: it is written to the file NAME.

``make`` is told to print what it would do, for it would run the tests that run this. A comment
``<!-- slow -->`` above a block leaves it to the slow tests, ``<!-- not run: WHY -->`` to nobody.
In a folder that holds a copy of the code itself (``copy_code``), it is the copy that runs.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli import cli

ROOT = Path(__file__).resolve().parents[2]
SHOWN = {"text", "toml", "html", "markdown", "jsonl", "mermaid", "ini", "yaml"}
_FENCE = re.compile(r'\s*```(\w*)(?: title="([^"]+)")?\s*')
_NOTE = re.compile(r"<!-- (.+) -->")
_COMMAND = re.compile(r"(?m)^(?:\$ |(?:quoth|make) [a-z-]+\b)")
_FOR_A_SHELL = re.compile(r"[|&;<>$`*]")
_CODE = ("retrieval", "bot", "tests", "tools", "seeds", "pyproject.toml")


class WrongPage(AssertionError):
    """A page claims what isn't so."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, and what the comment above it says."""

    place: str
    language: str
    title: str
    note: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Give the fenced blocks of a page in order."""
    found: list[Block] = []
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), 1))
    note = ""
    for number, line in lines:
        if fence := _FENCE.fullmatch(line):
            inside = list(iter(lambda: next(lines)[1], line[: line.index("`")] + "```"))
            text = "\n".join(inside) + "\n"
            place = f"{page.name}:{number}"
            found.append(Block(place, fence[1], fence[2] or "", note, text))
        if line.strip():
            said = _NOTE.fullmatch(line.strip())
            note = said[1] if said else ""
    return found


def check(block: Block) -> None:
    """Run a block in the current folder, or compare it with what is printed there.

    Raises:
        WrongPage: something else happens than the page says.
    """
    if block.note.startswith("not run: "):
        return
    try:
        if block.title:
            _write(Path(block.title), block.text)
        elif block.language in ("console", "sh"):
            for command, expected in _commands(block):
                _run_and_compare(command, expected)
        elif block.language == "json":
            _compare_json(block)
        elif block.language == "python":
            _run_python(block)
        elif block.language == "diff":
            _patch(block)
        elif block.language not in SHOWN:
            raise WrongPage(f"a block of {block.language or 'no language'}: what is to be done?")
        elif _COMMAND.search(block.text):
            raise WrongPage("a command in a block that isn't run: make it console or sh")
    except Exception as error:
        raise WrongPage(f"{block.place}: {error}") from error


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def copy_code(folder: Path) -> None:
    """Put a copy of the code into a folder, for a page that changes it."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in _CODE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)


def _is_copy() -> bool:
    return Path("retrieval/__init__.py").is_file()


def _run_python(block: Block) -> None:
    if not _is_copy():
        exec(compile(block.text, block.place, "exec"), {"__name__": "__main__"})
        return
    status, output = run(f"python -c {shlex.quote(block.text)}")
    if status:
        raise WrongPage(output)


def _patch(block: Block) -> None:
    command = ["git", "apply", "-"]
    # Outside of any repository: inside one it would take the paths from the top of that.
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(Path.cwd().parent)}
    done = subprocess.run(
        command, input=block.text, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise WrongPage(f"this can't be applied: {done.stderr}")


def _commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Give each command with the lines that it is to print."""
    lines = block.text.replace("\\\n", " ").splitlines()
    if block.language == "sh":
        yield from ((line, []) for line in lines if shlex.split(line, comments=True))
        return
    if not lines or not lines[0].startswith("$ "):
        raise WrongPage("a console block begins with a command: $ quoth …")
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start][2:], lines[start + 1 : end]


def _run_and_compare(command: str, expected: list[str]) -> None:
    status, output = run(command)
    told = any(line.startswith("quoth: ") for line in expected)
    if status not in (0, 1) and not told:
        raise WrongPage(f"{command} ends with {status}:\n{output}")
    if expected and not matches(expected, output):
        raise WrongPage(f"{command} prints something else:\n{output}")


def run(command: str, *, streams: bool = True) -> tuple[int, str]:
    """Run a command; give its exit status and what it prints, with or without standard error."""
    words = shlex.split(command, comments=True)
    if words[0] == "quoth" and not _FOR_A_SHELL.search(command) and not _is_copy():
        done = CliRunner().invoke(cli, words[1:])
        return done.exit_code, done.output if streams else done.stdout
    if words[0] == "make":
        command = shlex.join(["make", "--dry-run", "-C", str(ROOT), *words[1:]])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    to = subprocess.STDOUT if streams else subprocess.DEVNULL
    shell = ["bash", "-euo", "pipefail", "-c", command]
    environment = os.environ | {"PATH": path}
    if _is_copy():
        environment["PYTHONPATH"] = str(Path.cwd())
    process = subprocess.run(shell, env=environment, stdout=subprocess.PIPE, stderr=to)
    return process.returncode, process.stdout.decode("utf-8")


def matches(expected: Iterable[str], output: str) -> bool:
    """Tell whether the lines are the output, where "…" stands for any words or lines."""

    def pattern(line: str) -> str:
        if line.strip() in ("…", "⋮"):
            return r"(?:.*\n)*?"
        return ".*".join(map(re.escape, line.rstrip().split("…"))) + r"\n"

    told = "".join(map(pattern, expected))
    printed = "".join(line.rstrip() + "\n" for line in output.rstrip("\n").split("\n"))
    return re.fullmatch(told, printed) is not None


def _compare_json(block: Block) -> None:
    told = json.loads(block.text)
    if not block.note.startswith("$ "):
        raise WrongPage("which command prints this? <!-- $ quoth … --json --> above it tells")
    status, printed = run(block.note[2:], streams=False)
    if not printed:
        raise WrongPage(f"{block.note[2:]} ends with {status} and prints nothing")
    problems = list(differences(told, json.loads(printed)))
    if problems:
        raise WrongPage(f"{block.note[2:]} prints another shape:\n" + "\n".join(problems))


def differences(told: Any, real: Any, at: str = "it") -> Iterator[str]:
    """Tell where two JSON values differ in their keys and types."""
    if isinstance(told, dict) and isinstance(real, dict):
        missing = set() if "…" in told else set(real) - set(told)
        yield from (f"{at}: {key} is left out" for key in sorted(missing))
        yield from (f"{at}: there is no {key}" for key in sorted(set(told) - set(real) - {"…"}))
        for key in told.keys() & real.keys():
            yield from differences(told[key], real[key], f"{at}.{key}")
    elif isinstance(told, list) and isinstance(real, list):
        for item in told:
            tries = [list(differences(item, one, f"{at}[]")) for one in real]
            yield from min(tries, key=len, default=[f"{at} is empty"])
    elif _kind(told) != _kind(real):
        yield f"{at} is a {_kind(real)}, not a {_kind(told)}"


def _kind(value: Any) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__


def undocumented(
    pages: str, commands: Iterable[str], settings: Iterable[str], names: Iterable[str]
) -> list[str]:
    """Give the commands, settings and public names that the text of the pages leaves out."""
    wanted = {f"quoth {name}": rf"\bquoth {name}\b" for name in commands}
    wanted |= {name: rf"`{re.escape(name)}`" for name in settings}
    wanted |= {name: rf"^::: retrieval\.{name}$" for name in names}
    return [name for name, pattern in wanted.items() if not re.search(pattern, pages, re.MULTILINE)]
