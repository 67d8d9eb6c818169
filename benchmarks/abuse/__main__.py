"""Try to break Quoth: kill it, damage its files, starve it, feed it nonsense, ask it for an hour.

Without --short a part takes from minutes to an hour. Its table is written into docs/reliability.md
with --write. What went wrong is printed with what makes it happen again, and the exit status is 1.

    python -m benchmarks.abuse
    python -m benchmarks.abuse kills --short --seed 7
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.abuse import preloaded  # noqa: F401  # models of one thread, here as in forks
from benchmarks.abuse.askers import Crowd
from benchmarks.abuse.damage import OUTCOMES, damage
from benchmarks.abuse.fuzz import fuzz
from benchmarks.abuse.kills import VICTIMS, kill
from benchmarks.abuse.starving import starve
from benchmarks.common import commit

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


@dataclass(frozen=True, slots=True)
class Table:
    """What a part found: rows below a head, and what went wrong, if anything did."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Given:
    """How much is to be tried."""

    seed: int
    short: bool
    askers: int
    minutes: float
    only: str


def kills(given: Given) -> Table:
    """Kill processes."""
    share = 2 if given.short else 200 // len(VICTIMS) + 1
    rows: list[Sequence[str]] = []
    problems: list[str] = []
    for what in VICTIMS:
        if given.only not in what:
            continue
        done = list(kill(what, share, random.Random(f"{given.seed} {what}")))
        early = sum(one.finished for one in done)
        lost = [one for one in done if one.problems]
        problems += [f"kill of {what}: {one}" for one in lost]
        rows.append((f"`{what}`", f"{len(done)}", f"{early}", f"{len(done) - len(lost)}"))
    return Table(("killed while it ran", "kills", "of these too late", "survived"), rows, problems)


def damages(given: Given) -> Table:
    """Damage files."""
    found: dict[str, list[str]] = {}
    problems = []
    for one in damage(8 if given.short else 200, random.Random(given.seed)):
        found.setdefault(f"`{_kind(one.file)}`", []).append(one.outcome)
        problems += [f"{one.file}, {one.how}: {what}" for what in one.problems]
    every = [outcome for outcomes in found.values() for outcome in outcomes]
    rows = [
        (kind, f"{len(outcomes)}", *(f"{outcomes.count(each)}" for each in OUTCOMES))
        for kind, outcomes in (*sorted(found.items()), ("all", every))
    ]
    return Table(("file", "damages", *OUTCOMES), rows, problems)


def _kind(file: str) -> str:
    """Give what the files of a kind are called; an index bears the names of its build."""
    if file.startswith("lexical-"):
        return "lexical-…/"
    return f"vectors-…{Path(file).suffix}" if file.startswith("vectors-") else file


def inputs(given: Given) -> Table:
    """Feed nonsense."""
    rows: list[Sequence[str]] = []
    problems: list[str] = []
    total = 0
    for tried in fuzz(10_000 if given.short else 1_000_000, given.seed, given.only):
        total += tried.inputs
        rows.append((tried.what, f"{tried.inputs:,}", f"{tried.problems.total():,}"))
        problems += [
            f"{tried.what}, round {tried.first[what]}: {what}, {count} times"
            for what, count in tried.problems.items()
        ]
    rows.append(("all", f"{total:,}", f"{len(problems):,}"))
    return Table(("what gets them", "inputs", "that broke a promise"), rows, problems)


def asking(given: Given) -> Table:
    """Ask, all at once, while articles change."""
    with tempfile.TemporaryDirectory() as folder:
        crowd = Crowd(Path(folder), given.seed)
        held = crowd.run(given.askers, 30 if given.short else 60 * given.minutes)
    head = (f"{given.askers} askers", "")
    return Table(head, held.rows(), [f"{what}, {n} times" for what, n in held.problems.items()])


def starving(given: Given) -> Table:
    """Take away disk, memory, files, permissions and time."""
    done = [one for one in starve(given.short) if given.only in one.what]
    rows = [(one.what, f"{one.tries}", one.told) for one in done]
    problems = [f"{one.what}: {what}" for one in done for what in one.problems]
    return Table(("what is lacking", "tries", "what came of it"), rows, problems)


PARTS: dict[str, Callable[[Given], Table]] = {
    "kills": kills,
    "damage": damages,
    "starving": starving,
    "fuzz": inputs,
    "askers": asking,
}


def main() -> None:
    """Try the parts that are named, all of them unless told."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("parts", nargs="*", choices=[[], *PARTS], help=", ".join(PARTS))
    options.add_argument("--short", action="store_true", help="a minute or so of each")
    options.add_argument("--seed", type=int, default=None, help="of all that is drawn by chance")
    options.add_argument("--askers", type=int, default=20)
    options.add_argument("--minutes", type=float, default=60, help="how long the askers ask")
    options.add_argument("--only", default="", help="kinds whose names hold this")
    options.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    told = options.parse_args()
    seed = random.SystemRandom().randrange(10**6) if told.seed is None else told.seed
    given = Given(seed, told.short, told.askers, told.minutes, told.only)
    print(f"--seed {seed}", file=sys.stderr)
    broken = False
    for part in told.parts or PARTS:
        table = PARTS[part](given)
        lines = [*_lines(table), "", f"{date.today()}, commit {commit()}, seed {seed}."]
        print("\n".join(lines), *table.problems, sep="\n", flush=True)
        broken |= bool(table.problems)
        if told.write:
            write(PAGE, part, lines)
    sys.exit(broken)


def _lines(table: Table) -> Iterator[str]:
    for row in (table.head, ("---",) * len(table.head), *table.rows):
        yield f"| {' | '.join(row)} |"


def write(page: Path, part: str, lines: list[str]) -> None:
    """Put lines between the marks of a part."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(f"<!-- {part} -->\n")
    _, end, after = rest.partition(f"<!-- end of {part} -->\n")
    if not begin or not end:
        raise SystemExit(f"{page} has no marks for {part}")
    text = "".join((before, begin, "\n".join(lines), "\n", end, after))
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
