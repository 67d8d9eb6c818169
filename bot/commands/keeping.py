"""Commands that keep an archive: backups, and articles out of one library and into another."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.discord import DOOR
from bot.options import FAILED, FOUND, INTERRUPTED, Run, common, emit, explain, say
from bot.service.door import file_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.keeping import Backup
    from retrieval.types import Entry, IndexReport, Outcome

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("dest", type=_FOLDER)
@common
def backup(run: Run, dest: Path) -> int:
    """Copy all that can't be made again to DEST, a folder that is new or empty.

    Others may ask and index meanwhile: the copy is of one moment, and is looked through before
    it counts. Search indexes and converted models aren't copied; they are made again.
    """
    with run.library() as library:
        done = library.backup(dest, _also())
    _tell(run, done, "Backed up to")
    return FOUND


@click.command()
@click.argument("source", type=_FOLDER)
@common
def restore(run: Run, source: Path) -> int:
    """Make the library of the backup SOURCE in the folder that --data-dir names.

    The folder must not hold an index yet. The search indexes are made at once.
    """
    from retrieval import Library
    from retrieval.errors import LibraryError, QuothError
    from retrieval.keeping import ON_A_SERVER

    if run.loaded.settings.database:
        raise LibraryError(ON_A_SERVER)
    done = Library.restore(source, run.loaded.settings.data_dir, _also())
    try:
        with run.library() as library:
            library.save_indexes()
    except QuothError as error:
        say(f"quoth: the search indexes are still to be made: {explain(error)}")
    _tell(run, done, "Restored to")
    return FOUND


@click.command()
@click.option("--output", type=_FILE, metavar="FILE", help="Write to FILE, whole or not at all.")
@common
def export(run: Run, output: Path | None) -> int:
    """Print all articles as JSON lines, with all that is known of them, for quoth import.

    The articles are those of all collections, or of the one that --collection names.
    """
    from bot.entries import to_line, write_file

    with run.library() as library:
        found = library.export(_collection(run))
        if output is None:
            for entry in found:
                click.echo(to_line(entry).encode())
            return FOUND
        count = write_file(output, found)
    if run.as_json:
        emit({"exported": count, "file": str(output)})
    else:
        say(f"Exported {count:,} articles to {output}.")
    return FOUND


@click.command("import")
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True)
)
@common
def import_(run: Run, file: Path) -> int:
    """Add the articles that quoth export wrote to FILE, each to the collection it was in.

    FILE may be packed (.gz), or be - for standard input. Nothing is added where a line of FILE
    isn't whole. An article that is there already stays, or is changed to what FILE tells of its
    place.
    """
    from bot.entries import at_hand, entries, shaped

    try:
        with at_hand(file) as plain:
            for _ in entries(plain, file):
                pass
            report = _import(run, plain)
    except KeyboardInterrupt:
        say("Stopped: what is imported so far is kept; run the command again to go on.")
        return INTERRUPTED
    for one in report.failed:
        say(f"quoth: not imported: {one.path}: {one.reason}")
    counts = shaped(asdict(report))
    kinds = ("added", "updated", "unchanged", "duplicate")
    told = [f"{counts[kind]:,} {kind}" for kind in kinds]
    if report.failed:
        told.append(f"{len(report.failed):,} failed")
    if run.as_json:
        emit(counts)
    else:
        say(f"Imported in {report.elapsed_s:.1f} s: {', '.join(told)}.")
    return FAILED if report.failed else FOUND


def _import(run: Run, file: Path) -> IndexReport:
    from bot.entries import entries
    from bot.progress import following
    from bot.terminal import console
    from retrieval.types import Progress

    done, total = 0, file.stat().st_size

    def read() -> Iterator[Entry]:
        nonlocal done
        for entry, done in entries(file):  # noqa: B007
            yield entry

    with run.library() as library, following(console(sys.stderr)) as listener:

        def on_stored(entry: Entry, outcome: Outcome, articles: int, passages: int) -> None:
            listener(Progress(entry.path, outcome, articles, passages, done, total))

        return library.take_in(read(), on_stored)


def _also() -> tuple[str, ...]:
    """What else of a data folder can't be made again."""
    from bot.piped import FOLDER

    return file_of(Path(), DOOR).name, "history", FOLDER


def _collection(run: Run) -> str | None:
    """The collection that was chosen; None where nobody chose one."""
    from retrieval.types import SHARED

    chosen = run.loaded.settings.collection
    told = run.loaded.sources["collection"]
    return None if chosen == SHARED and told != "--collection" else chosen


def _tell(run: Run, done: Backup, what: str) -> None:
    from rich.text import Text

    from bot.terminal import clean

    told = f"{what} {done.folder}: {done.articles:,} articles, {done.bytes:,} bytes."
    run.show(asdict(done), lambda: Text(clean(told)))
